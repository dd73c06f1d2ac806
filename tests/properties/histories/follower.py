"""A home elsewhere that takes the decisions, fetches the same lists, and builds what it filters by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filterdns.config.settings import KINDS
from filterdns.log.home.subscription import Subscription
from filterdns.log.keys.life import show_keys
from filterdns.log.places import public_folder
from tests.lists.home import Home
from tests.log.two_roles import Subscriber
from tests.properties.histories.views import resolved
from tests.properties.histories.world import ASKED, LISTS, Served, World


@dataclass
class Follower:
    """`fetched`: how much of what lists served it has."""

    subscriber: Subscriber
    fetched: int = 0

    def follow(self, world: World) -> Mapping[str, frozenset[str]]:
        """Take all that is new; what it filters then."""
        home = self.subscriber.home
        home.when = world.when
        self.subscriber.poll()
        for served in world.served[self.fetched :]:
            self._fetch(home, served)
        self.fetched = len(world.served)
        self.subscriber.build()
        return resolved(home.state, home.when, *ASKED)

    def _fetch(self, home: Home, served: Served) -> None:
        """As it was, at the time when the publisher did."""
        now, home.when = home.when, served.at
        home.use(served.list_id, sorted(served.names))
        home.when = now


def follower_of(world: World, state: Path) -> Follower:
    """One that begins now."""
    site = world.office.site
    folder = public_folder(site.state)
    subscription = Subscription(str(folder), show_keys(site.state).held[0], tuple(sorted(KINDS)))
    home = Home(site.shipped, state, world.when)
    home.switch(**dict.fromkeys(LISTS, True))  # a list of content is on at no home by itself
    return Follower(Subscriber(home, subscription, folder))
