"""Timeliness: how long it takes from a birth to its certificate and to each register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from reconcile.statistics import result
from reconcile.statistics.proportions import share

# From which date to which, by the source that the later date stands in: columns of the children.
SPANS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "": {
        "births": ("birth_date", "issued_on"),
        "residents": ("birth_date", "residents_on"),
        "household": ("birth_date", "household_on"),
    },
    "issue_": {
        "residents": ("issued_on", "residents_on"),
        "household": ("issued_on", "household_on"),
    },
}
LIMITS = {"within_30": 30, "within_365": 365}
LAGS = (
    "lag_0_7",
    "lag_8_30",
    "lag_31_90",
    "lag_91_365",
    "lag_over_365",
    "lag_unknown",
    "lag_before",
)
_LAST_DAYS = (7, 30, 90, 365)


def lag(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Which of LAGS the time from one date to another is: days, both ends known; lag_before when it
    ends first."""
    days = _days(start, end)
    named = (
        pl.when(days.is_null())
        .then(pl.lit("lag_unknown"))
        .when(days < 0)
        .then(pl.lit("lag_before"))
    )
    for last, name in zip(_LAST_DAYS, LAGS, strict=False):
        named = named.when(days <= last).then(pl.lit(name))
    return named.otherwise(pl.lit("lag_over_365"))


def timely(children: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The columns `by`, statistic, source, then RESULT: the share done within 30 days and within a
    year.

    denominator: the children that the source holds whose two dates are known and in order, so that
    a child not yet registered is not in it. With the prefix `issue_`: counted from the
    certificate's issue. Interval by Wilson (1927).
    """
    found = []
    for prefix, source, held, days in _spans(children):
        known = held.with_columns(days=days).filter(pl.col("days") >= 0)
        for name, limit in LIMITS.items():
            counted = known.group_by(by).agg(
                numerator=(pl.col("days") <= limit).sum(), denominator=pl.len()
            )
            found.append(_named(counted, prefix + name, source))
    return result(pl.concat(found).with_columns(**share()), *by, "statistic", "source")


def lags(children: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The columns `by`, statistic, source, then RESULT: of the children that the source holds, the
    share of each of LAGS. The numerators of a source add up to its denominator."""
    found = []
    for prefix, source, held, _ in _spans(children):
        start, end = SPANS[prefix][source]
        named = held.with_columns(lag=lag(pl.col(start), pl.col(end)))
        for name in LAGS:
            counted = named.group_by(by).agg(
                numerator=(pl.col("lag") == name).sum(), denominator=pl.len()
            )
            found.append(_named(counted, prefix + name, source))
    return result(pl.concat(found).with_columns(**share()), *by, "statistic", "source")


def _spans(children: pl.DataFrame) -> list[tuple[str, str, pl.DataFrame, pl.Expr]]:
    """prefix, source, the children that have both records, days between."""
    spans = []
    for prefix, sources in SPANS.items():
        for source, (start, end) in sources.items():
            held = children.filter(pl.col(source).is_not_null())
            if prefix:
                held = held.filter(pl.col("births").is_not_null())
            spans.append((prefix, source, held, _days(pl.col(start), pl.col(end))))
    return spans


def _days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (end - start).dt.total_days()


def _named(counted: pl.DataFrame, statistic: str, source: str) -> pl.DataFrame:
    return counted.with_columns(statistic=pl.lit(statistic), source=pl.lit(source))
