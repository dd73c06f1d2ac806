"""From what somebody typed to the statement of reasons, under the release that is current and this configuration."""

from __future__ import annotations

from datetime import date

from filterdns.clock import Clock
from filterdns.config.settings import Role, Settings
from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.past import Past
from filterdns.transparency.reasons.statement import Statement, make_statement
from filterdns.transparency.reasons.texts import CategoryTexts, Taxonomy
from filterdns.transparency.reasons.typed import read_typed
from filterdns.transparency.web.current import CurrentRelease

_EPOCH = date(1970, 1, 1)


class Reasons:
    """Statements for names. Nothing that was asked for is kept."""

    def __init__(self, settings: Settings, current: CurrentRelease, taxonomy: Taxonomy | None, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.current = current
        self.taxonomy = taxonomy

    def get(self, typed: str) -> Statement | None:
        """The statement; None while there is no release. Raises TypedFault, and IndexFault for a damaged release."""
        return self.state(read_typed(typed))

    def state(self, qname: bytes) -> Statement | None:
        """The same for a canonical name."""
        release = self.current.shown
        if release is None:
            return None
        day = self.current.day(self._clock.now(), self._clock.when())
        release.index.today = (day - _EPOCH).days
        return make_statement(
            qname,
            release.index,
            release.listings.find,
            self.taxonomy,
            self._settings.profiles,
            day,
            self.current.revocations.about(qname),
            release.sightings,
            of_publisher=self._settings.role is Role.PUBLISHER,
        )

    def past(self, statement: Statement) -> tuple[Past, ...]:
        """What the log says of the name, oldest first; nothing without a log. Raises LogFault."""
        return self.current.log.about(statement.qname)

    @property
    def release_sha256(self) -> str:
        """The digest of the manifest of the release that is shown; "" while there is none."""
        return self.current.shown.manifest_sha256 if self.current.shown else ""

    def texts_of(self, listing: Listing | None) -> CategoryTexts | None:
        """What people read about a listing's category; None for a protection or where there are no texts."""
        return self.taxonomy.get(listing.category) if listing and listing.category and self.taxonomy else None

    def times_of(self, statement: Statement) -> list[CategoryTexts]:
        """The categories whose listings others than the household answer for, each once: how long they may take."""
        listings = [listing for listing in statement.listings if not (listing.of_household or listing.revoked)]
        found = {listing.category: texts for listing in listings if (texts := self.texts_of(listing))}
        return list(found.values())
