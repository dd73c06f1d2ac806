"""`filterdns desk add`, `renew`, `remove` and `list`: who sits at the desk. There is no other way to an account."""

from __future__ import annotations

import re
import secrets
import sys
from typing import Any

import click
import segno

from filterdns.cli.desk_place import with_casebook
from filterdns.clock import Clock
from filterdns.errors import LogFault, StateFault
from filterdns.tlog.note import parse_vkey
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.people import INTERESTS, Interest, Person
from filterdns.transparency.desk.accounts import NewAccount, new_account
from filterdns.transparency.desk.passwords import SETUP_LIFE, is_setup
from filterdns.transparency.desk.roles import DUTIES, DUTIES_OF, fault_of_duties, usual_duties

_PSEUDONYM = re.compile(r"[a-z][a-z0-9-]{1,31}\Z")
MOST_ORGANISATION = 100  # characters; it stands in the log beside each decision


@click.command("add")
@click.argument("pseudonym")
@click.option("--org", "organisation", required=True, help="The organisation that stands beside the pseudonym.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    metavar="ROLE",
    help=f"One of {', '.join(DUTIES_OF)}; and, if not all that these do, of {', '.join(DUTIES)}.",
)
@click.option(
    "--interest",
    "interests",
    multiple=True,
    metavar="NAME",
    help=f"A site or organisation whose cases they do not touch; {', '.join(INTERESTS)} before it with a colon.",
)
@click.option(
    "--category", "categories", multiple=True, metavar="CATEGORY", help="What they decide about; all without."
)
@click.option("--vkey", default="", metavar="VKEY", help="The key that signs for them at the command line.")
@with_casebook()
def add(
    casebook: Casebook,
    pseudonym: str,
    organisation: str,
    roles: tuple[str, ...],
    interests: tuple[str, ...],
    categories: tuple[str, ...],
    vkey: str,
    **_: Any,
) -> None:
    """Give somebody a seat, and show once what they need to sign in.

    PSEUDONYM and organisation are public beside everything that they decide. Hand the set-up code and the picture over
    in person, or by two different ways.
    """
    when = Clock().when()
    partner, duties = _partner_and_duties(roles)
    _check(pseudonym, organisation, vkey)
    person = Person(
        pseudonym=pseudonym,
        organisation=organisation.strip(),
        partner=partner,
        duties=tuple(sorted(duties)),
        categories=tuple(sorted(set(categories))),
        password="",
        totp="",
        vkey=vkey,
        added=when,
    )
    declared = [Interest(pseudonym, *_interest(text), when) for text in interests]
    account = new_account(person, secrets.token_bytes, when)
    casebook.people.add(account.person)
    for interest in declared:
        casebook.people.declare(interest)
    _show(account)


@click.command("renew")
@click.argument("pseudonym")
@with_casebook(made=False)
def renew(casebook: Casebook, pseudonym: str, **_: Any) -> None:
    """Give somebody another set-up code and picture: for a lost telephone or password, or a stolen account.

    They are signed out at once, and their passkeys open nothing any more.
    """
    when = Clock().when()
    person = casebook.people.get(pseudonym)
    if person is None or not person.is_active:
        raise StateFault(f"{pseudonym}: nobody of this pseudonym sits at the desk; see `filterdns desk list`")
    account = new_account(person, secrets.token_bytes, when)
    casebook.people.set_secrets(pseudonym, password=account.person.password, totp=account.totp)
    _show(account)


@click.command("remove")
@click.argument("pseudonym")
@with_casebook(made=False)
def remove(casebook: Casebook, pseudonym: str, **_: Any) -> None:
    """End somebody's seat: they are signed out at once, and what they decided stays."""
    if not casebook.people.remove(pseudonym, Clock().when()):
        raise StateFault(f"{pseudonym}: nobody of this pseudonym sits at the desk; see `filterdns desk list`")
    click.echo(f"{pseudonym} is signed out, and cannot sign in any more; the pseudonym is never given again")


@click.command("list")
@with_casebook(made=False)
def list_people(casebook: Casebook, **_: Any) -> None:
    """Show who sits at the desk, for whom, and what they keep away from."""
    people = casebook.people.all()
    for person in people:
        words = f"{person.partner}, {' '.join(person.duties)}"
        about = f" about {' '.join(person.categories)}" if person.categories else ""
        click.echo(f"{person.pseudonym}  {person.organisation}  ({words}{about})")
        for interest in casebook.people.interests(person.pseudonym):
            click.echo(f"    keeps away from {interest.party} ({interest.kind})")
        if is_setup(person.password):
            click.echo("    has not chosen a password yet")
        for passkey in casebook.passkeys.of(person.pseudonym):
            doubt = "; it may have been copied, and opens nothing any more" if passkey.doubted else ""
            click.echo(f"    has a passkey since {passkey.added.date()}{doubt}")
    if not people:
        click.echo("nobody sits at the desk: filterdns desk add PSEUDONYM --org ORGANISATION --role ROLE")


def _partner_and_duties(roles: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """The one kind of partner among the roles, and what they do."""
    partners = [role for role in roles if role not in DUTIES]
    if len(set(partners)) != 1:
        raise StateFault(
            f"--role: expected one of {', '.join(DUTIES_OF)}, got {', '.join(partners) or 'duties alone'}; "
            f"duties ({', '.join(DUTIES)}) are given beside it"
        )
    duties = frozenset(roles) & frozenset(DUTIES) or usual_duties(partners[0])
    if fault := fault_of_duties(partners[0], duties):
        raise StateFault(f"--role: {fault}")
    return partners[0], duties


def _check(pseudonym: str, organisation: str, vkey: str) -> None:
    if not _PSEUDONYM.match(pseudonym):
        raise StateFault(f"{pseudonym}: expected 2 to 32 of a-z, 0-9 and -, beginning with a letter; never a real name")
    if not organisation.strip() or len(organisation) > MOST_ORGANISATION or not organisation.isprintable():
        raise StateFault(f"--org: expected up to {MOST_ORGANISATION} characters")
    if vkey:
        try:
            parse_vkey(vkey)
        except LogFault as fault:
            raise StateFault(f"--vkey: {fault}") from None


def _interest(text: str) -> tuple[str, str]:
    """(kind, party) of `sponsor:example.org`; without a kind it is an employer."""
    kind, colon, party = text.partition(":")
    if not colon:
        return INTERESTS[0], text.strip()
    if kind not in INTERESTS or not party.strip():
        raise StateFault(f"--interest: expected NAME or one of {', '.join(INTERESTS)} with :NAME, got {text}")
    return kind, party.strip()


def _show(account: NewAccount) -> None:
    """All of it once; nothing of it can be shown again."""
    person = account.person
    click.echo(f"{person.pseudonym} of {person.organisation} has a seat: {person.partner}, {' '.join(person.duties)}")
    click.echo("")
    click.echo(f"set-up code   {account.code}   (once, within {SETUP_LIFE.days} days, at /desk/set-up)")
    click.echo(f"TOTP secret   {account.totp}")
    click.echo(f"              {account.otpauth}")
    click.echo("")
    segno.make(account.otpauth, error="m").terminal(out=sys.stdout, compact=True)
    click.echo("Nothing of this is shown again. For who loses it: filterdns desk renew PSEUDONYM")
