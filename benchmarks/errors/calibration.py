"""What a probability is worth: of the pairs said to be one person with chance p, how many are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reconcile.curve import best, curve, read_scored
from reconcile.labels import TASK, TrueEntities

DOUBTFUL = (0.02, 0.98)
CUT = 0.5


def deciles(scored: pl.DataFrame, labels: TrueEntities) -> pl.DataFrame:
    """task, decile (0 for chances below 0.1), pairs, said (mean chance), true (share): pairs that
    are in doubt.
    """
    in_doubt = labels.known(scored).filter(pl.col("match_probability").is_between(*DOUBTFUL))
    return (
        in_doubt.with_columns(TASK, decile=(pl.col("match_probability") * 10).floor().cast(pl.Int8))
        .group_by("task", "decile")
        .agg(pairs=pl.len(), said=pl.col("match_probability").mean(), true=pl.col("same").mean())
        .sort("task", "decile")
    )


def error(by_decile: pl.DataFrame) -> pl.DataFrame:
    """task, pairs, error: the expected calibration error, |said − true| averaged over the pairs."""
    weighed = (pl.col("said") - pl.col("true")).abs() * pl.col("pairs")
    return (
        by_decile.group_by("task").agg(pl.col("pairs").sum(), error=weighed.sum() / pl.col("pairs").sum()).sort("task")
    )


def at_the_cut(run: Path, labels: TrueEntities) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of a run folder: `deciles`; and task, f1 (of pairs at the cut), best (f1 at the best cut in
    hindsight), chance (at that cut)."""
    scored = read_scored(run)
    points = curve(scored, labels)
    cut = points.filter(pl.col("match_probability") >= CUT).group_by("task", maintain_order=True).last()
    hindsight = best(points).select("task", best="f1", chance="match_probability")
    return deciles(scored, labels), cut.select("task", "f1").join(hindsight, on="task").sort("task")
