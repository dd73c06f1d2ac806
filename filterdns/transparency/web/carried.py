"""A language that was asked for goes along: every way on from a page leads to the next page in the same language.

Without a cookie only the address can tell. A browser that prefers the language anyway needs nothing carried.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from aiohttp import web

from filterdns.transparency.web.languages import PARAMETER

MOST_CARRIED_OCTETS = 2_000  # fifty names

# A page has addresses of our own only: `/path`, `?query` and parts of them; values are escaped, so a quote ends them.
_WAY_ON = re.compile(r'(<(?:a|form) [^>]*?(?:href|action)=")((?:/(?!/)[^"#?]*)?)(\?[^"#]*)?((?:#[^"]*)?")')
_FORM_THAT_ASKS = re.compile(r'<form [^>]*method="get"[^>]*>')


def with_language(address: str, code: str) -> str:
    """An address of ours that is opened in a language."""
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={code}"


def carry(page: str, code: str) -> str:
    """The page, in which each way on to a page of ours asks for the language."""
    field = f'<input type="hidden" name="{PARAMETER}" value="{code}">'
    page = _FORM_THAT_ASKS.sub(lambda form: form[0] + field, page)

    def led(way: re.Match[str]) -> str:
        before, path, query, rest = way[1], way[2], way[3] or "", way[4]
        if not (path or query) or f"{PARAMETER}=" in query:
            return way[0]
        return f"{before}{path}{query}{'&amp;' if query else '?'}{PARAMETER}={code}{rest}"

    return _WAY_ON.sub(led, page)


def other_fields(request: web.Request) -> str:
    """What the address of a request asks for besides a language, ready for `lang=` to follow.

    Nothing of one that is longer than a person asks: each language of a page repeats it.
    """
    rest = [(name, value) for name, value in request.query.items() if name != PARAMETER]
    fields = f"{urlencode(rest)}&" if rest else ""
    return fields if len(fields) <= MOST_CARRIED_OCTETS else ""
