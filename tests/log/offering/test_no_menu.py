"""No name of a HASHED category stands in the clear in what a publisher serves, and homes filter it all the same."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from filterdns.lists.revocations import Revocation, revise_revocations
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home
from tests.log.life import LoggingPublisher
from tests.log.two_roles import Author, Subscriber, later

ALLOW = """- {name: %s, scope: subdomains, kind: allow, categories: [%s], reason: {en: of %s}, decided_by: keeper,
   decided_on: 2026-11-20}
"""
HIDDEN = b"nightjar"  # in each name that is not for browsing
SHOWN = b"plover"


def read_all(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file that a web server would carry, unpacked where it is packed."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        octets = path.read_bytes()
        yield path, octets
        if octets[:2] == b"\x1f\x8b":
            yield path, gzip.decompress(octets)
        if octets[:1] == b"\x78":
            yield path, zlib.decompress(octets)


def told(folder: Path, word: bytes) -> list[str]:
    return [str(path.relative_to(folder)) for path, octets in read_all(folder) if word in octets]


def decide(home: Home, day: int) -> None:
    """Something in every file that can name a name, in a HASHED category and in an OPEN one."""
    home.write("own/gore.yaml", own_entry(f"nightjar-own-{day}.example"))
    home.write("own/games.yaml", own_entry(f"plover-own-{day}.example"))
    home.write("own/selfharm.mine.txt", f"nightjar-plain-{day}.example\nnightjar\n")  # the last line is no name
    home.write("allow/hashed.yaml", ALLOW % (f"nightjar-allow-{day}.example", "gore", "nightjar"))
    home.write("allow/open.yaml", ALLOW % (f"plover-allow-{day}.example", "adult", "plover"))
    home.use("free-gore", [f"nightjar-list-{day}.example", "nightjar line", "nightjar.school.example"])
    home.use("free-adult", [f"plover-list-{day}.example", "plover line"])
    hidden = Revocation(f"nightjar-revoked-{day}.example".encode(), True, ("gore",), reason="not nightjar")
    shown = Revocation(f"plover-revoked-{day}.example".encode(), True, ("adult",), reason="x")
    revise_revocations(home.state, lambda before: (hidden, shown))


def begin(home: Home) -> None:
    home.add_list("free-gore", "gore", redistribute=True)
    home.add_list("free-adult", "adult", redistribute=True)
    home.write("protected/p2.yaml", protected_entry("school.example", "education"))
    home.write("own/harassment.yaml", own_entry("nightjar.school.example"))


def test_no_hashed_name_stands_in_any_public_file(logging_publisher: LoggingPublisher) -> None:
    """Of a log that begins when there is a release already, through three releases."""
    home = logging_publisher.home
    begin(home)
    decide(home, 0)
    home.build()
    for day in (1, 2, 3):
        decide(home, day)
        logging_publisher.build(days=1)
    public = home.state / "public"
    assert home.release.manifest.set_aside >= 2
    assert home.release.manifest.rejected >= 3
    assert told(public, HIDDEN) == []
    kinds = {Path(path).parts[1] for path in told(public, SHOWN)}
    assert kinds == {"decisions", "inputs", "releases", "revocations", "statements", "tile"}


def test_home_takes_what_is_veiled(author: Author, subscriber: Subscriber) -> None:
    home = author.home
    many = "".join(own_entry(f"nightjar-{number}.example") for number in range(20))
    home.write("own/gore.yaml", many)
    home.write("own/games.yaml", own_entry("plover.example"))
    author.decide("allow/hashed.yaml", ALLOW % ("fine.example", "gore", "fine"))
    author.revoke(Revocation(b"revoked.example", True, ("gore",), reason="x"))
    assert told(author.folder, HIDDEN) == []
    subscriber.poll()
    subscriber.build()
    assert subscriber.home.found("nightjar-7.example") == {"gore"}
    assert subscriber.home.found("plover.example") == {"games"}
    assert list(subscriber.revoked) == ["revoked.example"]
    later(author, subscriber, days=1)
    author.decide("own/gore.yaml", many + own_entry("nightjar-too.example"))
    subscriber.poll()
    assert any(".from." in path for path in subscriber.files[-1].asked)
    assert not any(path.endswith(".gz") for path in subscriber.files[-1].asked)  # what changed was enough
    subscriber.build()
    assert subscriber.home.found("nightjar-too.example") == {"gore"}
    assert told(author.folder, HIDDEN) == []
