"""What servers asked for with Retry-After: a host that asked us to wait is left alone, whichever source wants it.

STATE/downloads/waits.json holds host -> ISO 8601 time. It outlives the run: a mirror that works is used meanwhile.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.copies import downloads_folder


def parse_retry_after(text: str, when: datetime, most_seconds: float) -> float:
    """Seconds to wait, at most `most_seconds`, from seconds or a date (RFC 9110 section 10.2.3); 0 if it is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), most_seconds)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - when).total_seconds(), 0.0), most_seconds)


class Waits:
    """Hosts that asked us to wait. `heeds_earlier`: also what they asked for in runs before this one."""

    def __init__(self, state: Path, most_seconds: float, heeds_earlier: bool = True) -> None:
        self._path = downloads_folder(state) / "waits.json"
        self._most_seconds = most_seconds
        self._heeds_earlier = heeds_earlier
        self._until: dict[str, datetime] = {}
        self._of_this_run: set[str] = set()

    def load(self, when: datetime) -> None:
        """Read what is still to wait for; what cannot be read, is over, or lies too far ahead is forgotten."""
        try:
            values = json.loads(self._path.read_bytes())
            known = {host: datetime.fromisoformat(text) for host, text in values.items()}
            most = when + timedelta(seconds=self._most_seconds)
            self._until = {host: until for host, until in known.items() if when < until <= most}
        except (OSError, ValueError, TypeError, AttributeError):
            self._until = {}

    def get_seconds(self, host: str, when: datetime) -> float:
        """How long a host is still to be left alone; 0 if it may be asked."""
        host = host.lower()
        if host not in self._until or not (self._heeds_earlier or host in self._of_this_run):
            return 0.0
        return max((self._until[host] - when).total_seconds(), 0.0)

    def store(self, host: str, seconds: float, when: datetime) -> None:
        """Leave a host alone for so long. Raises StateFault."""
        self._until = {known: until for known, until in self._until.items() if until > when}
        self._until[host.lower()] = when + timedelta(seconds=seconds)
        self._of_this_run.add(host.lower())
        fresh = self._path.with_name("waits.json.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps({host: until.isoformat() for host, until in self._until.items()}))
            fresh.replace(self._path)
        except OSError as error:
            raise StateFault(f"{self._path}: expected room for a file, got {error.strerror or error}") from error
