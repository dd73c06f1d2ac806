"""Passkeys: added by somebody who has just shown password and code, and good for signing in without them.

A wrong one is counted as any other try at the door is, and has one answer whatever was wrong with it.  That a page was
open for too long, and that a counter went back, is told to whoever has signed with the right key.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from filterdns.transparency.casebook.passkeys import NotKept, Passkey, Passkeys
from filterdns.transparency.casebook.people import People, Person
from filterdns.transparency.desk.accounts import Accounts, Refused
from filterdns.transparency.desk.base64url import parse_base64url
from filterdns.transparency.desk.device_answers import Made, NotProved, Used, to_make, to_use, user_of
from filterdns.transparency.desk.passkey_challenges import ADD, SIGN_IN, Challenges, Verdict
from filterdns.transparency.desk.relying import RelyingParty, relying_party
from filterdns.transparency.desk.sessions import SignedIn
from filterdns.transparency.desk.tries import Tries

LIBRARY = "webauthn"
CEREMONIES = "filterdns.transparency.desk.ceremonies"  # imported when a device first says something
MOST_NAME_CHARACTERS = 40

OLD = "The page was open for more than five minutes. Press the button once more."
WENT_BACK = (
    "This passkey may have been copied: its counter went back. It opens nothing any more, and all sessions have ended. "
    "Sign in with password and code, remove it, and tell whoever keeps the machine."
)
NOT_MADE = "The device did not make a passkey that can be used here. Try again, or take another device."
BAD_NAME = f"Give it a name that tells you which device it is, of up to {MOST_NAME_CHARACTERS} characters."

# What is worked on for a passkey that nobody has, so that it takes as long: the base point of P-256 as a COSE key.
NOBODYS = bytes.fromhex(
    "a5010203262001"
    "2158206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "2258204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


class DeskPasskeys:
    """`party` is None where there are no passkeys: without the library, or where browsers know none."""

    def __init__(self, public_url: str, passkeys: Passkeys, people: People, accounts: Accounts, tries: Tries) -> None:
        self.party = relying_party(public_url) if find_spec(LIBRARY) else None
        self._passkeys, self._people, self._accounts, self._tries = passkeys, people, accounts, tries
        self._challenges = Challenges()

    def of(self, pseudonym: str) -> list[Passkey]:
        """Somebody's, the oldest first."""
        return self._passkeys.of(pseudonym)

    def remove(self, pseudonym: str, id: str) -> None:
        """It opens nothing any more, if this person had it."""
        try:
            self._passkeys.remove(pseudonym, parse_base64url(id))
        except ValueError:
            pass

    def asked_to_sign_in(self, now: float) -> dict[str, Any] | None:
        """What a page asks a device for, to let somebody in; None where there are no passkeys."""
        return to_use(self._challenges.new(SIGN_IN, now), self.party) if self.party else None

    def asked_to_add(self, session: SignedIn, now: float) -> dict[str, Any]:
        """What a page asks a device for, to add one. Only after password and code."""
        known = [each.id for each in self._passkeys.of(session.pseudonym)]
        challenge = self._challenges.new(ADD, now, session.token)
        return to_make(challenge, self._party(), session.pseudonym, known)

    async def sign_in(self, used: Used, address: str, now: float, when: datetime) -> Person | Refused:
        """The person whose device has signed, or a refusal."""
        who = "passkey " + hashlib.sha256(used.id.encode("utf-8", "replace")).hexdigest()[:40]
        return await self._accounts.in_turn(who, address, now, lambda: self._try(used, who, address, now, when))

    def add(self, session: SignedIn, name: str, made: Made, now: float, when: datetime) -> str:
        """Keep what a device has made; why not, in words, or nothing if it is kept."""
        if fault := fault_of_name(name):
            return fault
        ceremonies = import_module(CEREMONIES)
        try:
            challenge: bytes = ceremonies.challenge_of(made.client)
            verdict = self._challenges.judge(challenge, ADD, now, session.token)
            if verdict is Verdict.OLD:
                return OLD
            if verdict is not Verdict.GOOD:
                return NOT_MADE
            new = ceremonies.check_made(made, challenge, self._party())
        except NotProved:
            return NOT_MADE
        if not self._challenges.spend(challenge, now):
            return NOT_MADE
        try:
            self._passkeys.add(Passkey(new.id, session.pseudonym, name.strip(), new.key, new.counter, when))
        except NotKept as fault:
            return str(fault)
        return ""

    def _try(self, used: Used, who: str, address: str, now: float, when: datetime) -> Person | Refused:
        ceremonies = import_module(CEREMONIES)
        kept = self._get(used.id)
        try:
            challenge: bytes = ceremonies.challenge_of(used.client)
            counter: int = ceremonies.check_used(used, challenge, self._party(), kept.key if kept else NOBODYS)
        except NotProved:
            return self._refuse(who, address, now)
        verdict = self._challenges.judge(challenge, SIGN_IN, now)
        if kept is None or not _is_user(used.user, kept.pseudonym):
            return self._refuse(who, address, now)
        if verdict is Verdict.OLD:
            return Refused(why=OLD)
        if verdict is not Verdict.GOOD or not self._challenges.spend(challenge, now):
            return self._refuse(who, address, now)
        if not self._passkeys.use(kept.id, counter, when):
            return Refused(why=WENT_BACK)
        person = self._people.get(kept.pseudonym)
        if person is None or not person.is_active:
            return self._refuse(who, address, now)
        self._tries.passed(who, address)
        return person

    def _refuse(self, who: str, address: str, now: float) -> Refused:
        self._tries.failed(who, address, now)
        return Refused()

    def _get(self, id: str) -> Passkey | None:
        try:
            return self._passkeys.get(parse_base64url(id))
        except ValueError:
            return None

    def _party(self) -> RelyingParty:
        assert self.party is not None  # no route leads here otherwise
        return self.party


def fault_of_name(name: str) -> str:
    """Why a passkey cannot be called so, in words; nothing if it can."""
    is_name = 0 < len(name.strip()) <= MOST_NAME_CHARACTERS and name.strip().isprintable()
    return "" if is_name else BAD_NAME


def _is_user(said: str, pseudonym: str) -> bool:
    """Whether a device keeps the passkey for the person whose it is here."""
    try:
        return hmac.compare_digest(parse_base64url(said), user_of(pseudonym))
    except ValueError:
        return False
