"""Receipt codes: short enough to be read aloud on the telephone, long enough that nobody guesses one.

14 characters of Crockford's base 32, 65 random bits and a check character, in groups: `K7QF2-9XM4T-8RZW`.  There is no
I, L, O or U in it, and what somebody writes instead is taken for what was meant.  Only a code's digest is kept.
"""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_OCTETS = 9  # 72 bits, of which 65 are used
_CHARACTERS = 13
_GROUP = 5
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def make_code(octets: bytes) -> str:
    """A code from random octets."""
    if len(octets) < RANDOM_OCTETS:
        raise ValueError(f"expected {RANDOM_OCTETS} random octets, got {len(octets)}")
    number = int.from_bytes(octets[:RANDOM_OCTETS]) >> (8 * RANDOM_OCTETS - 5 * _CHARACTERS)
    text = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
    text += _check(text)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def parse_code(typed: str) -> str | None:
    """The code that somebody meant, without groups; None if it is none, or mistyped."""
    text = "".join(typed.upper().translate(_MEANT).replace("-", " ").split())
    if len(text) != _CHARACTERS + 1 or any(character not in ALPHABET for character in text):
        return None
    return text if _check(text[:-1]) == text[-1] else None


def digest_of(code: str) -> bytes:
    """What is kept of a code that was parsed or made."""
    return hashlib.sha256(b"filterdns receipt " + code.replace("-", "").encode()).digest()


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two digests are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def _check(text: str) -> str:
    """A character that changes with any one character, and nearly always when two neighbours are changed about."""
    total = sum((2 * place + 1) * ALPHABET.index(character) for place, character in enumerate(text))
    return ALPHABET[total % 32]
