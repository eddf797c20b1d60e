"""Shares with their intervals."""

from __future__ import annotations

import polars as pl

from reconcile.statistics import Z


def share(numerator: str = "numerator", denominator: str = "denominator") -> dict[str, pl.Expr]:
    """value, low and high of numerator / denominator, by the score interval (Wilson, 1927), which
    stays within 0 and 1 and has a width when none or all are counted. Null when the denominator is
    0."""
    count, of = pl.col(numerator).cast(pl.Float64), pl.col(denominator).cast(pl.Float64)
    of = pl.when(of > 0).then(of)
    value = count / of
    centre = (count + Z**2 / 2) / (of + Z**2)
    reach = Z / (of + Z**2) * (count * (of - count) / of + Z**2 / 4).sqrt()
    # At 0 and 1 the ends are exact; rounding must not put them beyond.
    low = pl.when(count > 0).then((centre - reach).clip(0)).otherwise(value)
    high = pl.when(count < of).then((centre + reach).clip(None, 1)).otherwise(value)
    return {"value": value, "low": low, "high": high}
