"""Response policy zones: names that a zone triggers on (QNAME), and what is done with them.

    name CNAME .            name CNAME *.           the name alone: it does not exist, or has no data
    *.name CNAME .                                  what lies below it; with the line above, the name and all below
    name CNAME rpz-passthru.                        an exception, with `*.name` beside it one for all below

Nothing can express only what lies below a name: `*.name` alone is rejected. Its pair may stand anywhere: then, and
where a name stands twice, it is yielded as `exact` and as `subdomains`, and the wider counts. Rejected are rpz-drop.
and rpz-tcp-only., triggers on addresses, servers and clients, and local data: a redirection is no filtering.

Owners are read as in any zone file (RFC 1035 section 5.1) and are relative to the zone's apex, the owner of its SOA or
its first `$ORIGIN`. Most public files have neither; then names are relative, and one with a final dot is outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import BARE, Walk
from filterdns.lists.parse.wild_pairs import WildPairs
from filterdns.lists.parse.zone_record import Record, ZoneReader

_LISTING_TARGETS = {b".", b"*."}
_PASSTHRU = b"rpz-passthru."
_OTHER_TRIGGERS = (b".rpz-ip", b".rpz-client-ip", b".rpz-nsip", b".rpz-nsdname")
_MARK_OF_TRIGGERS = b".rpz-"

_comments = re.compile(rb";[^\n]*")
_alike = re.compile(
    rb"(?P<name>[^\s;\"()\\@$*]+)"
    rb"(?P<after>[ \t]+(?:[0-9]+[ \t]+)?(?:IN[ \t]+)?(?:[0-9]+[ \t]+)?CNAME[ \t]+\*?\.[ \t]*)",
    re.IGNORECASE,
).fullmatch


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names; those whose wildcards stood elsewhere come once more at the end."""
    zone = _Zone()
    for found in Walk(zone.take_text, zone.take_line, b";", _comments).over(blocks):
        yield zone.let_go()
        zone.before = found
    yield zone.let_go()
    yield zone.left()


class _Zone:
    def __init__(self) -> None:
        self.before = Found()  # what the last block gave is held back: the next may begin with the wildcard of its name
        self._reader = ZoneReader()
        self._listed = WildPairs()
        self._passed = WildPairs()

    def let_go(self) -> Found:
        """What was held back, its names noted for wildcards that may come later."""
        found = self.before
        self._listed.hold(found.exact)
        self._listed.hold(found.subdomains)
        self._passed.hold(found.open_exact)
        self._passed.hold(found.open_subdomains)
        return found

    def left(self) -> Found:
        """What could be told at the end alone."""
        found = Found()
        self._listed.resolve(found.subdomains, found.rejected)
        self._passed.resolve(found.open_subdomains, found.rejected)
        if self._reader.open_since:
            found.rejected.append(Rejected(self._reader.open_since, "(", "a closing parenthesis"))
        return found

    def take_text(self, number: int, text: bytes, found: Found) -> bool:
        """Take a text of names, or of names each followed by its wildcard."""
        if not self._reader.is_plain:
            return False
        first, second, *more = text.split(b"\n", 2)
        is_wild = first.startswith(b"*.")
        if not more or second.startswith(b"*.") == is_wild:
            return not is_wild and self._take_names(text, found)
        if not is_wild:
            return self._take_pairs(text.split(b"\n")[:-1], found)
        # The name of the first wildcard may have ended the text before.
        return number != BARE and self._take_pairs(text.split(b"\n")[1:-1], found, (number, first))

    def take_line(self, number: int, line: bytes, found: Found) -> None:
        """Read a line; a record is judged when its last line has come."""
        try:
            record = self._reader.read_line(number, line)
            if record and record.type not in (b"SOA", b"NS"):
                self._take_record(record, found)
        except NameFault as fault:
            found.rejected.append(Rejected(number, shown(line.strip()), str(fault)))

    def _take_record(self, record: Record, found: Found) -> None:
        trigger = self._reader.relative(record.owner)
        if trigger.endswith(_OTHER_TRIGGERS):
            raise NameFault("a name as trigger, no address, server or client")
        if record.type != b"CNAME" or len(record.values) != 1:
            raise NameFault("CNAME . or CNAME *., no local data")
        target = record.values[0].lower()
        if target in _LISTING_TARGETS:
            pairs, alone, with_below = self._listed, found.exact, found.subdomains
            before = self.before.exact
        elif target == _PASSTHRU:
            pairs, alone, with_below = self._passed, found.open_exact, found.open_subdomains
            before = self.before.open_exact
        else:
            raise NameFault("CNAME . or CNAME *., no other target")
        if trigger.startswith(b"*."):
            pairs.add_wildcard(record.line, find_name(trigger[2:]), alone or before, with_below, found.rejected)
        else:
            alone.append(find_name(trigger))

    def _take_names(self, text: bytes, found: Found) -> bool:
        names = self._get_names(text)
        if names is None:
            return False
        found.exact += names
        self._reader.last_owner = names[-1]
        return True

    def _take_pairs(self, lines: list[bytes], found: Found, before: tuple[int, bytes] | None = None) -> bool:
        """Take names and wildcards in turn, the last name perhaps without one, and a line before them."""
        owners, wildcards = lines[::2], lines[1::2]
        names = self._get_names(b"\n".join([*owners, b""]))
        pairs = len(wildcards)
        if names is None or b"\n".join(wildcards) != b"*.%b" % b"\n*.".join(owners[:pairs]):
            return False
        if before:
            self.take_line(*before, found)
        found.subdomains += names[:pairs]
        found.exact += names[pairs:]
        self._reader.last_owner = names[-1] if len(names) > pairs else b"*." + names[-1]
        return True

    def _get_names(self, text: bytes) -> list[bytes] | None:
        line = _alike(text[: text.find(b"\n")])
        if not line:
            return None
        after = line["after"]
        if line["name"].endswith(b"."):
            ending = self._reader.apex_ending
            if not ending or not line["name"].endswith(ending):
                return None
            after = ending + after
        names = get_names(text, b"", after)
        if names is None or _MARK_OF_TRIGGERS in b"\n".join(names):
            return None
        return names
