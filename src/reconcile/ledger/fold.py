"""What the events of a case come to: of every column the last word, and how often and when it was
opened and closed."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from reconcile.core.frames import CASES, conform
from reconcile.rules import rule_codes, settled_by

# What a run that was replaced said of the case itself is its last word only where nobody else said
# anything.
_OF_THE_CASE = ("code", "severity", "town", "village", "subjects", "evidence")
_OF_ITS_LIFE = ("state", "answer", "seen", "due", "how")

# What becomes of a case that is answered, unless its rule says that the answer settles it.
_STATE = {
    "confirmed": "answered", "moved_out": "answered", "unverifiable": "answered",
    "corrected": "corrected", "false_alarm": "closed",
}  # fmt: skip

_SEEN = ("found", "reopened", "returned")


def fold(events: pl.DataFrame, replaced: Collection[int], *, ghosts: bool = False) -> pl.DataFrame:
    """frames.CASES, sorted by key, of frames.CASE_EVENTS in their order; a case of which only
    replaced runs (their numbers in `replaced`) speak is not among them, or with `ghosts` has
    neither state nor `first_seen`.

    `last_seen` is the period of the last run that said so in an event: one that saw a case
    unchanged says nothing.
    """
    # Without replaced runs, which is nearly always, there is nothing to leave out.
    stands = ~pl.col("run").is_in(sorted(replaced)).fill_null(False) if replaced else pl.lit(True)
    counted = events.lazy().with_columns(
        *(pl.when(stands).then(name).alias(name) for name in _OF_ITS_LIFE),
        *(pl.when(stands).then(name).alias(f"_{name}") for name in _OF_THE_CASE),
        period_seen=pl.when(stands).then("period"),
        opens=stands & pl.col("kind").is_in(["found", "reopened"]),
        again=stands & (pl.col("kind") == "reopened"),
    )
    if replaced:
        counted = counted.with_columns(_late_answers())
    opened = pl.col("period").filter("opens")
    closed = pl.col("period_seen").filter(pl.col("state") == "closed")
    told = (
        counted.group_by("key")
        .agg(
            *(pl.coalesce(_last(f"_{name}"), _last(name)).alias(name) for name in _OF_THE_CASE),
            *(_last(name) for name in _OF_ITS_LIFE),
            # A late answer names the batch that it is about, which need not be the last one.
            pl.col("batch").filter(pl.col("kind") == "dispatched").last(),
            first_seen=opened.min(),
            last_seen=pl.col("period_seen").filter(pl.col("kind").is_in(_SEEN)).drop_nulls().last(),
            opened_in=opened.last(),
            closed_in=closed.last(),
            reopened=pl.col("again").sum().cast(pl.Int64),
        )
        .filter(pl.col("state").is_not_null() | ghosts)
        .with_columns(closed_in=pl.when(pl.col("state") == "closed").then("closed_in"))
        .with_columns(pl.col(pl.String).fill_null(""))
        .with_columns(stale=_stale().cast(pl.Int64))
        .sort("key")
        .collect()
    )
    return conform(told, CASES)


def closed_as(code: pl.Expr, answer: pl.Expr) -> pl.Expr:
    """As what (of frames.CLOSED_BY_ANSWER) an answer closes a case of this code; empty where it
    leaves it open."""
    settles = [
        (code == rule) & answer.is_in(settled_by(rule)) for rule in rule_codes() if settled_by(rule)
    ]
    return (
        pl.when(answer == "false_alarm")
        .then(pl.lit("false_alarm"))
        .when(pl.any_horizontal(*settles).fill_null(False))
        .then(pl.lit("settled"))
        .otherwise(pl.lit(""))
    )


def state_after(code: pl.Expr, answer: pl.Expr) -> pl.Expr:
    """What an answer makes of a case of this code."""
    by_answer = answer.replace_strict(_STATE, default=None, return_dtype=pl.String)
    return pl.when(closed_as(code, answer) != "").then(pl.lit("closed")).otherwise(by_answer)


def _late_answers() -> list[pl.Expr]:
    """`state` and `how` of answers that were booked for the record only, since a run had closed the
    case: where another run has taken the place of that one, and the case is not closed after all,
    they count."""
    before = pl.col("state").forward_fill().shift(1).over("key")
    late = (pl.col("kind") == "answered") & pl.col("state").is_null() & (before != "closed")
    code, answer = pl.col("code").drop_nulls().first().over("key"), pl.col("answer")
    return [
        pl.when(late).then(state_after(code, answer)).otherwise("state").alias("state"),
        pl.when(late).then(closed_as(code, answer)).otherwise("how").alias("how"),
    ]


def _last(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().last()


def _stale() -> pl.Expr:
    """Whether an answer was given about other evidence than there is now."""
    return (pl.col("answer") != "") & (pl.col("seen") != pl.col("evidence"))
