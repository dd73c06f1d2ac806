"""A profile of the file, or the name of a template, to the settings that policy compiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from filterdns.config.model import File, Profile
from filterdns.config.settings import Action, ProfileSettings
from filterdns.config.times import parse_window

CANARY_CATEGORY = "bypass_encdns"  # its canaries are how browsers and devices are asked to stay
DEFAULT_TEMPLATE = "whole-home"  # one address may speak for everybody
LETTERS = {"B": Action.FILTER, "S": Action.TIME, "O": Action.COUNT, "C": Action.CANARY, "A": Action.ALLOW}

Defaults = Mapping[str, Mapping[str, Action]]
"""Template -> category -> action."""


class CategoryRow(Protocol):
    """What the configuration needs of a category: its letter of the table for each template."""

    @property
    def id(self) -> str: ...

    @property
    def defaults(self) -> Mapping[str, str]: ...


class CategoryTable(Protocol):
    """The taxonomy, as `lists.categories_file` reads it."""

    @property
    def categories(self) -> Iterable[CategoryRow]: ...


def defaults_of(categories: Iterable[CategoryRow]) -> dict[str, dict[str, Action]]:
    """The columns of the category table. A letter that is not there means: not filtered."""
    columns: dict[str, dict[str, Action]] = {}
    for category in categories:
        for template, letter in category.defaults.items():
            columns.setdefault(template, {})[category.id] = LETTERS.get(letter, Action.ALLOW)
    return columns


def profile_of_template(template: str, defaults: Defaults) -> ProfileSettings:
    """A template as it stands in the table."""
    return profile_settings(template, Profile(), "", defaults)


def profile_settings(id_: str, profile: Profile, timezone: str, defaults: Defaults) -> ProfileSettings:
    """One profile: the template's actions, then the household's."""
    actions = dict(defaults[profile.template or id_]) | profile.categories
    canaries = actions.get(CANARY_CATEGORY, Action.ALLOW) in (Action.FILTER, Action.CANARY)
    windows = tuple(parse_window(days, time) for days, times in profile.times.items() for time in times)
    return ProfileSettings(
        id=id_,
        actions={category: action for category, action in actions.items() if action is not Action.ALLOW},
        windows=windows,
        timezone=timezone or "UTC",
        allow=tuple(profile.allow),
        deny=tuple(profile.deny),
        answer=profile.answer,
        canaries=profile.canaries if "canaries" in profile.model_fields_set else canaries,
    )


def profiles_of(file: File, defaults: Defaults) -> tuple[str, tuple[ProfileSettings, ...]]:
    """The default profile's name, and all profiles: the file's, then templates that the file names directly."""
    default = file.default_profile or DEFAULT_TEMPLATE
    used = [default, *file.clients.values()]
    declared = {id_: profile_settings(id_, profile, file.timezone, defaults) for id_, profile in file.profiles.items()}
    for id_ in used:
        if id_ not in declared:
            declared[id_] = profile_of_template(id_, defaults)
    return default, tuple(declared.values())
