"""A witness as C2SP tlog-witness has it: real HTTP on loopback, one checkpoint of each log remembered.

    with WitnessServer("witness.example/w1", [key]) as witness:       # keys of the logs it watches, named as these are
        witness.vkey, witness.url              # for a line of a policy
        witness.held                           # origin -> (size, root) of what it cosigned last
        witness.answer(503, b"not now")        # from now on, whatever is asked
        witness.hang()                         # take the request and say nothing, until the end
        witness.trickle()                      # begin an answer that never ends
        witness.behave()                       # sound again

It refuses what it must: an unknown log (404), a bad signature (403), an old size that is larger than the new (400) or
not what it holds (409 with the size), a wrong consistency proof (422). Checking and remembering are one step.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from filterdns.errors import LogFault
from filterdns.tlog.checkpoint import Checkpoint, parse_checkpoint
from filterdns.tlog.cosignature import cosign, cosigner_key
from filterdns.tlog.note import Signer, VerifierKey, check_note, read_note, write_vkey
from filterdns.tlog.tree import check_consistency
from filterdns.tlog.witness import SIZE_TYPE, read_add_checkpoint

Reply = tuple[int, str, bytes]
TEXT = "text/plain; charset=utf-8"


class WitnessServer:
    """One witness, on a free port while its `with` block lasts. `seconds`: the time of its cosignatures.

    With a `context` it speaks TLS.
    """

    def __init__(
        self,
        name: str,
        keys: Sequence[VerifierKey],
        context: ssl.SSLContext | None = None,
        seconds: int = 1_790_000_000,
    ) -> None:
        self._context = context
        self._signer = Signer(name, sha256(name.encode()).digest())
        self.keys = list(keys)
        self.seconds = seconds
        self.held: dict[str, tuple[int, bytes]] = {}
        self.asked: list[int] = []  # the old size of each request
        self._one = threading.Lock()
        self._end = threading.Event()
        self._odd: Callable[[BaseHTTPRequestHandler], None] | None = None

    @property
    def vkey(self) -> str:
        return write_vkey(cosigner_key(self._signer))

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self._server.server_port}"

    @property
    def line(self) -> str:
        """Its line of a policy."""
        return f"witness {self._signer.key.name.replace('/', '-')} {self.vkey} {self.url}\n"

    def answer(self, status: int, body: bytes, content_type: str = TEXT) -> None:
        self._odd = lambda request: _send(request, (status, content_type, body))

    def hang(self) -> None:
        self._odd = lambda request: _ignore(self._end.wait(30))

    def trickle(self) -> None:
        def send(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Length", "60000")
            request.end_headers()
            while not self._end.wait(0.05):
                request.wfile.write(b".")

        self._odd = send

    def behave(self) -> None:
        self._odd = None

    def __enter__(self) -> Self:
        witness = self

        class Request(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                octets = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    if witness._odd is not None:
                        witness._odd(self)
                    elif self.path != "/add-checkpoint":
                        _send(self, (404, TEXT, b""))
                    else:
                        _send(self, witness._add_checkpoint(octets))
                except ConnectionError:
                    pass  # whoever asked has gone

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        if self._context:
            self._server.socket = self._context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _add_checkpoint(self, octets: bytes) -> Reply:
        try:
            old_size, proof, octets_of_note = read_add_checkpoint(octets)
            note = read_note(octets_of_note)
            checkpoint = parse_checkpoint(note.text)
        except LogFault:
            return 400, TEXT, b""
        keys = [key for key in self.keys if key.name == checkpoint.origin]
        if not keys:
            return 404, TEXT, b""
        try:
            check_note(note, keys)
        except LogFault:
            return 403, TEXT, b""
        with self._one:
            self.asked.append(old_size)
            return self._judge(old_size, proof, checkpoint)

    def _judge(self, old_size: int, proof: Sequence[bytes], checkpoint: Checkpoint) -> Reply:
        size, root = self.held.get(checkpoint.origin, (0, sha256(b"").digest()))
        if old_size > checkpoint.size:
            return 400, TEXT, b""
        if old_size != size:
            return 409, SIZE_TYPE, f"{size}\n".encode()
        if size == checkpoint.size and root != checkpoint.root:
            return 409, TEXT, b""
        try:
            check_consistency(size, root, checkpoint.size, checkpoint.root, proof)
        except LogFault:
            return 422, TEXT, b""
        self.held[checkpoint.origin] = checkpoint.size, checkpoint.root
        return 200, TEXT, cosign(checkpoint.text, self.seconds, self._signer).line.encode()


def _send(request: BaseHTTPRequestHandler, reply: Reply) -> None:
    status, content_type, body = reply
    request.send_response(status)
    request.send_header("Content-Type", content_type)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def _ignore(value: object) -> None:
    """So that a lambda gives nothing back."""
