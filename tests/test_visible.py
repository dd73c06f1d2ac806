"""Text of strangers is shown and not obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.visible import visible


@given(st.text())
def test_what_is_shown_is_printable_and_plain_text_stays(text: str) -> None:
    assert visible(text).isprintable()
    assert (visible(text) == text) == text.isprintable()


@pytest.mark.parametrize("text", ["\x1b[31m", "\x9b31m", "a\u202eb", "\x07", "\ud800"])
def test_what_a_terminal_would_obey_is_written_out(text: str) -> None:
    assert visible(text).isascii()
    assert str(LogFault(f"expected a key, got {text}")).isprintable()


def test_lines_of_a_fault_stay_lines() -> None:
    assert str(LogFault("line 1\nline 2\r")) == "line 1\nline 2\\r"
