"""The months of the scripted year: the last is the month of AS_OF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from reconcile.core.period import Period
from reconcile.sample.families import AS_OF
from reconcile.sample.naming import Flags, Integers

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Calendar:
    """`names`: '2025-11' …; `firsts` and `ends`: first and last day of each month, counted from
    1970-01-01.

    A month is said by its place; the place after the last one is *never*.
    """

    names: tuple[str, ...]
    firsts: Integers
    ends: Integers

    @classmethod
    def of(cls, months: int) -> Calendar:
        """The last `months` months up to that of AS_OF."""
        periods = [Period.of(AS_OF).plus(place) for place in range(1 - months, 2)]
        days = np.array([(period.first - _EPOCH).days for period in periods])
        return cls(tuple(map(str, periods[:-1])), days[:-1], days[1:] - 1)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def never(self) -> int:
        return len(self)

    def end(self, month: int) -> date:
        return _EPOCH + timedelta(days=int(self.ends[month]))

    def month_of(self, days: Integers) -> Integers:
        """The month whose export is the first to know of each day: 0 for days before the first
        month, *never* for days after the last."""
        return np.searchsorted(self.ends, days).astype(np.int64)

    def days_in(self, months: Integers, rng: np.random.Generator) -> Integers:
        """A day in each of these months; any day for *never*."""
        at = np.minimum(months, len(self) - 1)
        return self.firsts[at] + (rng.random(len(at)) * (self.ends - self.firsts + 1)[at]).astype(
            np.int64
        )

    def later(self, size: int, rng: np.random.Generator) -> Integers:
        """Any month but the first, `size` times."""
        return rng.integers(1, len(self), size)

    def after(
        self, months: Integers, chance: float, never: Flags, rng: np.random.Generator
    ) -> Integers:
        """A later month than each of `months`: every month it comes with this chance, for some
        *never*."""
        waited = np.minimum(months + rng.geometric(chance, len(months)), self.never)
        return np.where(never, self.never, waited)
