"""A name of which only the outline is shown."""

from __future__ import annotations

VEIL = "\N{BULLET}" * 4  # however long the label is: its length would tell much


def veiled(name: str) -> str:
    """The first letter of each label and the whole last one: `e••••.example`."""
    labels = name.split(".")
    return ".".join([*(label[:1] + VEIL for label in labels[:-1]), labels[-1]] if len(labels) > 1 else [VEIL])


def plain(name: str) -> str:
    """The name as it is, where no veil is wanted."""
    return name
