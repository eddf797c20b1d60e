"""The place in a delivery that two certificates state: the same child, or its twin."""

from __future__ import annotations

import numpy as np

from reconcile.matching.pairs import Levels, Pairs

LEVELS = ("missing", "same_child", "other_child")
FREQUENCIES: dict[str, str] = {}
ORDERED = ("same_child", "other_child")


def levels(pairs: Pairs) -> Levels:
    left, right, known = pairs.numbers("place_in_delivery_std")
    return np.where(known, np.where(left == right, 1, 2), 0).astype(np.int8)
