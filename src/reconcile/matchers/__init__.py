"""Ways in which two values can agree: one file each, found by name.

A matcher module has `LEVELS`, its ordered answers, the first always `missing` (one side has nothing to
compare); `FREQUENCIES`, for levels that are equality of a column, that column: agreement on a rare value
weighs more; and `levels(pairs)`, the level of each pair as a position in `LEVELS`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol, cast

from reconcile.matching.pairs import Levels, Pairs


class Matcher(Protocol):
    """What a matcher module offers."""

    LEVELS: tuple[str, ...]
    FREQUENCIES: Mapping[str, str]

    def levels(self, pairs: Pairs) -> Levels: ...


def matcher_names() -> list[str]:
    """The names that configs may use, sorted."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


@cache
def load_matcher(name: str) -> Matcher:
    """The matcher called `name`; KeyError when there is none."""
    if name not in matcher_names():
        raise KeyError(name)
    return cast(Matcher, importlib.import_module(f"{__name__}.{name}"))
