"""A month of the registers: what a run, a case and a batch are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from reconcile.core.errors import UsageError

_WRITTEN = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A month; earlier months come first. `str()` is as files and the ledger have it: 2026-10."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, written: str) -> Period:
        """The month written as YYYY-MM, of 1900 to 2099; UsageError for anything else."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise UsageError("workspace.error.period", period=written)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Period:
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.plus(1).first

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    def plus(self, months: int) -> Period:
        """The month so many months later; earlier where negative."""
        place = self.year * 12 + self.month - 1 + months
        return Period(place // 12, place % 12 + 1)

    def months_until(self, later: Period) -> int:
        """How many months later the other one is: 1 for the next."""
        return (later.year - self.year) * 12 + later.month - self.month


def is_period(written: str) -> bool:
    """Whether it is a month as `Period.parse` reads it."""
    return _WRITTEN.fullmatch(written) is not None
