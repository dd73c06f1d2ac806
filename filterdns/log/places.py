"""Where the files of a log lie in a state folder. The public part has the layout that any web server carries.

    STATE/public/log/     checkpoint, tile/, policy, handovers, statements/, releases/, decisions, revocations, inputs/
    STATE/log/            private: key, signed, pending, lock, erasing/, statements/ (HASHED), inputs/, names/, fold

Paths only: nothing is opened here.
"""

from __future__ import annotations

from pathlib import Path

# In a log's own folder, and below its URL.
CHECKPOINT = "checkpoint"  # the signed note
POLICY = "policy"  # tlog-policy file for readers
HANDOVERS = "handovers"  # the checkpoints of each change of keys: see `handovers`

# Beside the manifest of a release: its entry and the proof of that, or of the decisions that it was made of.
ENTRY, PROOF, DECISIONS_PROOF = "entry.json", "release.tlog-proof", "decisions.tlog-proof"


def public_folder(state: Path) -> Path:
    """What a web server may carry, below the path of the log's origin."""
    return state / "public" / "log"


def private_folder(state: Path) -> Path:
    """What no reader may see."""
    return state / "log"


def has_log(state: Path) -> bool:
    """Whether a log has been begun here."""
    return checkpoint_file(state).exists()


def checkpoint_file(state: Path) -> Path:
    """The newest signed checkpoint."""
    return public_folder(state) / CHECKPOINT


def policy_file(state: Path) -> Path:
    """The keys that readers need, and the witnesses that we ask."""
    return public_folder(state) / POLICY


def handovers_file(state: Path) -> Path:
    """How a reader gets from a key that it knows to the one in use."""
    return public_folder(state) / HANDOVERS


def key_file(state: Path) -> Path:
    """The secret keys of the log, mode 0600."""
    return private_folder(state) / "key"


def signed_file(state: Path) -> Path:
    """Size and root that were signed last."""
    return private_folder(state) / "signed"


def pending_file(state: Path) -> Path:
    """Size and root that are about to be signed and published."""
    return private_folder(state) / "pending"


def lock_file(state: Path) -> Path:
    """Held by whoever writes."""
    return private_folder(state) / "lock"


def erasing_folder(state: Path) -> Path:
    """Erasures that have been begun."""
    return private_folder(state) / "erasing"


def names_folder(state: Path) -> Path:
    """Derived: which entries are about a name."""
    return private_folder(state) / "names"


def release_folder(state: Path, number: int) -> Path:
    """Manifest, entry and proof of one release, for readers."""
    return public_folder(state) / "releases" / str(number)


def statement_path(commitment: str) -> str:
    """Where the body of a statement lies in a log's folder or in the private one; `commitment` is 64 hex digits."""
    return f"statements/{commitment[:2]}/{commitment}.json"


def statement_file(state: Path, commitment: str, *, is_open: bool) -> Path:
    """The body of a statement: OPEN ones are for readers, HASHED ones are not."""
    return (public_folder(state) if is_open else private_folder(state)) / statement_path(commitment)
