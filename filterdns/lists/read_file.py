"""Files of the lists folder, read whole and with a limit, named in faults as people know them."""

from __future__ import annotations

from pathlib import Path

from filterdns.errors import DataFault, Fault
from filterdns.yaml_lines import Document, load_yaml

MOST_YAML_OCTETS = 16 * 1024 * 1024  # what people write by hand; imported names are plain text


def read_yaml(path: Path) -> Document:
    """The YAML document of a file; raises DataFault if it cannot be read, is too long or not YAML."""
    octets = read_octets(path, MOST_YAML_OCTETS)
    try:
        return load_yaml(octets.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise DataFault([Fault(f"{path}:{line}", "", "text in UTF-8", f"octet {octets[error.start]:#04x}")]) from error


def read_octets(path: Path, most_octets: int) -> bytes:
    """The octets of a file; raises DataFault if it cannot be read or is longer than `most_octets`."""
    try:
        with path.open("rb") as file:
            octets = file.read(most_octets + 1)
    except OSError as error:
        raise DataFault([Fault(str(path), "", "a file that can be read", error.strerror or str(error))]) from error
    if len(octets) > most_octets:
        raise DataFault([Fault(str(path), "", f"at most {most_octets} octets", "more")])
    return octets
