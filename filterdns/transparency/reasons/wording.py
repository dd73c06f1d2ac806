"""Short texts about a statement as a whole: the verdict, what becomes of the name for whom, and because of what."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations

from filterdns.config.settings import Action, Window
from filterdns.transparency.locale.texts import marked
from filterdns.transparency.reasons.decision import Step
from filterdns.transparency.reasons.statement import Effect, Fate, Statement
from filterdns.transparency.reasons.words import DAYS, Words

UNDISCLOSED = marked(
    "By law or by agreement an operator may also be bound to lists whose names nobody may publish. They are not in "
    "this release and not on this page, so this sentence is the same for every name that is not listed."
)

AGES = {
    "age0-7": marked("0–7"),
    "age8-12": marked("8–12"),
    "age13-15": marked("13–15"),
    "age16-17": marked("16–17"),
    "adult": marked("18+"),
}

EFFECTS = {
    Effect.FILTERED: marked("Filtered"),
    Effect.TIMED: marked("At set times"),
    Effect.OPEN: marked("Open"),
    Effect.PROTECTED: marked("Always open"),
}

BECAUSE = {
    Step.P1: marked("Emergency and child helplines are always open."),
    Step.P2: marked("Help, health and learning are open whatever a list says."),
    Step.HOLD: marked("A protected site that seems to be taken over is closed while people look."),
    Step.LEGAL: marked("An order from outside decides. No household can change it."),
}

ALL, SOME, TIMED, OPEN = "all", "some", "timed", "open"

VERDICTS = {
    ("listed", ALL): marked("Listed, and filtered here"),
    ("listed", SOME): marked("Listed, and filtered here for some"),
    ("listed", TIMED): marked("Listed, and open here at set times"),
    ("listed", OPEN): marked("Listed, and open here"),
    ("revoked", ALL): marked("Listed, but that does not count now; filtered here by a rule"),
    ("revoked", SOME): marked("Listed, but that does not count now; filtered here for some by a rule"),
    ("revoked", TIMED): marked("Listed, but that does not count now; open here at set times"),
    ("revoked", OPEN): marked("Listed, but that does not count now, and open here"),
    ("protected", ALL): marked("Protected, and filtered here"),
    ("protected", SOME): marked("Protected, and filtered here for some"),
    ("protected", TIMED): marked("Protected, and open here at set times"),
    ("protected", OPEN): marked("Protected, and open here"),
    ("unlisted", ALL): marked("Not listed, and filtered here"),
    ("unlisted", SOME): marked("Not listed, and filtered here for some"),
    ("unlisted", TIMED): marked("Not listed, and open here at set times"),
    ("unlisted", OPEN): marked("Not listed"),
}
"""What there is to know in one line: what lists say of the name, and for whom it is filtered here."""


def verdict_kind(statement: Statement) -> str:
    """The strongest thing that becomes of the name here: `filtered`, `timed`, `protected`, `open`, or `unlisted`."""
    effects = {fate.effect for fate in statement.fates}
    if not statement.listings and effects <= {Effect.OPEN}:
        return "unlisted"
    strongest = next((e for e in (Effect.FILTERED, Effect.TIMED, Effect.PROTECTED) if e in effects), Effect.OPEN)
    return strongest.name.lower()


def standing(statement: Statement) -> str:
    """What lists say of the name: `protected`, `revoked`, `listed` or `unlisted`."""
    if statement.is_revoked and not statement.is_protected:
        return "revoked"
    if statement.is_listed:
        return "listed"
    return "protected" if statement.is_protected else "unlisted"


class Wording(Words):
    """The texts in one language."""

    def __init__(self, texts: NullTranslations | None = None) -> None:
        super().__init__(texts)
        self.verdict_kind = verdict_kind

    def verdict(self, statement: Statement) -> str:
        """What there is to know, in one line."""
        effects = {fate.effect for fate in statement.fates}
        if statement.is_held:
            return self._(marked("A protected site, closed for a short time"))
        if statement.is_protected and effects <= {Effect.PROTECTED}:
            return self._(marked("Protected: always open"))
        if effects == {Effect.FILTERED}:
            whom = ALL
        elif Effect.FILTERED in effects:
            whom = SOME
        else:
            whom = TIMED if Effect.TIMED in effects else OPEN
        return self._(VERDICTS[standing(statement), whom])

    def ages(self, fates: Iterable[Fate]) -> str:
        """The ages of profiles with the categories' defaults: 0–7, 8–12, 13–15."""
        return self.joined(map(self.age, fates))

    def age(self, fate: Fate) -> str:
        """The age of a profile with the categories' defaults: 8–12."""
        return self.of(AGES, fate.profile.id)

    def profiles(self, fates: Iterable[Fate]) -> str:
        """The profiles that something is decided for."""
        return self._(marked("; ")).join(self.profile_title(fate.profile.id) for fate in fates)

    def effect(self, effect: Effect) -> str:
        """What becomes of the name, in a word or two."""
        return self._(EFFECTS[effect])

    def undisclosed(self) -> str:
        """The sentence that stands at every name that is not listed."""
        return self._(UNDISCLOSED)

    def because(self, fate: Fate) -> str:
        """Why this becomes of the name, in one sentence."""
        if fate.step is Step.HOUSEHOLD:
            filters, allows = (
                self._("A rule of this household filters {name}."),
                self._("A rule of this household allows {name}."),
            )
            return (filters if fate.effect is Effect.FILTERED else allows).format(name=fate.rule)
        if fate.step in BECAUSE:
            return self._(BECAUSE[fate.step])
        if fate.listing is None:
            return self._("Nothing here filters it.")
        category = fate.listing.category
        if fate.effect is Effect.TIMED:
            times = self._(marked("; ")).join(map(self.window_text, fate.profile.windows))
            return self._("The times for {category}: {times}.").format(category=category, times=times)
        if fate.profile.actions.get(category) is Action.TIME:
            words = self._("The category {category} would be open at set times, and no times are set.")
            return words.format(category=category)
        return self._("The listing in {category} decides.").format(category=category)

    def window_text(self, window: Window) -> str:
        """Mon, Tue 15:00–18:00."""
        begin, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (window.begin_minute, window.end_minute))
        if len(window.days) == 7:
            return self._("every day {begin}–{end}").format(begin=begin, end=end)
        days = self.joined(self._(DAYS[day]) for day in sorted(window.days))
        return self._("{days} {begin}–{end}").format(days=days, begin=begin, end=end)


ENGLISH = Wording()
