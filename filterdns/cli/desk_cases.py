"""`filterdns desk queue`, `show` and `decide`: the desk from the command line, under the rules of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from filterdns.cli.desk_place import with_casebook
from filterdns.cli.desk_text import case_lines, note_lines, queue_line
from filterdns.cli.desk_view import DeskView, open_view
from filterdns.clock import Clock
from filterdns.errors import LogFault, StateFault
from filterdns.log.keys.key_file import SecretKey, load_keys
from filterdns.tlog.note import parse_vkey
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, CaseFault
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk.actions import CAUSE_WORDS, DECLINE, MOVE, NARROW, REMOVE, UPHOLD, Asked, read_asked
from filterdns.transparency.desk.roles import Reviewer
from filterdns.transparency.desk.signed import SIG, action_text, check_action, sign_action
from filterdns.transparency.numbers.notes import load_notes

_SHOWN = 50
_PRESS_OF = {e.REMOVED: REMOVE, e.NARROWED: NARROW, e.MOVED: MOVE, e.UPHELD: UPHOLD, e.DECLINED: DECLINE}
_CLOSING = (e.LISTED, e.HELD, e.PROTECTED)
OUTCOMES = (*_PRESS_OF, *_CLOSING)


@click.command("queue")
@click.option("--category", default="", metavar="CATEGORY", help="Only cases of this category.")
@click.option("--whose", default="", metavar="PSEUDONYM", help="Only cases of this person.")
@with_casebook(made=False)
def queue(casebook: Casebook, state: Path, category: str, whose: str, **_: Any) -> None:
    """Show what waits for an answer, the most urgent first."""
    when = Clock().when()
    for line in note_lines(load_notes(state)):
        click.echo(line)
    found = casebook.open_cases(limit=_SHOWN, category=category or None, whose=whose or None)
    proven = casebook.controls.proven([case.id for case in found])
    for case in found:
        click.echo(queue_line(case, whose, when, is_proven=case.id in proven))
    waiting = sum(casebook.count_open().values())
    click.echo(f"{waiting} wait" if waiting != len(found) else f"{waiting} in all")


@click.command("show")
@click.argument("number", metavar="CASE", type=int)
@with_casebook(made=False)
def show(casebook: Casebook, state: Path, number: int, **_: Any) -> None:
    """Show all of a case: what people wrote, what lists say, what has happened."""
    view = open_view(casebook, state)
    case = _find(casebook, number)
    is_proven = number in casebook.controls.proven([number])
    lines = case_lines(
        case, casebook.events(number), casebook.receipts(number), view.statement(case), is_proven=is_proven
    )
    for line in lines:
        click.echo(line)


@click.command("decide")
@click.argument("number", metavar="CASE", type=int)
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--as", "pseudonym", required=True, metavar="PSEUDONYM", help="Who decides.")
@click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Their secret key, as `filterdns desk key make` wrote it.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why, in up to 400 characters; it is public.")
@click.option("--cause", default="", metavar="CAUSE", help=f"What had gone wrong: {', '.join(CAUSE_WORDS)}.")
@click.option("--open", "opened", multiple=True, metavar="NAME", help="A name below the listed one that opens.")
@click.option("--below", is_flag=True, help="With --open: everything below these names too.")
@click.option("--to", "category", default="", metavar="CATEGORY", help="Where a listing is moved to.")
@click.option("--grade", default="", metavar="GRADE", help="To close a name: the grade of the evidence.")
@click.option("--seen-on", default="", metavar="DAY", help="The day on which it was seen, such as 2026-11-25.")
@click.option("--note", default="", metavar="TEXT", help="What was seen, and how.")
@click.option("--scope-reason", default="", metavar="TEXT", help="Why everything below the name is meant.")
@with_casebook(made=False)
def decide(
    casebook: Casebook, state: Path, number: int, outcome: str, pseudonym: str, key_file: Path, **options: Any
) -> None:
    """Speak for an OUTCOME of a CASE, signed with your own key.

    It is decided at once where one person is enough; else as soon as all have spoken who are needed.
    """
    when = Clock().when()
    view = open_view(casebook, state)
    with _told():
        case = view.drawn(_find(casebook, number), when)
        asked = _asked(case, outcome, options, when, view)
        key = find_key(casebook, pseudonym, key_file)
        after = speak(view, _find_reviewer(view, pseudonym), key, case, asked, when)
    if after.is_open:
        click.echo(f"case {number}: {pseudonym} has spoken for {outcome}; others are needed")
    else:
        click.echo(f"case {number}: decided, {outcome}; it is in force when filterdns has carried it out")


def speak(view: DeskView, who: Reviewer, key: SecretKey, case: Case, asked: Asked, when: datetime) -> Case:
    """Sign an action, check the signature by the key that is registered, then append it. Raises CaseFault, LogFault."""
    person = view.casebook.people.get(who.pseudonym)
    text = action_text(case.id, case.last, asked.data, when.date().isoformat())
    sig = sign_action(key.signer, text)
    check_action(person.vkey if person else "", text, sig)
    return view.doing.decide(who, case, asked.data, view.parties(case), when, signed={SIG: sig})


def find_key(casebook: Casebook, pseudonym: str, file: Path) -> SecretKey:
    """The key in a file that is registered for somebody. Raises StateFault."""
    person = casebook.people.get(pseudonym)
    if person is None or not person.is_active:
        raise StateFault(f"{pseudonym}: nobody of this pseudonym sits at the desk; see `filterdns desk list`")
    if not person.vkey:
        raise StateFault(f"{pseudonym}: no key is registered; whoever keeps the machine gives one with desk add --vkey")
    registered = parse_vkey(person.vkey)
    key = next((key for key in load_keys(file) if key.signer.key == registered), None)
    if key is None:
        raise StateFault(f"{file}: expected the key {person.vkey}, which is registered for {pseudonym}, got another")
    return key


def _asked(case: Case, outcome: str, options: dict[str, Any], when: datetime, view: DeskView) -> Asked:
    """What was asked for, read and bounded as a form is. Raises StateFault."""
    fields = {
        "reason": options["reason"],
        "cause": options["cause"],
        "names": "\n".join(options["opened"]),
        "below": "yes" if options["below"] else "",
        "to_category": options["category"],
        "grade": options["grade"],
        "seen_on": options["seen_on"],
        "note": options["note"],
        "scope_reason": options["scope_reason"],
    }
    press = _PRESS_OF.get(outcome, "approve")
    asked = read_asked(press, case, {name: [text] for name, text in fields.items()}, when.date(), view.facts.categories)
    if asked.outcome != outcome:
        raise StateFault(f"case {case.id}: a {case.kind} does not end with {outcome}")
    if asked.problems:
        raise StateFault("; ".join(f"{_OPTION_OF.get(name, name)}: {text}" for name, text in asked.problems.items()))
    return asked


_OPTION_OF = {
    "reason": "--reason",
    "cause": "--cause",
    "names": "--open",
    "to_category": "--to",
    "grade": "--grade",
    "seen_on": "--seen-on",
    "note": "--note",
    "scope_reason": "--scope-reason",
}


def _find(casebook: Casebook, number: int) -> Case:
    with _told():
        return casebook.case(number)


def _find_reviewer(view: DeskView, pseudonym: str) -> Reviewer:
    who = view.facts.reviewer(pseudonym)
    if who is None:
        raise StateFault(f"{pseudonym}: nobody of this pseudonym sits at the desk; see `filterdns desk list`")
    return who


@contextmanager
def _told() -> Iterator[None]:
    """A case that does not allow it, or a key that does not fit, is told as people read it."""
    try:
        yield
    except (CaseFault, LogFault) as fault:
        raise click.ClickException(str(fault)) from None
