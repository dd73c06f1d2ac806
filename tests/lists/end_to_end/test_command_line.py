"""The same from the command line, against a server over TLS: update, see what waits, decide, undo, go back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from tests.lists.end_to_end.online import BETS, CASINO, Online
from tests.simulators.certificates import Authority

Lists = Callable[..., str]


@pytest.fixture
def lists(here: Online, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Lists:
    """`lists("update")` gives what it says."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trust_file))
    monkeypatch.setenv("NO_PROXY", "*")

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(commands, ["lists", *words, "--state", str(here.state)])
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


def test_from_the_first_update_to_an_accepted_change_and_back(here: Online, lists: Lists) -> None:
    here.publish(CASINO)
    said = lists("update")
    assert "asked for 1 list: 1 new" in said
    assert "release 1: " in said
    assert "no list is due" in lists("update")
    assert here.closed(CASINO.names(), "gambling") == CASINO.count

    here.put(CASINO, CASINO.names(count=4000))
    said = lists("update", "--force")
    assert "casino: held, the copy of" in said
    assert "accepting it would add 2,000 names" in said
    status = lists("status")
    assert "casino waits for you." in status
    assert "`filterdns lists accept casino`" in status
    assert "expected the identifier of a list" in lists("accept", "bets", fails=True)
    said = lists("accept", "casino")
    assert "casino: the change was accepted" in said
    assert "gambling: 2,000 came, 0 went" in said
    assert here.closed(CASINO.names(count=4000), "gambling") == 4000
    assert "List casino" in lists("show", "www.casino-3999.example")

    assert "2,000 went" in lists("undo", "casino")
    assert here.closed(CASINO.names(count=4000), "gambling") == 2000
    assert "casino: the old copy stays" in lists("keep-old", "casino")
    assert "casino waits for you." not in lists("status")
    assert "back at the lists of release 2" in lists("rollback", "2")
    assert here.closed(CASINO.names(count=4000), "gambling") == 4000


def test_list_of_ones_own_comes_and_goes(here: Online, lists: Lists) -> None:
    here.put_text(BETS, BETS.text([*BETS.names(), "google.com"]))
    said = lists("sources", "add", here.server.url(BETS.file), "--category", "gambling", "--title", "The club's")
    id_ = said.partition(":")[0]
    assert "asked for 1 list: 1 new" in said
    assert here.closed(BETS.names(), "gambling") == BETS.count
    assert "The club's" in lists("show", BETS.names()[0])
    assert f"named as gambling by {id_}. It is not listed, because" in lists("show", "google.com")
    here.server.misbehave(BETS.file, "html")
    assert f"{id_}: held" in lists("update", "--force")
    assert "a web page where the list should be" in lists("status")
    assert "switched off" in lists("sources", "off", id_)
    assert here.closed(BETS.names(), "gambling") == 0
    here.server.behave(BETS.file)
    assert "switched on" in lists("sources", "on", id_)
    assert here.closed(BETS.names(), "gambling") == BETS.count
    assert f"{id_}: removed" in lists("sources", "remove", id_)
    assert here.closed(BETS.names(), "gambling") == 0
    assert id_ not in lists("sources", "show")
