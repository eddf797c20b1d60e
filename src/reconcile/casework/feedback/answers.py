"""What the rows say: answers, days and remarks, and where two rows of one case contradict each
other."""

from __future__ import annotations

from datetime import date

import polars as pl

from reconcile.casework.feedback.words import EMPTY, read_answers
from reconcile.standardising.dates import standard_dates

_OF_A_CASE = ("batch", "key")
_SEPARATOR = "；"
_NO_YEAR = r"^\s*(\d{1,2})\s*[月/-]\s*(\d{1,2})\s*[日号]?\s*$"


def with_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `answer`: of frames.ANSWERS, empty where nothing is answered yet, null where it
    cannot be read."""
    return rows.with_columns(answer=read_answers(rows["result"]))


def with_refusals(rows: pl.DataFrame, today: date) -> pl.DataFrame:
    """Placed and answered rows with `day` (Date, of the answer), and `reason` for those whose word
    is not known, whose case has another answer in another row, or whose day cannot be. A reason
    that a row has is kept."""
    sure = pl.col("reason").is_null()
    # A word that is not known (null) may be another answer than the one beside it.
    two = (pl.col("answer").filter(sure).n_unique().over(_OF_A_CASE) > 1) & sure
    dated = rows.with_columns(two=two, **_days(rows, today))
    flag, day = pl.col("flag"), pl.col("day")
    reason = (
        pl.when(~sure)
        .then("reason")
        .when(pl.col("answer").is_null())
        .then(pl.lit("unknown_word"))
        .when("two")
        .then(pl.lit("two_answers"))
        .when(flag.is_in(["unreadable", "impossible", "partial"]))
        .then(pl.lit("bad_day"))
        .when(day > today)
        .then(pl.lit("day_to_come"))
        .when(day < pl.col("earliest"))
        .then(pl.lit("day_too_early"))
    )
    return dated.with_columns(reason=reason).drop("two", "flag")


def _days(rows: pl.DataFrame, today: date) -> dict[str, pl.Series]:
    """`day` and `flag` (frames.DATE_FLAGS) of what was typed; a day without its year is the last
    such day."""
    typed = rows.select("done_on", plain=pl.col("done_on").str.normalize("NFKC"))
    parts = typed.select(pl.col("plain").str.extract_groups(_NO_YEAR).struct.unnest())
    if parts["1"].null_count() == parts.height:
        read = standard_dates(typed["done_on"])
        return {"day": read["std"], "flag": read["flag"].cast(pl.String)}
    month_day = pl.concat_str(parts["1"], pl.lit("-"), parts["2"])
    candidates = [
        standard_dates(
            typed.select(
                pl.coalesce(pl.format("{}-{}", pl.lit(year), month_day), "done_on")
            ).to_series()
        )
        for year in (today.year, today.year - 1)
    ]
    this, last = candidates
    to_come = (this["std"] > today).fill_null(False) & parts["1"].is_not_null()
    return {
        "day": last["std"].zip_with(to_come, this["std"]),
        "flag": last["flag"].cast(pl.String).zip_with(to_come, this["flag"].cast(pl.String)),
    }


def answers_of_cases(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each case of each batch: batch, key, answer, evidence, done_on (text), remark; of
    several rows the first day and every remark."""
    remark = pl.col("remark").str.strip_chars()
    return (
        rows.sort("place")
        .group_by(*_OF_A_CASE, maintain_order=True)
        .agg(
            pl.col("answer", "evidence").first(),
            done_on=pl.col("day").drop_nulls().first().dt.to_string("%Y-%m-%d"),
            remark=remark.filter(remark != "").unique(maintain_order=True).str.join(_SEPARATOR),
        )
        .with_columns(remark=pl.when(pl.col("remark") != "").then("remark"))
        .sort(*_OF_A_CASE)
    )


def is_empty() -> pl.Expr:
    """Rows in which nothing is answered yet."""
    return pl.col("answer") == EMPTY
