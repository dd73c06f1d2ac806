"""Messages on a stream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from filterdns.resolver.message.framing import MOST_OCTETS, read_frames, write_frame


@given(st.lists(st.binary(max_size=40), max_size=6), st.lists(st.integers(0, 300), max_size=8))
def test_messages_come_back_however_the_stream_is_cut(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(write_frame, messages))
    buffer, got, begin = bytearray(), [], 0
    for end in [*sorted(min(cut, len(stream)) for cut in cuts), len(stream)]:
        buffer += stream[begin:end]
        begin = end
        got += read_frames(buffer)
    assert got == messages
    assert not buffer


def test_the_beginning_of_a_message_waits_for_its_end() -> None:
    buffer = bytearray(write_frame(b"whole") + b"\0\5cut")
    assert read_frames(buffer) == [b"whole"]
    assert bytes(buffer) == b"\0\5cut"
    assert read_frames(bytearray(b"\0")) == []


def test_the_longest_message_fits_its_length() -> None:
    frame = write_frame(b"x" * MOST_OCTETS)
    assert read_frames(bytearray(frame)) == [b"x" * MOST_OCTETS]
