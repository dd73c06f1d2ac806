"""Rules of lint about who decided: orders, the power of one organisation, and lists that decide alone."""

from __future__ import annotations

from collections.abc import Iterator

from filterdns.lists.lint_view import Finding, View, fault, warning
from filterdns.lists.listing import Listing
from filterdns.lists.placed import Placed
from filterdns.lists.recipe import ON

FEWEST_DECISIONS = 20  # in a category and quarter, before the share of an organisation says anything
WARNED_SHARE, MOST_SHARE = 1 / 3, 1 / 2  # of the decisions that one organisation took part in (section 4.2)
FEWEST_FRAUD_KEEPERS = 2  # a name counts when lists of two keepers have it ("Decided since" 8)


def shipped_orders(view: View) -> Iterator[Finding]:
    """Orders bind an operator and stand in that operator's own lists alone."""
    for placed in view.written.listings:
        if placed.value.basis == "ordered" and not placed.source.is_overlay:
            remedy = "it belongs into the lists of the operator that it binds"
            yield fault(placed, "basis", "no orders among what is shipped", "ordered", remedy)


def power_of_one(view: View) -> Iterator[Finding]:
    """Organisations that take part in too many decisions of a category in one quarter."""
    decided: dict[tuple[str, str], list[Placed[Listing]]] = {}
    for placed in view.written.listings:
        day = placed.value.listed_on
        if placed.value.basis == "reviewed" and day is not None:
            quarter = f"{day.year} quarter {(day.month + 2) // 3}"
            decided.setdefault((placed.value.category, quarter), []).append(placed)
    for (category, quarter), decisions in decided.items():
        if len(decisions) < FEWEST_DECISIONS:
            continue
        of_organisation: dict[str, list[Placed[Listing]]] = {}
        for placed in decisions:
            for organisation in sorted({approval["org"] for approval in placed.value.approvals}):
                of_organisation.setdefault(organisation, []).append(placed)
        for organisation, its in of_organisation.items():
            share = len(its) / len(decisions)
            if share > WARNED_SHARE:
                say = fault if share > MOST_SHARE else warning
                expected = f"one organisation in at most a third of the decisions of {category}, {quarter}"
                got = f"{organisation} in {len(its)} of {len(decisions)}"
                yield say(its[-1], "approvals", expected, got, "let others decide too")


def lone_fraud_feed(view: View) -> Iterator[Finding]:
    """Feeds of `fraud` that are on by themselves and of one keeper: no name of them would ever count."""
    feeds = [item for item in view.written.recipe_entries if item.value.category == "fraud" and item.value.switch == ON]
    feeds = [item for item in feeds if not item.source.is_overlay]
    keepers = {item.value.keeper.name for item in feeds}
    if 0 < len(keepers) < FEWEST_FRAUD_KEEPERS:
        expected = f"lists of fraud by {FEWEST_FRAUD_KEEPERS} keepers that are on, or none"
        got = f"those of {next(iter(keepers))} alone"
        yield warning(feeds[0], "switch", expected, got, "its names count only when another keeper has them too")


RULES = (shipped_orders, power_of_one, lone_fraud_feed)
