"""Every time that a case was sent out: to whom, and what became of it until it was sent out
again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from reconcile.casework.dispatch.batch import kept
from reconcile.casework.dispatch.receiving import receivers
from reconcile.casework.form import sent_file
from reconcile.core.errors import UsageError
from reconcile.core.frames import Schema
from reconcile.core.period import Period
from reconcile.ledger.actor import today
from reconcile.ledger.store import Ledger

# Where a case that was sent out stands: answered; not answered, and its day is not past, or is;
# sent out again without an answer; closed without one, since the export had changed.
FATES = ("answered", "not_due", "overdue", "sent_again", "gone")
# A row for each case and round. `town`, `village`: of the receiving area, empty where unknown;
# `outside`: its name when it is not of the city, empty where the name is not known any more;
# `answer`: of frames.ANSWERS, the last one that came before the case was sent out again and was not
# sent back; empty for none. `last`: it is the case's last round.
ROUNDS: Schema = {
    "key": pl.String, "batch": pl.String, "town": pl.String, "village": pl.String,
    "outside": pl.String,
    "answer": pl.String, "fate": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class RoundChoice:
    """Which rounds are asked for: of cases of these codes; of these batches, and of batches of this
    month (all when empty)."""

    codes: Collection[str]
    batches: Collection[str] = ()
    period: Period | None = None


def rounds(ledger: Ledger, asked: RoundChoice) -> pl.DataFrame:
    """ROUNDS, sorted by key and in the order of the rounds.

    An answer counts for the round in which the case was last sent out before it. UsageError, naming
    those there are, for a batch that there is not.
    """
    batches = _batches(ledger)
    _refuse_unknown(asked.batches, batches["number"].to_list())
    spells = _spells(_events(ledger, asked.codes)).join(batches, on="batch", maintain_order="left")
    wanted = spells.filter(*_wanted(asked)).with_columns(fate=_fate())
    named = wanted.join(
        _areas(ledger, wanted), on=["batch", "key"], how="left", maintain_order="left"
    )
    told = named.with_columns(
        town=pl.coalesce("sent_town", "town"),
        village=pl.coalesce("sent_village", "village"),
        # Without the batch's own copy nobody knows the name; a case of one record alone has nothing
        # in the city.
        outside=pl.when(pl.col("sent_town").is_not_null())
        .then("outside")
        .when("alone")
        .then(pl.lit("")),
    )
    return told.select(pl.col("number" if name == "batch" else name).alias(name) for name in ROUNDS)


def _batches(ledger: Ledger) -> pl.DataFrame:
    found = ledger.query("SELECT batch, number, period, due FROM batches ORDER BY batch")
    schema = {"batch": pl.Int64, "number": pl.String, "period": pl.String, "due": pl.String}
    return pl.DataFrame(found, schema=schema)


def _refuse_unknown(asked: Collection[str], known: list[str], most: int = 12) -> None:
    unknown = sorted(set(asked) - set(known))
    if unknown:
        shown = ", ".join([*(["…"] if len(known) > most else []), *known[-most:]])
        raise UsageError("exchange.error.no_batch", batch=", ".join(unknown), known=shown or "–")


def _events(ledger: Ledger, codes: Collection[str]) -> pl.DataFrame:
    """What was sent out, answered, and sent back by the office of the cases of these codes, in its
    order, with where each case stands. What a run sends back was answered all the same."""
    marks = ", ".join("?" * len(codes))
    statement = f"""
        SELECT e.key, e.kind, e.batch, e.answer, c.state, c.town, c.village,
               c.code = 'registered_elsewhere' AND json_array_length(c.subjects) = 1 AS alone
        FROM events e JOIN cases c USING (key)
        WHERE c.code IN ({marks}) AND (e.kind IN ('dispatched', 'answered') OR e.kind = 'returned' AND e.run IS NULL)
        ORDER BY e.event"""  # noqa: E501
    text = dict.fromkeys(("key", "kind"), pl.String)
    rest = {
        "batch": pl.Int64,
        **dict.fromkeys(("answer", "state", "town", "village"), pl.String),
        "alone": pl.Boolean,
    }
    rows = ledger.connection.execute(statement, tuple(codes)).fetchall()
    told = pl.DataFrame(rows, schema={**text, **rest, "alone": pl.Int64}, orient="row")
    return told.with_columns(pl.col("alone").cast(pl.Boolean))


def _spells(events: pl.DataFrame) -> pl.DataFrame:
    """A row for each time that a case was sent out: key, round (from 1), last, batch, answer and
    the case's columns. An answer that the office has sent back is none."""
    counted = events.with_columns(round=(pl.col("kind") == "dispatched").cum_sum().over("key"))
    said = pl.when(pl.col("kind") == "returned").then(pl.lit("")).otherwise("answer")
    own = ("state", "town", "village", "alone")
    spells = (
        counted.filter(pl.col("round") > 0)
        .group_by("key", "round")
        .agg(
            pl.col("batch").first(),
            said.filter(pl.col("kind") != "dispatched").last().fill_null("").alias("answer"),
            *(pl.col(name).first() for name in own),
        )
        .sort("key", "round")
    )
    return spells.with_columns(last=pl.col("round") == pl.col("round").max().over("key"))


def _wanted(asked: RoundChoice) -> list[pl.Expr]:
    of_batch = [pl.col("number").is_in(sorted(asked.batches))] if asked.batches else []
    return of_batch + ([pl.col("period") == str(asked.period)] if asked.period else [])


def _fate() -> pl.Expr:
    return (
        pl.when(pl.col("answer") != "")
        .then(pl.lit("answered"))
        .when(~pl.col("last"))
        .then(pl.lit("sent_again"))
        .when(pl.col("state") == "closed")
        .then(pl.lit("gone"))
        .when(pl.col("due") < today().isoformat())
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("not_due"))
    )


def _areas(ledger: Ledger, wanted: pl.DataFrame) -> pl.DataFrame:
    """batch, key, sent_town, sent_village, outside: to whom each case went, by the batches' own
    copies, as far as these have not been purged."""
    text = dict.fromkeys(("key", "sent_town", "sent_village", "outside"), pl.String)
    found = [pl.DataFrame(schema={"batch": pl.Int64, **text})]
    for batch, number in wanted.select("batch", "number").unique().sort("batch").iter_rows():
        if sent_file(ledger.workspace, number).is_file():
            letter, rows = kept(ledger.workspace, number, ("key", "town", "village", "area"))
            told = receivers(rows, letter.by, letter.language)
            found.append(
                told.select(
                    pl.lit(batch, pl.Int64).alias("batch"),
                    "key",
                    sent_town="town",
                    sent_village="village",
                    outside="outside",
                )
            )
    return pl.concat(found)
