"""A configuration that was found good, in words, so that a person can see whether it says what was meant."""

from __future__ import annotations

from filterdns.config.settings import Action, ProfileSettings, Settings, Window
from filterdns.config.times import DAYS

_VERBS = {
    Action.FILTER: "filters",
    Action.TIME: "by time",
    Action.COUNT: "counts",
    Action.CANARY: "asks devices to stay with",
}


def summary(settings: Settings) -> list[str]:
    """Lines about addresses, upstreams, profiles and who belongs to them."""
    upstreams = ", ".join(str(server.address) for server in settings.upstreams) or "those of this system"
    lines = [
        f"DNS on {', '.join(map(str, settings.dns))} with {_count(settings.workers, 'worker')}",
        f"pages {_place(settings.pages)}, metrics {_place(settings.metrics)}, people find us at {settings.public_url}",
        f"asks {upstreams}",
    ]
    lines += [
        f"asks {', '.join(str(s.address) for s in zone.servers)} for one zone" for zone in settings.forwarded_zones
    ]
    if settings.own_records:
        lines.append(f"answers {_count(len(settings.own_records), 'record')} of its own")
    who = "everybody on the Internet" if settings.open_resolver else ", ".join(settings.allowed_networks)
    lines.append(f"may be asked by {who or 'this machine and the local networks'}")
    for profile in settings.profiles:
        lines += _profile(profile, settings)
    return lines


def _profile(profile: ProfileSettings, settings: Settings) -> list[str]:
    networks = [client.network for client in settings.clients if client.profile == profile.id]
    if profile.id == settings.default_profile:
        networks.append("everybody else" if settings.clients else "everybody")
    lines = [f"profile {profile.id}, for {', '.join(networks) or 'nobody yet'}; answers {profile.answer.value}"]
    for action, verb in _VERBS.items():
        categories = [category for category, chosen in profile.actions.items() if chosen is action]
        if categories and action is Action.TIME:
            lines.append(f"  {verb}: {', '.join(categories)}; {windows_text(profile)}")
        elif categories:
            lines.append(f"  {verb}: {', '.join(categories)}")
    if profile.allow or profile.deny:
        lines.append(f"  rules of its own: {len(profile.allow)} opened, {len(profile.deny)} closed")
    return lines


def windows_text(profile: ProfileSettings) -> str:
    """When the categories that are by time are open."""
    if not profile.windows:
        return "no times are given, so never open"
    return f"open {', '.join(map(_window, profile.windows))} ({profile.timezone})"


def _window(window: Window) -> str:
    days = "daily" if len(window.days) == 7 else ",".join(DAYS[day] for day in sorted(window.days))
    begin, end = window.begin_minute, window.end_minute
    return f"{days} {begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _place(address: object) -> str:
    return f"on {address}" if address else "off"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
