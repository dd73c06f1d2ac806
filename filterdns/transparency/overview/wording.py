"""Short English texts of closed sets: classes of categories, what was decided and by whom, what was ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from filterdns.categories import Class
from filterdns.config.settings import Action, ProfileSettings
from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.orders import (
    ACCEPT,
    ADD,
    KEEP_OLD,
    REMOVE,
    ROLLBACK,
    SWITCH_OFF,
    SWITCH_ON,
    UNDO,
    UPDATE_NOW,
)
from filterdns.lists.progress import BUILD, FETCH, PARSE, Progress
from filterdns.transparency.overview.moments import count, sentence
from filterdns.transparency.reasons.texts import choose
from filterdns.transparency.reasons.words import profile_title

# In the order of the page.
CLASSES: Mapping[Class, tuple[str, str]] = {
    Class.SECURITY: (
        "Security",
        "What harms devices, accounts and wallets, whatever somebody's age.",
    ),
    Class.CONTENT: (
        "Content",
        "What a family may want to keep from children. No list here is on before you switch it on.",
    ),
    Class.OVERUSE: (
        "Over-use",
        "Good things that can take too much time. Their names are written by hand, so no list of strangers is needed.",
    ),
    Class.BYPASS: (
        "Ways around",
        "Useful tools, not bad ones, that also lead past this filter.",
    ),
}

# Rules that make much fewer names count than lists have.
NOTES: Mapping[str, str] = {"fraud": "A name counts here once lists of two different keepers name it."}

# (who, what) of a decision; who is "" where it does not matter.
DECISIONS: Mapping[tuple[str, str], str] = {
    ("guard", "accepted"): "A new copy came and counts.",
    ("person", "accepted"): "A person accepted the change.",
    ("shrink_rule", "accepted"): "The list had been shorter for three days, so the change was accepted by itself.",
    ("", "held"): "A new copy waits for a person.",
    ("", "let_go"): "The list went back to the copy in use, so nothing waits any more.",
    ("", "kept_old"): "A person kept the old copy.",
    ("", "asked_again"): "A person wants to be asked about this copy again.",
    ("", "undone"): "A person went back to the copy before.",
    ("", "rolled_back"): "A person went back to an earlier release.",
    ("", "switched_off"): "The list was switched off by itself.",
    ("", "switched_on"): "A person switched the list on.",
}

_DID = {
    "would add ": "added ",
    "would remove ": "removed ",
    " and remove ": " and removed ",
    "would bring ": "brought ",
    "would have ": "had ",
    "would change ": "changed ",
}

# While it waits, and what could not be done.
ORDERED: Mapping[str, tuple[str, str]] = {
    ACCEPT: ("The change is being accepted", "The change could not be accepted"),
    KEEP_OLD: ("The old copy is being kept", "The old copy could not be kept"),
    UNDO: ("Going back to the copy before", "It was not possible to go back"),
    SWITCH_ON: ("Being switched on", "The list could not be switched on"),
    SWITCH_OFF: ("Being switched off", "The list could not be switched off"),
    ADD: ("The list is being added", "The list could not be added"),
    REMOVE: ("The list is being removed", "The list could not be removed"),
    UPDATE_NOW: ("Looking for new copies", "The update did not come to its end"),
    ROLLBACK: ("Going back to an earlier release", "It was not possible to go back"),
}

DONE: Mapping[str, str] = {
    ACCEPT: "The change was accepted. It counts from the next release on, which is being made now.",
    KEEP_OLD: "The old copy stays in use. You are not asked about this copy again.",
    UNDO: "Back at the copy before. What is newer waits until you accept it.",
    SWITCH_ON: "Switched on. Its names are filtered as soon as they are here.",
    SWITCH_OFF: "Switched off. Its names are open again with the next release, which is being made now.",
    ADD: "Added, and switched on. Nobody but you keeps this list here, and you can remove it at any time.",
    REMOVE: "Removed. Its names are open again with the next release, which is being made now.",
}


def waiting_text(order: str, *, is_kept: bool) -> str:
    """What is said of an order before it is carried out."""
    return f"{ORDERED[order][0]}: ordered, and {'done in a moment' if is_kept else 'done once filterdns runs again'}."


def decision_text(by: str, what: str) -> str:
    """What was decided, in a sentence."""
    return DECISIONS.get((by, what)) or DECISIONS.get(("", what)) or sentence(what.replace("_", " "))


def in_the_past(words: str) -> str:
    """What a copy would do, once it has done it: `added 40,000 names and removed 12`."""
    what, semicolon, rest = words.partition(";")
    for would, did in _DID.items():
        what = what.replace(would, did, 1)
    return what + semicolon + rest


def category_title(row: CategoryRow) -> str:
    """What a category is called for parents, without a full stop."""
    return choose(row.for_parents).words.rstrip(".")


def progress_text(progress: Progress, titles: Mapping[str, str]) -> str:
    """`Fetching lists: 3 of 9, UT1 gambling, 2.1 MB so far.`"""
    verb = {FETCH: "Fetching lists", PARSE: "Reading lists", BUILD: "Putting the lists together"}.get(
        progress.step, "Something is under way"
    )
    parts = [f"{progress.number:,} of {progress.of:,}"] if progress.of else []
    parts += [titles.get(progress.source, progress.source)] if progress.source else []
    parts += [f"{progress.octets / 1e6:.1f} MB so far"] if progress.octets else []
    parts += [count(progress.names, "name")] if progress.names else []
    return f"{verb}: {', '.join(parts)}." if parts else f"{verb}."


def filtered_text(category: str, profiles: Sequence[ProfileSettings]) -> str:
    """Who gets this category filtered here: `Filtered for everyone at home`, without a full stop."""
    by_action: dict[Action, list[str]] = {}
    for profile in profiles:
        action = profile.actions.get(category, Action.ALLOW)
        by_action.setdefault(action, []).append(_inside(profile_title(profile.id)))
    parts = []
    for action, words in (
        (Action.FILTER, "filtered for"),
        (Action.TIME, "open at set times for"),
        (Action.CANARY, "open, with browsers asked to stay with this DNS, for"),
        (Action.COUNT, "open and counted for"),
    ):
        if action in by_action:
            parts.append(f"{words} {', '.join(by_action[action])}")
    text = "; ".join(parts) or "open for everybody here"
    return text[0].upper() + text[1:]


def is_enforced(category: str, profiles: Sequence[ProfileSettings]) -> bool:
    """Whether names of this category are closed for anybody here, at least at times."""
    return any(profile.actions.get(category) in (Action.FILTER, Action.TIME) for profile in profiles)


def _inside(title: str) -> str:
    """A profile's title inside a sentence; one that a household named itself stays as it is."""
    return (
        title[0].lower() + title[1:] if title.startswith(("Everyone", "Ages", "Adults", "Guests", "Things")) else title
    )
