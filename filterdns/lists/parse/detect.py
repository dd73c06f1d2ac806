"""Which format a list has, by its first lines; its name says nothing: a file called hosts may hold plain domains."""

from __future__ import annotations

import re
from collections import Counter

from filterdns.lists.parse.lines import MOST_LINE_OCTETS

HEAD_OCTETS = 65_536  # that are looked at
MOST_LINES = 500  # that are judged, comments not counted: lists are the same all along
LEAST_SHARE = 0.5  # of these lines, that must be of formats we know

HTML = "html"

LEAST_ADBLOCK_SHARE = 0.1  # adblock lists hold hosts and plain names too, but rules also

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PAGE_BEGINNING_OCTETS = 1_024
_find_tag = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE).search
_is_comment = re.compile(
    rb"\s*(?:#(?!@?[?$%]?#[^\s#])|[!;]|//|\[[^\]]*(?:adblock|adguard)[^\]]*\]\s*$|$)", re.IGNORECASE
).match

_HOST = rb"[^\x00-\x20/|^$*=:;,<>\"'()\[\]{}]+"
_ADDRESS = rb"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]{2,45}(?:%\w+)?)"
_COMMENT_AFTER = rb"\s*(?:#.*|[ \t]//.*)?$"
# The first that matches gives its vote to a line. No pattern takes more than linear time.
_VOTES = tuple(
    (name, re.compile(pattern, re.IGNORECASE).match)
    for name, pattern in (
        (HTML, rb"\s*</?[a-z!]"),
        ("unbound", rb"\s*(?:local-(?:zone|data):|server:\s*$)"),
        ("dnsmasq", rb"\s*(?:local|server|address)\s*=\s*/"),
        ("rpz", rb"\$(?:TTL|ORIGIN)\b|\S*\s+(?:[0-9]\w*\s+)?(?:IN\s+)?(?:[0-9]\w*\s+)?(?:CNAME|SOA|NS)\s"),
        ("adblock", rb"(?:@@)?(?:\|\|?|://)\S|@@|/.+/(?:\$|\s*$)|\S*\^|\S+\$\S|\S*#@?[?$%]?#\S"),
        ("hosts", rb"\s*" + _ADDRESS + rb"[ \t]+[^\s#]"),
        ("wildcard", rb"\s*\*?\." + _HOST + _COMMENT_AFTER),
        ("domains", rb"\s*(?:(?=[^\s.]+\.)" + _HOST + rb"|" + _ADDRESS + rb")(?:/[0-9]{1,3})?" + _COMMENT_AFTER),
    )
)


def detect(head: bytes) -> str:
    """A format of `recipe.FORMATS` by the first octets of a file, "html" for a page, "" for anything else.

    A URL list is "": its lines are no names. So is a list without entries.
    """
    if is_page(head):
        return HTML
    text = head[:HEAD_OCTETS].removeprefix(_BYTE_ORDER_MARK)
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if len(head) >= HEAD_OCTETS:
        lines.pop()  # cut off in its middle
    votes: Counter[str] = Counter()
    judged = 0
    for line in lines:
        if _is_comment(line):
            continue
        votes[_vote(line)] += 1
        judged += 1
        if judged == MOST_LINES:
            break
    return _elected(votes, judged)


def is_page(head: bytes) -> bool:
    """Whether these first octets of a file are those of a web page, whatever the file is said to be."""
    beginning = head.removeprefix(_BYTE_ORDER_MARK)[:_PAGE_BEGINNING_OCTETS].lstrip()
    return beginning.startswith(b"<") and _find_tag(beginning) is not None


def _vote(line: bytes) -> str:
    if len(line) > MOST_LINE_OCTETS:
        return ""
    return next((name for name, matches in _VOTES if matches(line)), "")


def _elected(votes: Counter[str], judged: int) -> str:
    """The format of most lines, or the one that takes the lines of others too."""
    plain = votes["domains"] + votes["wildcard"]
    if votes["adblock"] > judged * LEAST_ADBLOCK_SHARE:
        votes["adblock"] += votes["hosts"] + plain
    elif votes["wildcard"]:
        votes["wildcard"] = plain
    name, count = max(votes.items(), key=lambda vote: vote[1], default=("", 0))
    return name if count >= judged * LEAST_SHARE else ""
