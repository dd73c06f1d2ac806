"""A PostgreSQL of a test's own: a cluster in a folder of its own, heard on a socket in it and nowhere else."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.engine import URL

_BINARIES = Path("/usr/lib/postgresql")  # Debian's, one folder for each version
_ACCOUNTS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
_QUICK = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=60", "shared_buffers=16MB")


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL server that is installed."""
    found = sorted(_BINARIES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("postgres")
    return Path(program).parent if program else None


class Cluster:
    """One server, with as many databases as tests ask for."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 octets at most
        self._account = getpass.getuser()
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            entry = _account()
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
            self._account = entry.pw_name
            self._as = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self._data = self._folder / "data"

    def start(self) -> Cluster:
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", self._account, "-E", "UTF8", "--locale=C", "-N")
        settings = " ".join(f"-c {setting}" for setting in _QUICK)
        self._run(
            "pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self._folder / "log",
            "-o", f"{settings} -k {self._folder}", "start",
        )  # fmt: skip
        return self

    def stop(self) -> None:
        """End the server whose process number is in this cluster's folder, and remove it all."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        url = URL.create("postgresql", username=self._account, database=database, query={"host": str(self._folder)})
        return url.render_as_string()

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *map(str, arguments)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server runs
            stderr=subprocess.STDOUT,
            timeout=100,
            check=False,
            **self._as,  # type: ignore[call-overload]
        )
        if done.returncode:
            log = self._folder / "log"
            raise RuntimeError(f"{program}: {log.read_text() if log.exists() else f'status {done.returncode}'}")


def _account() -> pwd.struct_passwd:
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"expected one of the accounts {', '.join(_ACCOUNTS)}")
