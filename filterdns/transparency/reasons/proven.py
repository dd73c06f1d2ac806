"""What a `proof_document` of `log.names` says, for people: its numbers, not its proof, which a program checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ORIGIN, _SIZE, _ROOT = range(3)  # lines of a checkpoint (C2SP tlog-checkpoint)


@dataclass(frozen=True, slots=True)
class InCategory:
    """Whether the name has a leaf of its own in the tree of one category."""

    category: str
    names: int
    listed: bool
    is_hashed: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """The release, where its entry stands in the log, and the checkpoint that leads there."""

    release: int
    index: int
    origin: str
    size: int
    root: str  # base64, as the checkpoint has it
    categories: tuple[InCategory, ...]
    decisions: tuple[int, ...]  # indexes of the entries that are proven as well

    @property
    def listed_in(self) -> list[InCategory]:
        """The categories with a leaf of this very name."""
        return [each for each in self.categories if each.listed]


def read_proven(document: Mapping[str, Any]) -> Proven:
    """The numbers of a document that this installation made itself."""
    proof = document["release"]["proof"]
    index = next(int(line[6:]) for line in proof.splitlines() if line.startswith("index "))
    checkpoint = proof.partition("\n\n")[2].splitlines()
    return Proven(
        release=document["release"]["number"],
        index=index,
        origin=checkpoint[_ORIGIN],
        size=int(checkpoint[_SIZE]),
        root=checkpoint[_ROOT],
        categories=tuple(
            InCategory(each["category"], each["names"], each["listed"], each["publication"] == "hashed")
            for each in document["categories"]
        ),
        decisions=tuple(each["index"] for each in document["decisions"]),
    )
