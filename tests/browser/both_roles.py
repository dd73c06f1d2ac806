"""A publisher and a home that takes its decisions, on one machine: real processes under one clock that can be moved."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pyotp import TOTP

from filterdns.log.home.subscription import load_status, store_status
from filterdns.log.keys.life import make_log
from filterdns.log.offering.heads import DECISIONS, REVOCATIONS, head_path
from filterdns.log.places import public_folder
from tests.browser import moved_clock
from tests.browser.moved_clock import MovedClock
from tests.lists.end_to_end.conftest import only_ours
from tests.lists.entries import own_entry
from tests.messages import query
from tests.resolving import parsed
from tests.running import LOOPBACK, Running, wait_until

ORIGIN = "lists.example/log"
SECONDS = 120  # a keeper stands behind everything else that the machine does, and looks at its desk each minute
HALF_AN_HOUR = 5.0  # seconds in which the home's half-hour passes: it asks for revocations twice in an hour
OPEN, CLOSED = True, False


@dataclass(frozen=True)
class Seat:
    """What somebody was handed who is to sit at the desk."""

    pseudonym: str
    setup: str
    secret: str


class BothRoles:
    """`publisher` and `home` run from the start; `listed`: names that the publisher has listed itself."""

    def __init__(self, folder: Path, upstream_port: int, listed: tuple[str, ...]) -> None:
        (folder / "ahead").write_text("0")
        self.clock = MovedClock(folder / "ahead")
        self._program = (sys.executable, moved_clock.__file__, str(folder / "ahead"))
        day = self.clock.when().date().isoformat()
        names = {"own/gambling.yaml": "".join(own_entry(name, listed_on=day) for name in listed)}
        self.publisher = self._prepare(folder / "publisher", {"role": "publisher"}, upstream_port, names)
        self.vkey = make_log(self.publisher.state, ORIGIN, folder / "elsewhere" / "recovery", self.clock.when()).held[0]
        self.publisher.start()
        heads = [public_folder(self.publisher.state) / head_path(type_) for type_ in (DECISIONS, REVOCATIONS)]
        wait_until(lambda: all(head.is_file() for head in heads), SECONDS, "the log has begun", every=0.1)
        taken_from = {"url": f"{self.site}/log", "vkey": self.vkey}
        self.home = self._prepare(folder / "home", {"publisher": taken_from}, upstream_port, {})
        self.home.start()

    def _prepare(self, folder: Path, role: dict[str, Any], upstream_port: int, overlay: dict[str, str]) -> Running:
        folder.mkdir()
        lists = {"sources/choices.yaml": only_ours(), **overlay}
        running = Running(folder, {"require_log": True, **role}, upstream_port, lists)
        running.program = self._program
        running.write_config({**running.settings, "public_url": address_of(running)})
        return running

    @property
    def site(self) -> str:
        """Where the publisher's pages are."""
        return address_of(self.publisher)

    def run(self, *arguments: object) -> str:
        """A command of filterdns under the same clock; what it says."""
        command = [*self._program, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def give_seat(self, pseudonym: str, organisation: str, partner: str) -> Seat:
        """As whoever keeps the publisher's machine does it."""
        state = ("--state", self.publisher.state)
        said = self.run("desk", "add", pseudonym, "--org", organisation, "--role", partner, *state)
        (setup,), (secret,) = re.findall(r"set-up code +(\S+)", said), re.findall(r"TOTP secret +(\S+)", said)
        return Seat(pseudonym, setup, secret)

    def code(self, seat: Seat) -> str:
        """What this person's telephone shows next: each code is good once."""
        self.clock.move(timedelta(seconds=30))
        return TOTP(seat.secret).at(self.clock.when())

    def says(self, name: str, is_open: bool) -> None:
        """The home's resolver answers a query for the name so, once the keepers of both have done their part."""
        since = time.monotonic()

        def is_answered() -> bool:
            nonlocal since
            if bool(parsed(self.home.ask(query(name))).answer) == is_open:
                return True
            if time.monotonic() - since > HALF_AN_HOUR:
                since = time.monotonic()
                self._half_an_hour_later()
            return False

        try:
            wait_until(is_answered, SECONDS, f"{name} is {'open' if is_open else 'closed'} at the home", every=0.2)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.publisher.output()}\n{self.home.output()}") from None

    def _half_an_hour_later(self) -> None:
        """The home's keeper asks again, as it then would: what it noted of the next time is gone, and it is woken."""
        store_status(self.home.state, replace(load_status(self.home.state), asked={}))
        assert self.home.process is not None
        self.home.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        self.home.stop()
        self.publisher.stop()


def address_of(running: Running) -> str:
    """Of its pages."""
    return f"http://{LOOPBACK}:{running.pages_port}"
