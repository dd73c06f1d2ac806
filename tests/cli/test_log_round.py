"""What the keeper looks after between updates, on a real log and with a real socket to ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dnslib import EDNS0, RCODE, DNSRecord, EDNSOption

from filterdns.cli.log_round import SECONDS, SECONDS_WHILE_OPENED, go_round
from filterdns.cli.resolving import ask_for_open
from filterdns.config.settings import Address, Settings
from filterdns.errors import LogFault
from filterdns.keep.rounds import Round
from filterdns.lists.release import get_pointed
from filterdns.lists.revocations import SUSPENDED, Revocation, revise_revocations
from filterdns.log.places import public_folder
from filterdns.log.recording.soundness import get_refusal
from tests.lists.entries import own_entry
from tests.log.site import Site, site
from tests.resolving import HandClock

__all__ = ["site"]


class Answering:
    """A resolver on loopback that filters some names with one Extended DNS Error, and is silent about others."""

    def __init__(self) -> None:
        self.errors: dict[str, int] = {}
        self.rcodes: dict[str, str] = {}
        self.silent: set[str] = set()
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self._sock.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            octets, peer = self._sock.recvfrom(512)
            if not octets:
                return
            query = DNSRecord.parse(octets)
            name = str(query.q.qname).removesuffix(".")
            assert query.header.rd == 1
            if name in self.silent:
                continue
            reply = query.reply()
            reply.header.rcode = getattr(RCODE, self.rcodes.get(name, "NOERROR"))
            if name in self.errors:
                option = EDNSOption(15, self.errors[name].to_bytes(2) + b"adult")
                reply.add_ar(EDNS0(udp_len=1232, opts=[option]))
            self._sock.sendto(reply.pack(), peer)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"", (self.address.host, self.address.port))
        self._thread.join()
        self._sock.close()


@pytest.fixture
def answering() -> Iterator[Answering]:
    resolver = Answering()
    yield resolver
    resolver.close()


def round_of(site: Site, dns: Address | None = None, *, is_first: bool = False) -> Round:
    settings = Settings(dns=(dns,) if dns else ())
    return go_round(site.state, settings, HandClock(when=site.when), is_first)  # type: ignore[arg-type]


def test_only_an_answer_that_no_list_has_a_part_in_is_open(
    answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filterdns.cli.resolving.TIMEOUT_SECONDS", 0.2)
    answering.errors = {"filtered.example": 17, "blocked.example": 15, "ordered.example": 16, "stale.example": 3}
    answering.rcodes = {"gone.example": "NXDOMAIN", "broken.example": "SERVFAIL", "refused.example": "REFUSED"}
    answering.silent = {"silent.example"}
    names = ["open.example", *answering.errors, *answering.rcodes, *answering.silent]
    assert ask_for_open(answering.address, names) == {"open.example", "stale.example"}


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filterdns.cli.resolving.TIMEOUT_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", sock.getsockname()[1])
    assert ask_for_open(address, ["open.example"]) == frozenset()


def test_a_round_makes_a_day_and_sees_opened_names_resolve(site: Site, answering: Answering) -> None:
    site.publish()
    revise_revocations(site.state, lambda rows: [Revocation(b"late.example", True, reason="late", kind=SUSPENDED)])
    answering.errors = {"late.example": 17}
    first = round_of(site, answering.address, is_first=True)
    assert first.next_seconds == SECONDS_WHILE_OPENED
    answering.errors = {}
    second = round_of(site, answering.address)
    assert second.next_seconds == SECONDS
    assert [entry.type for entry in site.entries].count("day") == 1
    assert len(site.of("remedy")) == 1


def test_the_next_round_is_just_behind_midnight(site: Site) -> None:
    site.publish()
    site.when = site.when.replace(hour=23, minute=50)
    assert round_of(site).next_seconds == 11 * 60
    site.when += timedelta(minutes=11)
    round_of(site)
    assert [each["date"] for each in site.of("day")] == ["2026-11-24", "2026-11-25"]


def test_a_log_that_was_altered_in_its_middle_takes_nothing_until_it_is_mended(site: Site) -> None:
    """Statements are opened by nobody at an append; the whole is looked at when a keeper starts."""
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish()
    statement = next((public_folder(site.state) / "statements").rglob("*.json"))
    octets = statement.read_bytes()
    statement.write_bytes(octets.replace(b'"kind"', b'"kinb"'))
    size = site.size
    fault = round_of(site, is_first=True).log_fault
    assert statement.name in fault
    assert get_refusal(site.state) == fault
    site.write("own/adult.yaml", own_entry("other.example"))
    with pytest.raises(LogFault) as caught:
        site.publish(minutes=5)
    assert str(caught.value) == fault
    assert (get_pointed(site.state), site.size) == (1, size)
    statement.write_bytes(octets)
    assert round_of(site).log_fault == ""
    site.publish(minutes=5)
    assert site.found("other.example") == {"adult"}


def test_without_a_log_a_round_writes_nothing(tmp_path: Path, site: Site) -> None:
    home = Site(site.shipped, tmp_path / "home")
    home.publish()
    before = sorted(home.state.rglob("*"))
    round_of(home, is_first=True)
    assert sorted(home.state.rglob("*")) == before
