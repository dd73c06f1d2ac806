"""`filterdns check NAME`: what would happen, and why, without the network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from filterdns.cli.asked import read_moment, read_name, read_type, read_who
from filterdns.cli.places import load_table
from filterdns.cli.state import default_state
from filterdns.cli.verdict import Disclosed, Question, Revoked, find_verdict
from filterdns.cli.verdict_text import as_json, as_text
from filterdns.clock import Clock, day_number
from filterdns.config.loader import load
from filterdns.errors import FilterdnsError
from filterdns.lists.release import Release, open_current
from filterdns.lists.revocations import RevocationTable, allowed_file, load_revocations, load_suspended
from filterdns.lists.sightings import Sightings
from filterdns.resolver.revocation_watch import RevocationWatch
from filterdns.resolver.servers.interfaces import local_addresses, on_link_networks
from filterdns.transparency.reasons.history import know

_PATH: Any = click.Path(path_type=Path)


@click.command("check")
@click.argument("name")
@click.option("--type", "rtype", default="A", metavar="TYPE", help="A, AAAA, HTTPS, TYPE65 ... (default A).")
@click.option("--as", "who", default="", metavar="WHO", help="A client's address or a profile.")
@click.option("--at", "at", default="", metavar="TIME", help="'Tue 10:15', 10:15 or 2030-03-05T10:15 (default now).")
@click.option("--config", "config", type=_PATH, help="The configuration (default: the embedded one).")
@click.option("--state", "state", type=_PATH, help="Where lists are kept.")
@click.option("--json", "wants_json", is_flag=True, help="For programs.")
def command(
    name: str, rtype: str, who: str, at: str, config: Path | None, state: Path | None, wants_json: bool
) -> None:
    """Say what would happen to NAME, and why. Nothing is sent anywhere.

    NAME is a domain name in any script, or a web address that was pasted.
    """
    try:
        categories = load_table()
        settings = load(config, categories)
        links = on_link_networks((address.host for address in settings.dns), local_addresses())
        profile, client, may_ask = read_who(who, settings, links)
        when = read_moment(at, Clock().when(), ZoneInfo(profile.timezone))
        question = Question(read_name(name), read_type(rtype), profile, client, may_ask, when)
        release = open_current(state or default_state())
        index = release.open_index()
        index.today = day_number(when)
        table = load_revocation_table(state or default_state(), release)
        revoked = Revoked(
            table.find(question.qname, index.today), watch_revoked(state or default_state(), release).over(index)
        )
        rows = release.open_listings().find
        known = know(
            question.qname,
            Disclosed(index, index.categories),
            rows,
            Sightings(release),
            categories,
            table.about(question.qname),
            when.date(),
        )
        verdict = find_verdict(question, settings, index, index.categories, rows, revoked, known)
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    if wants_json:
        click.echo(json.dumps(as_json(question, verdict, settings, index.number), ensure_ascii=False, indent=2))
        return
    for line in as_text(question, verdict, settings, index.number):
        click.echo(line)


def load_revocation_table(state: Path, release: Release) -> RevocationTable:
    """All that is revoked, also what has ended. Raises StateFault for a damaged file."""
    return RevocationTable([*load_suspended(state), *load_revocations(allowed_file(release.folder))])


def watch_revoked(state: Path, release: Release) -> RevocationWatch:
    """What does not count, as a worker that starts now would have it."""
    watch = RevocationWatch(state, click.echo)
    watch.look()
    while watch.is_reading:
        watch.step()
    watch.use_release(release.folder)
    return watch
