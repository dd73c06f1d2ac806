"""What a log says to a witness and hears from it, as octets (C2SP tlog-witness, `add-checkpoint`).

request      old <size of the checkpoint that the witness holds> LF
             the hashes of the consistency proof, base64, one a line
             <empty line>, the checkpoint
reply        200 signature lines; 409 with text/x.tlog.size the size that it holds; else it refuses
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from filterdns.errors import LogFault
from filterdns.tlog.checkpoint import MOST_SIZE
from filterdns.tlog.note import MOST_NOTE_OCTETS, Signature, parse_signatures
from filterdns.tlog.proof_file import parse_hashes
from filterdns.tlog.text import parse_decimal, write_base64

SIZE_TYPE = "text/x.tlog.size"
MOST_REQUEST_OCTETS = MOST_NOTE_OCTETS + 4 * 1024  # 63 hashes are 2,835
MOST_REPLY_OCTETS = 64 * 1024  # a few signatures, post-quantum ones too

REFUSALS = {
    400: "the old size is larger than the new one, or the request is malformed",
    403: "it does not know the key that signed",
    404: "it does not know this log",
    409: "it holds another checkpoint of this size",
    422: "the consistency proof does not fit what it holds: this log and the one it saw differ",
}


@dataclass(frozen=True, slots=True)
class Held:
    """The size of the checkpoint that the witness holds: ask again from there."""

    size: int


def write_add_checkpoint(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of a request for a cosignature."""
    lines = [f"old {old_size}", *map(write_base64, proof), ""]
    octets = "".join(f"{line}\n" for line in lines).encode() + note
    if read_add_checkpoint(octets) != (old_size, tuple(proof), note):
        raise LogFault("add-checkpoint: expected a size and whole hashes, got what cannot be read back")
    return octets


def read_add_checkpoint(octets: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    """The old size, the consistency proof and the note of a request; LogFault when it is none."""
    if len(octets) > MOST_REQUEST_OCTETS:
        raise LogFault(f"add-checkpoint: expected at most {MOST_REQUEST_OCTETS} octets, got {len(octets)}")
    head, empty_line, note = octets.partition(b"\n\n")
    if not empty_line or not head.isascii():
        raise LogFault("add-checkpoint: expected lines of ASCII, an empty line and a checkpoint")
    lines = head.decode("ascii").split("\n")
    first = lines.pop(0)
    if not first.startswith("old "):
        raise LogFault(f"add-checkpoint: expected `old SIZE`, got {first[:80]!r}")
    old_size = parse_decimal(first.removeprefix("old "), MOST_SIZE, "add-checkpoint: old size")
    return old_size, parse_hashes(lines, "add-checkpoint"), note


def read_reply(status: int, content_type: str, body: bytes) -> tuple[Signature, ...] | Held:
    """What a witness answered: its signature lines, unverified, or the size that it holds. LogFault when it refuses."""
    if len(body) > MOST_REPLY_OCTETS:
        raise LogFault(f"witness: expected at most {MOST_REPLY_OCTETS} octets, got {len(body)}")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise LogFault(f"witness: status {status} and a body that is not UTF-8") from None
    if status == 200:
        return parse_signatures(text)
    if status == 409 and content_type.partition(";")[0].strip().lower() == SIZE_TYPE:
        return Held(parse_decimal(text.removesuffix("\n"), MOST_SIZE, "witness: size it holds"))
    raise LogFault(f"witness: status {status}: {REFUSALS.get(status, 'it did not answer as a witness does')}")
