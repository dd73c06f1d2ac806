"""Casebook, release, revocations, pages and log held against each other and against the oracle, after a whole round."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections import Counter
from functools import partial
from itertools import zip_longest
from pathlib import Path

from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.release import open_current
from filterdns.lists.revocations import load_revocations, revocations_file
from filterdns.lists.standing_file import load_standings
from filterdns.log.checking.decided_then import DecidedThen
from filterdns.log.checking.replay import SAME, Replay
from filterdns.log.checking.replayed import read_releases, unlike_roots
from filterdns.log.checking.verify import verify_log
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.offering.collected import collect_decisions
from filterdns.log.offering.delta import write_document
from filterdns.log.offering.heads import DECISIONS, REVOCATIONS, body_path, head_path
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, OUTCOME, RELEASE, Entry
from filterdns.log.record.statements import open_statement
from filterdns.log.recording.decided import KINDS, decided, revoked
from filterdns.log.recording.fold import Fold, differences
from filterdns.log.recording.inputs import KeptInputs, private_inputs
from filterdns.tlog.proof_file import parse_proof_file
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.names_in_log import MOST_DECISIONS
from tests.properties.histories.follower import Follower
from tests.properties.histories.oracle import Oracle
from tests.properties.histories.views import explained, resolved
from tests.properties.histories.world import ASKED, LISTS, P2, World


def check(world: World, current: CurrentRelease, follower: Follower) -> None:
    """All of it. Raises AssertionError with what does not agree."""
    oracle = Oracle(world.served, world.rounds, world.when).take(world.events)
    by_resolver = resolved(world.office.site.state, world.when, *ASKED)
    check_oracle(oracle, by_resolver)
    assert explained(world.office, current, *ASKED) == by_resolver, "the page of reasons says otherwise than a worker"
    check_casebook(world, oracle)
    check_log(world)
    check_past(world, current)
    at_home = follower.follow(world)
    unlike = [(name, at_home.get(name), by_resolver.get(name)) for name in ASKED]
    assert at_home == by_resolver, f"a home filters otherwise than its publisher: {[e for e in unlike if e[1] != e[2]]}"


def check_oracle(oracle: Oracle, by_resolver: dict[str, frozenset[str]]) -> None:
    assert list(oracle.late()) == []
    for name in ASKED:
        said = by_resolver.get(name, frozenset())
        assert (P2 in said, "hold" in said) == (oracle.is_protected(name), oracle.is_held(name)), told(oracle)
        for category in sorted(set(LISTS.values())):
            expected, got = oracle.blocked(name, category), category in said
            assert expected in (None, got), f"{name} is {'' if got else 'not '}filtered for {category}:\n{told(oracle)}"


def told(oracle: Oracle) -> str:
    """What the oracle knows, a thing a line."""
    known = [f"now {oracle.when}", *oracle.current.values(), *oracle.cases.items(), *oracle.pins, *oracle.own.items()]
    known += [f"protected {sorted(oracle.protected)}", f"held {oracle.held}"]
    return "\n".join(map(str, known))


def check_casebook(world: World, oracle: Oracle) -> None:
    """Nothing waits, and each decision was carried out once, or refused once."""
    assert world.office.waiting() == []
    assert world.office.book.check() == []
    of_cases: dict[int, list[Event]] = {}
    for event in world.events:
        of_cases.setdefault(event.case, []).append(event)
    for events in of_cases.values():
        decisions = [event for event in events if event.kind == e.DECIDED]
        for decision, following in zip_longest(decisions, decisions[1:]):
            end = following.number if following else sys.maxsize
            later = [event for event in events if decision.number < event.number < end]
            refusals = [each.data["words"] for each in later if each.data.get("what") == e.NOTED_REFUSED]
            is_refused = oracle.refused.get(decision.number, False)
            if is_refused is not None:
                assert len(refusals) == is_refused, f"{decision} was{' not' * is_refused} refused: {refusals}"
            in_force = len([event for event in later if event.kind == e.IN_FORCE])
            expected = oracle.lasting[decision.number]
            if following is None and expected is not None:
                assert in_force == expected, f"{decision}, in force {in_force} times, expected {expected}"
            assert in_force <= 1, f"{decision} is in force {in_force} times"


def check_log(world: World) -> None:
    """The log is whole, says what stands and nothing else, and has every outcome and every release once."""
    state, when = world.office.site.state, world.when
    policy = load_policy(state)
    assert policy is not None
    assert verify_log(FolderFiles(public_folder(state)), policy, when).faults == []
    own = load_own_data(world.office.site.shipped, world.office.site.overlay)
    standing = {**decided(own, load_standings(state)), **revoked(own.table, load_revocations(revocations_file(state)))}
    assert list(differences(state, _folded(state), standing, KINDS)) == []
    _check_outcomes(world)
    numbers = [fields["number"] for fields in world.office.site.of(RELEASE)]
    assert numbers == sorted(set(numbers))
    release = open_current(state)
    (entry,) = [fields for fields in world.office.site.of(RELEASE) if fields["number"] == release.number]
    assert entry["manifest"] == hashlib.sha256((release.folder / "manifest.json").read_bytes()).hexdigest()
    assert all(release.manifest.inputs.get(name) == sha256 for name, sha256 in own.inputs.items())
    _check_offered(world, own)


def check_past(world: World, current: CurrentRelease) -> None:
    """The page of a name has every decision about it that the log has, and which release has it."""
    reasons = Reasons(world.office.settings, current, None, world.office.clock)
    for name in ASKED:
        statement = reasons.get(name)
        assert statement is not None
        past = reasons.past(statement)
        about = [n for n, each in enumerate(world.office.site.entries) if each.type == DECISION and _is_of(each, name)]
        assert [each.index for each in past] == about[-MOST_DECISIONS:]


def _is_of(entry: Entry, asked: str) -> bool:
    name = entry.fields.get("name", "")
    return asked == name or (entry.fields.get("scope") == "subdomains" and asked.endswith(f".{name}"))


def _folded(state: Path) -> Fold:
    """The log, read from its first entry on."""
    fold, reader = Fold(), open_local(state)
    for index, octets in enumerate(reader.entries(0, reader.size)):
        fold.take(state, index, octets)
    return fold


def _check_outcomes(world: World) -> None:
    expected: Counter[tuple[int, int, str]] = Counter()
    steps: Counter[int] = Counter()
    for event in world.events:
        steps[event.case] += event.kind == e.ASKED_AGAIN
        if event.kind == e.DECIDED:
            expected[event.case, steps[event.case] + 1, event.data["outcome"]] += 1
        elif event.kind == e.SUSPENDED and event.data["why"] == e.WHY_LATE:
            expected[event.case, steps[event.case] + 1, "suspended_late"] += 1
    entries = world.office.site.of(OUTCOME)
    assert Counter((each["case"], each["step"], each["outcome"]) for each in entries) == expected


def _check_offered(world: World, own: OwnData) -> None:
    """What homes are given is what stands here."""
    state = world.office.site.state
    digest = hashlib.sha256(write_document(collect_decisions(own))).hexdigest()
    assert _offered(state, DECISIONS) == digest
    octets = (public_folder(state) / body_path(REVOCATIONS, _offered(state, REVOCATIONS))).read_bytes()
    given = {(row["name"], row["reason"]) for row in map(json.loads, octets.splitlines()[1:])}
    here = {(row.name.decode(), row.reason) for row in world.office.revocations if row.holds_on(world.when.date())}
    assert given == here


def _offered(state: Path, type_: str) -> str:
    head = parse_proof_file((public_folder(state) / head_path(type_)).read_bytes())
    return str(json.loads(head.extra)["sha256"])


def check_made_again(world: World, out: Path) -> None:
    """Every release is made again from the log and its inputs, octet for octet, and of what was decided by then."""
    state = world.office.site.state
    reader = open_local(state)
    then = DecidedThen(reader, partial(open_statement, state))
    logged = list(read_releases(reader))
    for entry, again in zip(logged, Replay(KeptInputs(private_inputs(state)), out).run(logged), strict=True):
        assert (again.result, again.lines) == (SAME, ())
        assert unlike_roots(entry, again) == []
        assert again.own is not None
        assert then.unlike(entry.index, again.own) == []
    shutil.rmtree(out)
