"""Two rows' statements about the same relative: by number, else by name."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matchers.shared.written_names import OTHER_SCRIPT, compare_written
from reconcile.population.pairs import Levels, Pairs
from reconcile.standardising.documents import of_one_kind
from reconcile.standardising.names import name_parts

LEVELS = ("missing", "same_number", "same_name", "similar_name", "other_number", "different")
ORDERED = ("same_number", "same_name", "similar_name", "different")

_AT = {level: position for position, level in enumerate(LEVELS)}


def relative_levels(pairs: Pairs, role: str) -> Levels:
    """The level for the relative in `role`: columns `<role>_name_std` and `<role>_id_std`.

    `other_number` is the same name under two different numbers; `different` another name, or
    another number where the names are not known or stand in two scripts. Documents of two kinds
    contradict each other in nothing.
    """
    name, number = f"{role}_name_std", f"{role}_id_std"
    same_number, same_name = pairs.equal(number), pairs.equal(name)
    known_number, known_name = pairs.known(number), pairs.known(name)
    written = compare_written(pairs, name, known_name & ~same_name & ~same_number)
    translated = written == OTHER_SCRIPT
    similar = (written > 0) | (pairs.compare(name, _read_alike, translated) > 0)
    compared_by_number = known_number & ~same_number & (same_name | translated | ~known_name)
    other_number = pairs.compare(number, _contradicting, compared_by_number) > 0
    return np.select(
        [
            same_number,
            same_name & other_number,
            same_name,
            similar,
            known_name & ~translated | other_number,
        ],
        [
            _AT["same_number"],
            _AT["other_number"],
            _AT["same_name"],
            _AT["similar_name"],
            _AT["different"],
        ],
        default=0,
    ).astype(np.int8)


def _read_alike(left: pl.Series, right: pl.Series) -> Levels:
    readings = [name_parts(side)["name_reading"] for side in (left, right)]
    return (readings[0] == readings[1]).to_numpy().astype(np.int8)


def _contradicting(left: pl.Series, right: pl.Series) -> Levels:
    numbers = pl.DataFrame({"left": left, "right": right})
    return (
        numbers.select(of_one_kind(pl.col("left"), pl.col("right")))
        .to_series()
        .to_numpy()
        .astype(np.int8)
    )
