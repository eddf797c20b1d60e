"""Two sexes: the same or not."""

from __future__ import annotations

import numpy as np

from reconcile.population.pairs import Levels, Pairs

LEVELS = ("missing", "equal", "different")
COLUMNS = ("sex_std",)
FREQUENCIES: dict[str, str] = {}
VALUE = ("sex_std",)
ORDERED = ("equal", "different")


def levels(pairs: Pairs) -> Levels:
    left, right, known = pairs.numbers("sex_std")
    return np.where(known, np.where(left == right, 1, 2), 0).astype(np.int8)
