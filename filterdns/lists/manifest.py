"""What a release says of itself: from which inputs it was made, what is in it, and the digests of its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from filterdns.errors import IndexFault

VERSION = 2
MOST_EXAMPLES = 50  # of lines that were rejected or names that were set aside; the counts are exact


@dataclass(frozen=True, slots=True)
class FileDigest:
    """Size and SHA-256 (hexadecimal) of a file of the release."""

    octets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ListInput:
    """A public list as this release used it. Times are ISO 8601, UTC."""

    sha256: str  # of the copy
    octets: int
    url: str
    fetched_at: str
    confirmed_at: str
    format: str
    title: str
    category: str
    keeper: str
    licence: str
    household: bool
    names: int  # distinct, in the copy
    rejected: int  # lines that are no names


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`. The same inputs at the same time give the same octets, but for `number`."""

    number: int
    built_at: str  # ISO 8601, UTC
    tool: str  # version of filterdns
    inputs: dict[str, str]  # file of what people wrote -> SHA-256
    lists: dict[str, ListInput]  # identifier -> what was used of it
    inputs_sha256: str  # of all inputs and the tool
    files: dict[str, FileDigest]
    names: int
    listings: int  # pairs of a name and a listing
    names_by_category: dict[str, int]
    rejected: int  # lines of lists that are no names
    before: int = 0  # the release whose `seen` was carried on, and which `added` and `removed` compare with; 0: none
    before_sha256: str = ""  # of that `seen` file
    added: dict[str, int] = field(default_factory=dict)  # names by category
    removed: dict[str, int] = field(default_factory=dict)
    rejected_examples: list[str] = field(default_factory=list)
    set_aside: int = 0  # listings that a rule kept off
    set_aside_by_rule: dict[str, int] = field(default_factory=dict)
    set_aside_examples: list[str] = field(default_factory=list)
    made_with: dict[str, str] = field(default_factory=dict)  # what else of the machine the octets may depend on
    version: int = VERSION


def write_manifest(manifest: Manifest) -> bytes:
    """The octets of `manifest.json`."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def read_manifest(octets: bytes) -> Manifest:
    """The manifest in these octets; raises IndexFault if they are not one of this version."""
    try:
        values = json.loads(octets)
        if values["version"] != VERSION:
            raise IndexFault(
                f"expected a manifest of version {VERSION}, got {values['version']}; build the lists again"
            )
        values["files"] = {name: FileDigest(**digest) for name, digest in values["files"].items()}
        values["lists"] = {name: ListInput(**used) for name, used in values["lists"].items()}
        manifest = Manifest(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexFault(f"expected a manifest, got damaged octets ({error})") from error
    if not isinstance(manifest.number, int):
        raise IndexFault("expected a manifest with a number, got none")
    return manifest
