"""What a worker decides by: settings, release, closed list and profiles, each replaced whole while it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from filterdns.calendar import Calendar
from filterdns.categories import P1
from filterdns.clock import Clock, day_number
from filterdns.confirmed import vouching_for
from filterdns.errors import DataFault
from filterdns.resolver.cache.store import Cache
from filterdns.resolver.devices import CountedAnswers, Devices
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.policy.clients import LOCAL_NETWORKS, Networks
from filterdns.resolver.policy.decision import Listings
from filterdns.resolver.policy.profile import Profile, Profiles
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY, NoListings, RestrictedOverlay
from filterdns.resolver.policy.revoked import RevokedOverlay
from filterdns.resolver.release_watch import ReleaseWatch
from filterdns.resolver.restricted_file import load_restricted
from filterdns.resolver.revocation_watch import RevocationWatch
from filterdns.resolver.servers.interfaces import LocalAddress, on_link_networks
from filterdns.resolver.shared import Shared
from filterdns.resolver.words import Orders


class Rules:
    """The pipeline of one worker and everything that its decisions come from."""

    def __init__(
        self,
        number: int,
        orders: Orders,
        state: Path,
        shared: Shared,
        secret: bytes,
        say: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self.settings = orders.settings
        self._columns, self._helplines = orders.columns, orders.helplines
        self._say = say
        self._watch = ReleaseWatch(state, say, Calendar(vouching_for(state)), self.settings)
        self._revocations = RevocationWatch(state, say)
        self._overlay: Listings | None = None  # what is revoked, over the index
        self._restricted: frozenset[bytes] = frozenset()
        self._load_restricted()
        self._revocations.look()
        while self._revocations.is_reading:  # nobody waits for us yet
            self._revocations.step()
        index = self._watch.look(clock.now(), clock.when())
        self._use_allowed()
        self._categories = index.categories if index is not None else ()
        self.profiles = Profiles(self.settings.profiles, self._categories)
        for column, profile in self.shown_profiles():  # as the worker before us left them: no counter goes back
            profile.counts[:] = shared.profile_counts(number, column)
        self.pipeline = Pipeline(self.settings, self.profiles, self._listings(), Cache(self.settings.cache), clock)
        self._devices = Devices(shared, number, self._columns, secret)
        self._count_devices()

    def shown_profiles(self) -> list[tuple[int, Profile]]:
        """Profiles that have a column in the shared map, with it."""
        columns = self._columns
        return [(columns[profile.id], profile) for profile in self.profiles.all if profile.id in columns]

    @property
    def release(self) -> int:
        """Number of the release in use, 0 for none."""
        return self._watch.index.number if self._watch.index is not None else 0

    def networks(self, machine: Iterable[LocalAddress]) -> Networks:
        """Who may ask, and which profile is whose, on a machine with these addresses."""
        settings = self.settings
        hosts = [address.host for address in settings.dns]
        allowed = settings.allowed_networks or (*LOCAL_NETWORKS, *on_link_networks(hosts, machine))
        if settings.open_resolver:
            allowed = ("0.0.0.0/0", "::/0")
        by_id = self.profiles.by_id
        clients = ((client.network, by_id[client.profile]) for client in settings.clients)
        return Networks(allowed, clients, by_id[settings.default_profile])

    def tick(self, now: float, when: datetime) -> None:
        """Each second: what is by time, by day and by release."""
        self.pipeline.new_second(now)
        if self.settings.school:
            self._devices.begin_day(day_number(when))
        self._revocations.look()
        before = self._watch.index
        index = self._watch.look(now, when)
        if index is None:
            return
        self._use_allowed()
        if index.categories != self._categories:
            self._categories = index.categories
            self.profiles.use_categories(index.categories)
        self._swap()
        if before is not None:
            before.close()

    def read_on(self) -> bool:
        """Read what was suspended a step further; whether there is more. The last step makes it count at once."""
        if self._revocations.step():
            self._swap()
        return self._revocations.is_reading

    def use(self, orders: Orders) -> None:
        """A new configuration, taken between two queries; what is cached stays."""
        old, self.settings = self.settings, orders.settings
        self._columns, self._helplines = orders.columns, orders.helplines
        if self.settings.restricted_names_file or old.restricted_names_file:
            self._load_restricted()
            self._swap()
        counts = {profile.id: profile.counts for profile in self.profiles.all}
        self.profiles = Profiles(self.settings.profiles, self._categories)
        for profile in self.profiles.all:
            profile.counts = counts.get(profile.id, profile.counts)
        self.pipeline.use_settings(self.settings, self.profiles)
        self._devices.use_columns(self._columns)
        self._count_devices()

    def _swap(self) -> None:
        """One assignment: the next query sees release, suspensions and closed list whole."""
        before = self._overlay
        self.pipeline.use_release(self._listings())
        if isinstance(before, RevokedOverlay):
            before.close()

    def _listings(self) -> Listings:
        """The index in use without what is revoked, and the closed list over it.

        Without any index the helplines, which always resolve.
        """
        index = self._watch.index
        if index is None:
            return RestrictedOverlay(NoListings(), self._helplines, P1)
        listings = self._overlay = self._revocations.over(index)
        masks = [category.mask for category in index.categories if category.id == RESTRICTED_CATEGORY]
        if masks and self._restricted:
            return RestrictedOverlay(listings, self._restricted, masks[0])
        return listings

    def _use_allowed(self) -> None:
        if self._watch.release is not None:
            self._revocations.use_release(self._watch.release.folder)

    def _load_restricted(self) -> None:
        """Read the operator's closed list; a bad one leaves the one before in use."""
        if not self.settings.restricted_names_file:
            self._restricted = frozenset()
            return
        try:
            self._restricted = load_restricted(Path(self.settings.restricted_names_file))
        except DataFault as fault:
            self._say(f"the list of restricted names stays as it is ({len(self._restricted)} names):\n{fault}")

    def _count_devices(self) -> None:
        """A school's numbers are hidden below ten devices, so they are counted there, and nowhere else."""
        if self.settings.school:
            url, addresses = self.settings.public_url, self.settings.page_addresses
            self.pipeline.answers = CountedAnswers(url, addresses, self._devices)
