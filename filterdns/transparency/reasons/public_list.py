"""The list that an import came from: whose it is, under which licence, and where to complain about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class PublicList:
    """A list as a release tells of it; "" where nothing is known. `household`: this installation added it itself."""

    id: str
    title: str
    keeper: str
    contact: str  # an address of a page or of mail
    removal: str  # the page where its keeper is asked to take a name off
    home: str
    licence: str
    licence_url: str
    called_there: str  # the keeper's own word for the category
    note: str
    trusted_because: str
    household: bool

    @property
    def complain_at(self) -> str:
        """Where to turn with a complaint: the page for that, else whatever reaches the keeper; "" if nothing does."""
        return self.removal or self.contact or self.home


def read_public_list(source: str, about: Mapping[str, str]) -> PublicList:
    """The list in what a row of an import says about it. `source`: its identifier."""
    return PublicList(
        id=source,
        title=about.get("list") or source,
        keeper=about.get("keeper", ""),
        contact=about.get("contact", ""),
        removal=about.get("removal", ""),
        home=about.get("source", ""),
        licence=about.get("licence", ""),
        licence_url=about.get("licence_url", ""),
        called_there=about.get("called_there", ""),
        note=about.get("note", ""),
        trusted_because=about.get("trusted_because", ""),
        household=about.get("household") == "yes",
    )
