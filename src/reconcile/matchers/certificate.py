"""Two birth certificates: is one stated to replace another, or are both first issues?"""

from __future__ import annotations

import numpy as np
import polars as pl

from reconcile.matching.pairs import Levels, Pairs

LEVELS = ("missing", "reissue", "both_first")
FREQUENCIES: dict[str, str] = {}

_REISSUED = "换|补|再|废"


def levels(pairs: Pairs) -> Levels:
    return pairs.compare("issue_type_std", issue_levels, pairs.known("issue_type_std"))


def issue_levels(left: pl.Series, right: pl.Series) -> Levels:
    """Issue types as words (首次, 换发, 补发)."""
    reissued = left.str.contains(_REISSUED) | right.str.contains(_REISSUED)
    return np.where(reissued.to_numpy(), 1, 2).astype(np.int8)
