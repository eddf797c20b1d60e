"""Identity numbers for made-up people: county codes of their years, birth date, sequence, check
digit."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reconcile.sample.naming import Flags, Integers

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CHECK_DIGITS = "10X98765432"

# The city's county codes now and before its districts were drawn anew, by the years of birth that
# carry them.
LOCAL_CODES = (
    (1900, (460021, 460001, 460002)),
    (1990, (460102, 460103, 460003)),
    (2003, (460105, 460106, 460107, 460108)),
)
# Where people from elsewhere were first registered; abolished codes and permits of 81, 82, 83 among
# them.
OTHER_CODES = (
    110102, 110105, 120104, 130402, 140105, 150102, 210103, 220102, 230103, 310104, 310115, 320102,
    320503, 330106, 330326, 340102, 350102, 350524, 360102, 370102, 371326, 410102, 411503, 420106,
    421087, 430104, 430525, 440103, 440106, 440882, 440902, 450102, 450881, 452501, 460026, 460027,
    460029, 469002, 469005, 500101, 510104, 511023, 512222, 520102, 522221, 530102, 532128, 610102,
    620102, 650102, 653101, 810000, 820000, 830000,
)  # fmt: skip


def issue(area: Integers, born: Integers, male: Flags, rng: np.random.Generator) -> pl.Series:
    """A valid 18-digit number for everyone, no number twice. `born` is the day as yyyymmdd.

    Numbers of one county, day and sex follow on from each other in the order of the rows, as twins'
    do.
    """
    day = area * 100_000_000 + born
    _, same_day = np.unique(day, return_inverse=True)
    start = rng.integers(0, 380, same_day.max(initial=0) + 1)[same_day]
    sequence = 2 * ((start + _ordinal(day * 2 + male)) % 500) + male
    return _text(area, born, sequence)


def _ordinal(key: Integers) -> Integers:
    """The place of each row among the rows of equal key, from 0."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        if len(key)
        else np.zeros(0, np.int64)
    )
    lengths = np.diff(np.r_[starts, len(key)])
    ordinal = np.empty(len(key), np.int64)
    ordinal[order] = np.arange(len(key)) - np.repeat(starts, lengths)
    return ordinal


def _text(area: Integers, born: Integers, sequence: Integers) -> pl.Series:
    body = area * 100_000_000_000 + born * 1000 + sequence
    check = pl.Series(list(CHECK_DIGITS)).gather(check_positions(body))
    return pl.Series(body).cast(pl.String) + check


def check_positions(body: Integers) -> Integers:
    """Positions in CHECK_DIGITS for the first 17 digits given as a number (GB 11643, ISO 7064 MOD
    11-2)."""
    total = np.zeros_like(body)
    rest = body.copy()
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return total % 11


def county_codes(year: Integers, local: Flags, rng: np.random.Generator) -> Integers:
    """The county where each person was first registered: one of the city's in that year, or one
    elsewhere."""
    other = np.array(OTHER_CODES, dtype=np.int64)
    codes: NDArray[np.int64] = other[rng.integers(0, len(other), len(year))]
    for since, of_years in LOCAL_CODES:
        here = local & (year >= since)
        codes[here] = np.array(of_years, dtype=np.int64)[rng.integers(0, len(of_years), here.sum())]
    return codes
