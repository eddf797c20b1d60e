"""Two rows' statements about the same relative: by number, else by name."""

from __future__ import annotations

import numpy as np

from reconcile.matchers.name import compare_written
from reconcile.matching.pairs import Levels, Pairs

LEVELS = ("missing", "same_number", "same_name", "similar_name", "other_number", "different")
ORDERED = ("same_number", "same_name", "similar_name", "different")

_AT = {level: position for position, level in enumerate(LEVELS)}


def relative_levels(pairs: Pairs, role: str) -> Levels:
    """The level for the relative in `role`: columns `<role>_name_std` and `<role>_id_std`.

    `other_number` is the same name under two different numbers; `different` another name, or another number
    where the names are not known.
    """
    name, number = f"{role}_name_std", f"{role}_id_std"
    same_number, same_name = pairs.equal(number), pairs.equal(name)
    known_number, known_name = pairs.known(number), pairs.known(name)
    similar = compare_written(pairs, name, known_name & ~same_name & ~same_number) > 0
    return np.select(
        [same_number, same_name & known_number, same_name, similar, known_name | known_number],
        [_AT["same_number"], _AT["other_number"], _AT["same_name"], _AT["similar_name"], _AT["different"]],
        default=0,
    ).astype(np.int8)
