"""Ed25519 signatures verified in plain Python (RFC 8032 section 5.1.7), for who has no library or must stay small.

It verifies public data and is never given a secret, so it need not, and does not, take the same time for all inputs. It
cannot sign. The check is the strict one: S below the group's order, the encodings of both points canonical, and the
equation [S]B = R + [k]A without the cofactor.

    point       extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, T = XY/Z, on -x^2 + y^2 = 1 + d x^2 y^2
    addend      (Y - X, Y + X, 2Z, 2dT) of a point: what an addition needs of its second operand (section 5.1.4)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha512

Point = tuple[int, int, int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, -1, P) % P

WINDOW = 5  # bits of a digit of k: 8 odd multiples of A are made for each signature
BASE_WINDOW = 8  # bits of a digit of S: 64 odd multiples of B are made once


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature (64 octets) of the message is the public key's (32 octets)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    key = _read_point(public)
    if s >= ORDER or key is None:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    # R = [S]B - [k]A; to compare octets refuses every other encoding of R.
    return _write_point(_sum_of_multiples(s, k, _negative(key))) == signature[:32]


def is_point(public: bytes) -> bool:
    """Whether 32 octets are the canonical encoding of a point of the curve (RFC 8032 section 5.1.3)."""
    return len(public) == 32 and _read_point(public) is not None


def _read_point(octets: bytes) -> Point | None:
    number = int.from_bytes(octets, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    # x^2 = u/v; x = u v^3 (u v^7)^((p - 5) / 8), or that times the root of -1
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    cube = v * v % P * v % P
    x = u * cube * pow(u * cube * cube % P * v, (P - 5) // 8, P) % P
    square = v * x * x % P
    if square == P - u:
        x = x * ROOT_OF_MINUS_ONE % P
    elif square != u:
        return None
    return _with_sign(x, y, sign)


def _with_sign(x: int, y: int, sign: int) -> Point | None:
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _write_point(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _negative(point: Point) -> Point:
    return -point[0], point[1], point[2], -point[3]


def _add(point: Point, addend: Point) -> Point:
    x, y, z, t = point
    a, b = (y - x) * addend[0] % P, (y + x) * addend[1] % P
    c, d = t * addend[3] % P, z * addend[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(point: Point, times: int) -> Point:
    """The point doubled, at least once: T is made only at the end, for the addition that follows."""
    x, y, z, _ = point
    e = h = 0
    for _ in range(times):
        a, b = x * x % P, y * y % P
        h = a + b
        e = h - (x + y) * (x + y)
        g = a - b
        f = (2 * z * z + g) % P
        e %= P
        x, y, z = e * f % P, g * h % P, f * g % P
    return x, y, z, e * h % P


def _addend(point: Point) -> Point:
    x, y, z, t = point
    return (y - x) % P, (y + x) % P, 2 * z % P, 2 * D * t % P


def _odd_multiples(point: Point, count: int) -> list[Point]:
    """The addends of 1, 3, 5 ... times a point."""
    twice = _addend(_double(point, 1))
    addends = [_addend(point)]
    for _ in range(count - 1):
        point = _add(point, twice)
        addends.append(_addend(point))
    return addends


@cache
def _base_multiples() -> list[Point]:
    base = _read_point(BASE_Y.to_bytes(32, "little"))
    assert base is not None
    return _odd_multiples(base, 1 << BASE_WINDOW - 2)


def _digits(scalar: int, window: int) -> Iterator[tuple[int, int]]:
    """(position, odd digit) of the scalar in non-adjacent form: it is the sum of all digit * 2**position."""
    position, full, half = 0, 1 << window, 1 << window - 1
    while scalar:
        zeros = (scalar & -scalar).bit_length() - 1
        scalar >>= zeros
        position += zeros
        digit = scalar & full - 1
        if digit >= half:
            digit -= full
        yield position, digit
        scalar -= digit


def _sum_of_multiples(s: int, k: int, point: Point) -> Point:
    """[s]B + [k]point: the doublings are shared, an addition comes only where one of the scalars has a digit."""
    steps: list[tuple[int, Point]] = []
    for scalar, window, multiples in (
        (s, BASE_WINDOW, _base_multiples()),
        (k, WINDOW, _odd_multiples(point, 1 << WINDOW - 2)),
    ):
        for position, digit in _digits(scalar, window):
            addend = multiples[abs(digit) >> 1]
            if digit < 0:
                addend = addend[1], addend[0], addend[2], -addend[3]
            steps.append((position, addend))
    steps.sort(reverse=True)
    total, at = (0, 1, 1, 0), steps[0][0] if steps else 0
    for position, addend in steps:
        if position != at:
            total = _double(total, at - position)
            at = position
        total = _add(total, addend)
    return _double(total, at) if at else total
