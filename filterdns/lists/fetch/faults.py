"""Why one address gave no list: words for people, and what they mean for the next attempt."""

from __future__ import annotations

from filterdns.errors import FilterdnsError


class FetchFault(FilterdnsError):
    """An address, or a file of this machine, that gave no list this time.

    `lasting`: asking again soon is of no use (the file is gone). `wait_seconds`: what the server asked us to wait, 0
    if it did not.
    """

    def __init__(self, words: str, lasting: bool = False, wait_seconds: float = 0.0) -> None:
        self.words = words
        self.lasting = lasting
        self.wait_seconds = wait_seconds
        super().__init__(words)


class UnfitPart(FilterdnsError):
    """The server's part does not continue what we have: the download starts anew."""
