"""`filterdns lists suspend NAME`: a listing stops counting within seconds, in every worker, without a build."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from filterdns.categories import Class
from filterdns.cli.asked import AskedFault, read_name
from filterdns.cli.places import load_table
from filterdns.cli.state import default_state
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.lists.revocations import MOST_REASON_CHARACTERS, SUSPENDED, Revocation, revise_revocations
from filterdns.log.recording.recorder import record_revocations
from filterdns.names import label_offsets, name_text

Change = Callable[[tuple[Revocation, ...]], list[Revocation]]


@click.command("suspend")
@click.argument("name")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is shown on the page of the name.")
@click.option("--category", default="", metavar="ID", help="Only listings in this category (default: all).")
@click.option("--until", default="", metavar="DAY", help="The first day on which listings count again: 2030-03-05.")
@click.option("--exact", is_flag=True, help="This name alone, not the names below it.")
@click.option("--end", is_flag=True, help="End it: listings of NAME count again at once.")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
def command(name: str, reason: str, category: str, until: str, exact: bool, end: bool, state: Path | None) -> None:
    """Suspend every listing of NAME, within seconds and until it is ended.

    A name below a listed one opens alone. Protected names, holds and orders from outside stay as they are.
    """
    when = Clock().when()
    try:
        text = name_text(read_listed_name(name))
        _check_category(category)
        if end:
            change = ending(text, category)
        else:
            change = suspending(text, category, reason, read_day(until, when), not exact, when)
        folder = state or default_state()
        stand = revise_revocations(folder, change)
        record_revocations(folder, load_table(), when)
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    for line in lines_about(text, stand, ended=end):
        click.echo(line)


def read_listed_name(typed: str) -> bytes:
    """The name to suspend, with two labels at least. Raises AskedFault."""
    qname = read_name(typed)
    if len(label_offsets(qname)) < 2:
        raise AskedFault(f"expected the name of a site such as example.org, got {typed!r}: all below would open")
    return qname


def read_day(text: str, when: datetime) -> str:
    """A day to come in ISO form, "" for none. Raises AskedFault."""
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise AskedFault(f"--until: expected a day such as 2030-03-05, got {text!r}") from None
    if day <= when.astimezone(UTC).date():
        raise AskedFault(f"--until: expected a day to come, got {text}; with --end a suspension ends now")
    return day.isoformat()


def suspending(name: str, category: str, reason: str, until: str, subdomains: bool, when: datetime) -> Change:
    """What adds a suspension, instead of one of the same name and category. Raises AskedFault without a reason."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= MOST_REASON_CHARACTERS:
        expected = f"why, in at most {MOST_REASON_CHARACTERS} characters"
        raise AskedFault(f"--reason: expected {expected}, got {len(reason)}; it is shown to everybody who asks")
    categories = (category,) if category else ()
    since = when.astimezone(UTC).isoformat(timespec="seconds")
    row = Revocation(name.encode("ascii"), subdomains, categories, since, until, reason, SUSPENDED)
    return lambda rows: [*(r for r in rows if (r.name, r.categories, r.kind) != (row.name, categories, SUSPENDED)), row]


def ending(name: str, category: str) -> Change:
    """What ends all suspensions of a name, or the one of a category. It raises AskedFault where there is none."""

    def end(rows: tuple[Revocation, ...]) -> list[Revocation]:
        ended = [r for r in rows if r.name == name.encode("ascii") and (not category or r.categories == (category,))]
        if not ended:
            what = f"{name} in {category}" if category else name
            raise AskedFault(f"expected a suspension of {what}, got none; nothing has changed")
        return [row for row in rows if row not in ended]

    return end


def lines_about(name: str, stand: tuple[Revocation, ...], *, ended: bool) -> list[str]:
    """What holds for the name now, in words."""
    rows = [row for row in stand if row.name == name.encode("ascii")]
    lines = [f"{name}: the suspension has ended, its listings count again within seconds"] if ended else []
    for row in rows:
        scope = "and names below it" if row.subdomains else "alone"
        what = f"listings in {', '.join(row.categories)}" if row.categories else "all listings"
        until = f"until {row.until}" if row.until else "until it is ended"
        lines.append(f"{name} {scope}: {what} do not count {until}: {row.reason}")
    return lines


def _check_category(category: str) -> None:
    """Raises AskedFault for an unknown category and for orders from outside."""
    if not category:
        return
    by_id = {row.id: row for row in load_table().categories}
    if category not in by_id:
        raise AskedFault(f"--category: expected one of {', '.join(by_id)}, got {category!r}")
    if by_id[category].klass is Class.LEGAL:
        raise AskedFault(f"--category: {category} are orders from outside; only who gave an order can end it")
