"""Two places: the same village, the same town, or another town."""

from __future__ import annotations

import numpy as np

from reconcile.population.pairs import Levels, Pairs

LEVELS = ("missing", "same_village", "same_town", "different")
COLUMNS = ("town_std", "village_std")
FREQUENCIES: dict[str, str] = {}
VALUE = ("town_std", "village_std")
ORDERED = ("same_village", "same_town", "different")


def levels(pairs: Pairs) -> Levels:
    town, village = pairs.equal("town_std"), pairs.equal("village_std")
    known_town, known_village = pairs.known("town_std"), pairs.known("village_std")
    # A village name alone may occur in two towns, so a known town must not differ.
    return np.select(
        [village & (town | ~known_town), town, known_town | known_village], [1, 2, 3], default=0
    ).astype(np.int8)
