"""What is wrong in a config file, one problem at a time, told all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from reconcile.core.messages import text

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """`kind` is a text of the catalog (`config.problem.<kind>`) that `values` go into.

    `line` counts from 1; where it is None, the line of `place` is meant. `allowed`: what could
    stand there instead; `given`: what stands there, when a misspelling is likely.
    """

    kind: str
    place: Place
    line: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    given: str = ""

    @property
    def suggestion(self) -> str | None:
        """The allowed word that was probably meant."""
        lower = {word.lower(): word for word in self.allowed}
        close = get_close_matches(self.given.lower(), lower, n=1, cutoff=0.6)
        return lower[close[0]] if close else None

    def __str__(self) -> str:
        parts = [text(f"config.problem.{self.kind}", **self.values)]
        if self.suggestion:
            parts.append(text("config.hint.did_you_mean", word=self.suggestion))
        if self.allowed:
            parts.append(text("config.hint.allowed", words=", ".join(self.allowed)))
        return text("config.hint.joint").join(parts)


def dotted(place: Iterable[str | int]) -> str:
    """`matching.links[0].sources`."""
    shown = ""
    for part in place:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}"
    return shown.removeprefix(".")
