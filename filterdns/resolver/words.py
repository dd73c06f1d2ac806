"""What supervisor and worker say to each other over a socket pair.

Worker to supervisor: READY once every socket is read, TAKEN when new settings hold. Supervisor to worker: four octets
of length and a pickled `Orders`.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass

from filterdns.config.settings import Settings

READY, TAKEN = b"R", b"T"
_LENGTH_OCTETS = 4


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker works under; new settings it can take while it answers.

    `columns`: profile -> place in the shared map. `helplines`: P1 names, for as long as there is no usable release.
    """

    settings: Settings
    columns: dict[str, int]
    helplines: frozenset[bytes] = frozenset()


def write_orders(orders: Orders) -> bytes:
    """Orders as octets."""
    body = pickle.dumps(orders)
    return len(body).to_bytes(_LENGTH_OCTETS, "big") + body


def read_orders(buffer: bytearray) -> Orders | None:
    """Take one whole order from the front of what our supervisor sent; None until there is one."""
    if len(buffer) < _LENGTH_OCTETS:
        return None
    end = _LENGTH_OCTETS + int.from_bytes(buffer[:_LENGTH_OCTETS], "big")
    if len(buffer) < end:
        return None
    orders: Orders = pickle.loads(bytes(buffer[_LENGTH_OCTETS:end]))
    del buffer[:end]
    return orders
