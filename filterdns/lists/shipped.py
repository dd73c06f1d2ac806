"""Where the lists that come with the program are."""

from pathlib import Path


def shipped_folder() -> Path:
    """The shipped lists: in the installed package, or at the top of a clone. Read-only."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_lists"
    return installed if installed.is_dir() else package.parent / "lists"
