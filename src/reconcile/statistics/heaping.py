"""Heaping of birth dates on 1 January and on the first of the month: dates made up where none was
known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.stats import binom

from reconcile.statistics import result
from reconcile.statistics.proportions import share

# How many days of a year fall on it; a year has 365.25.
DAYS: Mapping[str, int] = {"heaped_new_year": 1, "heaped_day_1": 12}

# So rare must the excess be by chance. Six figures a month: one false flag in fourteen years.
CHANCE = 0.001

_YEAR = 365.25


def heaping(dates: pl.Series) -> pl.DataFrame:
    """statistic, then RESULT: the share of the dates on 1 January and on the first of a month.
    Nulls are not counted.

    Expected: 1/365.25 and 12/365.25; where all dates lie within a year, the share of the days of
    their months that fall on it (no row where none does). `beyond_chance` by the exact binomial
    test, one-sided (Clopper & Pearson, 1934); interval by Wilson (1927). In millions of dates a
    small excess is beyond chance too: look at the size as well.
    """
    dates = dates.drop_nulls()
    expected = _expected(dates)
    first = dates.dt.day() == 1
    counted = {
        "heaped_new_year": int((first & (dates.dt.month() == 1)).sum()),
        "heaped_day_1": int(first.sum()),
    }
    rows = pl.DataFrame(
        {
            "statistic": list(DAYS),
            "numerator": [float(counted[name]) for name in DAYS],
            "denominator": float(len(dates)),
            "expected": [expected[name] for name in DAYS],
        }
    ).filter(pl.col("expected") > 0)
    count, of, chance = (rows[name].to_numpy() for name in ("numerator", "denominator", "expected"))
    beyond = pl.Series(np.less(binom.sf(count - 1, of, chance), CHANCE), dtype=pl.Boolean)
    note = (
        pl.when(pl.col("denominator") == 0)
        .then(pl.lit("no_births"))
        .when(beyond)
        .then(pl.lit("beyond_chance"))
    )
    return result(rows.with_columns(**share(), note=note), "statistic")


def _expected(dates: pl.Series) -> dict[str, float]:
    """The share of days that fall on each of DAYS, over the time that the dates span."""
    whole = {name: days / _YEAR for name, days in DAYS.items()}
    if dates.is_empty():
        return whole
    spanned = pl.select(
        first=pl.lit(dates.min()).dt.month_start(), last=pl.lit(dates.max()).dt.month_end()
    )
    days = pl.date_range(spanned["first"][0], spanned["last"][0], eager=True)
    if len(days) > 366:
        return whole
    firsts = days.dt.day() == 1
    return {
        "heaped_new_year": float((firsts & (days.dt.month() == 1)).sum()) / len(days),
        "heaped_day_1": float(firsts.sum()) / len(days),
    }
