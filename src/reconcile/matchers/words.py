"""Two texts of several words, such as lines of an address: the same, in another order, misspelt, or
in part.

Told a second column, one side's value may stand there on the other side: the lines of an address
exchanged.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.process import cpdist

from reconcile.matchers.shared.text import levels_of_texts, likeness, slips
from reconcile.population.pairs import Levels, Pairs

LEVELS = (
    "missing",
    "equal",
    "same_words",  # in another order, or parted otherwise: pinehill, pine hill
    "exchanged",  # with the other column
    "one_slip",  # a letter wrong, missing or too many, or two neighbours swapped
    "similar",  # Jaro–Winkler .92 or above
    # the words that both have are most of the shorter one: 12 mary street, mary street
    "shared_words",
    "different",
)
DTYPE = pl.String()
FREQUENCIES = {"equal": "{column}"}
ORDERED = ("equal", "one_slip", "similar", "shared_words", "different")

_SIMILAR, _SHARED = 0.92, 75.0
_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs, column: str, other: str | None = None) -> Levels:
    return levels_of_texts(pairs, column, other, written_levels, LEVELS)


def written_levels(left: pl.Series, right: pl.Series) -> Levels:
    """The level of two different texts without nulls: same_words … different."""
    sorted_l, sorted_r = (side.str.split(" ").list.sort().list.join(" ") for side in (left, right))
    joined_l, joined_r = (side.str.replace_all(" ", "") for side in (left, right))
    same_words = ((sorted_l == sorted_r) | (joined_l == joined_r)).to_numpy()
    one_slip = np.minimum(slips(left, right, 1), slips(joined_l, joined_r, 1)) <= 1
    similar = np.maximum(likeness(left, right), likeness(sorted_l, sorted_r)) >= _SIMILAR
    shared = (
        cpdist(left.to_list(), right.to_list(), scorer=token_set_ratio, score_cutoff=_SHARED) > 0
    )
    return np.select(
        [same_words, one_slip, similar, shared],
        [_AT["same_words"], _AT["one_slip"], _AT["similar"], _AT["shared_words"]],
        default=_AT["different"],
    ).astype(np.int8)
