"""What children read is in words that an eleven-year-old reads with ease (requirements S13, about grade 5)."""

from __future__ import annotations

import re

import pytest

from tests.transparency.lists import taxonomy
from tests.transparency.web.served import Site

GRADE = 6.0  # Flesch and Kincaid, 1975; a rough count of syllables errs upwards
SCOLDING = re.compile(r"\b(crime|criminal|offence|illegal|police|punish\w*|forbidden|suspicious)\b", re.IGNORECASE)


def grade_of(text: str) -> float:
    """The American school grade that a text is for."""
    sentences = [part for part in re.split(r"[.!?:]+", text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith("le")
    return max(1, groups - silent)


def prose(page: str) -> str:
    """The paragraphs of a page."""
    main = page.partition("<main")[2].partition("</main>")[0]
    paragraphs = re.findall(r"<p[^>]*>(.*?)</p>", main, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", text).strip() for text in paragraphs if "<a" not in text)


@pytest.mark.parametrize(("path", "host"), [("/help", "localhost"), ("/", "casino.example")])
def test_help_and_the_page_of_a_closed_site_are_easy_to_read_and_do_not_scold(site: Site, path: str, host: str) -> None:
    text = prose(site.get(path, Host=host, Accept="text/html").text)
    assert len(text) > 50
    assert grade_of(text) < GRADE
    assert not SCOLDING.search(text)


def test_what_categories_say_to_children_is_easy_to_read_and_does_not_scold() -> None:
    texts = [row.for_children["en"] for row in taxonomy().categories]
    assert grade_of(" ".join(texts)) < GRADE
    assert not [text for text in texts if SCOLDING.search(text)]


def test_the_count_tells_easy_from_hard() -> None:
    assert grade_of("You are not in trouble. Here is help.") < 2
    assert grade_of("Proportionality considerations necessitate institutional accountability mechanisms.") > 20
