"""What a release says of itself: from which inputs it was made, what is in it, and the digests of its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from filterdns.errors import IndexFault

VERSION = 1
MOST_EXAMPLES = 50  # of lines that were rejected or set aside; the counts are exact


@dataclass(frozen=True, slots=True)
class FileDigest:
    """Size and SHA-256 (hexadecimal) of a file of the release."""

    octets: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`. Two builds of the same inputs on the same day differ in `number` and `built_at` alone."""

    number: int
    built_at: str  # ISO 8601, UTC
    tool: str  # version of filterdns
    inputs: dict[str, str]  # file -> SHA-256
    inputs_sha256: str  # of all inputs and the tool
    files: dict[str, FileDigest]
    names: int
    listings: int  # pairs of a name and a listing
    names_by_category: dict[str, int]
    rejected: int  # lines of imports that are no names
    rejected_examples: list[str] = field(default_factory=list)
    set_aside: int = 0  # imported names that are protected or shared by many
    set_aside_examples: list[str] = field(default_factory=list)
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
        manifest = Manifest(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexFault(f"expected a manifest, got damaged octets ({error})") from error
    if not isinstance(manifest.number, int):
        raise IndexFault("expected a manifest with a number, got none")
    return manifest
