"""A publisher with a small lists folder, whose releases can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.lists import own_rules
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.shipped import shipped_folder
from tests.lists.entries import protected_entry
from tests.lists.home import Home
from tests.log.life import LoggingPublisher, Publisher
from tests.log.two_roles import Author, Subscriber, subscriber_of


@pytest.fixture(scope="session", autouse=True)
def _suffixes_read_once() -> Iterator[None]:
    """Ten thousand rules that are the same for each build, by what stands in the file."""
    load, known = own_rules.load_public_suffixes, dict[tuple[bytes, bool], PublicSuffixes]()

    def load_once(path: Path, private_too: bool = True) -> PublicSuffixes:
        key = path.read_bytes(), private_too
        if key not in known:
            known[key] = load(path, private_too)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(own_rules, "load_public_suffixes", load_once)
        yield


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """Without a log. It has the real taxonomy and nothing else."""
    return Publisher(home_in(tmp_path))


@pytest.fixture
def logging_publisher(tmp_path: Path) -> LoggingPublisher:
    """With a log."""
    return LoggingPublisher(home_in(tmp_path))


def home_in(tmp_path: Path) -> Home:
    shipped = tmp_path / "shipped"
    (shipped / "own").mkdir(parents=True)
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return Home(shipped, tmp_path / "state")


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """A publisher with a log and with nothing decided yet but what is protected in its shipped lists."""
    shipped = tmp_path / "shipped"
    (shipped / "protected").mkdir(parents=True)
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    (shipped / "protected" / "p1.yaml").write_text(protected_entry("helpline.example", "child_helpline"))
    (shipped / "protected" / "p2.yaml").write_text(protected_entry("clinic.example", "health"))
    author = Author(Home(shipped, tmp_path / "publisher"), tmp_path / "elsewhere" / "recovery")
    author.begin()
    return author


@pytest.fixture
def subscriber(author: Author, tmp_path: Path) -> Subscriber:
    """A home with the same program, which has not asked yet."""
    return subscriber_of(author, author.home.shipped, tmp_path / "home")
