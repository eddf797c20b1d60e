"""Answers held against what the ledger has: booked already, in contradiction, or to be booked, and
as what."""

from __future__ import annotations

import polars as pl

from reconcile.core.frames import CASE_EVENTS, CLOSED_BY_ANSWER, conform
from reconcile.ledger.fold import closed_as, state_after
from reconcile.ledger.store import Ledger

BOOK, ALREADY = "booked", "already"
# After one of these the office waits for another answer, on whichever sheet it comes.
_ASKED_AGAIN = ("returned", "reopened")


def with_standing(answers: pl.DataFrame, ledger: Ledger, *, replace: bool) -> pl.DataFrame:
    """`answers` (of answers_of_cases) with the case's `code`, `state`, `how`, `closed_in`, `now`
    (its evidence), and `fate`: BOOK, ALREADY, or the reason why it cannot be taken, with `said`
    (the answer that stands). `supplement`: the answer stands, but its day or remark is another one
    now. `gone`: a run has closed the case: booked for the record only.

    With `replace` an answer takes the place of another one to the same batch. One to a later batch
    always stands.
    """
    keys = answers["key"].unique()
    events = ledger.events(keys).with_row_index("order")
    cases = ledger.cases(keys).select("key", "code", "state", "how", "closed_in", now="evidence")
    told = (
        answers.join(_booked(events), on=["batch", "key"], how="left", maintain_order="left")
        .join(_later(events, answers), on=["batch", "key"], how="left", maintain_order="left")
        .join(cases, on="key", how="left", maintain_order="left")
    )
    other_day = pl.col("done_on").is_not_null() & pl.col("done_on").ne_missing(pl.col("booked_day"))
    other_remark = pl.col("remark").is_not_null() & pl.col("remark").ne_missing(
        pl.col("booked_remark")
    )
    same = (pl.col("answer") == pl.col("booked")).fill_null(False)
    supplement = same & (other_day | other_remark)
    later = pl.col("later")
    fate = (
        pl.when(same & ~(supplement & replace))
        .then(pl.lit(ALREADY))
        .when(later.is_not_null() & (later != pl.col("answer")))
        .then(pl.lit("answered_later"))
        .when(later.is_not_null() & pl.col("booked").is_null())
        .then(pl.lit(ALREADY))
        .when(pl.col("booked").is_not_null() & ~pl.col("asked_again") & ~pl.lit(replace))
        .then(pl.lit("answered_before"))
        .otherwise(pl.lit(BOOK))
    )
    by_run = (pl.col("state") == "closed") & ~pl.col("how").is_in(CLOSED_BY_ANSWER)
    said = (
        pl.when(fate == "answered_later")
        .then("later")
        .when(fate == "answered_before")
        .then("booked")
    )
    return told.with_columns(
        fate=fate, said=said, supplement=supplement & (fate == ALREADY), gone=by_run.fill_null(True)
    )


def _booked(events: pl.DataFrame) -> pl.DataFrame:
    """batch, key: the answer that was booked last for each batch, and whether the office has asked
    again since."""
    asked = (
        events.filter(pl.col("kind").is_in(_ASKED_AGAIN))
        .group_by("key")
        .agg(asked=pl.col("order").max())
    )
    return (
        events.filter(pl.col("kind") == "answered")
        .sort("order")
        .group_by("batch", "key", maintain_order=True)
        .agg(
            booked=pl.col("answer").last(),
            booked_day=pl.col("done_on").last(),
            booked_remark=pl.col("remark").last(),
            order=pl.col("order").last(),
        )
        .join(asked, on="key", how="left")
        .select(
            "batch", "key", "booked", "booked_day", "booked_remark",
            asked_again=(pl.col("asked") > pl.col("order")).fill_null(False),
        )
    )  # fmt: skip


def _later(events: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """batch, key, later: the answer to the latest batch after this one, booked or about to be."""
    booked = events.filter(pl.col("kind") == "answered").select(
        "key", "order", "answer", later_batch="batch"
    )
    coming = answers.select(
        "key", "answer", later_batch="batch", order=pl.lit(2**32 - 1, pl.UInt32)
    )
    known = pl.concat([booked, coming.select(booked.columns)]).sort("later_batch", "order")
    return (
        answers.select("batch", "key")
        .join(known, on="key")
        .filter(pl.col("later_batch") > pl.col("batch"))
        .sort("later_batch", "order")
        .group_by("batch", "key", maintain_order=True)
        .agg(later=pl.col("answer").last())
    )


def events_of(told: pl.DataFrame, period: str) -> pl.DataFrame:
    """frames.CASE_EVENTS of what is to be booked, by key and batch.

    A case that a run has closed stays closed. What an answer of an earlier month had closed comes
    back when another one does not; when it closes it too, the case stays closed in the month in
    which it was.
    """
    due = told.filter(pl.col("fate") == BOOK)
    closes = closed_as(pl.col("code"), pl.col("answer"))
    was_closed = pl.col("how").is_in(CLOSED_BY_ANSWER) & (pl.col("state") == "closed")
    revoked = was_closed & (closes == "")
    how = pl.when(closes != "").then(closes).when(revoked).then(pl.lit(""))
    stays = pl.col("gone") | (was_closed & ~revoked)
    answered = due.with_columns(
        kind=pl.lit("answered"),
        state=pl.when(~stays).then(state_after(pl.col("code"), pl.col("answer"))),
        seen="evidence",
        how=pl.when(~pl.col("gone")).then(how),
    ).drop("evidence")
    back = due.filter(revoked & (pl.col("closed_in") < period)).select(
        "key", "batch", kind=pl.lit("reopened"), state=pl.lit("reopened"), how=pl.lit("")
    )
    told_events = [
        part.with_columns(rank=pl.lit(rank)) for rank, part in enumerate((back, answered))
    ]
    in_order = pl.concat(told_events, how="diagonal_relaxed").sort("batch", "key", "rank")
    batch = pl.when(pl.col("kind") == "answered").then("batch")
    return conform(in_order.with_columns(batch=batch, period=pl.lit(period)), CASE_EVENTS)


def is_stale() -> pl.Expr:
    """Answers to evidence that is not the case's any more."""
    return (pl.col("fate") == BOOK) & ~pl.col("gone") & (pl.col("evidence") != pl.col("now"))
