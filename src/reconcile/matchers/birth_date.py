"""Two birth dates: the same, or apart by one of the slips that registers make."""

from __future__ import annotations

import numpy as np

from reconcile.matchers.shared.dates import parts
from reconcile.population.pairs import Levels, Pairs

LEVELS = (
    "missing",
    "equal",
    "swapped",  # day and month
    "default",  # one side is the first of January, or of the same month
    # one of day, month, year differs by a digit, or the year by one; or it is the next day
    "one_part",
    "lunar",  # one side 18 to 51 days later: the lunar date taken for the solar one
    "same_year",
    "different",
)
COLUMNS = ("birth_date_std",)
FREQUENCIES = {"equal": "birth_date_std"}
COHORTS = ("birth_date_std",)
VALUE = ("birth_date_std",)
ORDERED = ("equal", "swapped", "one_part", "same_year", "different")

_AT = {level: position for position, level in enumerate(LEVELS)}
_LUNAR_DAYS = (18, 51)


def levels(pairs: Pairs) -> Levels:
    left, right, known = pairs.numbers("birth_date_std")
    found = np.where(known, _AT["different"], 0).astype(np.int8)
    found[known & (left == right)] = _AT["equal"]
    rest = np.flatnonzero(known & (left != right))
    found[rest] = day_levels(left[rest], right[rest])
    return found


def day_levels(left: np.ndarray, right: np.ndarray) -> Levels:
    """The level of two different dates, given as days since 1970."""
    (year_l, month_l, day_l), (year_r, month_r, day_r) = parts(left), parts(right)
    same_year, same_month, same_day = year_l == year_r, month_l == month_r, day_l == day_r
    first_of_year = ((month_l == 1) & (day_l == 1)) | ((month_r == 1) & (day_r == 1))
    first_of_month = ((day_l == 1) | (day_r == 1)) & same_month
    apart = np.abs(left - right)
    agreeing = same_year.astype(int) + same_month + same_day
    one_digit = (
        _one_digit(year_l, year_r) & _one_digit(month_l, month_r) & _one_digit(day_l, day_r)
    ) | (np.abs(year_l - year_r) == 1)
    return np.select(
        [
            same_year & (month_l == day_r) & (day_l == month_r),
            same_year & (first_of_year | first_of_month),
            ((agreeing == 2) & one_digit) | (apart == 1),  # before midnight, or after
            (apart >= _LUNAR_DAYS[0]) & (apart <= _LUNAR_DAYS[1]),
            same_year,
        ],
        [_AT["swapped"], _AT["default"], _AT["one_part"], _AT["lunar"], _AT["same_year"]],
        default=_AT["different"],
    ).astype(np.int8)


def _one_digit(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Where two numbers below 10,000 differ in at most one decimal digit."""
    differing = np.zeros(len(left), dtype=int)
    for power in (1, 10, 100, 1000):
        differing += left // power % 10 != right // power % 10
    return differing <= 1
