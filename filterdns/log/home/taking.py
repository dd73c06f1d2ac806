"""What a home makes of what it accepted: lists to build from, and revocations that its workers read.

Nothing is asked of anybody here: it is made again from what lies on the disk whenever the program, the configuration or
the decisions have changed.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.categories_file import load_categories
from filterdns.lists.manifest import Manifest
from filterdns.lists.revocations import (
    EMERGENCY,
    MOST_REASON_CHARACTERS,
    SUSPENDED,
    Revocation,
    publisher_revocations_file,
    write_revocations,
)
from filterdns.lists.shipped import base_folder, get_base, publisher_folder, store_base
from filterdns.lists.sources import CATEGORIES
from filterdns.lists.store_file import store_file
from filterdns.log.home.composed import UNFINISHED, compose, made_of, use_composed
from filterdns.log.home.scope import LeftOut, Scope
from filterdns.log.home.subscription import (
    body_file,
    head_file,
    load_seen,
    load_status,
    load_subscription,
    store_status,
)
from filterdns.log.offering.decisions import digest_of, read_document
from filterdns.log.offering.heads import Head, check_head
from filterdns.log.offering.offered import read_offered
from filterdns.log.places import DECISIONS_PROOF
from filterdns.log.record.entries import DECISIONS, REVOCATIONS
from filterdns.log.trust import NAMED, policy_of_subscription, write_named
from filterdns.visible import visible


def ready_base(state: Path, shipped: Path) -> Path:
    """The lists to build from: those of the program, or with the publisher's decisions if any were accepted.

    Raises LogFault if these cannot be used here, StateFault if the disk refuses; what was built last stays.
    """
    subscription = load_subscription(state)
    if subscription is None:
        return shipped
    head = _accepted(state, DECISIONS)
    if head is None:
        return shipped
    named = _named(head)
    made = made_of(shipped, named, subscription.scope)
    base = get_base(state)
    if base is None or base.made_of != made:
        files = read_document(body_file(state, DECISIONS).read_bytes()).files
        trial = publisher_folder(state) / "lists" / UNFINISHED
        composition = compose(shipped, files, named, subscription.scope, trial)
        use_composed(state, composition, {DECISIONS_PROOF: head.octets}, made)
        _tell(state, composition.left_out)
    return base_folder(state)


def is_behind(state: Path, shipped: Path) -> bool:
    """Whether `ready_base` would make other lists than those in use. Raises StateFault and LogFault."""
    subscription, head = load_subscription(state), _accepted(state, DECISIONS)
    if subscription is None or head is None:
        return False
    base = get_base(state)
    return base is None or base.made_of != made_of(shipped, _named(head), subscription.scope)


def _named(head: Head) -> bytes:
    return write_named(head.checkpoint.origin, head.index, head.sha256)


def take_revocations(state: Path, shipped: Path) -> None:
    """Let the workers read what the publisher has revoked, as far as it is trusted. Raises LogFault and StateFault."""
    subscription = load_subscription(state)
    path = publisher_revocations_file(state)
    if subscription is None or REVOCATIONS not in subscription.kinds or _accepted(state, REVOCATIONS) is None:
        path.unlink(missing_ok=True)
        return
    taken = load_categories(shipped / CATEGORIES).categories
    scope = subscription.scope
    categories = {row.id for row in taken if scope.takes(row)}
    rows = read_offered(body_file(state, REVOCATIONS).read_bytes(), f"revocations of {subscription.origin}")
    narrowed = (_narrowed(row, scope, categories, subscription.origin) for row in rows)
    octets = write_revocations([row for row in narrowed if row is not None], str(path))
    if not path.exists() or path.read_bytes() != octets:
        store_file(path, octets)


def forget_publisher(state: Path) -> None:
    """Nobody's decisions are taken any more: build from the program's lists again. Raises StateFault."""
    if not publisher_folder(state).is_dir():
        return
    store_base(state, None)
    shutil.rmtree(publisher_folder(state), ignore_errors=True)


def lay_proof(folder: Path, manifest: Manifest, state: Path) -> None:
    """Lay the proof of the decisions beside a release that was made of them, before it becomes current."""
    if NAMED in manifest.inputs:
        store_file(folder / DECISIONS_PROOF, (base_folder(state) / DECISIONS_PROOF).read_bytes())


def _accepted(state: Path, type_: str) -> Head | None:
    """The head that was accepted last, whose body is here; None for none. Its signature was checked then."""
    try:
        octets, body = head_file(state, type_).read_bytes(), body_file(state, type_).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateFault(f"{head_file(state, type_)}: expected a file, got {error.strerror or error}") from error
    seen = load_seen(state)
    policy = policy_of_subscription("", (*seen.keys, *seen.past_keys))
    head = check_head(octets, type_, lambda proof: proof.check(proof.extra, policy).checkpoint)
    if digest_of(body) != head.sha256:
        return None  # the machine stopped in between: it is fetched again
    return head


def _narrowed(row: Revocation, scope: Scope, categories: set[str], origin: str) -> Revocation | None:
    """What a revocation means here; None if nothing. Who revoked it is said with the reason."""
    if row.kind not in (SUSPENDED, EMERGENCY):
        return None
    ids = row.categories
    if scope.categories:
        ids = tuple(sorted(categories & set(ids) if ids else categories))
        if not ids:
            return None
    reason = visible(f"{origin}: {row.reason}")[:MOST_REASON_CHARACTERS]
    return replace(row, categories=ids, reason=reason)


def _tell(state: Path, left_out: LeftOut) -> None:
    status = load_status(state)
    store_status(state, replace(status, left_out=dict(left_out.counts), left_out_examples=tuple(left_out.examples)))
