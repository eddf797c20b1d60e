"""Completeness of registration: registered births to all births as estimated."""

from __future__ import annotations

import polars as pl

from reconcile.statistics import result


def completeness(births: pl.DataFrame) -> pl.DataFrame:
    """Columns of `births` other than registered, value, low, high and note, then RESULT: registered
    / N.

    value, low, high and note are those of the dual-system estimate N (Chandra Sekar & Deming,
    1949); the interval is registered / high to registered / low, at most 1. numerator: registered,
    denominator: N. Null where N is.
    """
    registered, estimate = pl.col("registered").cast(pl.Float64), pl.col("value")
    kept = [
        name
        for name in births.columns
        if name not in ("registered", "value", "low", "high", "note")
    ]
    figures = {
        "value": (registered / estimate).clip(None, 1),
        "low": (registered / pl.col("high")).clip(None, 1),
        "high": (registered / pl.col("low")).clip(None, 1),
        "numerator": pl.when(estimate.is_not_null()).then(registered),
        "denominator": estimate,
        "suppressed": estimate.is_null(),
    }
    return result(births.with_columns(**figures), *kept)
