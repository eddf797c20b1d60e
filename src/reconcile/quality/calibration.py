"""What a probability is worth: of the pairs said to be one person with chance p, how many are."""

from __future__ import annotations

import polars as pl

from reconcile.quality.labels import TASK, Labels
from reconcile.quality.threshold_curve import best

# Pairs below and above are sure, and nobody asks about them.
DOUBTFUL = (0.02, 0.98)


def calibration(scored: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Doubtful pairs of each task by the tenth that their chance lies in, and all of them together.

    task, tenth (Float64, its lower end; null: all), pairs (UInt32), said (mean chance), true (share), off: true − said,
    of all of them the expected calibration error, which is the mean of the tenths' |off| over the pairs.
    `scored`: labels.PAIR, ordered, and match_probability; pairs of unknown truth are left out.
    """  # noqa: E501
    doubtful = labels.known(scored.filter(pl.col("match_probability").is_between(*DOUBTFUL)))
    tenths = (
        doubtful.with_columns(TASK, tenth=(pl.col("match_probability") * 10 + 1e-9).floor() / 10)
        .group_by("task", "tenth")
        .agg(pairs=pl.len(), said=pl.col("match_probability").mean(), true=pl.col("same").mean())
        .with_columns(off=pl.col("true") - pl.col("said"))
    )
    share = pl.col("pairs") / pl.col("pairs").sum()
    together = tenths.group_by("task").agg(
        tenth=pl.lit(None, dtype=pl.Float64),
        pairs=pl.col("pairs").sum(),
        said=(pl.col("said") * share).sum(),
        true=(pl.col("true") * share).sum(),
        off=(pl.col("off").abs() * share).sum(),
    )
    return pl.concat([tenths, together.select(tenths.columns)]).sort(
        "task", "tenth", nulls_last=True
    )


def error(table: pl.DataFrame) -> pl.DataFrame:
    """Of `calibration`: task, pairs, error, the expected calibration error."""
    return table.filter(pl.col("tenth").is_null()).select("task", "pairs", error="off")


def at_the_cut(points: pl.DataFrame, cut: float) -> pl.DataFrame:
    """Of a `curve.curve`: task, f1 of the pairs from this probability on; that of the best cut in
    hindsight, and the chance there."""
    here = (
        points.filter(pl.col("match_probability") >= cut)
        .group_by("task", maintain_order=True)
        .last()
    )
    hindsight = best(points).select("task", best="f1", best_cut="match_probability")
    return here.select("task", "f1").join(hindsight, on="task").sort("task")
