"""Steps that are counted before they are done: where a test stops a machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def counted(count: Callable[[], None], real: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    """What does as `real` does, with `count` called before it; also `after` it, for what ends in a commit."""

    def call(*args: Any, **options: Any) -> Any:
        count()
        result = real(*args, **options)
        if after:
            count()
        return result

    return call
