"""One function for each reader of octets from outside: it returns, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from filterdns.errors import IndexFault, WireFault
from filterdns.lists.formats import FORMATS
from filterdns.lists.index.layout import HEADER, read_categories, read_header
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.parse.blocks import read_blocks
from filterdns.lists.parse.detect import detect
from filterdns.lists.parse.name import find_name
from filterdns.resolver.message.edns import read_opt
from filterdns.resolver.message.framing import read_frames
from filterdns.resolver.message.query import read_query
from filterdns.resolver.message.records import read_answer


def query(octets: bytes) -> None:
    read_query(octets, 1232)


def opt(octets: bytes) -> None:
    try:
        read_opt(octets, 1232)
    except WireFault:
        return


def frames(octets: bytes) -> None:
    buffer = bytearray(octets)
    messages = read_frames(buffer)
    assert b"".join(len(m).to_bytes(2, "big") + m for m in messages) + bytes(buffer) == octets


def answer(octets: bytes) -> None:
    """The first octet says whether DO was set, the question is taken from the reply, so that most get past it."""
    if len(octets) < 18:
        return
    do, reply = bool(octets[0] & 1), octets[1:]
    at = 12
    while at < len(reply) and reply[at]:
        at += reply[at] + 1
    try:
        read_answer(reply, reply[12 : at + 5], do)
    except WireFault:
        return


def index(octets: bytes) -> None:
    try:
        read_header(octets[: HEADER.size], len(octets))
        found = ReleaseIndex(octets)
    except IndexFault:
        return
    found.find(b"\3www\7example\3org\0")


def categories(octets: bytes) -> None:
    try:
        read_categories(octets)
    except IndexFault:
        return


def public_list(octets: bytes) -> None:
    """The first octet picks the format, the rest is the list; whatever it gives is a name, and reads as one."""
    form = tuple(FORMATS)[octets[0] % len(FORMATS)] if octets else "domains"
    for found in FORMATS[form](read_blocks(BytesIO(octets[1:]).read)):
        for name in (*found.unsaid, *found.exact, *found.subdomains, *found.open_exact, *found.open_subdomains):
            assert find_name(name) == name
    detect(octets)


READERS: dict[str, Callable[[bytes], None]] = {
    "query": query,
    "opt": opt,
    "frames": frames,
    "answer": answer,
    "index": index,
    "categories": categories,
    "public_list": public_list,
}
