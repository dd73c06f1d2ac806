"""The operator's closed list of an authority: one name a line, `#` begins a comment. Its names are never told."""

from __future__ import annotations

from pathlib import Path

from filterdns.errors import DataFault, Fault, NameFault
from filterdns.names import parse_name

_MOST_OCTETS = 64 * 1024 * 1024  # some million names


def load_restricted(path: Path) -> frozenset[bytes]:
    """The names of the file. Raises DataFault with the lines that hold no name, but not what they hold."""
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS + 1)
    except OSError as error:
        raise DataFault([Fault(str(path), "", "a file that can be read", error.strerror or "an error")]) from error
    if len(octets) > _MOST_OCTETS:
        raise DataFault([Fault(str(path), "", f"at most {_MOST_OCTETS} octets", "more")])
    names, faults = set(), []
    for number, line in enumerate(octets.decode("utf-8", "replace").splitlines(), 1):
        text = line.partition("#")[0].strip()
        if text:
            try:
                names.add(parse_name(text))
            except NameFault:
                faults.append(Fault(f"{path}:{number}", "", "a domain name in A-labels", "something else"))
    if faults:
        raise DataFault(faults)
    return frozenset(names)
