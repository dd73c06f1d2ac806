"""What of a page comes from a catalogue, and what is data: names, numbers, and what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from filterdns.transparency.locale.texts import FOLDER

ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")  # what was put into a text, the innermost first
NO_WORDS = re.compile(r"<[^>]*>|%\(\w+\)s|\{\w+\}|\d+|[^\w\s\u064b-\u0652]|\n")
DATA = "[lang=en], [lang=th], [dir=ltr], bdi, code, pre, textarea, .id, .brand"
TEXTS = f"""
(() => {{
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {{
    const parent = walk.currentNode.parentElement;
    if (!parent.closest({DATA!r}) && !parent.closest(".languages ul")) found.push(walk.currentNode.data);
  }}
  return [document.title.replace(/ · filterdns$/, ""), ...found];
}})()
"""


def phrases(text: str) -> Iterator[str]:
    """The words of a text in a row that no value, number or mark parts."""
    while ISOLATED.search(text):
        text = ISOLATED.sub("\n", text)
    for part in NO_WORDS.split(text):
        if part.strip():
            yield " ".join(part.split())


@cache
def catalogue(code: str) -> frozenset[str]:
    """All that a catalogue can say, phrase by phrase."""
    with (FOLDER / code / "LC_MESSAGES" / "filterdns.po").open("rb") as file:
        strings = [message.string for message in read_po(file) if message.id and message.string]
    forms = [form for string in strings for form in ([string] if isinstance(string, str) else string)]
    return frozenset(phrase for form in forms for phrase in phrases(form))


def strange(page: Page, code: str) -> list[str]:
    """The phrases of an open page that are no data and that the catalogue does not say."""
    said = [phrase for text in page.evaluate(TEXTS) for phrase in phrases(text)]
    assert len(said) > 5
    return [phrase for phrase in said if phrase not in catalogue(code)]
