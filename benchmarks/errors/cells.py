"""Recall and precision of a run's persons by the errors of the rows, counted as `reconcile
evaluate` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from benchmarks.errors.kinds import BEYOND

from reconcile.quality.evaluation import score
from reconcile.quality.labels import TrueEntities, ordered
from reconcile.statistics.proportions import share

LEFT, RIGHT, BIRTHS = "residents", "household", "births"
BETWEEN = "|"
NONE, ONE, TWO, TWO_DESIGNED = "no error", "one error", "two errors", "two errors designed for"
PRECISION = "precision"
MISSED = "missed, never compared"
DOUBLES = ("duplicates, recall", "duplicates, precision")


def judged(
    persons: pl.DataFrame,
    truth: Mapping[str, pl.DataFrame],
    left_name: str = LEFT,
    right_name: str = RIGHT,
) -> pl.DataFrame:
    """The left rows with `errors`, `copy` and three flags: `due` (the person is on the right),
    `linked`, and `right` (linked with rows of that person only)."""
    persons = persons.select("source", "record_id", "person_id")
    left, right = (
        truth[side].join(persons.filter(source=side).drop("source"), on="record_id", how="left")
        for side in (left_name, right_name)
    )
    there = (
        right.group_by("person_id").agg(theirs=pl.col("entity_id").unique()).drop_nulls("person_id")
    )
    due = right.select("entity_id").unique().with_columns(due=pl.lit(True))
    return (
        left.join(due, on="entity_id", how="left")
        .join(there, on="person_id", how="left")
        .with_columns(
            pl.col("errors").fill_null(""),
            due=pl.col("due").fill_null(False),
            linked=pl.col("theirs").is_not_null(),
            right=(
                (pl.col("theirs").list.len() == 1)
                & (pl.col("theirs").list.first() == pl.col("entity_id"))
            ).fill_null(False),
        )
        .select("record_id", "errors", "copy", "due", "linked", "right")
    )


def with_compared(rows: pl.DataFrame, pairs: pl.DataFrame, labels: TrueEntities) -> pl.DataFrame:
    """The rows with `compared`: whether a key found the row together with one of its own person's.

    `pairs`: all that were compared, as labels.PAIR.
    """
    between = labels.known(ordered(pairs)).filter("same", source_l=LEFT, source_r=RIGHT)
    return rows.with_columns(
        compared=pl.col("record_id").is_in(between["record_id_l"].unique().implode())
    )


def figures(rows: pl.DataFrame) -> pl.DataFrame:
    """figure, numerator, denominator, value, low, high: recall by the number of errors of first
    rows, and precision of all links."""
    due = rows.filter("due", pl.col("copy") == "0")
    count = pl.col("errors").str.count_matches(BETWEEN, literal=True) + (pl.col("errors") != "")
    beyond = (
        pl.col("errors").str.split(BETWEEN).list.eval(pl.element().is_in(list(BEYOND))).list.any()
    )
    of = {NONE: count == 0, ONE: count == 1, TWO: count == 2, TWO_DESIGNED: (count == 2) & ~beyond}
    counted = [(name, *_counts(due.filter(which)["right"])) for name, which in of.items()]
    counted.append((PRECISION, *_counts(rows.filter("linked")["right"])))
    return _shares(counted)


def missed(rows: pl.DataFrame) -> pl.DataFrame:
    """As `figures`: of the first rows that were missed, those that were never compared with their
    own.
    """
    lost = rows.filter("due", ~pl.col("right"), pl.col("copy") == "0")
    return _shares([(MISSED, *_counts(~lost["compared"]))])


def doubles(persons: pl.DataFrame, truth: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """As `figures`: recall and precision of duplicates among the residents, by pairs."""
    counts = score(persons, truth).row(
        by_predicate=pl.col("task") == f"duplicates {LEFT}", named=True
    )
    of = zip(DOUBLES, ("true_pairs", "found"), strict=True)
    return _shares([(name, counts["correct"], counts[whole]) for name, whole in of])


def cells(rows: pl.DataFrame) -> pl.DataFrame:
    """kind, other (the same for one error), numerator, denominator, value, low, high: recall of
    first rows that are due, by their errors; and how many of them were never compared. The worst
    first."""
    parts = pl.col("errors").str.split(BETWEEN)
    return (
        rows.filter("due", pl.col("copy") == "0", pl.col("errors") != "")
        .with_columns(kind=parts.list.first(), other=parts.list.last())
        .group_by("kind", "other")
        .agg(
            numerator=pl.col("right").sum(), denominator=pl.len(), never=(~pl.col("compared")).sum()
        )
        .with_columns(**share())
        .sort("value", "kind", "other")
    )


def _counts(right: pl.Series) -> tuple[int, int]:
    return int(right.sum()), len(right)


def _shares(counted: Sequence[tuple[str, int, int]]) -> pl.DataFrame:
    schema = {"figure": pl.String, "numerator": pl.Int64, "denominator": pl.Int64}
    return pl.DataFrame(counted, schema=schema, orient="row").with_columns(**share())
