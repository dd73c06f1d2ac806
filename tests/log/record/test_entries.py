from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.log.record.entries import (
    ACTIONS,
    BASES,
    KINDS,
    MOST_ENTRY_OCTETS,
    MOST_TREES,
    SCHEMA,
    WHYS,
    read_entry,
    short_licence,
    write_entry,
)
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.note import Signer, write_vkey

WHEN = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
DIGEST = "ab" * 32
VKEY = write_vkey(Signer("lists.example.org/log", bytes(32)).key)
TREE = {"category": "adult", "names": 3, "root": DIGEST, "publication": "open"}

GOOD: dict[str, dict[str, Any]] = {
    "begin": {"origin": "lists.example.org/log", "key": VKEY, "recovery": ""},
    "decision": {
        "kind": "listing",
        "action": "added",
        "category": "adult",
        "name": "play.example",
        "scope": "exact",
        "basis": "reviewed",
        "statement": DIGEST,
    },
    "import": {
        "source": "list-1",
        "sha256": DIGEST,
        **dict.fromkeys(("octets", "names", "rejected", "added", "dropped", "expired"), 7),
        "fetched_at": "2026-11-25T03:04:05+00:00",
        "licence": "CC BY-SA 4.0",
        "redistribute": True,
    },
    "release": {
        "number": 12,
        "built_at": "2026-11-25T03:04:05Z",
        "tool": "0.4.0",
        "manifest": DIGEST,
        "inputs": DIGEST,
        "salt": "00ff",
        "trees": [TREE, {**TREE, "category": "malware", "root": "", "publication": "counted"}],
    },
    "decisions": {"sha256": DIGEST, "octets": 1},
    "revocations": {"sha256": DIGEST, "octets": 1, "count": 0},
    "day": {"date": "2026-11-25", "appeals": {"adult": 2, "games": 0}},
    "key": {"vkey": VKEY, "role": "log", "action": "added"},
    "erasure": {"statement": DIGEST, "why": "personal_data"},
    "remedy": {"statement": DIGEST, "release": 12},
    "end": {"successor": VKEY},
    "outcome": {
        "case": 12,
        "name": "clinic.example",
        "scope": "subdomains",
        "category": "adult",
        "received": "2026-11-20",
        "decided": "2026-11-25",
        "outcome": "removed",
        "cause": "import_error",
        "days_wrong": 41,
        "appellant": "visitor",
        "step": 1,
        "drawn": {"size": 4_711, "people": ["rev-17", "rev-31"]},
        "statement": DIGEST,
    },
}


def refusal(type_: str, **fields: Any) -> str:
    with pytest.raises(LogFault) as caught:
        write_entry(type_, WHEN, **fields)
    return str(caught.value)


def test_every_type_of_the_table_has_an_example_here() -> None:
    assert GOOD.keys() == SCHEMA.keys()


@pytest.mark.parametrize("type_", GOOD)
def test_entry_is_read_back_as_it_was_written(type_: str) -> None:
    octets = write_entry(type_, WHEN, **GOOD[type_])
    entry = read_entry(octets)
    assert (entry.type, entry.at, entry.fields) == (type_, WHEN, GOOD[type_])
    assert json.loads(octets)["v"] == 1
    assert len(octets) < MOST_ENTRY_OCTETS


@pytest.mark.parametrize("type_", GOOD)
def test_field_that_is_missing_is_refused(type_: str) -> None:
    for field, rule in SCHEMA[type_].items():
        fields = {key: value for key, value in GOOD[type_].items() if key != field}
        if not rule.optional:
            assert refusal(type_, **fields).startswith(f"entry {type_}: {field}: expected")


@pytest.mark.parametrize("type_", GOOD)
def test_no_field_takes_free_text(type_: str) -> None:
    for field in SCHEMA[type_]:
        text = "Our neighbour Ms Example of 5 Main Street told us that this site is bad; call her: +1 555 0100"
        other = 1 if field == "redistribute" else True
        for value in (text, text[:39], "a\nb", "<b>", {"adult": text}, [text], 1.5, None, -1, other):
            assert "expected" in refusal(type_, **{**GOOD[type_], field: value})


def test_field_that_the_table_does_not_have_is_refused() -> None:
    assert "as well" in refusal("day", **GOOD["day"], reason="because")
    assert "trees" in refusal("release", **{**GOOD["release"], "trees": [{**TREE, "note": "x"}]})


def test_unknown_type_is_not_written() -> None:
    assert "expected one of begin, decision" in refusal("gossip")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Play.example"),
        ("name", "play.example."),
        ("name", "bücher.example"),
        ("name", "a..example"),
        ("name", "http://play.example/"),
        ("scope", "all"),
        ("kind", "opinion"),
        ("action", "edited"),
        ("basis", "rumour"),
        ("statement", DIGEST.upper()),
        ("statement", DIGEST[:-1]),
        ("category", "Adult"),
        ("source", "two words"),
    ],
)
def test_value_outside_its_closed_set_is_refused(field: str, value: str) -> None:
    assert f"{field}: expected" in refusal("decision", **{**GOOD["decision"], field: value})


def test_hashed_decision_has_neither_name_nor_scope_and_never_one_alone() -> None:
    hashed = {key: value for key, value in GOOD["decision"].items() if key not in ("name", "scope")}
    assert "name" not in read_entry(write_entry("decision", WHEN, **hashed)).fields
    assert "or neither" in refusal("decision", **hashed, scope="exact")
    assert "or neither" in refusal("decision", **hashed, name="play.example")


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "26-11-25", "2026-11-25T00:00:00Z", "2026-W48-3", ""])
def test_day_that_does_not_exist_is_refused(day: str) -> None:
    assert "date: expected a day" in refusal("day", date=day, appeals={})


@pytest.mark.parametrize("moment", ["2026-11-25T25:00:00Z", "2026-11-25", "2026-11-25T03:04:05+07:00", "now"])
def test_moment_that_is_none_is_refused(moment: str) -> None:
    assert "built_at: expected a moment" in refusal("release", **{**GOOD["release"], "built_at": moment})


def test_moment_of_an_entry_is_utc_in_whole_seconds() -> None:
    local = WHEN.replace(microsecond=999_999).astimezone(timezone(timedelta(hours=7)))
    assert read_entry(write_entry("day", local, **GOOD["day"])).at == WHEN
    with pytest.raises(LogFault, match="time zone"):
        write_entry("day", WHEN.replace(tzinfo=None), **GOOD["day"])


def raw(**changes: Any) -> bytes:
    return write_canonical({"v": 1, "type": "day", "at": "2026-11-25T03:04:05Z", **GOOD["day"], **changes})


@pytest.mark.parametrize("at", ["2026-11-25T03:04:05+00:00", "2026-11-25", "2026-02-30T03:04:05Z", 7, None])
def test_entry_with_another_form_of_moment_is_not_read(at: object) -> None:
    with pytest.raises(LogFault, match="at: expected a moment"):
        read_entry(raw(at=at))


def test_entry_of_a_later_version_says_so_with_its_index() -> None:
    with pytest.raises(LogFault, match=r"entry 4711: expected version 1, got 2; a newer version of filterdns"):
        read_entry(raw(v=2, type="verdict"), 4711)
    for version in (0, True, "1", None):
        with pytest.raises(LogFault, match="expected version 1"):
            read_entry(raw(v=version))


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"null", b"\xff", b'{"v":1, "type":"day"}', b"{" * 9_000])
def test_octets_that_are_no_entry_are_refused_with_the_index(octets: bytes) -> None:
    with pytest.raises(LogFault, match=r"^entry 3: "):
        read_entry(octets, 3)


def test_entry_over_16_kib_is_neither_written_nor_read() -> None:
    trees = [{**TREE, "category": "c" * 32, "names": 2**53 - 1}] * MOST_TREES
    assert len(write_entry("release", WHEN, **{**GOOD["release"], "trees": trees})) < MOST_ENTRY_OCTETS
    assert f"at most {MOST_TREES}" in refusal("release", **{**GOOD["release"], "trees": [*trees, TREE]})
    with pytest.raises(LogFault, match="at most 16384 octets, got 16385"):
        read_entry(b"x" * 16_385)


@settings(max_examples=50)
@given(
    st.sampled_from(KINDS),
    st.sampled_from(ACTIONS),
    st.sampled_from(BASES),
    st.from_regex(r"[a-z0-9_-]{1,20}(\.[a-z0-9_-]{1,20}){0,4}", fullmatch=True),
    st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_any_decision_is_read_back(kind: str, action: str, basis: str, name: str, at: datetime) -> None:
    fields = {**GOOD["decision"], "kind": kind, "action": action, "basis": basis, "name": name}
    entry = read_entry(write_entry("decision", at, **fields))
    assert entry.fields == fields
    assert entry.at == at


def test_reasons_of_an_erasure_are_words_of_a_closed_set() -> None:
    for why in WHYS:
        write_entry("erasure", WHEN, statement=DIGEST, why=why)
    assert "why: expected one of" in refusal("erasure", statement=DIGEST, why="the owner asked us by letter")


def test_licence_in_words_becomes_none() -> None:
    short = ["MIT", "CC0-1.0", "CC BY-SA 4.0", "GPL-3.0", "Dandelicence 1.4", "BSD-3-Clause"]
    assert [short_licence(text) for text in short] == short
    for words in ("not stated where we looked", "MIT for the collection; its sources have terms of their own", ""):
        assert short_licence(words) == ""
