"""Every row that came back with its outcome: empty, rejected, booked already, or to be booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from reconcile.casework.feedback.answers import (
    answers_of_cases,
    is_empty,
    with_answers,
    with_refusals,
)
from reconcile.casework.feedback.booked_before import ALREADY, BOOK, with_standing
from reconcile.casework.feedback.match_rows import place
from reconcile.core.frames import Schema, conform, empty
from reconcile.core.messages import text
from reconcile.ledger.store import Ledger

EMPTY, REJECTED = "empty", "rejected"
OUTCOMES = (BOOK, ALREADY, EMPTY, REJECTED)
# `at_file`, `at_sheet`, `at_row`: of returned.RETURNED. `reason`: of a rejected row, a text
# `feedback.reason.*` that `said` goes into.
JUDGED: Schema = {
    "table": pl.UInt32, "file": pl.String, "row": pl.UInt32, "number": pl.String, "key": pl.String,
    "at_file": pl.String, "at_sheet": pl.String, "at_row": pl.String, "answer": pl.String,
    "outcome": pl.String,
    "reason": pl.String, "said": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class JudgedAnswers:
    """`rows`: JUDGED, in their order. `answers`: one row a case and batch, of
    `standing.with_standing`."""

    rows: pl.DataFrame
    answers: pl.DataFrame

    def rejected(self) -> pl.DataFrame:
        """JUDGED of the rejected rows."""
        return self.rows.filter(pl.col("outcome") == REJECTED)


def judge(rows: pl.DataFrame, ledger: Ledger, today: date, *, replace: bool) -> JudgedAnswers:
    """Holds `rows` (returned.RETURNED) against what was sent and what is booked; nothing is
    changed.

    `replace`: whether an answer takes the place of a different one that is booked for the same
    batch.
    """
    read = with_answers(rows.with_row_index("place"))
    blank = is_empty().fill_null(False) & pl.col("fault").is_null()
    placed = with_refusals(place(read.filter(~blank), ledger), today)
    answers = with_standing(
        answers_of_cases(placed.filter(pl.col("reason").is_null())), ledger, replace=replace
    )
    fates = answers.select("batch", "key", "fate", fate_said="said")
    joined = placed.join(fates, on=["batch", "key"], how="left", maintain_order="left")
    taken = pl.col("reason").is_null() & pl.col("fate").is_in([BOOK, ALREADY])
    filled = joined.with_columns(
        outcome=pl.when(taken).then("fate").otherwise(pl.lit(REJECTED)),
        said=pl.when(pl.col("reason").is_null()).then("fate_said").otherwise("said"),
        reason=pl.when(~taken).then(pl.coalesce("reason", "fate")),
    )
    nothing = read.filter(blank).with_columns(outcome=pl.lit(EMPTY))
    together = pl.concat(
        [empty({"place": pl.UInt32, **JUDGED}), *(_judged(part) for part in (filled, nothing))]
    )
    return JudgedAnswers(together.sort("place").drop("place"), answers)


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    return conform(rows, {"place": pl.UInt32, **JUDGED})


def reason_text(reason: str, said: str | None, language: str) -> str:
    """Why a row was rejected, and what to do."""
    answer = reason in ("answered_before", "answered_later")
    told = text(f"lists.answers.{said}", language) if answer else said or ""
    return text(f"feedback.reason.{reason}", language, said=told)
