"""A filterdns with an upstream that has an address for every name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.scenario import Reply
from tests.scenarios.sockets import ScriptedUpstream


class AnyName(dict[str, Reply]):
    """Says 192.0.2.1 for every name."""

    def get(self, question: str, default: object = None) -> Reply:  # type: ignore[override]
        return Reply(answer=(f"{question.split()[0]}. 60 A 192.0.2.1",))


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    made = ScriptedUpstream()
    made.replies = AnyName()
    yield made
    made.close()
