"""Check a public log of filterdns in full, trusting nobody: one file, the Python standard library and `cryptography`.

    python check_log.py URL|FOLDER --vkey VKEY [--since OLD_CHECKPOINT]...    the whole log, and that it only grew
    python check_log.py --vkey VKEY --proof FILE.tlog-proof --entry FILE      that one entry is in it, offline
    python check_log.py --vkey VKEY --name-proof FILE    that a name is, or is not, in a release: `filterdns log prove`

VKEY is the key of the log, NAME+HASH+KEY, as its publisher gives it in other places too. Keep the file `checkpoint` of
each visit: with `--since` it shows that nothing you saw then has been rewritten, taken out or put in between since.
Formats: c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof; the tree of RFC 6962 section 2.1; entries are
canonical JSON (RFC 8785). Prints what was checked and exits with 0, or the first fault and exits with 1.
"""

import argparse
import base64
import json
import re
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPSConnection
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Entry = dict[str, Any]
WIDTH, MOST_ENTRY, MOST_FILE = 256, 16 << 10, 8 << 20  # hashes in a tile, entries in a bundle; octets, of a bundle too
MOST_BACKWARD = timedelta(days=1)  # that an entry may seem older than one before it: a clock was set right
TYPES = set("begin decision import release decisions revocations day key erasure remedy outcome end".split())  # noqa: SIM905
LEAF, NODE = b"\x00", b"\x01"  # what hashes of entries and of pairs of hashes begin with
canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
DIGEST, MOMENT = re.compile(r"[0-9a-f]{64}\Z"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


def expect(is_true: object, where: str, expected: str, got: object) -> None:
    if not is_true:
        told = f"FAULT: {where}: expected {expected}, got {str(got)[:300]}"
        sys.exit(ascii(told)[1:-1])  # nothing that a terminal would obey


class Files:
    """The files of a log, in a folder or behind a URL. What of a file is over the limit is not read, and so missed."""

    def __init__(self, base: str) -> None:
        self.base, url = base.rstrip("/") + "/" if base else "", urlsplit(base)
        kind = {"http": HTTPConnection, "https": HTTPSConnection}.get(url.scheme)
        self.path, self.web = url.path.rstrip("/") + "/", kind(url.netloc, timeout=30) if kind else None

    def get(self, path: str) -> bytes | None:
        """A file, None if there is none."""
        if self.web:
            self.web.request("GET", self.path + path)
            answer = self.web.getresponse()
            octets = answer.read(MOST_FILE)
            if answer.status == 429:  # too many requests at once
                sleep(1)
                return self.get(path)
            expect(answer.status in (200, 404), path, "status 200 or 404", answer.status)
            return octets if answer.status == 200 else None
        try:
            with open(self.base + path, "rb") as file:
                return file.read(MOST_FILE)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def find(self, folder: str, number: int, width: int) -> tuple[bytes, bool]:
        """A tile or bundle; whether it has that width, or is the full one that took its place while the log grew."""
        *groups, last = f"{number:,}".split(",")  # 1234067 is x001/x234/067
        path = f"tile/{folder}/{''.join(f'x{group:0>3}/' for group in groups)}{last:0>3}"
        exact = self.get(path if width == WIDTH else f"{path}.p/{width}")
        octets = self.get(path) if exact is None else exact
        expect(octets is not None, path, "this part of the log", "no file: there is a hole in the log")
        return octets or b"", exact is not None


def unbase64(text: str) -> bytes:
    octets = base64.b64decode(text, validate=True)
    expect(base64.b64encode(octets).decode() == text, "base64", "the one way to write it", text)
    return octets


class Key:
    """The Ed25519 key of a log and the name that goes with it."""

    def __init__(self, vkey: str) -> None:
        self.text = vkey.strip()
        self.name, identity, key = self.text.split("+", 2)
        octets = unbase64(key)
        self.id = sha256(self.name.encode() + b"\n" + octets).digest()[:4]
        expect(self.id.hex() == identity, "--vkey", f"a key whose hash is {identity}", self.id.hex())
        expect(octets[:1] == b"\x01" and len(octets) == 33, "--vkey", "an Ed25519 key of a log", "another kind")
        self.public = Ed25519PublicKey.from_public_bytes(octets[1:])

    def open(self, note: bytes | None, where: str) -> tuple[int, bytes]:
        """Size and root of the tree that a checkpoint of this log states; the signature is checked first."""
        text, gap, signatures = (note or b"").decode().rpartition("\n\n")
        expect(gap and signatures.endswith("\n"), where, "a checkpoint", f"{len(note or b'')} octets of something else")
        lines = [line.split(" ") for line in signatures[:-1].split("\n")]
        ours = [unbase64(octets) for dash, name, octets in lines if dash == "\u2014" and name == self.name]
        ours = [octets[4:] for octets in ours if octets[:4] == self.id]
        expect(ours, where, f"a signature of {self.text}", "none of it: another log, or its key was changed")
        try:
            [self.public.verify(octets, f"{text}\n".encode()) for octets in ours]
        except InvalidSignature:
            expect(False, where, f"the signature of {self.name}", "one that does not fit the text")
        origin, size, root = text.split("\n")[:3]
        expect(origin == self.name, where, f"the log {self.name}", origin)
        expect(re.fullmatch(r"[1-9][0-9]{0,15}", size) and len(unbase64(root)) == 32, where, "size and root", text)
        return int(size), unbase64(root)


def hash_of(kind: bytes, octets: bytes, right: bytes = b"") -> bytes:
    return sha256(kind + octets + right).digest()


def root_of(nodes: list[bytes]) -> bytes:
    """The hash over these nodes; the last one may stand for fewer leaves than the others."""
    while len(nodes) > 1:
        odd = nodes[-1:] if len(nodes) % 2 else []
        nodes = [hash_of(NODE, left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=False)] + odd
    return nodes[0]


def root_by(proof: list[bytes], leaf: bytes, index: int, size: int) -> bytes:
    """The root to which an inclusion proof leads from a leaf (RFC 6962 section 2.1.1); no root if it is none."""
    if size <= 1 or not proof:
        return leaf if size == 1 and index == 0 and not proof else b""
    half = 1 << (size - 1).bit_length() - 1  # the largest power of two below the size
    if index < half:
        return hash_of(NODE, root_by(proof[:-1], leaf, index, half), proof[-1])
    return hash_of(NODE, proof[-1], root_by(proof[:-1], leaf, index - half, size - half))


def check_proof_file(octets: bytes, entry: bytes, key: Key, where: str) -> int:
    """Check the tlog-proof of an entry; its index in the log."""
    head, _, checkpoint = octets.partition(b"\n\n")
    magic, index, *hashes = [line for line in head.decode().split("\n") if not line.startswith("extra ")]
    expect(magic == "c2sp.org/tlog-proof@v1" and index[:6] == "index ", where, "a tlog-proof", head)
    size, root = key.open(checkpoint, where)
    got = root_by([unbase64(line) for line in hashes], hash_of(LEAF, entry), int(index[6:]), size)
    expect(got == root, where, f"a proof that leads to the root {root.hex()}", got.hex())
    return int(index[6:])


def parse(octets: bytes, where: str) -> Entry:
    """An object in the one way that canonical JSON has for it: no other octets say the same. No fractions."""
    value: Entry = json.loads(octets, parse_float=lambda text: expect(False, where, "whole numbers", text))
    expect(type(value) is dict and canonical(value).encode() == octets, where, "canonical JSON", octets)
    return value


def check_name(proof: Entry, release: Entry) -> None:
    """Check that a name is, or is not, in a tree of a release; leaves are in the order of names or salted hashes."""
    tree = {part: proof[part] for part in ("category", "names", "root", "publication")}
    expect(tree in release["trees"], "name proof", "a tree that the entry of the release states", tree)
    key, field = proof["name"].encode(), "name"
    if tree["publication"] != "open":
        expect(proof["salt"] == release["salt"], "name proof", f"the salt {release['salt']}", proof["salt"])
        name = canonical({"category": tree["category"], "name": proof["name"]})
        key, field = hash_of(bytes.fromhex(proof["salt"]), name.encode()).hex().encode(), "hash"
    before, after, found = -1, tree["names"], False
    for each in proof["leaves"]:
        octets, index = each["leaf"].encode(), each["index"]
        root = root_by([*map(bytes.fromhex, each["proof"])], hash_of(LEAF, octets), index, tree["names"]).hex()
        expect(root == tree["root"], "name proof", f"a leaf of {tree}", octets)
        other = parse(octets, "leaf")[field].encode()
        found |= other == key
        before, after = max(before, index if other < key else -1), min(after, index if other > key else tree["names"])
    is_proven = found if proof["listed"] else not found and after == before + 1
    expect(is_proven, "name proof", "its own leaf, or the neighbours between which it would stand", "others")


class Log:
    """All entries of a log in their order, and the tree over them."""

    def __init__(self, files: Files, key: Key) -> None:
        self.files, self.key = files, key
        self.size, self.root = key.open(files.get("checkpoint"), "checkpoint")
        self.at, self.type, self.release, self.opened = "1970-01-01T00:00:00Z", "", 0, 0
        self.keys, self.erased, self.absent = set[str](), set[str](), dict[str, int]()

    def check(self, since: list[tuple[str, int, bytes]]) -> None:
        """Everything, against the newest checkpoint and older ones: where each is from, its size and root."""
        for where, size, _ in since:
            expect(size <= self.size, where, f"a log of at least {size} entries", f"{self.size}: it was rolled back")
        row, level = list[bytes](), 1  # hashes of the level above
        for begin in range(0, self.size, WIDTH):
            leaves = self.check_bundle(begin // WIDTH, min(WIDTH, self.size - begin))
            for where, size, root in [*since, ("checkpoint", self.size, self.root)]:
                if begin < size <= begin + len(leaves):
                    got = root_of([*row, root_of(leaves[: size - begin])])
                    expect(got == root, where, f"{root.hex()} over the first {size} entries", got.hex())
            self.check_tile(0, begin // WIDTH, leaves)
            row += [root_of(leaves)] if len(leaves) == WIDTH else []
        while row:
            tiles = [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]
            for number, hashes in enumerate(tiles):
                self.check_tile(level, number, hashes)
            row, level = [root_of(hashes) for hashes in tiles if len(hashes) == WIDTH], level + 1
        for commitment, index in self.absent.items():
            expect(commitment in self.erased, f"entry {index}", "its statement, or an erasure in the log", "neither")
        expect(self.key.text in self.keys, "--vkey", "a key that the log itself says may sign", self.key.text)

    def check_bundle(self, number: int, width: int) -> list[bytes]:
        """The leaf hashes of 256 entries, or of the last ones; each entry is looked at."""
        where, at, leaves = f"bundle {number}", 0, list[bytes]()
        octets, is_exact = self.files.find("entries", number, width)
        while len(leaves) < width:
            end = at + 2 + int.from_bytes(octets[at : at + 2], "big")
            expect(at + 2 < end <= len(octets), where, f"{width} entries", f"{len(leaves)} and the end of the file")
            leaves.append(hash_of(LEAF, octets[at + 2 : end]))
            self.check_entry(number * WIDTH + len(leaves) - 1, octets[at + 2 : end])
            at = end
        expect(at == len(octets) or not is_exact, where, f"{width} entries", "octets behind the last one")
        return leaves

    def check_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        octets, is_exact = self.files.find(str(level), number, len(hashes))
        octets = octets if is_exact else octets[: 32 * len(hashes)]
        expect(octets == b"".join(hashes), f"tile {number} of level {level}", "the hashes of the entries", "others")

    def check_entry(self, index: int, octets: bytes) -> None:
        where = f"entry {index}"
        expect(len(octets) <= MOST_ENTRY, where, f"at most {MOST_ENTRY} octets", len(octets))
        entry = parse(octets, where)
        kind, at = entry["type"], entry["at"]
        expect(entry["v"] == 1 and kind in TYPES, where, "an entry of version 1 and a known type", octets)
        expect((index == 0) == (kind == "begin") and self.type != "end", where, "begin first, nothing after end", kind)
        expect(MOMENT.match(at), where, "a moment such as 2026-11-25T03:04:05Z", at)
        earliest = datetime.fromisoformat(self.at) - MOST_BACKWARD
        expect(datetime.fromisoformat(at) >= earliest, where, f"a moment that is not before {self.at}", at)
        self.at, self.type = max(self.at, at), kind
        if kind == "begin":
            expect(entry["origin"] == self.key.name, where, f"the log {self.key.name}", entry["origin"])
            self.keys.add(entry["key"])
        elif kind == "key" and entry["role"] == "log":
            (self.keys.add if entry["action"] == "added" else self.keys.discard)(entry["vkey"])
        elif kind == "release":
            self.check_release(entry, octets, where)
        elif kind == "erasure":
            self.erased.add(entry["statement"])
        elif kind in ("decision", "outcome"):
            self.check_statement(entry["statement"], index, "name" in entry)

    def check_statement(self, commitment: str, index: int, is_public: bool) -> None:
        """What an entry commits to: SHA-256(nonce || statement). A public one may be gone if a later entry says so."""
        expect(DIGEST.match(commitment), f"entry {index}", "a commitment", commitment)
        path = f"statements/{commitment[:2]}/{commitment}.json"
        if (octets := self.files.get(path)) is None:
            self.absent |= {commitment: index} if is_public else {}
        else:
            body = parse(octets, path)
            opened = hash_of(bytes.fromhex(body["nonce"]), canonical(body["statement"]).encode()).hex()
            expect(DIGEST.match(body["nonce"]) and opened == commitment, path, f"what entry {index} commits to", opened)
            self.opened += 1

    def check_release(self, entry: Entry, octets: bytes, where: str) -> None:
        """Releases have rising numbers, and what lies beside the log says the same as the log."""
        number = entry["number"]
        expect(type(number) is int and number > self.release, where, f"a number above {self.release}", number)
        self.release = number
        for name, digest in (("manifest.json", entry["manifest"]), ("entry.json", sha256(octets).hexdigest())):
            copy = self.files.get(f"releases/{number}/{name}")
            expect(copy is None or sha256(copy).hexdigest() == digest, f"releases/{number}/{name}", digest, "another")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("log", nargs="?", metavar="URL|FOLDER")
    asked.add_argument("--since", action="append", default=[])
    for option in ("--vkey", "--proof", "--entry", "--name-proof"):
        asked.add_argument(option, required=option == "--vkey")
    given = asked.parse_args()
    key, get = Key(given.vkey), Files("").get
    if given.proof:
        print("ok: this is entry", check_proof_file(get(given.proof) or b"", get(given.entry) or b"", key, given.proof))
    if given.log:
        log = Log(Files(given.log), key)
        log.check([(path, *key.open(get(path), path)) for path in given.since])
        print(f"ok: {log.size} entries, {log.opened} statements, {len(log.erased)} erased, root {log.root.hex()}")
    for told in [json.loads(get(given.name_proof) or b"")] if given.name_proof else []:
        for each in [*told["decisions"], told["release"]]:
            entry, body = parse(each["entry"].encode(), "entry"), each.get("statement") or {}
            index = check_proof_file(each["proof"].encode(), each["entry"].encode(), key, given.name_proof)
            opened = hash_of(bytes.fromhex(body["nonce"]), canonical(body["statement"]).encode()).hex() if body else ""
            said = body.get("statement", entry).get("name", told["name"]), opened or entry.get("statement")
            expect(said == (told["name"], entry.get("statement")), f"entry {index}", "its statement on that name", said)
        for proof in told["categories"]:
            check_name(proof | {"name": told["name"]}, entry)
            print("ok:", told["name"], ("not in", "in")[proof["listed"]], proof["category"], "release", entry["number"])


if __name__ == "__main__":
    try:
        main()
    except Exception as fault:  # what cannot even be read is a fault like any other
        sys.exit(f"FAULT: expected something readable, got {fault!r}")
