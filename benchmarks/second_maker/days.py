"""Days of the city: its present, its months, and ages of mothers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

YEAR = 365.2425
LAST_MONTH = "2026-10"


def day(year: int, month: int = 1, date: int = 1) -> int:
    """Days since 1970."""
    return int(np.datetime64(f"{year:04}-{month:02}-{date:02}", "D").astype(int))


NOW = day(2026, 11, 1)  # the day after the last one of the files


def first_day(months: int) -> int:
    """The first day of so many months up to the last."""
    month = np.datetime64(LAST_MONTH, "M") - months + 1
    return int(month.astype("datetime64[D]").astype(int))


def parts(days: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Year, month, day of the month."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    count = months.astype(np.int64)
    first = months.astype("datetime64[D]").astype(np.int64)
    return count // 12 + 1970, count % 12 + 1, days - first + 1


def days_of(
    year: NDArray[np.int64], month: NDArray[np.int64], date: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Days since 1970; a day that the month does not have becomes its last."""
    count = (year - 1970) * 12 + month - 1
    first = count.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (count + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + np.minimum(date - 1, after - first - 1)


def fertility(age: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a woman of this age has a child, up to a factor."""
    return np.interp(age, (18, 21, 25, 29, 33, 38, 44), (0.0, 0.35, 1.0, 1.0, 0.6, 0.2, 0.0))
