"""A certificate authority of a test's own, and servers' certificates from it, made by the openssl program."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


class Authority:
    """Signs certificates in a folder. `trust_file` is what a client must trust (`SSL_CERT_FILE` of another process)."""

    def __init__(self, folder: Path, openssl: str = "openssl") -> None:
        self._folder = folder
        self._openssl = openssl
        self.trust_file = folder / "authority.pem"
        self._key_file = folder / "authority.key"
        self._make(
            self.trust_file, self._key_file, "/CN=authority of a test", ["basicConstraints=critical,CA:TRUE"], []
        )

    def client_context(self) -> ssl.SSLContext:
        """What a client verifies with that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.trust_file))

    def server_context(self, *names: str) -> ssl.SSLContext:
        """What a server of these names and addresses (`DNS:lists.example`, `IP:127.0.0.1`) shows its clients."""
        stem = ",".join(names).replace(":", "-")
        certificate, key = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        signing = ["-CA", str(self.trust_file), "-CAkey", str(self._key_file)]
        if not certificate.exists():
            self._make(certificate, key, "/CN=server of a test", [f"subjectAltName={','.join(names)}"], signing)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def _make(self, certificate: Path, key: Path, subject: str, extensions: list[str], signing: list[str]) -> None:
        command = [self._openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
        command += ["-days", "30", "-subj", subject, "-out", str(certificate), "-keyout", str(key), *signing]
        for extension in extensions:
            command += ["-addext", extension]
        subprocess.run(command, check=True, capture_output=True)
