"""Pages as they are compiled here, against the same templates as Jinja itself compiles them."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.compiler import CodeGenerator

from filterdns.transparency.appeals.case import Case
from filterdns.transparency.web import render
from filterdns.transparency.web.challenges import NamesCases
from filterdns.transparency.web.templates import IN_ONE_PIECE, templates_in
from tests.transparency.lists import WHEN
from tests.transparency.published import HASHED_NAME, VEILED_NAME
from tests.transparency.web.served import Site

NAMES = (
    "casino.example",
    "www.casino.example",
    "short.example",
    "xn--bcher-kva.example",
    "both.example",
    "stream.example",
    "bad.example",
    "blog.clinic.example",
    "clinic.example",
    "ruled.example",
    "nothing.example",
    "oneword",
    VEILED_NAME,
    HASHED_NAME,
)
CASES = NamesCases(
    open=tuple(
        Case(1, "appeal", "casino.example", True, "gambling", "content", "open", WHEN, WHEN, suspended=suspended)
        for suspended in ("", "late", "vote")
    ),
    decided=(
        Case(2, "appeal", "casino.example", True, "gambling", "content", "open", WHEN, None, outcome="upheld"),
        Case(3, "appeal", "casino.example", True, "gambling", "content", "open", WHEN, None,
             outcome="removed", reason="It <b>sold</b> & moved.", cause="resold", decided_at=WHEN),
    ),
)  # fmt: skip


@cache
def _plain(texts: NullTranslations) -> Environment:
    environment = templates_in.__wrapped__(texts)
    environment.code_generator_class = CodeGenerator
    return environment


class _Twice:
    """A template that is rendered in both ways, with cases and without."""

    def __init__(self, texts: NullTranslations, name: str) -> None:
        self._ours, self._plain = templates_in(texts).get_template(name), _plain(texts).get_template(name)

    def render(self, **values: Any) -> str:
        page = self._ours.render(**values)
        assert page == self._plain.render(**values)
        if "cases" in values:
            assert self._ours.render(**values | {"cases": CASES}) == self._plain.render(**values | {"cases": CASES})
        return page


class _AllTwice:
    def __init__(self, texts: NullTranslations) -> None:
        self._texts = texts

    def get_template(self, name: str) -> _Twice:
        return _Twice(self._texts, name)

    def list_templates(self, **_: Any) -> list[str]:
        return []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_octet_by_octet_those_of_templates_that_are_compiled_as_usual(
    public_site: Site, site: Site, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "templates_in", _AllTwice)
    for each in (public_site, site):
        paths = [f"/why/{name}?shown={shown}&lang={language}" for name in NAMES for shown in (0, 1)]
        replies = each.each([*paths, f"/?lang={language}", f"/help?lang={language}", f"/why/a%20b?lang={language}"])
        assert [reply.status for reply in replies] == [200] * (len(replies) - 1) + [400]


def test_every_page_in_one_piece_is_one() -> None:
    environment = templates_in(NullTranslations())
    assert environment.loader is not None
    for name in IN_ONE_PIECE:
        source = environment.loader.get_source(environment, name)[0]
        compiled = environment.compile(source, name, raw=True)
        assert "get_template" not in compiled
        assert "Macro(" not in compiled
        assert "context.call(" not in compiled


def test_texts_keep_their_signs_of_percent_and_what_they_are_not_given() -> None:
    environment = templates_in(NullTranslations())
    template = environment.from_string(
        '{% trans n=n %}{{ n }} %s of 5 %, 100%(n)s{% endtrans %}|{{ _("7 %%") }}|{{ _("%(a)s <i>%(n)s", n=n, a="&") }}'
    )
    assert template.render(n="<1>", texts=NullTranslations()) == (
        "&lt;1&gt; %s of 5 %, 100%(n)s|7 %|&amp; <i>&lt;1&gt;"
    )
