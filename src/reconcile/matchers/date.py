"""Two dates of one column: the same, mistyped, with day and month swapped, or another day."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.shared.dates import Numbers, parts
from reconcile.population.pairs import Levels, Mask, Pairs

LEVELS = (
    "missing",
    "equal",
    "swapped",  # day and month: 3 April, 4 March
    "one_slip",  # one digit of the eight is wrong, or two neighbours are swapped
    "two_parts",  # two of day, month and year are the same
    "same_year",
    "different",
)
DTYPE = pl.Date()
FREQUENCIES = {"equal": "{column}"}
ORDERED = ("equal", "one_slip", "two_parts", "same_year", "different")

_AT = {level: position for position, level in enumerate(LEVELS)}
_PLACES = 10 ** np.arange(8)[::-1]


def levels(pairs: Pairs, column: str) -> Levels:
    left, right, known = pairs.numbers(column)
    found = np.where(known, _AT["equal"], 0).astype(np.int8)
    differing = np.flatnonzero(known & (left != right))
    found[differing] = day_levels(left[differing], right[differing])
    return found


def day_levels(left: Numbers, right: Numbers) -> Levels:
    """The level of two different days, given as days since 1970: swapped … different."""
    (year_l, month_l, day_l), (year_r, month_r, day_r) = parts(left), parts(right)
    same_year = year_l == year_r
    agreeing = same_year.astype(int) + (month_l == month_r) + (day_l == day_r)
    return np.select(
        [
            same_year & (month_l == day_r) & (day_l == month_r),
            _one_slip(
                year_l * 10_000 + month_l * 100 + day_l, year_r * 10_000 + month_r * 100 + day_r
            ),
            agreeing == 2,
            same_year,
        ],
        [_AT["swapped"], _AT["one_slip"], _AT["two_parts"], _AT["same_year"]],
        default=_AT["different"],
    ).astype(np.int8)


def _one_slip(left: Numbers, right: Numbers) -> Mask:
    """Where numbers of eight digits differ in one digit, or in two neighbours that are swapped."""
    digits_l, digits_r = (side[:, None] // _PLACES % 10 for side in (left, right))
    differ = digits_l != digits_r
    crossed = (digits_l[:, 1:] == digits_r[:, :-1]) & (digits_l[:, :-1] == digits_r[:, 1:])
    neighbours = (differ[:, 1:] & differ[:, :-1] & crossed).any(axis=1)
    count = differ.sum(axis=1)
    return (count == 1) | ((count == 2) & neighbours)
