"""A mail server on loopback (RFC 5321, as much of it as a sender needs): it keeps what it is given, or refuses it."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

from filterdns.config.settings import Address


@dataclass(frozen=True)
class Received:
    """One message as it came."""

    sender: str
    recipients: tuple[str, ...]
    octets: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = BytesParser(policy=SMTP).parsebytes(self.octets)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        return str(self.message.get_content())


@dataclass
class MailServer:
    """`refuse` gives the reply to a recipient ("" takes it); `drop_after`: it hangs up after so many messages."""

    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None

    def __enter__(self) -> MailServer:
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self._server.daemon_threads = True
        self._server.mail = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> Address:
        host, port = self._server.server_address[:2]
        return Address(str(host), port)

    @property
    def recipients(self) -> list[str]:
        return [recipient for each in self.received for recipient in each.recipients]


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        sender, recipients = "", list[str]()
        self._say("220 simulated")
        while line := self.rfile.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words.partition(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                self._say("250 simulated")
            elif words.upper().startswith("MAIL FROM:"):
                sender, recipients = _mailbox(words), []
                self._say("250 ok")
            elif words.upper().startswith("RCPT TO:"):
                refusal = mail.refuse.get(_mailbox(words), "")
                recipients += [] if refusal else [_mailbox(words)]
                self._say(refusal or "250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                mail.received.append(Received(sender, tuple(recipients), self._data()))
                self._say("250 ok")
                if mail.drop_after is not None and len(mail.received) >= mail.drop_after:
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok" if verb in ("RSET", "NOOP") else "502 what?")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def _mailbox(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]
