"""Proofs of control are looked for where they were said to be, and what answers cannot do harm."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.config.settings import Address
from filterdns.errors import WireFault
from filterdns.keep.duties.control import FORGET, look_for_proofs
from filterdns.keep.duties.site_file import ask_file
from filterdns.keep.duties.txt import ask_txt, read_records, write_query
from filterdns.lists.fetch.network import Network
from filterdns.names import parse_name
from filterdns.transparency.appeals import control
from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.casebook import Casebook
from tests.running import LOOPBACK, free_port
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.appealing import appeal, digest
from tests.transparency.casebook.opened import new_casebook

NAME = "clinic.example"
TOKEN = control.control_token(digest("a"), NAME)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    book = new_casebook(tmp_path)
    yield book
    book.close()


def offered(book: Casebook) -> int:
    """A case in which somebody offers a proof; the number of the receipt."""
    opened = appeal(book, NAME)
    assert opened.receipt_id is not None
    book.controls.ask(opened.receipt_id, NAME, TOKEN, BEGIN)
    return opened.receipt_id


def test_a_token_is_of_one_receipt_and_one_name_and_hides_both() -> None:
    tokens = {control.control_token(digest(code), name) for code in "ab" for name in (NAME, "other.example")}
    assert len(tokens) == 4
    assert all(token.startswith("filterdns-proof=") and len(token) == 40 for token in tokens)
    assert not [token for token in tokens if digest("a").hex()[:8] in token]


@pytest.mark.parametrize("where", ["dns", "file"])
def test_what_is_there_is_found_once(book: Casebook, where: str) -> None:
    receipt = offered(book)
    asked: list[str] = []

    def txt(name: str) -> list[bytes]:
        asked.append(name)
        return [b"v=spf1 -all", TOKEN.encode()] if where == "dns" else []

    def file(address: str, most: int) -> bytes:
        asked.append(address)
        return b"# ours\r\n" + TOKEN.encode() + b"\r\n"

    assert look_for_proofs(book, BEGIN + timedelta(minutes=5), txt, file) == 1
    assert asked[0] == f"_filterdns.{NAME}"
    assert asked[1:] == ([] if where == "dns" else [f"https://{NAME}/.well-known/filterdns.txt"])
    found = book.controls.get(receipt)
    assert found is not None
    assert found.found == BEGIN + timedelta(minutes=5)
    assert look_for_proofs(book, BEGIN, txt, file) == 0
    book.controls.ask(receipt, NAME, TOKEN, BEGIN)  # asking again takes nothing away
    assert book.controls.proven([1]) == {1}


def test_what_is_not_there_is_asked_for_once_until_somebody_asks_again(book: Casebook) -> None:
    receipt = offered(book)
    other = control.control_token(digest("b"), NAME).encode()
    for _ in range(2):
        assert look_for_proofs(book, BEGIN, lambda name: [other], lambda address, most: other) == 0
    assert not book.controls.waiting()
    book.controls.ask(receipt, NAME, TOKEN, BEGIN)
    assert len(book.controls.waiting()) == 1


def test_proofs_are_forgotten_after_the_case(book: Casebook) -> None:
    receipt = offered(book)
    case = book.case(1)
    look_for_proofs(book, BEGIN + 2 * FORGET, lambda name: [], lambda address, most: b"")
    assert book.controls.get(receipt) is not None  # the case is open
    book.append(1, e.WITHDRAWN, e.PUBLIC, "", {}, BEGIN, expected_last=case.last)
    look_for_proofs(book, BEGIN + 2 * FORGET, lambda name: [], lambda address, most: b"")
    assert book.controls.get(receipt) is None
    assert not book.check()


# The DNS


def reply_to(query: bytes, *texts: bytes, flags: int = 0x8180, owner: bytes = b"\xc0\x0c") -> bytes:
    answers = b""
    for text in texts:
        parts = [text[at : at + 255] for at in range(0, len(text), 255)] or [b""]
        data = b"".join(bytes([len(part)]) + part for part in parts)
        answers += owner + struct.pack("!HHIH", 16, 1, 60, len(data)) + data
    return query[:2] + struct.pack("!5H", flags, 1, len(texts), 0, 0) + query[12:] + answers


@contextmanager
def resolver(*texts: bytes) -> Iterator[Address]:
    """A resolver over TCP that gives these texts to the first that asks."""
    with socket.create_server((LOOPBACK, 0)) as server:
        server.settimeout(5)

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                (length,) = struct.unpack("!H", connection.recv(2))
                reply = reply_to(connection.recv(length), *texts)
                connection.sendall(struct.pack("!H", len(reply)) + reply)

        thread = threading.Thread(target=answer)
        thread.start()
        yield Address(LOOPBACK, server.getsockname()[1])
        thread.join()


def test_a_record_is_asked_for_over_tcp_and_its_strings_are_put_together() -> None:
    long = b"x" * 300
    with resolver(TOKEN.encode(), long) as server:
        nobody = Address(LOOPBACK, free_port())
        assert ask_txt(f"_filterdns.{NAME}", [nobody, server]) == [TOKEN.encode(), long]
    assert ask_txt(f"_filterdns.{NAME}", [nobody]) == []


QUERY = write_query(7, parse_name(f"_filterdns.{NAME}"))


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        QUERY,
        reply_to(QUERY, b"x", flags=0x8183),  # NXDOMAIN
        reply_to(QUERY, b"x", flags=0x8380),  # cut
        reply_to(write_query(8, parse_name(f"_filterdns.{NAME}")), b"x"),
        reply_to(write_query(7, parse_name("_filterdns.other.example")), b"x"),
        reply_to(QUERY, b"x")[:-1],
        reply_to(QUERY, b"x", owner=b"\x7f" + b"a" * 127 + b"\0"),
        reply_to(QUERY, b"x", owner=b"\x03ab"),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(reply: bytes) -> None:
    with pytest.raises(WireFault):
        list(read_records(QUERY, reply))


@given(st.binary(max_size=200))
def test_no_octets_do_more_than_be_refused(tail: bytes) -> None:
    reply = reply_to(QUERY)[:6] + b"\xff\xff" + reply_to(QUERY)[8:] + tail
    try:
        list(read_records(QUERY, reply))
    except WireFault:
        pass


# The file


@contextmanager
def site(status: int = 200, body: bytes = TOKEN.encode(), location: str = "") -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass  # whoever asked has read enough

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer((LOOPBACK, 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://{LOOPBACK}:{server.server_port}/.well-known/filterdns.txt"
        server.shutdown()
        thread.join()


OUTSIDE = Network(is_house=lambda address: False, proxies={})


def test_a_file_is_read_up_to_its_bound() -> None:
    with site(body=b"x" * 100_000) as address:
        assert ask_file(address, 4_096, OUTSIDE) == b"x" * 4_096


@pytest.mark.parametrize(("status", "location"), [(404, ""), (302, "http://127.0.0.1/"), (500, "")])
def test_only_a_file_that_is_there_counts_and_no_redirect_is_followed(status: int, location: str) -> None:
    with site(status, location=location) as address:
        assert ask_file(address, 4_096, OUTSIDE) == b""


def test_no_address_of_the_house_is_asked() -> None:
    with site() as address:
        assert ask_file(address, 4_096, Network(proxies={})) == b""


def test_a_site_that_is_not_there_gives_nothing() -> None:
    assert ask_file(f"http://{LOOPBACK}:{free_port()}/x", 4_096, OUTSIDE) == b""
    assert ask_file("https://name.invalid/.well-known/filterdns.txt", 4_096, OUTSIDE) == b""
