"""Shared hosts: an import of exactly a name that many strangers share is refused; a name below it is one stranger's."""

from __future__ import annotations

RULE = "shared_host"
WORDS = "many strangers share it"
