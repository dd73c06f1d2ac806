"""Short texts about one listing: what it rests on, what was seen, who decided, when it ends, where to turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from filterdns.transparency.locale.texts import marked
from filterdns.transparency.reasons.listing import Approval, Evidence, Listing, Revoked
from filterdns.transparency.reasons.public_list import PublicList
from filterdns.transparency.reasons.texts import CategoryTexts
from filterdns.transparency.reasons.words import Words

BASES = {
    "reviewed": marked("Two people of different organisations looked and agreed."),
    "imported": marked("Imported from a public list; no person has checked this entry."),
    "ordered": marked("A written order of an authority."),
    "starter": marked("Known in general, and not yet reviewed by two people."),
    "protected": marked("Kept on the list of help, health and learning."),
    "hold": marked("Decided by two people."),
    "test": marked("Made up, so that anybody can try this category."),
}

GRADES = {
    "E1": marked("Seen in a live feed"),
    "E2": marked("One person's written record"),
    "E3": marked("Two written records by people of different organisations"),
    "E4": marked("A written decision of an authority"),
}

PROTECTIONS = {
    "p1": marked(
        "Emergency, crisis help and child helplines: open always, everywhere. No list and no rule can close it."
    ),
    "p2": marked("Help, health or learning: no list can filter it."),
    "hold": marked(
        "A protected site that seems to have been taken over. It is closed for at most 72 hours while people look."
    ),
}

PROTECTION_TITLES = {
    "p1": marked("Help that is always open"),
    "p2": marked("Help, health and learning"),
    "hold": marked("Protected, and closed for a short time"),
}

FIELDS = {
    "source": marked("Known from"),
    "checked_on": marked("Looked at on"),
    "url": marked("Address"),
    "kind": marked("Kind"),
    "country": marked("Country"),
    "language": marked("Language"),
    "authority": marked("Authority"),
    "law": marked("Law"),
    "date": marked("Date"),
    "reference": marked("Reference"),
    "contact": marked("Contact"),
}

VALUES = {
    "starter": marked("what is generally known; nobody has looked it up for this list yet"),
    "abuse_report": marked("abuse report"),
    "child_helpline": marked("child helpline"),
    "child_protection": marked("child protection"),
    "crisis": marked("crisis"),
    "digital_rights": marked("digital rights"),
    "education": marked("education"),
    "emergency": marked("emergency"),
    "health": marked("health"),
    "image_removal": marked("image removal"),
    "lgbtq_support": marked("lgbtq support"),
    "peer_support": marked("peer support"),
    "sexuality_education": marked("sexuality education"),
    "violence": marked("violence"),
}

REVOKED = {
    "suspended": (marked("Suspended."), marked("Suspended since {since}.")),
    "emergency": (marked("Taken off at once."), marked("Taken off at once, on {since}.")),
    "allowed": (marked("Opened by an allow entry."), marked("Opened by an allow entry since {since}.")),
    "pinned": (marked("Opened after an appeal."), marked("Opened after an appeal, on {since}.")),
}
"""What was decided against a listing: without a day, and with one."""

PROPOSERS = {
    "child": marked("a child or a young person"),
    "parent": marked("a parent"),
    "school": marked("a school"),
    "policy": marked("a lawmaker or a ministry"),
    "police": marked("the police"),
    "health": marked("somebody who works in health"),
    "child_protection": marked("somebody who works in child protection"),
    "rights": marked("an expert for privacy, security or rights"),
    "operator": marked("an operator of networks"),
    "access_point": marked("a place with public access"),
    "company": marked("a company"),
    "finance": marked("a bank or a payment service"),
    "academia": marked("a researcher"),
    "alliance": marked("an alliance of several countries"),
    "platform": marked("a large platform"),
    "visitor": marked("a visitor of these pages"),
    "reviewer": marked("a reviewer of the lists"),
    "maintainer": marked("a maintainer of the lists"),
    "machine": marked("a machine; two people decided"),
}

MOST_IN_HOURS = 72  # longer times are said in days
PASSED_ON = frozenset({"legal_order"})
SEEN_LIVE = frozenset({"malware", "phishing"})
"""Categories in which a late answer does not open what a feed has just seen (requirements section 4.4)."""

BY_MAINTAINERS = frozenset({"starter", "test"})  # bases that no approvals stand behind


def is_address(text: str) -> bool:
    """Whether this can be a link: an address of the web, which no release may turn into anything else."""
    return text.startswith(("https://", "http://"))


def address_text(address: str) -> str:
    """An address as people read it."""
    return address.partition("://")[2].rstrip("/") if is_address(address) else address


class ListingWords(Words):
    """The texts in one language."""

    def protection_title(self, protection: str) -> str:
        """What a protection is called."""
        return self.of(PROTECTION_TITLES, protection)

    def protection(self, protection: str) -> str:
        """What a protection means."""
        return self.of(PROTECTIONS, protection)

    def revoked(self, revoked: Revoked) -> str:
        """Suspended since 3 March 2030. Until 5 March 2030 this listing does not count."""
        plain, dated = REVOKED.get(revoked.kind, (marked("Revoked."), marked("Revoked since {since}.")))
        lead = self._(dated).format(since=self.day_text(revoked.since)) if revoked.since else self._(plain)
        if revoked.until:
            rest = self._("Until {until} this listing does not count.").format(until=self.day_text(revoked.until))
        else:
            rest = self._("Until that ends this listing does not count.")
        return f"{lead} {rest}"

    def lead(self, listing: Listing) -> str:
        """What somebody who has little time has to know of a listing against the name, in one or two sentences."""
        since = listing.listed_on or listing.first_seen
        values = {
            "category": listing.category,
            "since": self.day_text(since) if since else "",
            "title": listing.public_list.title if listing.public_list else "",
        }
        if listing.public_list and since:
            words = self._("The list “{title}” has it as {category} since {since}. No person here has checked that.")
        elif listing.public_list:
            words = self._("The list “{title}” has it as {category}. No person here has checked that.")
        elif since:
            words = self._("Listed as {category} since {since}.")
        else:
            words = self._("Listed as {category}.")
        return words.format(**values)

    def basis(self, listing: Listing) -> str:
        """What a listing rests on, in plain words."""
        if listing.public_list and listing.public_list.household:
            return self._("Imported from a list that this household added; no person has checked this entry.")
        return self.of(BASES, listing.basis, listing.basis or self._("Not said."))

    def decided_by(self, listing: Listing) -> str:
        """Who decided where no approvals say so; "" where they do, or nobody here decided."""
        if listing.deciders or listing.public_list or listing.order:
            return ""
        if listing.of_household:
            return self._("Somebody of this household.")
        if listing.basis in BY_MAINTAINERS or listing.protection:
            return self._("Decided by maintainers. The project has no panel of reviewers yet.")
        return self._("Not said.")

    def approval(self, approval: Approval) -> str:
        """Who said yes, and when."""
        who = approval.by or self._("a reviewer")
        if approval.on is None:
            return self._("{who}, {organisation}").format(who=who, organisation=approval.organisation)
        return self._("{who}, {organisation}, on {day}").format(
            who=who, organisation=approval.organisation, day=self.day_text(approval.on)
        )

    def attested(self, approval: Approval) -> str:
        """What stands behind an approval."""
        if approval.signed:
            return self._("signed with a key of their own")
        return self._("as those who keep the lists attest")

    def proposed_by(self, listing: Listing) -> str:
        """Which kind of partner proposed it."""
        return self.of(PROPOSERS, listing.proposed_by)

    def end(self, listing: Listing) -> str:
        """When a listing ends, or why it has no end."""
        if listing.basis == "test":
            return self._("Never: it was made for trying the category out.")
        if listing.expires is None:
            return self._("No day is set: the clock never drops a protection.")
        day = self.day_text(listing.expires)
        if listing.basis == "ordered":
            return self._("{day}, with the order.").format(day=day)
        if listing.public_list:
            return self._("{day}, unless its list is seen to have it again before.").format(day=day)
        return self._("{day}, unless somebody looks again before.").format(day=day)

    def complaint(self, named: PublicList) -> str:
        """How to complain about an import where it comes from; the address follows."""
        if named.removal:
            return self._("Ask the keeper to remove it:")
        if named.contact:
            return self._("Ask the keeper, and say that the name should go:")
        if named.home:
            return self._("The keeper gives no address for this; perhaps its page does:")
        return self._("No address is known.")

    def field_rows(self, fields: Mapping[str, str]) -> list[tuple[str, str]]:
        """What a source says beside, with a title for each field."""
        return [
            (
                self.of(FIELDS, key, key.replace("_", " ").capitalize()),
                self.of(VALUES, value, value.replace("_", " ")),
            )
            for key, value in fields.items()
            if value != "none"
        ]

    def scope(self, listing: Listing) -> str:
        """What a listing covers, without a full stop."""
        if listing.subdomains:
            return self._("This name and every name below it")
        return self._("This name alone, nothing below it")

    def seen(self, first: date | None, last: date | None) -> str:
        """On which days the list was seen to have it."""
        days = {"first": self.day_text(first) if first else "", "last": self.day_text(last) if last else ""}
        if first and last:
            return self._("First on {first}, last confirmed on {last}.").format(**days)
        return (self._("First on {first}.") if first else self._("Last confirmed on {last}.")).format(**days)

    def evidence(self, evidence: Evidence) -> str:
        """What kind of evidence there was and when."""
        kind = self.of(GRADES, evidence.grade)
        if evidence.on is None:
            return self._("{kind}.").format(kind=kind)
        return self._("{kind}, on {day}.").format(kind=kind, day=self.day_text(evidence.on))

    def answer_time(self, texts: CategoryTexts) -> str:
        """How long an answer to an objection may take, by the table of categories, and what happens when it is late."""
        time = (
            self._hours(texts.appeal_hours) if texts.appeal_hours <= MOST_IN_HOURS else self._days(texts.appeal_hours)
        )
        if texts.id in PASSED_ON:
            words = self._("{category}: passed on within {time} to those who ordered it; the answer is theirs.")
        elif texts.id in SEEN_LIVE:
            words = self._(
                "{category}: an answer within {time}. If it is late, the listing is suspended, unless a feed saw the "
                "danger during the last 24 hours."
            )
        else:
            words = self._(
                "{category}: an answer within {time}. If it is late, the listing is suspended by itself and the site "
                "is open."
            )
        return words.format(category=texts.id, time=time)

    def _hours(self, hours: int) -> str:
        return self._n("{count} hour", "{count} hours", hours).format(count=hours)

    def _days(self, hours: int) -> str:
        days = hours // 24
        return self._n("{count} day", "{count} days", days).format(count=days)


ENGLISH = ListingWords()
