"""Help by country: checked numbers, and the sites of the lists' P1 names; what is missing is told, never left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from filterdns.errors import DataFault, Fault
from filterdns.lists.fields import read_entries
from filterdns.lists.helplines_file import HELPLINES, Helpline, load_helplines
from filterdns.lists.parse import protected
from filterdns.lists.read_file import read_yaml
from filterdns.names import name_text

PROTECTED = "protected"
INTERNATIONAL = "international"

_FIRST = ("child_helpline", "crisis", "violence", "emergency", "image_removal", "abuse_report")


@dataclass(frozen=True, slots=True)
class Site:
    """A P1 name. `checked_on`: the day on which somebody looked, "" while nobody has."""

    name: str
    languages: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """What is known for one country on one day. `waiting`: numbers that two people have yet to check."""

    code: str
    numbers: tuple[Helpline, ...]
    waiting: int
    sites: Mapping[str, tuple[Site, ...]]  # by kind, in the order of the page

    @property
    def unchecked(self) -> bool:
        """Whether there is a site that nobody has looked at."""
        return any(not site.checked_on for sites in self.sites.values() for site in sites)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of help of which no site is known."""
        return tuple(kind for kind in _FIRST if kind not in self.sites)


class HelpByCountry:
    """Reads the folders again when one of their files has changed; what cannot be read leaves what was read last."""

    def __init__(self, folders: Sequence[Path], say: Callable[[str], None]) -> None:
        self._folders = folders
        self._say = say
        self._seen: object = None
        self._helplines: tuple[Helpline, ...] = ()
        self._sites: dict[str, dict[str, list[Site]]] = {}

    def of(self, code: str, today: date) -> CountryHelp:
        """The help of a country, or of none for INTERNATIONAL."""
        self._follow()
        numbers = [helpline for helpline in self._helplines if helpline.country == code]
        shown = tuple(helpline for helpline in numbers if helpline.may_be_shown(today))
        sites = self._sites.get(code, {})
        by_kind = {kind: tuple(sites[kind]) for kind in _FIRST if kind in sites}
        return CountryHelp(code, shown, len(numbers) - len(shown), by_kind)

    def hosts(self) -> frozenset[str]:
        """Hosts at which a helpline of the directory is found, without `www.`."""
        self._follow()
        found = (urlsplit(address).hostname for line in self._helplines for address in (line.chat, line.source))
        return frozenset(host.removeprefix("www.") for host in found if host)

    def _follow(self) -> None:
        seen = tuple(_identities(self._folders))
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._helplines, self._sites = load_helplines(self._folders), _load_sites(self._folders)
        except DataFault as fault:
            self._say(f"pages: help is shown as it was read last: {fault}")


def _load_sites(folders: Sequence[Path]) -> dict[str, dict[str, list[Site]]]:
    faults: list[Fault] = []
    sites: dict[str, dict[str, list[Site]]] = {}
    for folder in folders:
        for path in sorted((folder / PROTECTED).glob("p1*.yaml")):
            entries = read_entries(read_yaml(path), faults)
            for _, name, listing in protected.parse(entries, "p1", path.name):
                about = listing.about
                site = Site(name_text(name), about["language"], about.get("checked_on", ""))
                sites.setdefault(about["country"], {}).setdefault(about["kind"], []).append(site)
    if faults:
        raise DataFault(faults)
    return sites


def _identities(folders: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    """What changes when one of the files does."""
    for folder in folders:
        for part in (PROTECTED, HELPLINES):
            for path in sorted((folder / part).glob("*.yaml")):
                try:
                    status = path.stat()
                except OSError:
                    continue
                yield str(path), status.st_ino, status.st_mtime_ns
