"""Adblock lists as AdGuard DNS reads them: rules on whole names, exceptions, and the modifiers that a name can express.

    ||name^   ||name^|   ||name|      the name and all below it
    |name^    |name|     ://name^     the name alone
    @@ before any of these            an exception, which opens
    0.0.0.0 name      name            as in a hosts file and in a plain list: nothing is said about subdomains

`$important`, `$all`, `$document`, `$doc` and `$popup` still mean the whole name. A rule with any other modifier holds
for some questions only, and half of it is never applied: it is rejected, like regular expressions, wildcards, parts of
names, addresses, pages and parts of pages (cosmetic rules). `! comment` may follow a rule.

Rules that speak of other rules hold wherever they stand. An exception that an `$important` rule overrules is rejected;
one above it is kept. `$badfilter` takes back the same rule of this list: an exception is left out, and the name of any
other rule is yielded as `open_exact`, which takes away the entry of that very name, and none of a name below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name, is_plain_name
from filterdns.lists.parse.nowhere import MARK_OF_OWN_NAMES, get_hosts_prefix, is_address, take_hosts
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import Walk

# Exceptions and important rules that are remembered to the end; lists have hundreds. Later exceptions open at once, and
# later important rules overrule none.
MOST_REMEMBERED = 100_000

_IMPORTANT, _BADFILTER = b"important", b"badfilter"
_OF_WHOLE_NAMES = {_IMPORTANT, _BADFILTER, b"all", b"document", b"doc", b"popup"}

_comments = re.compile(rb"!(?<![^\n]!)[^\n]*|#(?<![^\n]#)(?=[ \t\n])[^\n]*")
_is_header = re.compile(rb"\[[^\]]*(?:adblock|adguard|ublock)[^\]]*\]", re.IGNORECASE).fullmatch
_is_cosmetic = re.compile(rb"(?:[^\s/|]*)(?:#@?[?$%]{0,2}@?#|\$@?\$)(?:[^\s#]|#\w).*").fullmatch
_is_rule = re.compile(rb"\S*[|^$*#=?].*|@@.*|/.*").fullmatch
_read_rule = re.compile(
    rb"(?P<open>@@)?(?P<start>\|\|?|://)(?P<name>[^\s^|$/*:=&?!#]+)(?P<end>\^\|?|\|)"
    rb"(?:\$(?P<modifiers>[^\s!#]+))?(?:\s*[!#].*)?"
).fullmatch


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names; exceptions come last."""
    rules = _Rules()
    yield from Walk(_take_text, rules.take_line, b"!", _comments).over(blocks)
    yield rules.exceptions_left()


@dataclass(slots=True)
class _Exception:
    line: int
    text: str
    important: bool


@dataclass(slots=True)
class _Rules:
    """What is remembered of a list: the few rules that speak of others. The keys are (name, with all below it)."""

    opened: dict[tuple[bytes, bool], _Exception] = field(default_factory=dict)
    taken_back: set[tuple[bytes, bool]] = field(default_factory=set)
    important: dict[bytes, bool] = field(default_factory=dict)

    def take_line(self, number: int, line: bytes, found: Found) -> None:
        text = line.strip()
        if text.startswith(b"||") and text.endswith(b"^") and is_plain_name(text[2:-1]):  # as nearly all are
            found.subdomains.append(text[2:-1])
            return
        if _is_header(text) or (text.startswith(b"#") and not _is_cosmetic(text)):
            return
        try:
            rule = _read_rule(text)
            if rule:
                self._take_rule(number, text, rule, found)
            else:
                _take_words(number, text, found)
        except NameFault as fault:
            found.rejected.append(Rejected(number, shown(text), str(fault)))

    def _take_rule(self, number: int, text: bytes, rule: re.Match[bytes], found: Found) -> None:
        name = find_name(rule["name"])
        below = rule["start"] == b"||"
        modifiers = set((rule["modifiers"] or b"").lower().split(b",")) - {b""}
        if not modifiers <= _OF_WHOLE_NAMES:
            raise NameFault("a rule that holds for every question for a name, without such modifiers")
        if _BADFILTER in modifiers:
            self._take_back(name, below, rule["open"] is not None, found)
        elif rule["open"]:
            self._open(name, below, _Exception(number, shown(text), _IMPORTANT in modifiers), found)
        else:
            (found.subdomains if below else found.exact).append(name)
            if _IMPORTANT in modifiers and len(self.important) < MOST_REMEMBERED:
                self.important[name] = below or self.important.get(name, False)

    def _take_back(self, name: bytes, below: bool, is_exception: bool, found: Found) -> None:
        if not is_exception:
            found.open_exact.append(name)
            self.important.pop(name, None)
        elif len(self.taken_back) < MOST_REMEMBERED:
            self.taken_back.add((name, below))

    def _open(self, name: bytes, below: bool, exception: _Exception, found: Found) -> None:
        if len(self.opened) >= MOST_REMEMBERED:
            (found.open_subdomains if below else found.open_exact).append(name)
            return
        known = self.opened.setdefault((name, below), exception)
        known.important |= exception.important

    def exceptions_left(self) -> Found:
        """The exceptions that no other rule undoes."""
        found = Found()
        for (name, below), exception in self.opened.items():
            if (name, below) in self.taken_back:
                continue
            if not exception.important and self._overrules(name):
                expected = "an exception that no $important rule of the list overrules"
                found.rejected.append(Rejected(exception.line, exception.text, expected))
            else:
                (found.open_subdomains if below else found.open_exact).append(name)
        return found

    def _overrules(self, name: bytes) -> bool:
        if name in self.important:
            return True
        while self.important and b"." in name:
            name = name.partition(b".")[2]
            if self.important.get(name):
                return True
        return False


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    """Take a text of the same kind of rule in each line."""
    if text.startswith(b"||"):
        names, into = get_names(text, b"||", b"^"), found.subdomains
    elif MARK_OF_OWN_NAMES in text:
        return False
    else:
        names, into = get_names(text, get_hosts_prefix(text)), found.unsaid
    if names is None:
        return False
    into += names
    return True


def _take_words(number: int, text: bytes, found: Found) -> None:
    """A line of a hosts file or of a plain list; raises NameFault for a rule that is none of ours."""
    words = re.split(rb"\s#", text, maxsplit=1)[0].split()
    if len(words) > 1 and is_address(words[0]):
        take_hosts(number, words, found)
        return
    if not _is_rule(text):
        if len(words) > 1:
            raise NameFault("one name or rule in a line")
        found.unsaid.append(find_name(words[0]))
        return
    raise NameFault(_expected(text.removeprefix(b"@@")))


def _expected(text: bytes) -> str:
    """What should have stood in place of a rule that names cannot express."""
    if _is_cosmetic(text):
        return "a rule on names, not on parts of pages"
    pattern = text.partition(b"$")[0]
    if text.startswith(b"/") and text.rfind(b"/") > 0:
        return "a name, not a regular expression"
    if b"*" in pattern:
        return "a name without a wildcard"
    if b"/" in pattern.removeprefix(b"://"):
        return "a name, not an address of a page"
    if b":" in pattern.removeprefix(b"://"):
        return "a name without a port"
    if not pattern.startswith((b"|", b"://")):
        return "|| before the name: without it, the ends of other names are meant too"
    return "^ after the name: without it, longer names are meant too"
