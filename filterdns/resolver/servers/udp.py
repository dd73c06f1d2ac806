"""Hot path. One UDP socket: drained in batches, answered in batches.

For each datagram: the client's entry and its budget first, then the answers of this second, then the pipeline. Source
port 0 and our own port are dropped (a reply to those would loop or go nowhere), as is QR=1 by the pipeline.
"""

from __future__ import annotations

import socket
from asyncio import AbstractEventLoop
from struct import Struct
from typing import Protocol

from filterdns.clock import Clock
from filterdns.resolver.counters import DROPPED
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.miss import Miss
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.servers.datagrams import BATCH, PEER, SLOT, BatchSocket, PlainSocket, has_batches
from filterdns.resolver.unusual import limited_reply

_SEND_SECONDS = b"\0" * 8 + (20_000).to_bytes(8, "little")  # struct timeval: wait at most 20 ms for a full buffer
# The address octets of a sockaddr_in and a sockaddr_in6, both padded to 28 octets.
_V4_ADDRESS, _V6_ADDRESS = Struct("4x 4s 20x"), Struct("8x 16s 4x")
# Each time the loop wakes up it costs as much as some ten answers. A socket that wakes it more than a thousand times a
# second waits a little before it reads, as network cards do: a batch is larger then, and nobody notices 0.3 ms.
_BUSY_SECONDS, _NAP_SECONDS = 0.001, 0.0003
_BATCHES_A_TURN = 4  # then upstream replies get their turn


class Asks(Protocol):
    """What a server needs of the forwarder."""

    def ask(self, miss: Miss, now: float) -> None:
        """Find an answer; `miss.endpoint.deliver` gets it."""


class UdpServer:
    """Answers queries of one bound socket. An Endpoint for those that had to wait."""

    def __init__(
        self,
        sock: socket.socket,
        pipeline: Pipeline,
        clients: Clients,
        forwarder: Asks,
        loop: AbstractEventLoop,
        clock: Clock,
    ) -> None:
        self._sock = sock
        self._batches = BatchSocket(sock) if has_batches() else PlainSocket(sock)
        self._pipeline, self._clients, self._forwarder = pipeline, clients, forwarder
        self._loop, self._clock = loop, clock
        own_port = sock.getsockname()[1]
        self._bad_ports = frozenset((0, socket.htons(own_port)))
        v4 = sock.family == socket.AF_INET
        self._address_at, self._address_octets = (4, 4) if v4 else (8, 16)
        self._addresses = (_V4_ADDRESS if v4 else _V6_ADDRESS).iter_unpack
        self._busy_until = 0.0  # when a turn with little to read has been followed by none for a while
        self._late: list[bytes] = []
        self._late_peers: list[bytes] = []

    @property
    def send_failures(self) -> int:
        return self._batches.send_failures

    def start(self) -> None:
        self._sock.setblocking(True)  # reads never wait (MSG_DONTWAIT); a send waits a little for a full buffer
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_SECONDS)
        self._loop.add_reader(self._sock.fileno(), self.drain)

    def stop_reading(self) -> None:
        """Take no new query; late answers still leave."""
        self._loop.remove_reader(self._sock.fileno())

    def drain(self) -> None:
        """Answer what waits, a few batches at most."""
        if self._clock.now() < self._busy_until:
            self._clock.nap(_NAP_SECONDS)
        for turn in range(_BATCHES_A_TURN):
            count = self._batches.receive()
            if count:
                self._answer(count)
            if count < BATCH:
                self._busy_until = 0.0 if turn else self._clock.now() + _BUSY_SECONDS
                return

    def _answer(self, count: int) -> None:
        """Answer the datagrams of one read."""
        batches, now = self._batches, self._clock.now()
        if now >= self._pipeline.until:
            self._pipeline.new_second(now)
        if not self._bad_ports.isdisjoint(batches.ports):
            self._answer_carefully(count, now)
            return
        data, get, answer_now = batches.data, self._clients.young.get, self._pipeline.answer_now
        replies: list[bytes] = []
        unanswered: list[int] = []
        append, start = replies.append, 0
        for (address,), length in zip(self._addresses(batches.peers), batches.lengths, strict=True):
            client = get(address)
            if client is not None and client.budget > 0 and length <= SLOT:
                client.budget -= 1
                if found := client.profile.recent.get(data[start + 2 : start + length]):
                    client.profile.counts[found[1]] += 1
                    append(data[start : start + 2] + found[0])
                    start += SLOT
                    continue
                reply = answer_now(data[start : start + length], client, now, 0)
            else:
                reply = self._ask_carefully(start // SLOT, now)
            if isinstance(reply, bytes):
                append(reply)
            else:
                unanswered.append(self._put_off(reply, start // SLOT, now))
            start += SLOT
        if replies:
            batches.send(replies, unanswered)

    def _answer_carefully(self, count: int, now: float) -> None:
        """`_answer` where some source ports may not be answered: those are counted and not read."""
        replies: list[bytes] = []
        unanswered: list[int] = []
        for index, port in enumerate(self._batches.ports[:count]):
            reply = None if port in self._bad_ports else self._ask_carefully(index, now)
            if isinstance(reply, bytes):
                replies.append(reply)
            else:
                unanswered.append(self._put_off(reply, index, now))
        self._pipeline.profiles.all[0].counts[DROPPED] += sum(port in self._bad_ports for port in self._batches.ports)
        if replies:
            self._batches.send(replies, unanswered)

    def _put_off(self, miss: Miss | None, index: int, now: float) -> int:
        """A Miss goes to the forwarder; None gets no reply. The datagram's index comes back."""
        if miss is not None:
            miss.endpoint = self
            miss.address = self._batches.peers[PEER * index : PEER * (index + 1)]
            self._forwarder.ask(miss, now)
        return index

    def _ask_carefully(self, index: int, now: float) -> bytes | Miss | None:
        """A datagram of a new client, of one whose budget is spent, or of over 512 octets."""
        batches = self._batches
        at = PEER * index + self._address_at
        client = self._clients.get(batches.peers[at : at + self._address_octets], now)
        length = batches.lengths[index]
        wire = batches.data[SLOT * index : SLOT * index + length] if length <= SLOT else batches.long_query(index)
        if client.budget < 0:
            return limited_reply(wire, client, 0)
        return self._pipeline.answer_now(wire, client, now, 0)

    def deliver(self, miss: Miss, reply: bytes) -> None:
        """Queue a late answer; all that arrive in one turn of the loop leave together."""
        if not self._late:
            self._loop.call_soon(self.flush)
        self._late.append(reply)
        self._late_peers.append(miss.address)

    def flush(self) -> None:
        late, peers = self._late, self._late_peers
        if late:
            self._late, self._late_peers = [], []
            self._batches.send_to(late, peers)

    def close(self) -> None:
        self.flush()
        self._sock.close()
