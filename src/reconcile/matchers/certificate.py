"""Two birth certificates: one number, one stated to replace another, or both first issues."""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.population.deliveries import REISSUED
from reconcile.population.pairs import Levels, Pairs

LEVELS = ("missing", "same_number", "reissue", "both_first")
COLUMNS = ("record_key", "issue_type_std")
FREQUENCIES: dict[str, str] = {}

_AT = {level: position for position, level in enumerate(LEVELS)}


def levels(pairs: Pairs) -> Levels:
    by_type = pairs.compare("issue_type_std", issue_levels, pairs.known("issue_type_std"))
    return np.where(pairs.equal("record_key"), _AT["same_number"], by_type).astype(np.int8)


def issue_levels(left: pl.Series, right: pl.Series) -> Levels:
    """Issue types as words (首次, 换发, 补发)."""
    reissued = left.str.contains(REISSUED) | right.str.contains(REISSUED)
    return np.where(reissued.to_numpy(), _AT["reissue"], _AT["both_first"]).astype(np.int8)
