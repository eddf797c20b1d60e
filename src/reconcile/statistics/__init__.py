"""The statistics of births that a monthly run shows (DOMAIN §5): one file a statistic, pure
functions.

`births` builds the frame of all of them, `wording` says them in lines, `cells` and `suppression`
make the tables that may be published. What cannot be said is null with a note, one of NOTES.
"""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import Schema

# Two-sided 95 %: the quantile of the normal distribution behind every interval, and each tail.
Z = 1.959963984540054
TAIL = 0.025

NOTES = (
    "no_births",  # there is nothing to count
    "no_overlap",  # no birth is in both lists
    "few_matched",  # too few births in both lists
    "few_births",  # too few births for a sex ratio
    "one_sex",  # every birth is of one sex
    "sparse",  # a cell of the three lists is empty that the model needs
    "dependent",  # the lists depend on each other
    "beyond_chance",  # more than chance explains
)

# What a statistic comes to. Whatever cannot be said is null.
RESULT: Schema = {
    "value": pl.Float64,
    "low": pl.Float64,  # 95 % interval
    "high": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "expected": pl.Float64,  # the value that chance alone would give; heaping only
    "suppressed": pl.Boolean,  # held back, because there are too few births
    "note": pl.String,  # one of NOTES, or null
}


def result(frame: pl.DataFrame, *kept: str) -> pl.DataFrame:
    """The columns `kept`, then RESULT; a column that `frame` lacks is null, `suppressed` false."""
    lacking = {
        name: pl.lit(False if name == "suppressed" else None)
        for name in RESULT
        if name not in frame.columns
    }
    return frame.with_columns(**lacking).select(
        *kept, *(pl.col(name).cast(kind) for name, kind in RESULT.items())
    )
