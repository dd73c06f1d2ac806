"""Signing in: a pseudonym, a password and a one-time code, with one answer for everything that is wrong."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from filterdns.transparency.casebook.people import People, Person
from filterdns.transparency.desk import one_time, passwords
from filterdns.transparency.desk.passwords import COST, Cost
from filterdns.transparency.desk.tries import Tries

MOST_WAITING = 8  # sign-ins in line for the one thread; each takes up to a second on a small machine

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody was let in. `wait_seconds`: 0 if the next try may be made at once; `why`: what is wrong with a choice."""

    wait_seconds: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed at the door. `code`: of the telephone; `setup`: of whoever keeps the machine, once."""

    pseudonym: str
    password: str
    code: str
    setup: str = ""


class Accounts:
    """Digests are worked on one at a time: a flood of sign-ins takes neither the memory nor the pages."""

    def __init__(self, people: People, tries: Tries, cost: Cost = COST) -> None:
        self._people, self._tries, self._cost = people, tries, cost
        self._thread = ThreadPoolExecutor(1, "scrypt")
        self._waiting = 0

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def sign_in(self, typed: Typed, address: str, now: float, when: datetime) -> Person | Refused:
        """The person, or a refusal that says nothing of what was wrong."""
        return await self.in_turn(typed.pseudonym, address, now, lambda: self._try(typed, address, now, when))

    async def set_up(self, typed: Typed, address: str, now: float, when: datetime) -> Person | Refused:
        """The first password, for whoever has the set-up code and a telephone that shows the right codes."""
        fault = passwords.fault_of_password(typed.password, typed.pseudonym)
        if fault and not self._wait(typed.pseudonym, address, now):
            return Refused(why=fault)
        return await self.in_turn(typed.pseudonym, address, now, lambda: self._begin(typed, address, now, when))

    async def in_turn(self, who: str, address: str, now: float, work: Callable[[], T]) -> T | Refused:
        """What this try gives, when its turn comes; a refusal if there were too many, which is to be waited out.

        `work` counts itself among the tries of `who`.
        """
        if wait := self._wait(who, address, now):
            return Refused(wait)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def _wait(self, who: str, address: str, now: float) -> float:
        return self._tries.wait(who, address, now) or (1.0 if self._waiting >= MOST_WAITING else 0.0)

    def _try(self, typed: Typed, address: str, now: float, when: datetime) -> Person | Refused:
        person = self._get(typed)
        known = person if person is not None and not passwords.is_setup(person.password) else None
        phc, secret = (known.password, known.totp) if known else (passwords.nobodys(self._cost), one_time.NOBODYS)
        is_right = passwords.matches(phc, typed.password)
        step = one_time.find_step(secret, typed.code, when)
        if known is None or not is_right or step is None or not self._people.spend_totp(known.pseudonym, step):
            self._tries.failed(typed.pseudonym, address, now)
            return Refused()
        if passwords.needs_rehash(phc, self._cost):
            self._people.keep_anew(known.pseudonym, self._phc(typed.password))
        self._tries.passed(typed.pseudonym, address)
        return known

    def _begin(self, typed: Typed, address: str, now: float, when: datetime) -> Person | Refused:
        known = self._get(typed)
        phc, secret = (known.password, known.totp) if known else ("", one_time.NOBODYS)
        is_right = passwords.opens_setup(phc, typed.setup, when)
        step = one_time.find_step(secret, typed.code, when)
        # The code is spent first: of two who come with the same at once one alone chooses the password.
        if known is None or not is_right or step is None or not self._people.spend_totp(known.pseudonym, step):
            self._tries.failed(typed.pseudonym, address, now)
            return Refused()
        # What was spent of one-time codes stays spent.
        self._people.set_secrets(known.pseudonym, password=self._phc(typed.password), totp=known.totp)
        self._people.spend_totp(known.pseudonym, step)
        self._tries.passed(typed.pseudonym, address)
        return known

    def _get(self, typed: Typed) -> Person | None:
        person = self._people.get(typed.pseudonym)
        return person if person is not None and person.is_active else None

    def _phc(self, password: str) -> str:
        return passwords.make_phc(password, secrets.token_bytes(passwords.SALT_OCTETS), self._cost)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What `filterdns desk add` shows once."""

    person: Person
    code: str
    totp: str

    @property
    def otpauth(self) -> str:
        return one_time.address(self.totp, self.person.pseudonym)


def new_account(person: Person, octets: Callable[[int], bytes], when: datetime) -> NewAccount:
    """A person with a set-up code and a TOTP secret. `octets`: gives so many random ones."""
    code = passwords.setup_code(octets(passwords.SETUP_OCTETS))
    secret = one_time.make_secret(octets(one_time.SECRET_OCTETS))
    return NewAccount(replace(person, password=passwords.make_setup(code, when), totp=secret), code, secret)
