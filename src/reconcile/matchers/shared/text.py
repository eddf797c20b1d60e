"""Edit distances of many pairs of texts, by RapidFuzz, and what the matchers of texts share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from reconcile.population.pairs import Comparer, Levels, Mask, Pairs

Numbers = npt.NDArray[np.float32]


def slips(left: pl.Series, right: pl.Series, most: int) -> npt.NDArray[np.int32]:
    """How many letters are wrong, missing, added, or swapped with the next one (optimal string
    alignment, a Damerau distance); anything above `most` is `most` + 1."""
    distances = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=most)
    return distances.astype(np.int32)


def likeness(left: pl.Series, right: pl.Series) -> Numbers:
    """The similarity of Jaro and Winkler (1990), 0 to 1: common letters near each other, the
    beginning counts more."""
    return cpdist(left.to_list(), right.to_list(), scorer=JaroWinkler.similarity)


def levels_of_texts(
    pairs: Pairs, column: str, other: str | None, written_levels: Comparer, names: Sequence[str]
) -> Levels:
    """The positions in `names` of the levels of two texts: missing, equal, `exchanged` with the
    `other` column, else what `written_levels` makes of them."""
    known, same = pairs.known(column), pairs.equal(column)
    found = pairs.compare(column, written_levels, known & ~same)
    found[known & exchanged(pairs, column, other)] = names.index("exchanged")
    found[same] = names.index("equal")
    return found


def exchanged(pairs: Pairs, column: str, other: str | None) -> Mask:
    """Where one side has in `other` what the other side has in `column`; nowhere when there is no
    other column."""
    if other is None:
        return np.zeros(len(pairs), dtype=bool)
    return pairs.equal(column, other) | pairs.equal(other, column)
