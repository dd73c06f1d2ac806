"""Hot path. Many datagrams with one system call: recvmmsg and sendmmsg by ctypes, and a plain twin.

A slot of 512 octets takes what nearly every query needs; the rest of a longer one goes to a second buffer:

    hot:   | slot 0: 512 | slot 1: 512 | ...     copied to one bytes object after each read, then only sliced
    rest:  | slot 0: 3,584 | ...                 looked at only where a length says so
    peers: | sockaddr 0: 28 | sockaddr 1: 28 | ...

Both classes fill the same attributes, so one reading loop serves them: `data`, `lengths`, `peers` and `ports`.
"""

from __future__ import annotations

import ctypes
import socket
import sys
from array import array
from itertools import accumulate
from struct import Struct
from typing import Any

BATCH = 64
SLOT = 512
REST = 3_584  # EDNS queries with much padding; what is longer still is no query
PEER = 28  # sizeof(struct sockaddr_in6)
_REPLIES = BATCH * 4_096
_PORT = Struct("!H")


class _Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """struct msghdr."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("iovecs", ctypes.c_void_p),
        ("iovec_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """struct mmsghdr: a header and how many octets were received."""

    _anonymous_ = ("header",)
    _fields_ = (("header", _Header), ("length", ctypes.c_uint32))


_WORD = ctypes.sizeof(ctypes.c_size_t)
_MESSAGE_OCTETS = ctypes.sizeof(_Message)
_MESSAGE_U32 = _MESSAGE_OCTETS // 4
_LENGTH_AT = _Message.length.offset // 4
_NAME_AT = _Message.name.offset // _WORD
_MESSAGE_WORDS = ctypes.sizeof(_Message) // _WORD


def has_batches() -> bool:
    """Whether this system has recvmmsg and sendmmsg."""
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "recvmmsg")


class BatchSocket:
    """A bound UDP socket that is read and written in batches of 64."""

    def __init__(self, sock: socket.socket) -> None:
        self._fd = sock.fileno()
        self.data = b""
        self.peers = b""
        self.lengths: list[int] = []
        self.ports: list[int] = []
        self.send_failures = 0
        self._bind_calls()
        self._lay_out_reading()
        self._lay_out_writing(16 if sock.family == socket.AF_INET else PEER)

    def _bind_calls(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._recvmmsg, self._sendmmsg = libc.recvmmsg, libc.sendmmsg
        self._recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
        self._sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)

    def _lay_out_reading(self) -> None:
        """Buffers for what comes in, and every header pointing at its part of them, once."""
        hot, rest, peers = (ctypes.create_string_buffer(BATCH * size) for size in (SLOT, REST, PEER))
        self._iovecs, self._messages = (_Iovec * (2 * BATCH))(), (_Message * BATCH)()
        for i, message in enumerate(self._messages):
            first, second = self._iovecs[2 * i], self._iovecs[2 * i + 1]
            first.base, first.length = ctypes.addressof(hot) + SLOT * i, SLOT
            second.base, second.length = ctypes.addressof(rest) + REST * i, REST
            message.name, message.name_length = ctypes.addressof(peers) + PEER * i, PEER
            message.iovecs, message.iovec_count = ctypes.addressof(first), 2
        self._arguments = (ctypes.addressof(self._messages), BATCH, socket.MSG_DONTWAIT, None)
        self._hot_view, self._rest_view, self._peer_view = memoryview(hot), memoryview(rest), memoryview(peers)
        self._lengths = memoryview(self._messages).cast("B").cast("I")[_LENGTH_AT::_MESSAGE_U32]
        self._ports = self._peer_view.cast("B").cast("H")[1 :: PEER // 2]
        self._all_names = array("L", (ctypes.addressof(peers) + PEER * i for i in range(BATCH)))

    def _lay_out_writing(self, peer_octets: int) -> None:
        """One buffer for all replies of a batch; lengths, places and peers are written in one go each."""
        out, late_peers = ctypes.create_string_buffer(_REPLIES), ctypes.create_string_buffer(BATCH * PEER)
        self._out_iovecs, self._out_messages = (_Iovec * BATCH)(), (_Message * BATCH)()
        for message, iovec in zip(self._out_messages, self._out_iovecs, strict=True):
            message.name_length = peer_octets
            message.iovecs, message.iovec_count = ctypes.addressof(iovec), 1
        self._out_view, self._late_peers = memoryview(out).cast("B"), memoryview(late_peers).cast("B")
        self._out_at, self._out_messages_at = ctypes.addressof(out), ctypes.addressof(self._out_messages)
        self._out_names = memoryview(self._out_messages).cast("B").cast("L")[_NAME_AT::_MESSAGE_WORDS]
        words = memoryview(self._out_iovecs).cast("B").cast("L")
        self._out_bases, self._out_lengths = words[0::2], words[1::2]
        self._late_names = array("L", (ctypes.addressof(late_peers) + PEER * i for i in range(BATCH)))

    def receive(self) -> int:
        """Read up to 64 waiting datagrams; how many there were. Never blocks, never raises."""
        count: int = self._recvmmsg(self._fd, *self._arguments)
        if count <= 0:
            return 0
        self.data = self._hot_view[: count * SLOT].tobytes()
        self.peers = self._peer_view[: count * PEER].tobytes()
        self.lengths = self._lengths[:count].tolist()
        self.ports = self._ports[:count].tolist()
        return count

    def long_query(self, index: int) -> bytes:
        """All octets of datagram `index`, whose length is over 512."""
        at, octets = index * REST, self.lengths[index] - SLOT
        return self.data[index * SLOT : (index + 1) * SLOT] + self._rest_view[at : at + octets].tobytes()

    def send(self, replies: list[bytes], unanswered: list[int]) -> None:
        """Answer the datagrams of the last read in their order, all but those `unanswered` (ascending)."""
        count = len(replies)
        names = self._all_names
        if unanswered:
            names = names[: len(self.lengths)]
            for index in reversed(unanswered):
                del names[index]
        self._out_names[:count] = names[:count]
        self._send(replies, count)

    def send_to(self, replies: list[bytes], peers: list[bytes]) -> None:
        """Send replies to sockaddr octets that were kept from earlier reads (28 each)."""
        for at in range(0, len(replies), BATCH):
            some = replies[at : at + BATCH]
            joined = b"".join(peers[at : at + BATCH])
            self._late_peers[: len(joined)] = joined
            self._out_names[: len(some)] = self._late_names[: len(some)]
            self._send(some, len(some))

    def _send(self, replies: list[bytes], count: int) -> None:
        joined = b"".join(replies)
        self._out_view[: len(joined)] = joined
        lengths = array("L", map(len, replies))
        self._out_lengths[:count] = lengths
        self._out_bases[:count] = array("L", accumulate(lengths[:-1], initial=self._out_at))
        sent = 0
        while sent < count:
            done = self._sendmmsg(self._fd, self._out_messages_at + sent * _MESSAGE_OCTETS, count - sent, 0)
            if done > 0:
                sent += done
            else:  # the first of them cannot be sent (no route, buffer full for too long): it is lost, the others go on
                self.send_failures += 1
                sent += 1


class PlainSocket:
    """The same with recvfrom and sendto, for systems without recvmmsg."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._is_v4 = sock.family == socket.AF_INET
        self._long: dict[int, bytes] = {}
        self.data = b""
        self.peers = b""
        self.lengths: list[int] = []
        self.ports: list[int] = []
        self.send_failures = 0

    def receive(self) -> int:
        self._long = {}
        slots: list[bytes] = []
        peers: list[bytes] = []
        self.lengths, self.ports = [], []
        while len(slots) < BATCH:
            try:
                wire, address = self._sock.recvfrom(SLOT + REST, socket.MSG_DONTWAIT)
            except OSError:
                break
            if len(wire) > SLOT:
                self._long[len(slots)] = wire
            slots.append(wire[:SLOT].ljust(SLOT, b"\0"))
            peer = self._write_peer(address)
            peers.append(peer)
            self.lengths.append(len(wire))
            self.ports.append(int.from_bytes(peer[2:4], sys.byteorder))
        self.data, self.peers = b"".join(slots), b"".join(peers)
        return len(slots)

    def long_query(self, index: int) -> bytes:
        return self._long[index]

    def send(self, replies: list[bytes], unanswered: list[int]) -> None:
        answered = (index for index in range(len(self.lengths)) if index not in unanswered)
        self.send_to(replies, [self.peers[PEER * i : PEER * (i + 1)] for i in answered])

    def send_to(self, replies: list[bytes], peers: list[bytes]) -> None:
        for reply, peer in zip(replies, peers, strict=True):
            try:
                self._sock.sendto(reply, self._read_peer(peer))
            except OSError:
                self.send_failures += 1

    def _write_peer(self, address: Any) -> bytes:
        """A socket address of Python as the sockaddr octets that the batch twin gets from the system."""
        head: bytes = int(self._sock.family).to_bytes(2, sys.byteorder) + _PORT.pack(address[1])
        if self._is_v4:
            return (head + socket.inet_aton(address[0])).ljust(PEER, b"\0")
        host = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
        flow, scope = int(address[2]), int(address[3])
        return head + flow.to_bytes(4, "big") + host + scope.to_bytes(4, sys.byteorder)

    def _read_peer(self, peer: bytes) -> Any:
        port = _PORT.unpack_from(peer, 2)[0]
        if self._is_v4:
            return socket.inet_ntoa(peer[4:8]), port
        return (
            socket.inet_ntop(socket.AF_INET6, peer[8:24]),
            port,
            int.from_bytes(peer[4:8], "big"),
            int.from_bytes(peer[24:28], sys.byteorder),
        )
