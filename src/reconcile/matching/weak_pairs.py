"""Pairs of two registers that are somewhat alike: they are asked about nowhere, but say why a row
found no match."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import WEAK_PAIRS, conform

# Less than one chance in a thousand is no likeness worth telling of.
_LEAST = 0.001


def weak_pairs(scored_pairs: pl.DataFrame) -> pl.DataFrame:
    """frames.WEAK_PAIRS of the pairs of linkage.Linked.scored_pairs that are no match, in their
    order."""
    weak = (pl.col("match_probability") >= _LEAST) & (pl.col("band") != "match")
    return conform(scored_pairs.filter(pl.col("source_l") != pl.col("source_r"), weak), WEAK_PAIRS)
