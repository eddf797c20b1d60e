"""Two texts of one column, such as given names or suburbs: the same, misspelt, or another.

Told a second column, one side's value may stand there on the other side: given name and surname
exchanged.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.shared.text import levels_of_texts, likeness, slips
from reconcile.population.pairs import Levels, Pairs

LEVELS = (
    "missing",
    "equal",
    "exchanged",  # with the other column
    "one_slip",  # a letter wrong, missing or too many, or two neighbours swapped: stephen stephne
    "similar",  # Jaro–Winkler .92 or above
    "alike",  # Jaro–Winkler .80 or above
    "different",
)
DTYPE = pl.String()
FREQUENCIES = {"equal": "{column}"}
ORDERED = ("equal", "one_slip", "similar", "alike", "different")

_SIMILAR, _ALIKE = 0.92, 0.8
_ONE_SLIP_FROM = 3  # letters: of two, one wrong is half
_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs, column: str, other: str | None = None) -> Levels:
    return levels_of_texts(pairs, column, other, written_levels, LEVELS)


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The level of two different texts without nulls: one_slip … different."""
    shorter = (
        pl.select(pl.min_horizontal(left.str.len_chars(), right.str.len_chars()))
        .to_series()
        .to_numpy()
    )
    alike = likeness(left, right)
    return np.select(
        [
            (slips(left, right, 1) <= 1) & (shorter >= _ONE_SLIP_FROM),
            alike >= _SIMILAR,
            alike >= _ALIKE,
        ],
        [_AT["one_slip"], _AT["similar"], _AT["alike"]],
        default=_AT["different"],
    ).astype(np.int8)
