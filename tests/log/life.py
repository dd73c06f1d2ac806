"""Some days of a publisher whose releases are made again: each changes something else."""

from __future__ import annotations

from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.build import build_release
from filterdns.lists.manifest import Manifest, write_manifest
from filterdns.lists.own_data import load_own_data
from filterdns.log.checking.replay import Logged, manifest_digest
from filterdns.log.keys.life import make_log
from filterdns.log.places import has_log
from filterdns.log.recording.inputs import keep_inputs, private_inputs
from filterdns.log.recording.recorder import recorder_for
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home
from tests.resolving import HandClock

BIG = [f"n{number}.example" for number in range(400)]
ALLOW = """- {name: n1.example, scope: subdomains, kind: pin, categories: all, reason: {en: won}, decided_by: panel,
   decided_on: 2026-11-26}
"""


class Publisher:
    """A home whose releases are noted as a log would: the number, and the digest of the manifest."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.logged: list[Logged] = []

    def record(self, folder: Path, manifest: Manifest) -> None:
        home = self.home
        keep_inputs(home.state, manifest, load_own_data(home.shipped, home.overlay))
        self.logged.append(Logged(manifest.number, manifest_digest(write_manifest(manifest))))

    def record_and_fail(self, folder: Path, manifest: Manifest) -> None:
        """The entry is appended, and then the machine stops."""
        self.record(folder, manifest)
        raise StateFault("no power")

    def say(self, manifest: Manifest) -> None:
        """Log this and nothing else, whatever was built."""
        octets = write_manifest(manifest)
        self.logged = [Logged(manifest.number, manifest_digest(octets))]
        (private_inputs(self.home.state) / self.logged[0].sha256).write_bytes(octets)

    def build(self, **later: float) -> None:
        self.home.sleep(**later)
        self.home.build(self.record)

    def live(self) -> None:
        """Nine releases: changes of lists, a held list, an undo, an allowance, an expiry."""
        home = self.home
        home.add_list("adult-a", "adult", redistribute=True)
        home.add_list("malware-a", "malware", redistribute=True)
        home.use("adult-a", BIG)
        home.use("malware-a", ["bad.example", "n5.example"])
        home.write("own/games.yaml", own_entry("play.example"))
        home.write("protected/p2.yaml", protected_entry("n7.example", "health"))
        self.build()
        home.use("adult-a", [*BIG, "new.example", "bücher.example"])  # changes
        self.build(days=1)
        home.serve("adult-a", BIG[:40])  # held: the copy before stays, while something else is built
        home.update()
        home.write("own/games.yaml", own_entry("play.example") + own_entry("other.example"))
        self.build(hours=2)
        home.deeds.undo("adult-a", home.when)
        self.build(hours=2)
        home.write("allow/won.yaml", ALLOW)
        self.build(days=2)
        home.use("malware-a", ["bad.example", "n1.example"])
        self.build(hours=1)
        self.build(days=1)  # the pin holds against the security list by now, though no list has changed
        home.use("malware-a", ["bad.example"])
        self.build(
            days=600
        )  # the pin has ended, and names that nobody confirmed; those that went long ago are forgotten
        home.switch(**{"malware-a": False})
        self.build(days=1)


class LoggingPublisher(Publisher):
    """One with a log, which begins with the first release."""

    def build(self, **later: float) -> None:
        home = self.home
        home.sleep(**later)
        if not has_log(home.state):
            make_log(home.state, "lists.example/log", home.shipped.parent / "recovery", home.when)
        recording = recorder_for(home.state, HandClock(when=home.when))  # type: ignore[arg-type]
        build_release(home.shipped, home.overlay, home.state, home.when, record=recording)
        recording.record_rest()
