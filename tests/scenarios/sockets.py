"""Scenarios against the real program: `filterdns serve` as an operator starts it, and a scripted upstream."""

from __future__ import annotations

import socket
import struct
import threading

import dns.message
import dns.rdatatype

from tests.running import LOOPBACK, Running, free_port
from tests.scenarios.expect import check
from tests.scenarios.memory import step_of, written
from tests.scenarios.scenario import Reply, Scenario

SILENT_SECONDS = 8  # an upstream that says nothing is given up after 4 seconds


class ScriptedUpstream:
    """Answers what the present step says; questions that no step names get REFUSED and are kept in `unexpected`."""

    def __init__(self) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.port = free_port()
        self.udp.bind((LOOPBACK, self.port))
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind((LOOPBACK, self.port))
        self.tcp.listen()
        self.replies: dict[str, Reply] = {}
        self.unexpected: list[str] = []
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self._serve_udp, self._serve_tcp)]
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        for sock in (self.udp, self.tcp):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def _serve_udp(self) -> None:
        while True:
            try:
                query, peer = self.udp.recvfrom(4096)
                if not query:
                    return  # shut down
                if answer := self._say(query):
                    self.udp.sendto(answer if len(answer) <= 1232 else truncated(answer), peer)
            except OSError:
                return

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                while len(length := stream.read(2)) == 2:
                    if answer := self._say(stream.read(struct.unpack("!H", length)[0])):
                        connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _say(self, query: bytes) -> bytes | None:
        asked = dns.message.from_wire(query).question[0]
        question = f"{asked.name.to_text(omit_final_dot=True).lower()} {dns.rdatatype.to_text(asked.rdtype)}"
        said = self.replies.get(question)
        if said is None:
            self.unexpected.append(question)
            said = Reply(rcode="REFUSED")
        return written(query, said)


def truncated(answer: bytes) -> bytes:
    """The head and the question alone, TC set."""
    message = dns.message.from_wire(answer)
    short = dns.message.make_response(dns.message.make_query(message.question[0].name, message.question[0].rdtype))
    short.id = message.id
    short.question = message.question
    short.flags = message.flags | dns.flags.TC
    return short.to_wire()


def run(scenario: Scenario, filterdns: Running, upstream: ScriptedUpstream) -> None:
    """The steps before time passes."""
    for number, step in enumerate(scenario.exchanges_on_sockets, 1):
        assert step.ask is not None
        upstream.replies = dict(step.upstream)
        upstream.unexpected.clear()
        seconds = 0.5 if step.expect is None else SILENT_SECONDS
        ask = filterdns.ask_tcp if step.ask.tcp else filterdns.ask
        answer = ask(step.ask.wire, seconds=seconds, source=step.ask.client)
        with step_of(scenario, number):
            if step.expect is None:
                assert answer is None
            else:
                assert answer is not None, "no answer"
                check(step.ask.wire, answer, step.expect)
            names = {question for question in upstream.unexpected if step.ask.name.lower() in question}
            assert not names, f"an upstream was asked for {names}, which this step does not expect"
