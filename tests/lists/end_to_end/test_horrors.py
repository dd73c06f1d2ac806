"""What public lists have named that no house may lose: a whole country, Google, a helpline, a health service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from filterdns.lists.curate.finding import SHRINK_RULE
from filterdns.lists.standing import SWITCHED_OFF
from tests.lists.end_to_end.online import BETS, CASINO, NUDE, Online, Public, told

HELPLINE, OTHER_HELPLINE, PLAIN_NUDE = "childline.org.uk", "samaritans.org", replace(NUDE, format="domains", count=300)
SCAM = Public("scam", "fraud", "hosts", 200, keeper="One keeper")
FAKES = Public("fakes", "fraud", "domains", 200, keeper="Another keeper")


def test_two_hosts_on_a_line_darken_no_country(online: Online) -> None:
    online.publish(BETS)
    text = BETS.text(BETS.names()) + "127.0.0.1 somesite.example de\n0.0.0.0 com\n0.0.0.0 co.uk net other.example\n"
    online.put_text(BETS, text)
    online.update()
    assert online.standing("bets").held is None
    assert online.closed(BETS.names(), "gambling") == BETS.count
    for name in ("de", "com", "net", "co.uk", "www.bund.de", "bbc.co.uk", "any.com"):
        assert online.found(name) == set(), name
    assert online.found("somesite.example") == {"gambling"}
    assert online.found("other.example") == {"gambling"}
    assert online.release.manifest.rejected == 3  # one label is no name to list
    assert online.refused("co.uk") == {("public_suffix", "gambling", "bets")}


@pytest.mark.parametrize("form", ["domains", "wildcard", "hosts", "adblock", "dnsmasq", "unbound", "rpz"])
def test_what_strangers_share_is_set_aside_in_every_format(online: Online, form: str) -> None:
    shared = ("google.com", "www.google.com", "cloudfront.net", "gob.mx", "bet.br", "forcesafesearch.google.com")
    nude = replace(PLAIN_NUDE, format=form)
    online.publish(nude, also=[*shared, "x.bet.br"])
    report = online.update()
    assert online.closed(nude.names(), "adult") == nude.count
    assert online.found("x.bet.br") == {"adult"}  # a site of its own, below a suffix
    for name in (*shared, "mail.google.com", "d111.cloudfront.net", "salud.gob.mx", "another.bet.br"):
        assert online.found(name) == set(), name
    rules = {name: {rule for rule, category, source in online.refused(name)} for name in shared}
    assert all(rules.values()), rules
    assert all(online.refused(name) == {(rule, "adult", "nude")} for name, (rule,) in rules.items())
    assert rules["forcesafesearch.google.com"] == {"safe_search"}
    assert rules["gob.mx"] == rules["bet.br"] == {"public_suffix"}
    assert report.built
    assert online.release.manifest.set_aside == len(shared)
    assert any("nude: google.com: " in example for example in online.release.manifest.set_aside_examples)


def test_helpline_on_first_sight_keeps_the_list_out(online: Online) -> None:
    online.publish(PLAIN_NUDE, also=[HELPLINE])
    report = online.update()
    words = f"names a helpline or an emergency service, which nothing may close: {HELPLINE}"
    assert f"  nude: held, it is not used: {words}" in report.lines
    assert online.closed(PLAIN_NUDE.names(), "adult") == 0
    assert online.found(f"www.{HELPLINE}") == {"p1"}
    online.put(PLAIN_NUDE, PLAIN_NUDE.names())  # its keeper mends it
    online.next_day()
    assert online.closed(PLAIN_NUDE.names(), "adult") == PLAIN_NUDE.count


def test_helpline_later_holds_the_list_and_the_second_switches_it_off(online: Online) -> None:
    online.publish(PLAIN_NUDE, BETS)
    online.update()
    online.put(PLAIN_NUDE, [*PLAIN_NUDE.names(), "fresh.example", f"www.{HELPLINE}"])
    report = online.next_day()
    assert "nude: held, the copy of 2026-11-24 stays in use: names a helpline" in told(report)
    assert online.closed(PLAIN_NUDE.names(), "adult") == PLAIN_NUDE.count
    assert online.found("fresh.example") == set()
    assert online.found(f"www.{HELPLINE}") == {"p1"}
    for _ in range(3):  # the same hit is no second one
        online.next_day()
    assert online.standing("nude").switched_off is None
    online.put(PLAIN_NUDE, [*PLAIN_NUDE.names(), "fresh.example"])
    online.next_day()
    assert online.found("fresh.example") == {"adult"}

    online.sleep(days=40)
    online.put(PLAIN_NUDE, [*PLAIN_NUDE.names(), "fresh.example", OTHER_HELPLINE])
    report = online.update()
    assert "  nude: switched off, it is not used: names a helpline" in told(report)
    assert "`filterdns lists sources on nude`" in told(report)
    assert online.closed([*PLAIN_NUDE.names(), "fresh.example"], "adult") == 0
    assert online.standing("nude").history[-1].what == SWITCHED_OFF
    assert online.closed(BETS.names(), "gambling") == BETS.count
    online.put(PLAIN_NUDE, PLAIN_NUDE.names())  # too late: a person must want it back
    report = online.next_day()
    assert "nude: switched off" in told(report)
    assert online.closed(PLAIN_NUDE.names(), "adult") == 0
    online.deeds.switch("nude", True, online.when)
    online.next_day()
    assert online.closed(PLAIN_NUDE.names(), "adult") == PLAIN_NUDE.count
    assert online.found(OTHER_HELPLINE) == {"p1"}


def test_second_helpline_after_a_quarter_only_holds(online: Online) -> None:
    online.publish(PLAIN_NUDE)
    online.update()
    for helpline in (HELPLINE, OTHER_HELPLINE):
        online.put(PLAIN_NUDE, [*PLAIN_NUDE.names(), helpline])
        report = online.next_day()
        assert "nude: held" in told(report)
        online.put(PLAIN_NUDE, PLAIN_NUDE.names())
        online.next_day()
        online.sleep(days=93)


def test_national_health_service_and_sexuality_education_are_set_aside(online: Online) -> None:
    """Each alone is no attack where the recipe says so; more than it allows hold the list."""
    sites = ["www.nhs.uk", "brook.org.uk"]
    lenient = replace(PLAIN_NUDE, more={"protected_allowance": 2})
    online.publish(lenient, also=sites)
    online.update()
    assert online.closed(lenient.names(), "adult") == lenient.count
    for site in sites:
        assert online.found(site) == {"p2"}
        assert online.refused(site) == {("protected", "adult", "nude")}
    online.put(lenient, [*lenient.names(), *sites, "learn.brook.org.uk", "fresh.example"])
    report = online.next_day()
    assert "nude: held, the copy of 2026-11-24 stays in use: names sites of help, health or learning: " in told(report)
    assert "three of them are help sites" in told(report)
    online.deeds.accept("nude", online.when)
    online.build_only()
    assert online.found("fresh.example") == {"adult"}
    assert online.found("learn.brook.org.uk") == {"p2"}  # a person who accepts the list does not close the site
    assert online.refused("learn.brook.org.uk") == {("protected", "adult", "nude")}


def test_shrink_that_stays_for_three_days_is_accepted_by_itself(online: Online) -> None:
    online.publish(CASINO)
    online.update()
    few = CASINO.names(count=480)
    online.put(CASINO, few)
    for hours in (0, 24, 24):
        online.sleep(hours=hours)
        report = online.update(force=True)
        assert "casino: held, the copy of 2026-11-24 stays in use: lost 1,520 of 2,000 names (76 %)" in told(report)
        assert online.closed(CASINO.names(), "gambling") == CASINO.count
    online.sleep(hours=23, minutes=59)
    assert "casino: held" in told(online.update(force=True))
    online.sleep(minutes=2)
    report = online.update(force=True)
    assert "held" not in told(report)
    assert online.closed(few, "gambling") == 480
    assert online.closed(CASINO.names(), "gambling") == 480
    assert online.standing("casino").history[-1].by == SHRINK_RULE


def test_shrink_needs_three_fetches_and_not_only_time(online: Online) -> None:
    online.publish(CASINO)
    online.update()
    online.put(CASINO, CASINO.names(count=480))
    online.update(force=True)
    online.sleep(days=5)
    for _ in range(3):  # building is no fetching
        online.build_only()
    assert "casino: held" in told(online.update(force=True))
    online.sleep(minutes=1)
    assert "held" not in told(online.update(force=True))
    assert online.closed(CASINO.names(), "gambling") == 480


def test_growth_waits_for_a_person_however_long_it_stays(online: Online) -> None:
    online.publish(CASINO)
    online.update()
    online.put(CASINO, CASINO.names(count=5000))
    for _ in range(5):
        report = online.next_day()
        assert "the copy of 2026-11-24 stays in use: 3,000 names more than the 2,000 before" in told(report)
    assert online.closed(CASINO.names(count=5000), "gambling") == 2000
    online.deeds.accept("casino", online.when)
    online.build_only()
    assert online.closed(CASINO.names(count=5000), "gambling") == 5000


def test_shop_is_called_a_fraud_only_by_two_keepers(online: Online) -> None:
    both, one = ["fake-shop.example", "second.example"], ["rival.example"]
    twin = replace(SCAM, id="twin")
    online.publish(SCAM, twin, also=[*both, *one])
    online.update()
    assert closed(online, [*both, *one]) == set()  # two lists of one keeper are one feed
    online.publish(FAKES, also=both)
    online.update()
    assert closed(online, [*both, *one]) == set(both)
    assert set(online.seen("rival.example")) == {"scam", "twin"}
    assert online.release.manifest.set_aside_by_rule["two_feeds"] > 0
    online.put(FAKES, FAKES.names())
    online.next_day()
    assert closed(online, [*both, *one]) == set()


def closed(online: Online, names: Iterable[str]) -> set[str]:
    return {name for name in names if online.found(name)}
