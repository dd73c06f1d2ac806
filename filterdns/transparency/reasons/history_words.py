"""Short texts about what is known of a name besides its listings; calm, since being named proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from filterdns.transparency.locale.texts import marked
from filterdns.transparency.reasons.history import NAMED_BEFORE, SET_ASIDE, Event
from filterdns.transparency.reasons.veil import plain
from filterdns.transparency.reasons.words import Words

RULES = {
    "protected": marked("It is not listed, because it is help, health or learning, which no list can close."),
    "ours": marked("It is not listed, because it is a name of our own."),
    "public_suffix": marked("It is not listed, because strangers have sites of their own below it."),
    "shared_host": marked("It is not listed, because many strangers share it."),
    "popular": marked("It is not listed, because very many people use it, so a person has to look first."),
    "safe_search": marked("It is not listed, because safe search needs it."),
    "allowed": marked("It is not listed, because people took it off the list."),
    "pinned": marked("It is not listed, because it won an appeal, and no list may bring it back yet."),
    "two_feeds": marked("It is not listed, because one keeper alone names it, and here two are needed."),
    "expired": marked("It is not listed, because the list has not been confirmed for too long."),
}
"""Why a name that somebody named is not listed: the rules of `lists.curate`, and that an entry has expired."""

LEADS = {
    "suspended": (marked("Suspended"), marked("Was suspended")),
    "emergency": (marked("Taken off at once"), marked("Was taken off at once")),
    "allowed": (marked("Taken off the list"), marked("Was taken off the list")),
    "pinned": (marked("Won an appeal"), marked("Once won an appeal")),
}
"""What was decided: while it holds, and after it has ended."""

_FEW_CATEGORIES = 4  # are named; a decision about more was about nearly all


class HistoryWords(Words):
    """The texts in one language."""

    def event(self, event: Event, asked: str) -> str:
        """All of it in a few sentences. `asked`: the name that the statement is about, in A-labels."""
        return f"{self.lead(event, asked)} {self.rest(event)}".rstrip()

    def lead(self, event: Event, asked: str, show: Callable[[str], str] = plain) -> str:
        """What it is about, in a few words with a full stop. `show`: how names are shown."""
        words = self._decision(event) if event.is_decision else self._naming(event)
        return words if event.name == asked else self._("{name}: {words}").format(name=show(event.shown), words=words)

    def rest(self, event: Event) -> str:
        """Since when, until when and why; it may be empty."""
        if event.is_decision:
            return self._decided(event)
        first = self._("First seen there on {day}.").format(day=self.day_text(event.since)) if event.since else ""
        if event.what != SET_ASIDE:
            return first
        why = self.of(RULES, event.rule, self._("It is not listed, because a rule keeps it off."))
        return f"{first} {why}".strip()

    def by_whom(self, event: Event) -> str:
        """Who names it, as people would say."""
        if event.title and event.household:
            return self._("“{title}” (a list that this household added)").format(title=event.title)
        if event.title:
            return self._("“{title}”").format(title=event.title)
        if event.household:
            return self._("an entry of this household in {file}").format(file=event.source)
        return self._("an entry of ours in {file}").format(file=event.source)

    def _naming(self, event: Event) -> str:
        values = {"who": self.by_whom(event), "categories": self.joined(event.categories)}
        if event.what == NAMED_BEFORE and event.until:
            values["day"] = self.day_text(event.until)
            if event.categories:
                return self._("Was named by {who} as {categories} until {day}.").format(**values)
            return self._("Was named by {who} until {day}.").format(**values)
        if event.categories:
            return self._("Named by {who} as {categories}.").format(**values)
        return self._("Named by {who}.").format(**values)

    def _decision(self, event: Event) -> str:
        words = self._(LEADS.get(event.what, (marked("Revoked"), marked("Was revoked")))[event.ended])
        if not event.categories:
            return self._("{decision}.").format(decision=words)
        return self._("{decision} ({categories}).").format(decision=words, categories=self._few(event.categories))

    def _few(self, categories: Sequence[str]) -> str:
        return self.joined(categories) if len(categories) <= _FEW_CATEGORIES else self._("nearly all categories")

    def _decided(self, event: Event) -> str:
        days = self._days(event)
        reason = event.reason.rstrip(".")
        if days and reason:
            words = self._("{days}: {reason}.").format(days=days, reason=reason)
        else:
            words = self._("{days}.").format(days=days or reason) if days or reason else ""
        if event.ended or not event.until:
            return words
        until = self._("No list may bring it back before {day}.") if event.what == "pinned" else self._("Until {day}.")
        return f"{words} {until.format(day=self.day_text(event.until))}".strip()

    def _days(self, event: Event) -> str:
        values = {
            "since": self.day_text(event.since) if event.since else "",
            "until": self.day_text(event.until) if event.until else "",
        }
        if event.ended:
            words = self._("From {since} until {until}") if event.since else self._("Until {until}")
        elif not event.since:
            return ""
        elif event.what in ("allowed", "pinned"):
            words = self._("On {since}")
        else:
            words = self._("Since {since}")
        return words.format(**values)


ENGLISH = HistoryWords()
