"""Pairs drawn at random, the same ones every month: a record that changes takes its own pairs
along, and no others.

Chance comes from the records' ids: every record has a bucket as a left one and another as a right
one, and those of one bucket are pairs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.population.population import Codes

_SALTS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


def drawn(
    left: Codes, right: Codes, count: int
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Positions in `left` and in `right` of about `count` pairs, at most all: between 7 and 14 for
    each 10 asked for.

    `left`, `right`: codes of the records' ids.
    """
    every = len(left) * len(right)
    # A power of two: where a register grows, the pairs stay until half of them are enough.
    halvings = max(round(np.log2(every / count)), 0) if count and every else 0
    sides = [
        pl.DataFrame({"bucket": _mixed(codes, salt) & np.uint64(2**halvings - 1)}).with_row_index(
            name
        )
        for codes, salt, name in zip((left, right), _SALTS, ("left", "right"), strict=True)
    ]
    pairs = sides[0].join(sides[1], on="bucket").sort("left", "right")
    return pairs["left"].to_numpy(), pairs["right"].to_numpy()


def _mixed(codes: Codes, salt: np.uint64) -> Codes:
    """Other numbers for the same records: two registers that number their people alike draw no more
    of the same."""
    mixed = (codes ^ salt) * salt
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _SALTS[0]
    return mixed ^ (mixed >> np.uint64(29))
