"""Judgements in the ledger: what people decided about pairs of records, who, when and why;
withdrawn, never deleted.

A pair is kept under the keys that its records had when it was judged, the smaller one on the left.
Records go on under new keys: whoever reads a judgement gets it under the keys of today.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.frames import JUDGEMENTS, conform
from reconcile.core.messages import text
from reconcile.ledger.actor import now, who
from reconcile.ledger.judged_cases import judged_cases
from reconcile.ledger.store import Booking, Ledger
from reconcile.matching.judgements import PAIR, called, refuse_contradictions

# `period`: the month whose records were judged, the latest that was booked then; later months may
# rename them.
_STANDING = """
    SELECT j.judgement, j.source_l, j.record_id_l, j.source_r, j.record_id_r, j.decision, j.who,
           substr(j.at, 1, 10) AS "when", j.why,
           coalesce((SELECT max(r.period) FROM runs r WHERE r.entry < j.entry), '') AS period
    FROM judgements j WHERE j.withdrawn IS NULL ORDER BY j.judgement
"""
_ALIASES = """
    SELECT r.period, a.source, a.old, a.new FROM aliases a JOIN runs r USING (run)
    WHERE r.replaced IS NULL AND (? IS NULL OR r.period < ?) ORDER BY r.period, a.source, a.old
"""
_SCHEMA = {**JUDGEMENTS, "period": pl.String}


@dataclass(frozen=True)
class Plan:
    """What booking decisions would change. `new`: PAIR, decision, who, why, in their order.
    `withdrawn`: numbers of the judgements that they replace. `unchanged`: how many decisions are
    there already."""

    new: pl.DataFrame
    withdrawn: tuple[int, ...]
    unchanged: int


def judgements(ledger: Ledger, before: str | None = None) -> pl.DataFrame:
    """frames.JUDGEMENTS that stand, by number, under the keys that their records have now.

    `before`: as they were before this month was run. Two may be about one pair by now.
    """
    rows = ledger.query(_STANDING)
    aliases = pl.DataFrame(
        ledger.query(_ALIASES, before, before),
        schema=dict.fromkeys(("period", "source", "old", "new"), pl.String),
    )
    standing = pl.DataFrame(rows, schema=dict(_SCHEMA))
    for (period,), renamed in aliases.partition_by(
        "period", as_dict=True, maintain_order=True
    ).items():
        later = standing.filter(pl.col("period") < period)
        standing = pl.concat(
            [standing.filter(pl.col("period") >= period), followed(later, renamed)]
        )
    return conform(ordered(standing).sort("judgement"), JUDGEMENTS)


def followed(judged: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """The judgements under the records' new keys. `aliases`: frames.ALIASES of one run."""
    for side in ("l", "r"):
        renamed = aliases.select(
            pl.col("source").alias(f"source_{side}"),
            pl.col("old").alias(f"record_id_{side}"),
            "new",
        )
        on = [f"source_{side}", f"record_id_{side}"]
        judged = judged.join(renamed, on=on, how="left", maintain_order="left")
        judged = judged.with_columns(pl.coalesce("new", on[1]).alias(on[1])).drop("new")
    return judged


def ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs (PAIR, …) with the smaller record on the left, so that each is known under one
    name."""
    left, right = ((f"source_{side}", f"record_id_{side}") for side in ("l", "r"))
    turned = (pl.col(left[0]) > pl.col(right[0])) | (
        (pl.col(left[0]) == pl.col(right[0])) & (pl.col(left[1]) > pl.col(right[1]))
    )
    swapped = [pl.when(turned).then(b).otherwise(a).alias(a) for one, other in ((left, right),
    (right, left))
               for a, b in zip(one, other, strict=True)]  # fmt: skip
    return pairs.with_columns(swapped)


def plan(ledger: Ledger, decided: pl.DataFrame) -> Plan:
    """What these decisions change: PAIR, decision, who, why, named (how an error calls each); every
    pair once.

    The same decision again changes nothing, another one takes the place of the first. Raises
    InputError when what then stands would contradict itself, with every contradiction.
    """
    standing = judgements(ledger)
    known = ordered(decided).join(
        standing.select(*PAIR, "judgement", before=pl.col("decision").cast(pl.String)),
        on=PAIR,
        how="left",
        maintain_order="left",
    )
    changed = pl.col("before").is_null() | (pl.col("before") != pl.col("decision"))
    new = known.filter(changed).unique(PAIR, keep="first", maintain_order=True)
    withdrawn = known.filter(changed)["judgement"].drop_nulls().unique().sort()
    kept = standing.filter(~pl.col("judgement").is_in(withdrawn.implode()))
    told = pl.concat(
        [frame.select(*PAIR, pl.col("decision").cast(pl.String)) for frame in (kept, new)]
    )
    refuse_contradictions(told, lambda: [*called(kept), *new["named"]], text("judgements.ledger"))
    return Plan(
        new.select(*PAIR, "decision", "who", "why"), tuple(withdrawn), decided.height - new.height
    )


def book(ledger: Ledger, booking: Booking, planned: Plan) -> list[int]:
    """Books what was planned under the same lock; the numbers of the new judgements, in their
    order.

    A decision without `who` is that of whoever is at work.
    """
    _withdraw(ledger, booking, planned.withdrawn)
    at, by = now().isoformat(), who()
    rows = planned.new.with_columns(
        pl.col("who").replace("", None).fill_null(by), pl.col("why").fill_null("")
    ).rows()
    statement = (
        "INSERT INTO judgements (source_l, record_id_l, source_r, record_id_r, decision, "
        "who, why, at, entry) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING judgement"
    )
    numbers = [
        int(ledger.connection.execute(statement, (*row, at, booking.entry)).fetchone()[0])
        for row in rows
    ]
    booking.facts["judgements"] = dict(sorted(planned.new["decision"].value_counts().rows()))
    return numbers


def withdraw(ledger: Ledger, booking: Booking, numbers: Collection[int]) -> None:
    """Withdraws judgements; they stay in the ledger, without effect. UsageError when one of them
    does not stand."""
    standing = {
        row["judgement"]
        for row in ledger.query("SELECT judgement FROM judgements WHERE withdrawn IS NULL")
    }
    unknown = sorted({*numbers} - standing)
    if unknown:
        raise UsageError("judgements.error.not_standing", numbers=", ".join(map(str, unknown)))
    _withdraw(ledger, booking, sorted({*numbers}))


def settled_cases(ledger: Ledger, cases: pl.DataFrame) -> pl.Series:
    """Of frames.CASES the keys, sorted, of open ones that judgements end once the next run obeys:
    nobody need be asked any more."""
    standing = judgements(ledger)
    if standing.is_empty():
        return pl.Series("key", [], dtype=pl.String)
    open_cases = cases.filter(pl.col("state") != "closed")
    subjects = pl.col("subjects").str.json_decode(pl.List(pl.String))
    return judged_cases(open_cases.select("key", "code", subjects), standing)


def _withdraw(ledger: Ledger, booking: Booking, numbers: Collection[int]) -> None:
    ledger.connection.executemany(
        "UPDATE judgements SET withdrawn = ? WHERE judgement = ?",
        [(booking.entry, number) for number in numbers],
    )
    # The rows are those of other entries: this one has to vouch for what became of them.
    booking.facts["withdrawn"] = [*numbers]
