"""One release's names, a shelf at a time: lists merged, rules applied, index and `seen` written as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import IO

from filterdns.categories import Class
from filterdns.clock import day_number
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.changes import Changes, ReleaseBefore
from filterdns.lists.curate import allowances, pins, two_feeds
from filterdns.lists.curate.allowances import get_subtracting
from filterdns.lists.curate.combine import NO_FEED, Combinations
from filterdns.lists.curate.histories import NO_HISTORY, Histories, UsedSource, steps
from filterdns.lists.curate.listing_sets import OPEN_BELOW, ListingSets
from filterdns.lists.curate.name_rules import NameRules, Ruling
from filterdns.lists.curate.ordered import OrderedNames, places_for, without
from filterdns.lists.curate.subject import Subject
from filterdns.lists.curate.two_feeds import too_few
from filterdns.lists.index.numbers import Known, counted, inserted, numbers_of, places_of, removed
from filterdns.lists.index.records import deepest_below
from filterdns.lists.index.seen import SeenFeed
from filterdns.lists.index.seen_writer import SeenWriter
from filterdns.lists.index.writer import EMPTY_SET, IndexWriter
from filterdns.lists.listing import HOLD_CATEGORY, Listing
from filterdns.lists.merged import MergedBefore, MergedWriter, list_key
from filterdns.lists.merging import MergedShelf, Merging
from filterdns.lists.parse.allow import PIN
from filterdns.lists.recipe import Recipe
from filterdns.lists.runs import SCOPES, Run
from filterdns.lists.set_aside import Refusal
from filterdns.lists.shelves import SHELVES, Span, shelf_of, within

_PROTECTIONS = {"p1", "p2", HOLD_CATEGORY}
_NOTHING = EMPTY_SET << 8  # the first word of a name that is not listed, with no listed names below


@dataclass(frozen=True, slots=True)
class UsedList:
    """One public list of a release: its recipe, the parsed copy, when that was fetched and last confirmed."""

    recipe: Recipe
    run: Run
    fetched_at: datetime
    confirmed_at: datetime
    listings: tuple[Listing, Listing]  # for names alone, and with their subdomains


@dataclass(slots=True)
class Totals:
    """What came of it. Counts of names by category, by list (also those not listed) and by rule."""

    names: int = 0
    by_category: Counter[str] = field(default_factory=Counter)
    by_list: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)  # but for those of `two_feeds`, which `seen` tells


class _Heads(dict[int, int]):
    """Combination of feeds -> first word of its names' records, nothing below them.

    Asked for in the order of names, so that sets get the same numbers from the same lists.
    """

    def __init__(self, make_set: Callable[[int], int]) -> None:
        super().__init__({NO_FEED: _NOTHING})
        self._make_set = make_set
        self.known = Known(self)

    def __missing__(self, combination: int) -> int:
        head = self[combination] = self._make_set(combination) << 8
        return head


class Compiler:
    """Merges the lists of one release. `own`: name -> listings of ours, protections and holds among them."""

    def __init__(
        self,
        table: CategoryTable,
        lists: Sequence[UsedList],
        own: Mapping[bytes, Sequence[Listing]],
        rules: NameRules,
        before: ReleaseBefore | None,
        when: datetime,
        kept: MergedBefore | None = None,
    ) -> None:
        self._lists, self._rules = lists, rules
        self._before = before
        self._rules_digest = rules.digest()
        self._ruled_before = kept.ruled if kept is not None and kept.rules == self._rules_digest else None
        self._ruled: list[list[bytes]] = [[] for _ in range(SHELVES)]
        self.changes = Changes(before, self._categories_of)
        self.sets = ListingSets()
        self.totals = Totals()
        self._combinations = Combinations()
        self._keys = [list_key(used.recipe.id, used.run, used.recipe.subdomains) for used in lists]
        runs = [used.run for used in lists]
        seen = before.seen if before is not None else None
        self._merging = Merging(list(zip(self._keys, runs, strict=True)), self._combinations, seen, kept)
        # A feed is a list with one scope: two a list.
        self._feed_listings = [self.sets.add(listing) for used in lists for listing in used.listings]
        self._when = when
        self._security = {row.id for row in table.categories if row.klass is Class.SECURITY}
        self.histories = Histories(
            [UsedSource(_feed(used), _day(used.fetched_at)) for used in lists],
            self._lists_of,
            seen,
            day_number(when),
        )
        self._heads = _Heads(self._make_set)
        self._own: list[dict[bytes, list[int]]] = [{} for _ in range(SHELVES)]
        for name, listings in own.items():
            self._own[shelf_of(name)][name] = [self.sets.add(listing) for listing in listings]
        self._deep_of_ours: list[dict[bytes, int]] = [{} for _ in range(SHELVES)]
        for suffix, depth in deepest_below(own).items():
            self._deep_of_ours[shelf_of(suffix)][suffix] = depth
        self._by_combination: Counter[int] = Counter()
        self._by_set: Counter[int] = Counter()

    def run(
        self,
        index: IndexWriter,
        seen: SeenWriter,
        kept: MergedWriter | None = None,
        report: Callable[[int], None] = lambda shelf: None,
    ) -> None:
        """Write all shelves of the files; `report` is told the number of the shelf, from 1, after each part of it."""
        with ExitStack() as files:
            opened = [files.enter_context(used.run.path.open("rb")) for used in self._lists]
            for shelf in range(SHELVES):
                for span, merged in self._merging.parts(shelf, opened):
                    self._write_part(shelf, span, merged, opened, index, seen, kept)
                    report(shelf + 1)
                seen.end_shelf()
                if kept is not None:
                    kept.end_shelf()
        self._count()

    def finish_kept(self, kept: MergedWriter, seen_sha256: str) -> None:
        """Tell the file for the next build what its combinations are of."""
        feeds = [feeds if number in self._by_combination else () for number, feeds in enumerate(self._combinations.all)]
        kept.finish(self._keys, feeds, seen_sha256, self._rules_digest, self._ruled)

    def _write_part(
        self,
        shelf: int,
        span: Span,
        merged: MergedShelf,
        files: Sequence[IO[bytes]],
        index: IndexWriter,
        seen: SeenWriter,
        kept: MergedWriter | None,
    ) -> None:
        names, combinations = merged.names, merged.combinations
        for number, times in counted(combinations).items():
            self._by_combination[number] += times
        names, combinations = without(NO_FEED, combinations, names)  # no names that are only remembered
        own = {name: self._own[shelf][name] for name in within(self._own[shelf], span)}
        imported = OrderedNames(names)
        if only_ours := [name for name in sorted(own) if name not in imported]:
            places = places_for(only_ours, names)
            names = inserted(names, places, only_ours)
            combinations = inserted(combinations, places, [NO_FEED] * len(only_ours))
        heads = self._heads.known.of(combinations)
        ordered = OrderedNames(names)
        rulings = self._rulings(shelf, span, ordered, [*own, *merged.fresh] if merged.fresh is not None else None)
        special = {
            name: self._special_head(name, merged.combination(name), own.get(name, ()), rulings.get(name))
            for name in sorted(rulings.keys() | own.keys())
        }
        self._write_seen(shelf, span, merged, special, seen, kept)
        deepest = self._deepest(shelf, span, files)
        for place in ordered.places_among(special.keys() | deepest.keys()):
            name = names[place]
            head = special.get(name, int(heads[place]))
            heads[place] = head | deepest.pop(name) if head != _NOTHING and name in deepest else head
        names, heads = without(_NOTHING, heads, names)
        index.add(names, heads)
        bare = sorted(deepest)  # not listed, with listed names below
        index.add(bare, numbers_of(map(deepest.__getitem__, bare), len(bare)))

    def _rulings(
        self, shelf: int, span: Span, present: OrderedNames, fresh: Sequence[bytes] | None
    ) -> dict[bytes, Ruling]:
        """What rules say of these names; `fresh`: those that the build before may not have asked about, if known."""
        if self._ruled_before is not None and fresh is not None:
            maybe = {*within(self._ruled_before[shelf], span), *fresh}
            present = OrderedNames([name for name in sorted(maybe) if name in present])
        rulings = self._rules.rulings(shelf, present)
        self._ruled[shelf] += sorted(rulings)
        return rulings

    def _deepest(self, shelf: int, span: Span, files: Sequence[IO[bytes]]) -> dict[bytes, int]:
        """Two-label suffix of this span -> greatest label count of the names below it, in any list and of ours."""
        by_depth: dict[int, list[bytes]] = {}
        for used, file in zip(self._lists, files, strict=True):
            for section, depth in enumerate(used.run.depths, len(SCOPES)):
                by_depth.setdefault(depth, []).extend(used.run.names(file, section, shelf, span))
        ours = self._deep_of_ours[shelf]
        for suffix in within(ours, span):
            by_depth.setdefault(ours[suffix], []).append(suffix)
        deepest: dict[bytes, int] = {}
        for depth in sorted(by_depth):
            deepest |= dict.fromkeys(by_depth[depth], depth)
        return deepest

    def _lists_of(self, combination: int) -> frozenset[int]:
        return frozenset(feed // 2 for feed in self._combinations.all[combination])

    def _set_of(self, combination: int) -> int:
        return self._heads[combination] >> 8

    def _make_set(self, combination: int) -> int:
        """The set of a name that no rule is about."""
        return self.sets.number([self._feed_listings[feed] for feed in self._enough(combination)])

    def _enough(self, combination: int) -> list[int]:
        """The feeds of a combination but for those of a category that too few keepers name it for."""
        feeds = self._combinations.all[combination]
        recipes = [self._lists[feed // 2].recipe for feed in feeds]
        few = too_few((recipe.category, recipe.keeper.name, recipe.household) for recipe in recipes)
        return [feed for feed in feeds if self._category(feed) not in few]

    def _category(self, feed: int) -> str:
        return self._lists[feed // 2].recipe.category

    def _special_head(self, name: bytes, combination: int, own: Sequence[int], ruling: Ruling | None) -> int:
        """The head of a name that a rule is about, or that we list ourselves."""
        ruling = ruling or Ruling()
        kept = [OPEN_BELOW] if ruling.open_below else []
        for feed in self._enough(combination):
            used = self._lists[feed // 2]
            subject = self._subject(used.recipe.category, confirmed_at=used.confirmed_at)
            by_hand = used.recipe.household and bool(used.recipe.path)
            rule = ruling.rule_against(subject.category, by_hand) or self._allowed(ruling, subject)
            if rule:
                self._refuse(name, rule, subject.category, used.recipe.id)
            else:
                kept.append(self._feed_listings[feed])
        for number in own:
            listing = self.sets.listings[number]
            assert listing is not None
            rule = self._allowed(ruling, self._subject(listing.category, listed_on=listing.listed_on))
            if rule:
                self._refuse(name, rule, listing.category, listing.source)
            else:
                kept.append(number)
        number = self.sets.number(kept)
        self._by_set[number] += 1
        self._by_set[self._set_of(combination)] -= combination != NO_FEED
        return number << 8

    def _subject(self, category: str, confirmed_at: datetime | None = None, listed_on: date | None = None) -> Subject:
        return Subject(category, category in self._security, confirmed_at, listed_on)

    def _allowed(self, ruling: Ruling, subject: Subject) -> str:
        """The rule by which a decision takes this listing off; "" if none does."""
        allowance = get_subtracting(ruling.allowances, subject, self._when)
        return "" if allowance is None else pins.RULE if allowance.kind == PIN else allowances.RULE

    def _refuse(self, name: bytes, rule: str, category: str, source: str) -> None:
        self.totals.refused[rule] += 1
        self.totals.refusals.append(Refusal(name, rule, category, source))

    def _write_seen(
        self,
        shelf: int,
        span: Span,
        merged: MergedShelf,
        special: Mapping[bytes, int],
        seen: SeenWriter,
        kept: MergedWriter | None,
    ) -> None:
        """Names of today's lists with their histories, and those of the release before that are still remembered."""
        names, combinations = merged.names, merged.combinations
        taken = steps(merged.codes, combinations)
        codes = self.histories.known.of(taken)
        if self._before is not None:
            listed = {name: self._categories_in(head) for name, head in special.items()}
            for name in within(sorted(self._before.special(shelf) - listed.keys()), span):
                listed[name] = self._categories_of(merged.combination(name))
            self.changes.note(names, taken, listed)
        if forgotten := places_of(codes, NO_HISTORY):  # remembered for long enough
            names, codes, combinations = (removed(each, forgotten) for each in (names, codes, combinations))
        seen.add(names, codes)
        if kept is not None:
            kept.add(combinations)

    def _categories_of(self, combination: int) -> frozenset[str]:
        """The categories in which names of a combination are listed, if no rule is about them."""
        return frozenset(map(self._category, self._enough(combination)))

    def _categories_in(self, head: int) -> frozenset[str]:
        return self.sets.categories(head >> 8) - _PROTECTIONS

    def _count(self) -> None:
        """Totals from the counts of combinations and sets."""
        totals = self.totals
        for combination, names in self._by_combination.items():
            feeds = self._combinations.all[combination]
            for feed in feeds:
                totals.by_list[self._lists[feed // 2].recipe.id] += names
            totals.refused[two_feeds.RULE] += names * (len(feeds) > len(self._enough(combination)))
            self._by_set[self._set_of(combination)] += names
        for number, names in self._by_set.items():
            totals.names += names * (number != EMPTY_SET)
            for category in self.sets.categories(number) if names else ():
                totals.by_category[category] += names


def _feed(used: UsedList) -> SeenFeed:
    recipe = used.recipe
    return SeenFeed(recipe.id, _day(used.confirmed_at), recipe.title, recipe.category, recipe.household)


def _day(when: datetime) -> int:
    return day_number(when.astimezone(UTC))
