"""Every error that may leave one of our packages on purpose.

A fault that a person sees says where, what was expected, what was got and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from filterdns.visible import visible


class FilterdnsError(Exception):
    """Base of all errors raised on purpose."""


class NameFault(FilterdnsError, ValueError):
    """A text or octets that are not a domain name (RFC 1035 section 2.3.4)."""


class WireFault(FilterdnsError, ValueError):
    """Octets from the network that are not the message they claim to be."""


class IndexFault(FilterdnsError):
    """An index, manifest or release that is missing, damaged or of another version."""


class StateFault(FilterdnsError):
    """The state folder cannot be used as it is."""


class LogFault(FilterdnsError):
    """A note, proof, tile, entry or log that is not what it must be. Its text may quote what strangers wrote."""

    def __str__(self) -> str:
        return visible(super().__str__(), lines=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file that a person wrote.

    ``where`` is ``file:line`` (or the file alone), ``path`` the dotted path of the value in it.
    """

    where: str
    path: str
    expected: str
    got: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: {self.path}: " if self.path else f"{self.where}: "
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}expected {self.expected}, got {self.got}{remedy}"


class DataFault(FilterdnsError):
    """All faults of the files that a person wrote, at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, faults)))
