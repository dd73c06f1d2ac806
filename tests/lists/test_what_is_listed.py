"""What public lists say, and what of it a home filters: all that happened in real lists, and every rule once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.categories import ALLOWED_BELOW
from filterdns.errors import DataFault
from filterdns.lists.copies import load_journal
from filterdns.lists.household_lists import NewList
from filterdns.lists.revocations import PINNED, load_revocations
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import NOON, Home

ALLOW = """- {{name: {}, scope: {}, kind: {}, categories: {}, reason: {{en: it is fine}}, decided_by: maintainer,
   decided_on: {}}}
"""


def entry(name: str, scope: str = "exact", kind: str = "allow", categories: str = "all", on: str = "2026-11-24") -> str:
    return ALLOW.format(name, scope, kind, categories, on)


def test_mistakes_of_real_lists_filter_nobody_else(tmp_path: Path) -> None:
    home = Home(shipped_folder(), tmp_path)
    home.add_list("adult", "adult", format="hosts")
    home.use(
        "adult",
        "127.0.0.1 somesite.example de\n0.0.0.0 gob.mx\n0.0.0.0 bet.br\n0.0.0.0 cloudfront.net\n0.0.0.0 google.com\n"
        "0.0.0.0 www.google.com.au\n0.0.0.0 forcesafesearch.google.com\n0.0.0.0 safe.duckduckgo.com\n0.0.0.0 co.uk\n"
        "0.0.0.0 www.childline.org.uk\n0.0.0.0 x1.cloudfront.net\n0.0.0.0 filterdns.test\n",
    )
    home.build()
    assert home.sources("somesite.example") == home.sources("x1.cloudfront.net") == {("adult", "subdomains")}
    for name in ("www.de", "de", "x.gob.mx", "x.bet.br", "x2.cloudfront.net", "maps.google.com", "www.google.com.au"):
        assert "adult" not in home.found(name), name
    refused = {
        "gob.mx": "public_suffix",
        "bet.br": "public_suffix",
        "co.uk": "public_suffix",
        "cloudfront.net": "public_suffix",
        "google.com": "shared_host",
        "www.google.com.au": "popular",
        "forcesafesearch.google.com": "safe_search",
        "safe.duckduckgo.com": "safe_search",
        "www.childline.org.uk": "protected",
        "filterdns.test": "ours",
    }
    assert {name: home.refused(name) for name in refused} == {
        name: {(rule, "adult", "adult")} for name, rule in refused.items()
    }
    manifest = home.release.manifest
    assert manifest.rejected == 1
    assert manifest.rejected_examples[0].startswith("adult:1: expected a name of two labels")
    assert manifest.set_aside_by_rule == {
        "public_suffix": 4, "shared_host": 1, "popular": 1, "safe_search": 2, "protected": 1, "ours": 1,
    }  # fmt: skip
    assert manifest.set_aside == 10


def test_exceptions_of_one_list_do_not_touch_another(home: Home) -> None:
    home.add_list("one", "adult", format="adblock")
    home.add_list("two", "adult", format="adblock")
    home.use("one", "||shop.example^\n||games.example^\n@@||shop.example^\n@@||kids.games.example^\n")
    home.use("two", "||shop.example^\n||kids.games.example^\n")
    home.build()
    assert home.sources("shop.example") == {("two", "subdomains")}
    assert home.sources("games.example") == {("one", "exact")}
    assert home.sources("kids.games.example") == {("two", "subdomains")}


def test_every_source_and_reason_of_a_name_is_kept(home: Home) -> None:
    home.write("own/games.yaml", own_entry("casino.example"))
    home.write("protected/p2.yaml", protected_entry("clinic.casino.example", "health"))
    for id_, category in (("one", "gambling"), ("two", "gambling"), ("three", "malware")):
        home.add_list(id_, category, keeper=f"Keeper of {id_}", called_there="pokies", subdomains=id_ != "two")
        home.use(id_, ["casino.example"])
    home.build()
    rows = {row["source"]: row for row in home.rows("casino.example")}
    assert rows.keys() == {"one", "two", "three", "overlay/own/games.yaml"}
    assert home.found("casino.example") == {"gambling", "malware", "games", "open below"}
    assert home.found("www.casino.example") == {"gambling", "malware", "games", "open below"}
    assert home.found("x.clinic.casino.example") == {"gambling", "malware", "games", "open below", "p2"}
    assert rows["two"]["scope"] == "exact"
    assert "scope_reason" not in rows["two"]
    about = rows["one"]["about"]
    assert (about["list"], about["keeper"], about["called_there"]) == ("List one", "Keeper of one", "pokies")
    assert (about["licence"], about["source"], about["fetched_on"]) == ("CC0", "https://lists.example/", "2026-11-24")
    assert (rows["one"]["basis"], rows["one"]["scope_reason"]) == ("imported", "for trying")
    assert rows["three"]["expires"] == "2026-12-01"


def test_import_ends_on_its_day_counted_from_the_last_confirmation(home: Home) -> None:
    home.add_list("phish", "phishing")
    home.use("phish", ["bank.example"])
    home.sleep(days=3)
    home.use("phish", ["bank.example"])  # a 304: seen again
    home.build()
    confirmed = home.when
    home.sleep(days=90)
    home.write("own/games.yaml", own_entry("play.example"))
    home.build()  # without network: what was not confirmed ends all the same
    (row,) = home.rows("bank.example")
    assert row["expires"] == (confirmed + timedelta(days=7)).date().isoformat()
    assert home.found("bank.example", confirmed + timedelta(days=6)) == {"phishing"}
    assert home.found("bank.example", confirmed + timedelta(days=7)) == set()
    assert home.seen("bank.example") == {"phish": (NOON.date(), None)}


def test_expiry_stands_on_every_mark_of_an_import(home: Home) -> None:
    for id_, category in (("one", "adult"), ("two", "malware"), ("three", "trackers")):
        home.add_list(id_, category)
        home.use(id_, [f"{id_}.example", "all.example"])
    home.write("own/adult.yaml", own_entry("all.example"))
    home.build()
    rows = home.release.open_listings()
    assert rows.count == 6  # nothing, four sets, and what the list alone would give
    assert all(row["expires"] > "2026-11-24" for number in range(rows.count) for row in rows.find(number))
    assert all(not home.found(name, home.when + timedelta(days=800)) for name in ("all.example", "one.example"))


def test_fraud_needs_two_keepers_and_says_who_named_it_meanwhile(home: Home) -> None:
    home.add_list("one", "fraud", keeper="A keeper")
    home.add_list("same", "fraud", keeper="a Keeper")
    home.add_list("other", "fraud", keeper="Another")
    home.use("one", ["shop.example", "fake.example"])
    home.use("same", ["shop.example"])
    home.use("other", ["fake.example"])
    home.build()
    assert home.sources("shop.example") == set()
    assert home.sources("fake.example") == {("one", "subdomains"), ("other", "subdomains")}
    assert home.seen("shop.example").keys() == {"one", "same"}
    assert home.release.manifest.set_aside_by_rule == {"two_feeds": 1}
    home.deeds.add(NewList("https://lists.example/mine", "fraud", format="domains"))
    home.use("lists-example", ["shop.example"])
    home.build()
    assert ("lists-example", "subdomains") in home.sources("shop.example")  # the household has decided so


def test_decision_takes_a_name_off_own_lists_and_imports_and_nothing_else(home: Home) -> None:
    home.add_list("adult", "adult")
    home.use("adult", ["shop.example", "www.shop.example", "art.example", "x.art.example", "nude.example"])
    home.write("own/adult.yaml", own_entry("shop.example"))
    home.write("own/games.yaml", own_entry("shop.example"))
    home.write(
        "allow/a.yaml",
        entry("shop.example", categories="[adult]") + entry("art.example", "subdomains") + entry("x.nude.example"),
    )
    home.build()
    assert home.sources("shop.example") == {("overlay/own/games.yaml", "subdomains")}
    assert home.refused("shop.example") == {
        ("allowed", "adult", "adult"),
        ("allowed", "adult", "overlay/own/adult.yaml"),
    }
    assert home.sources("www.shop.example") == {("adult", "subdomains")}  # the decision was about one name
    assert home.sources("art.example") == home.sources("x.art.example") == set()
    assert home.found("nude.example") == {"adult", "open below"}
    assert {each.name for each in load_revocations(home.release.folder / "allowed")} == {
        b"shop.example", b"art.example", b"x.nude.example",
    }  # fmt: skip


def test_name_that_won_an_appeal_does_not_come_back_by_import_for_180_days(home: Home) -> None:
    home.add_list("adult", "adult")
    home.use("adult", ["shop.example"])
    home.write("allow/a.yaml", entry("shop.example", kind="pin"))
    home.write("own/adult.yaml", own_entry("shop.example"))
    home.build()
    assert home.sources("shop.example") == set()
    (pin,) = load_revocations(home.release.folder / "allowed")
    assert (pin.kind, pin.until) == (PINNED, "2027-05-23")
    home.write("own/adult.yaml", own_entry("shop.example", "2026-12-25"))  # a person, later than after 30 days
    home.sleep(days=179)
    home.use("adult", ["shop.example"])
    home.build()
    assert home.sources("shop.example") == {("overlay/own/adult.yaml", "subdomains")}
    home.sleep(days=1)
    assert home.build().built
    assert home.sources("shop.example") == {("overlay/own/adult.yaml", "subdomains"), ("adult", "subdomains")}


def test_pin_of_a_security_category_opens_the_name_in_no_other(home: Home) -> None:
    home.add_list("adult", "adult")
    home.use("adult", ["shop.example"])
    home.write("allow/a.yaml", entry("shop.example", kind="pin", categories="[malware]"))
    home.build()
    assert home.found("shop.example") == {"adult"}
    assert load_revocations(home.release.folder / "allowed") == ()  # one without categories would be of all


def test_pin_holds_against_a_security_feed_from_a_day_after_it_was_confirmed(home: Home) -> None:
    home.add_list("bad", "malware")
    home.use("bad", ["shop.example"])
    home.write("allow/a.yaml", entry("shop.example", kind="pin", categories="[malware]"))
    home.build()
    assert home.sources("shop.example") == {("bad", "subdomains")}
    home.sleep(hours=23)
    assert not home.build().built
    home.sleep(hours=2)
    assert home.build().built  # though nothing but the time has changed
    assert home.sources("shop.example") == set()
    assert home.refused("shop.example") == {("pinned", "malware", "bad")}


def test_household_list_of_this_machine_counts_while_it_is_there(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("bad.example\ncdn.example\nhelp.example\n")
    home.write("shared/hosts.yaml", "- {name: cdn.example, kind: cdn, why: {en: many}}\n")
    home.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    home.deeds.add(NewList(str(file), "malware", format="domains"))
    home.build()
    for _ in range(3):
        home.sleep(days=20)
        assert home.build().built
        assert home.found("bad.example", home.when + timedelta(days=6)) == {"malware"}
        assert home.found("bad.example", home.when + timedelta(days=7)) == set()
    assert home.found("x.cdn.example") == {"malware"}  # the household decides what it shares with strangers
    assert home.found("help.example") == {"p1"}  # and never about a helpline
    assert home.refused("help.example") == {("protected", "malware", "mine-txt")}
    assert home.seen("bad.example") == {"mine-txt": (NOON.date(), None)}


def test_file_that_cannot_be_read_any_more_stays_at_its_last_copy(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("bad.example\n")
    home.deeds.add(NewList(str(file), "malware", format="domains"))
    file.unlink()
    with pytest.raises(DataFault):
        home.build()  # it was never read
    file.write_text("bad.example\n")
    home.build()
    file.unlink()
    home.sleep(days=2)
    home.build()
    assert home.sources("bad.example") == {("mine-txt", "subdomains")}
    assert "cannot be read" in load_journal(home.state, "mine-txt").fault
    assert home.found("bad.example", home.when + timedelta(days=5)) == set()  # it was not confirmed
    file.write_text("bad.example\n")
    home.build()
    assert load_journal(home.state, "mine-txt").fault == ""
    assert home.found("bad.example", home.when + timedelta(days=5)) == {"malware"}


def test_dated_file_expires_by_its_date_though_it_is_there(home: Home) -> None:
    home.write("own/malware.feed.txt", "# fetched_on: 2026-11-20\nbad.example\n")
    for days in (0, 2):
        home.sleep(days=days)
        home.build()
        assert home.rows("bad.example")[0]["expires"] == "2026-11-27"


def test_deep_names_are_found_whoever_lists_them(home: Home) -> None:
    deep = ".".join([*"abcdefghijklmnopqrstuvwxyz", "example"])
    home.add_list("adult", "adult")
    home.use("adult", [deep, "x.y.other.example", "www.plain.example", "plain.example"])
    home.write("own/games.yaml", own_entry("a.b.c.d.own.example"))
    home.write("allow/a.yaml", entry("plain.example"))
    home.build()
    assert home.found(f"sub.{deep}") == {"adult"}
    assert home.found("x.y.other.example") == home.found("www.plain.example") == {"adult"}
    assert home.found("a.b.c.d.own.example") == {"games"}
    for name in ("y.other.example", "plain.example", "b.c.d.own.example", "own.example", "z.example"):
        assert home.found(name) == set()


def test_answer_above_an_open_name_says_that_something_is_there(home: Home) -> None:
    home.add_list("adult", "adult")
    home.use("adult", ["a.example", "b.a.example", "c.b.a.example", "other.example"])
    home.write("protected/p2.yaml", protected_entry("x.c.b.a.example", "health"))
    home.build()
    index = home.release.open_index()
    for name in ("a.example", "b.a.example", "c.b.a.example"):
        assert index.find(parse_name(name)) & ALLOWED_BELOW
    assert not index.find(parse_name("other.example")) & ALLOWED_BELOW


def test_list_that_is_off_or_gone_is_only_remembered(home: Home) -> None:
    home.add_list("adult", "adult")
    home.use("adult", ["a.example"])
    home.build()
    home.sleep(days=5)
    home.switch(adult=False)
    home.build()
    assert (home.sources("a.example"), home.delta()) == (set(), {("-", "adult", "a.example")})
    assert home.seen("a.example") == {"adult": (NOON.date(), NOON.date())}  # confirmed for the last time
    (home.overlay / "sources" / "adult.yaml").unlink()
    (home.overlay / "sources" / "choices.yaml").unlink()
    home.sleep(days=394)
    home.build()
    assert home.seen("a.example") == {"adult": (NOON.date(), NOON.date())}
    home.write("own/games.yaml", own_entry("b.example"))
    home.sleep(days=2)
    home.build()
    assert home.seen("a.example") == {}
