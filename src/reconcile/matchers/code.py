"""Two numbers or short codes of one column, such as social security numbers or postcodes: the same,
or mistyped."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.shared.text import slips
from reconcile.population.pairs import Levels, Pairs

LEVELS = (
    "missing",
    "equal",
    # a digit wrong, missing or too many, or two neighbours swapped: 3150 3159, 2324 2342
    "one_slip",
    "two_slips",
    "different",
)
DTYPE = pl.String()
FREQUENCIES = {"equal": "{column}"}
ORDERED = LEVELS[1:]

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs, column: str) -> Levels:
    same = pairs.equal(column)
    found = pairs.compare(column, written_levels, pairs.known(column) & ~same)
    found[same] = _AT["equal"]
    return found


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The level of two different codes without nulls: one_slip, two_slips or different."""
    apart = slips(left, right, 2)
    return np.select(
        [apart == 1, apart == 2], [_AT["one_slip"], _AT["two_slips"]], _AT["different"]
    ).astype(np.int8)
