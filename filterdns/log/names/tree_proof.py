"""The proof that a name was, or was not, in a category of a release: a value, its JSON, and its check. No files.

    {"category": "adult", "name": "x.example", "names": 281234, "root": HEX, "publication": "open", "salt": "",
     "listed": true, "leaves": [{"index": 4711, "leaf": TEXT, "proof": [HEX, ...]}]}

`category`, `names`, `root` and `publication` are those of a tree in the release's entry, and `salt` is the entry's (""
where `publication` is "open"): who checks compares them with the entry, and the entry with the log.  Then, with nothing
but SHA-256:

1. The key of the name: its octets if `publication` is "open", else SHA-256(salt || canonical {"category","name"}).
2. Each `leaf` is canonical JSON of this `category`; its key is the octets of its "name", or its "hash".
3. SHA-256(0 || leaf) at `index` of `names` leads to `root` by `proof` (RFC 6962 section 2.1.1).
4. Listed: one leaf, of the name's own key.
5. Not listed: two leaves, one behind the other, the first key below the name's and the second above it; or the first
   leaf (index 0) with a key above; or the last one (index names - 1) with a key below; or no leaf, if `names` is 0 and
   `root` the hash of nothing.

That leaves stand in the order of their keys is for those to see who have the whole release: `replay` makes the trees
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.names.leaves import HASHED, OPEN, hash_of
from filterdns.tlog.canonical import read_canonical
from filterdns.tlog.tree import EMPTY_ROOT, HASH_OCTETS, check_inclusion, leaf_hash

MOST_LEAF_OCTETS = 16_384  # a name, and the sources that list it
MOST_PROOF_HASHES = 64


@dataclass(frozen=True, slots=True)
class ProvenLeaf:
    """One leaf and the way from it to the root."""

    index: int
    leaf: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NameProof:
    """What proves it. `leaves` is the name's own if it is listed, else its neighbours: at an edge one, else two."""

    category: str
    name: str
    names: int
    root: bytes
    publication: str
    salt: bytes
    listed: bool
    leaves: tuple[ProvenLeaf, ...]

    def as_json(self) -> dict[str, Any]:
        """The values that `parse_name_proof` takes."""
        return {
            "category": self.category,
            "name": self.name,
            "names": self.names,
            "root": self.root.hex(),
            "publication": self.publication,
            "salt": self.salt.hex(),
            "listed": self.listed,
            "leaves": [
                {"index": each.index, "leaf": each.leaf.decode(), "proof": [octets.hex() for octets in each.proof]}
                for each in self.leaves
            ],
        }

    def check(self) -> None:
        """Raises LogFault unless it proves what it says of the tree with this root."""
        wanted = self._key_of_name()
        keys = []
        for each in self.leaves:
            keys.append(self._key_of_leaf(each.leaf))
            check_inclusion(leaf_hash(each.leaf), each.index, self.names, self.root, each.proof)
        if self.listed:
            proves = keys == [wanted]
        elif not keys:
            proves = self.names == 0 and self.root == EMPTY_ROOT
        elif len(keys) == 1:
            (index,) = (each.index for each in self.leaves)
            proves = (index == 0 and wanted < keys[0]) or (index == self.names - 1 and keys[0] < wanted)
        else:
            first, *others = (each.index for each in self.leaves)
            proves = others == [first + 1] and keys[0] < wanted < keys[1]
        if not proves:
            what = "is listed" if self.listed else "is not listed"
            raise LogFault(f"{self.name}: expected leaves that prove that it {what} in {self.category}, got others")

    def _key_of_name(self) -> bytes:
        name = self.name.encode()
        return name if self.publication == OPEN else hash_of(self.category, name, self.salt)

    def _key_of_leaf(self, leaf: bytes) -> bytes:
        values = read_canonical(leaf)
        try:
            if values["category"] != self.category:
                raise LogFault(f"expected a leaf of {self.category}, got one of {values['category']}")
            return values["name"].encode() if self.publication == OPEN else _hash(values["hash"])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise LogFault(f"expected a leaf of a name tree, got {leaf[:80]!r}") from error


def parse_name_proof(values: Any) -> NameProof:
    """The proof in values of JSON. Raises LogFault if they are none; whether it proves anything is for `check`."""
    try:
        leaves = tuple(_leaf(each) for each in values["leaves"])
        proof = NameProof(
            category=_text(values["category"]),
            name=_text(values["name"]),
            names=_count(values["names"]),
            root=_hash(values["root"]),
            publication=_text(values["publication"]),
            salt=bytes.fromhex(values["salt"]),
            listed=values["listed"],
            leaves=leaves,
        )
        if proof.publication not in (OPEN, HASHED) or not isinstance(proof.listed, bool) or len(leaves) > 2:
            raise ValueError
        return proof
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise LogFault("expected the proof of a name, got other values") from error


def _leaf(values: Mapping[str, Any]) -> ProvenLeaf:
    leaf, proof = values["leaf"].encode(), tuple(map(_hash, values["proof"]))
    if len(leaf) > MOST_LEAF_OCTETS or len(proof) > MOST_PROOF_HASHES:
        raise ValueError
    return ProvenLeaf(_count(values["index"]), leaf, proof)


def _hash(text: str) -> bytes:
    octets = bytes.fromhex(text)
    if len(octets) != HASH_OCTETS:
        raise ValueError
    return octets


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value
