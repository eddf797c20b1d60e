"""How well the match probability separates: precision and recall of a run's pairs over every
threshold.

Pairs are counted before records are grouped into persons: the curve tells what the probabilities
are worth, the scores of `evaluation` what came of them.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reconcile.quality.evaluation import f1, ratio
from reconcile.quality.labels import PAIR, TASK, Labels, ordered
from reconcile.workspace import RunFolder

# Match probabilities at which a screen shows the curve.
SHOWN = (0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 0.9999)
# Pairs below are of no interest to a curve.
_LEAST = 0.001
# The saved curve has a point for each step of so many 1/1000 bit.
_STEP = 250


def read_scored(run: Path) -> pl.DataFrame:
    """PAIR, match_weight (null where exact keys or people closed the pair), match_probability of a
    run's pairs that are not quite out of the question."""
    with RunFolder(run).scan("scored_pairs", *PAIR, "match_weight", "match_probability") as scored:
        return ordered(scored.filter(pl.col("match_probability") >= _LEAST).collect())


def curve(scored: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Precision, recall and F1 of the pairs of each task from each weight on, the highest first.

    task, match_weight (null: pairs closed by exact keys or people), match_probability, true_pairs,
    found, correct, precision, recall, f1. Only pairs whose truth is known are counted.
    """
    known = labels.known(scored).with_columns(TASK)
    true_pairs = labels.same.with_columns(TASK).group_by("task").agg(true_pairs=pl.len())
    points = (
        known.group_by("task", "match_weight")
        .agg(pl.col("match_probability").min(), found=pl.len(), correct=pl.col("same").sum())
        .sort("task", "match_weight", descending=[False, True], nulls_last=False)
        .with_columns(pl.col("found", "correct").cum_sum().over("task"))
        .join(true_pairs, on="task", how="left", maintain_order="left")
        .with_columns(pl.col("true_pairs").fill_null(0))
    )
    return points.select(
        "task", "match_weight", "match_probability", "true_pairs", "found", "correct",
        ratio("correct", "found").alias("precision"),
        ratio("correct", "true_pairs").alias("recall"),
        f1().alias("f1"),
    )  # fmt: skip


def thinned(points: pl.DataFrame) -> pl.DataFrame:
    """The curve with one point for each step of the weight, as it is saved."""
    step = pl.col("match_weight").floordiv(_STEP)
    return points.group_by("task", step.alias("step"), maintain_order=True).last().drop("step")


def at_thresholds(points: pl.DataFrame) -> pl.DataFrame:
    """The curve at the thresholds of `SHOWN`: of each task the lowest weight from there on;
    `threshold` beside."""
    shown = [
        points.filter(pl.col("match_probability") >= threshold)
        .group_by("task", maintain_order=True)
        .last()
        .with_columns(threshold=pl.lit(threshold))
        for threshold in SHOWN
    ]
    return pl.concat(shown).sort("task", "threshold")


def best(points: pl.DataFrame) -> pl.DataFrame:
    """Of each task the point with the highest F1: best in hindsight, known only with the truth."""
    return points.sort(
        "task", "f1", descending=[False, True], nulls_last=True, maintain_order=True
    ).unique("task", keep="first", maintain_order=True)
