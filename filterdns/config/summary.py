"""A configuration that was found good, in words, so that a person can see whether it says what was meant."""

from __future__ import annotations

from filterdns.config.settings import Action, ProfileSettings, Role, Settings, UpstreamServer, Window
from filterdns.config.times import DAYS
from filterdns.names import name_text

_VERBS = {
    Action.FILTER: "filters also",
    Action.TIME: "allows by time",
    Action.COUNT: "counts",
    Action.CANARY: "asks browsers and devices to stay:",
}


def summary(settings: Settings) -> list[str]:
    """Lines about addresses, upstreams, profiles and who belongs to them."""
    lines = [
        f"DNS on {', '.join(map(str, settings.dns))} with {_count(settings.workers, 'worker')}",
        f"pages {_place(settings.pages)}, metrics {_place(settings.metrics)}, people find us at {settings.public_url}",
        f"asks {_servers(settings.upstreams) or 'the resolvers of this system'}",
    ]
    lines += [f"asks {_servers(zone.servers)} for {name_text(zone.zone)}" for zone in settings.forwarded_zones]
    if settings.own_records:
        lines.append(f"answers {_count(len(settings.own_records), 'record')} of its own")
    who = "everybody on the Internet" if settings.open_resolver else ", ".join(settings.allowed_networks)
    lines.append(f"may be asked by {who or 'this machine and the local networks'}")
    fetched = "are fetched from where they live" if settings.lists.update else "are not fetched (lists.update: false)"
    lines.append(f"lists of others {fetched}")
    lines += _log(settings)
    everywhere = [
        category
        for category, action in settings.profiles[0].actions.items()
        if all(profile.actions.get(category) is action is Action.FILTER for profile in settings.profiles)
    ]
    lines.append(f"filters for everybody: {', '.join(everywhere) or 'nothing'}")
    for profile in settings.profiles:
        lines += _profile(profile, settings, everywhere)
    return lines


def _log(settings: Settings) -> list[str]:
    """What is said about publishers and logs, if anything is."""
    lines = []
    if settings.role is Role.PUBLISHER:
        lines.append("publishes its decisions, with a log of them")
    if (publisher := settings.publisher) is not None:
        categories = ", ".join(sorted(publisher.categories)) or "all categories"
        lines.append(f"takes {', '.join(sorted(publisher.kinds))} from {publisher.url}, for {categories}")
    if settings.require_log:
        lines.append("uses no release and no decision without a proof from a trusted log")
    return lines


def _profile(profile: ProfileSettings, settings: Settings, everywhere: list[str]) -> list[str]:
    networks = [client.network for client in settings.clients if client.profile == profile.id]
    if profile.id == settings.default_profile:
        networks.append("everybody else" if settings.clients else "everybody")
    said = f"profile {profile.id}, for {', '.join(networks) or 'nobody yet'}; filtered names get {profile.answer.value}"
    lines = [said]
    for action, verb in _VERBS.items():
        chosen = [c for c, a in profile.actions.items() if a is action and c not in everywhere]
        if chosen:
            times = f"; {windows_text(profile)}" if action is Action.TIME else ""
            lines.append(f"  {verb} {', '.join(chosen)}{times}")
    if profile.allow or profile.deny:
        lines.append(f"  rules of its own: {len(profile.allow)} opened, {len(profile.deny)} closed")
    return lines


def windows_text(profile: ProfileSettings) -> str:
    """When the categories that are by time are open."""
    if not profile.windows:
        return "no times are given, so never open"
    return f"open {', '.join(map(_window, profile.windows))} ({profile.timezone})"


def _window(window: Window) -> str:
    begin, end = window.begin_minute, window.end_minute
    return f"{_days(window.days)} {begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _days(days: frozenset[int]) -> str:
    """`daily`, `mon-fri` for three and more in a row, else each by name."""
    if len(days) == 7:
        return "daily"
    first, last = min(days), max(days)
    if len(days) > 2 and len(days) == last - first + 1:
        return f"{DAYS[first]}-{DAYS[last]}"
    return ",".join(DAYS[day] for day in sorted(days))


def _servers(servers: tuple[UpstreamServer, ...]) -> str:
    return ", ".join(str(server.address) for server in servers)


def _place(address: object) -> str:
    return f"on {address}" if address else "off"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
