"""What an import entry says of a list: names that came, went, or had reached the end of their life."""

from __future__ import annotations

from filterdns.lists.copies import copy_path
from filterdns.lists.runs import run_path
from filterdns.log.record.entries import IMPORT
from tests.log.site import Site, site

__all__ = ["site"]

FIELDS = ("source", "names", "added", "dropped", "expired")


def numbers(site: Site) -> list[tuple[object, ...]]:
    return [tuple(each[field] for field in FIELDS) for each in site.of(IMPORT)]


def test_lists_that_come_change_stop_and_go(site: Site) -> None:
    site.add_list("adult-a", "adult")
    site.add_list("malware-a", "malware", redistribute=True)
    site.use("adult-a", ["a.example", "b.example", "c.example", "not a name"])
    site.use("malware-a", ["bad.example"])
    site.publish()
    site.sleep(days=1)
    site.use("adult-a", ["b.example", "c.example", "d.example", "e.example"])
    site.publish()
    site.publish(days=6)  # the life of `malware-a`, which nobody has confirmed, ends
    site.publish(days=1)
    site.switch(**{"adult-a": False})
    site.publish(minutes=5)
    site.use("malware-a", ["worse.example", "worst.example"])
    site.publish(days=1)
    assert numbers(site) == [
        ("adult-a", 3, 3, 0, 0),
        ("malware-a", 1, 1, 0, 0),
        ("adult-a", 4, 2, 1, 0),
        ("malware-a", 1, 0, 0, 1),
        ("adult-a", 0, 0, 4, 0),
        ("malware-a", 2, 2, 1, 1),
    ]
    first, *_, last = site.of(IMPORT)
    assert (first["rejected"], first["licence"], first["redistribute"]) == (1, "CC0", False)
    assert last["redistribute"] is True


def test_a_copy_that_is_gone_is_told_as_wholly_replaced(site: Site) -> None:
    site.add_list("adult-a", "adult")
    old = site.use("adult-a", ["a.example", "b.example"])
    site.publish()
    site.use("adult-a", ["b.example", "c.example", "d.example"])
    copy_path(site.state, old).unlink()
    run_path(site.state, old, "domains").unlink()
    site.publish(days=1)
    assert numbers(site)[-1] == ("adult-a", 3, 3, 2, 0)


def test_a_list_that_did_not_change_has_no_entry(site: Site) -> None:
    site.add_list("adult-a", "adult")
    site.use("adult-a", ["a.example"])
    site.publish()
    site.sleep(days=1)
    site.serve("adult-a", ["a.example"])  # confirmed
    site.publish()
    assert len(numbers(site)) == 1
