"""Rates of a month's counts, each with what it is made of; ranks of areas; and what has changed
since last month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

from reconcile.ledger.status import COUNTS, balanced

Level = Literal["city", "town", "village", "code"]
LEVELS: Mapping[Level, tuple[str, ...]] = {
    "city": (), "town": ("town",), "village": ("town", "village"), "code": ("code",),
}  # fmt: skip
# Rate → what is counted, out of what. `cases`: all that the month had to do with, carried, new or
# reopened.
RATES: Mapping[str, tuple[str, str]] = {
    "dispatch": ("dispatched", "cases"),
    "answer": ("answered", "dispatched"),
    "confirmation": ("confirmed", "answered"),
    "clearance": ("closed", "cases"),
    "on_time": ("on_time", "due"),
    "false_alarm": ("false_alarms", "answered"),
}
RANKED: tuple[Level, ...] = ("town", "village")


def summed(tally: pl.DataFrame, level: Level) -> pl.DataFrame:
    """The columns of `level`, COUNTS, `cases` and `rate_<rate>` (null where there is nothing to
    count it out of), sorted by area; of the city always one row. `tally`: status.TALLY."""
    columns = LEVELS[level]
    sums = [pl.col(name).sum() for name in COUNTS]
    added = tally.group_by(columns).agg(sums).sort(columns) if columns else tally.select(sums)
    return balanced(added).with_columns(cases=pl.sum_horizontal("carried", "new",
    "reopened")).with_columns(
        _rate(*parts).alias(f"rate_{name}") for name, parts in RATES.items()
    )  # fmt: skip


def compared(now: pl.DataFrame, before: pl.DataFrame | None, level: Level) -> pl.DataFrame:
    """`now` with `open_change` and `clearance_change` against the month before: null where that had
    no such area.

    Both frames of `summed`. The change of a rate is in shares: 0.05 is five percentage points.
    """
    columns = LEVELS[level]
    if before is None:
        return now.with_columns(
            open_change=pl.lit(None, pl.Int64), clearance_change=pl.lit(None, pl.Float64)
        )
    earlier = before.select(*columns, _open="open", _clearance="rate_clearance")
    joined = (
        now.join(earlier, on=columns, how="left", maintain_order="left")
        if columns
        else pl.concat([now, earlier], how="horizontal")
    )
    return joined.with_columns(
        open_change=pl.col("open") - pl.col("_open"),
        clearance_change=pl.col("rate_clearance") - pl.col("_clearance"),
    ).drop("_open", "_clearance")


def ranked(areas: pl.DataFrame, least: int) -> pl.DataFrame:
    """`areas` with `rank` by clearance rate, the best first; those of fewer than `least` cases have
    none and come last.

    Areas with equal rates share a rank, and the next one counts them all: 1, 2, 2, 4. Otherwise in
    the order given.
    """
    counts = (pl.col("cases") >= least) & pl.col("rate_clearance").is_not_null()
    rate = pl.when(counts).then("rate_clearance")
    rank = rate.rank("min", descending=True).cast(pl.Int64)
    return areas.with_columns(rank=rank).sort("rank", nulls_last=True, maintain_order=True)


def _rate(numerator: str, denominator: str) -> pl.Expr:
    whole = pl.col(denominator)
    return pl.when(whole > 0).then(pl.col(numerator) / whole)
