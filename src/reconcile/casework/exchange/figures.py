"""Sent, answered and confirmed, by receiving area and round: counts that add up, and rates of
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from reconcile.casework.exchange.rounds import FATES

By = Literal["town", "village"]
# What came back, by answer; together they are `answered`.
ANSWERED: Mapping[str, tuple[str, ...]] = {
    "confirmed": ("confirmed", "corrected"),
    "moved_out": ("moved_out",),
    "false_alarms": ("false_alarm",),
    "unverifiable": ("unverifiable",),
}
# sent = answered + not_due + overdue + sent_again + gone.
COUNTS = ("sent", "answered", *ANSWERED, *FATES[1:])
# Rate → what is counted, out of what.
RATES: Mapping[str, tuple[str, str]] = {
    "exchange": ("answered", "sent"),
    "confirmation": ("confirmed", "answered"),
}
# What a row adds up: an area in a round, an area, a round, everything.
LEVELS = ("area_round", "area", "round", "all")


def exchange_figures(rounds: pl.DataFrame, by: By) -> pl.DataFrame:
    """level (of LEVELS), in_city (Boolean; null where it is both), town, village (with `by`
    village), outside, batch, COUNTS, rate_<rate> (null out of nothing); sorted: areas of the city,
    areas outside, sums.

    `rounds`: rounds.ROUNDS. Over several rounds a case counts once: answered if it was in any of
    them, with its last answer; else as it stands in the last. So the rounds of an area add up to
    more than the area. Rows of level `area` and `round` are there only for several rounds.
    """
    area = ["in_city", "town", *(["village"] if by == "village" else []), "outside"]
    known = pl.col("outside").is_null()
    placed = rounds.with_row_index("order").with_columns(
        in_city=known, **{name: pl.when(known).then(name) for name in area[1:-1]}
    )
    levels: dict[str, list[str]] = {"area_round": [*area, "batch"], "all": []}
    if rounds["batch"].n_unique() > 1:
        levels |= {"area": area, "round": ["batch"]}
    parts = [
        _counted(placed, columns).with_columns(level=pl.lit(level))
        for level, columns in levels.items()
    ]
    order: list[pl.Expr | str] = [
        pl.col("level").is_in(["round", "all"]),
        pl.col("in_city").not_(),
        *area[1:],
        pl.col("level") == "all",
    ]
    rates = {f"rate_{name}": _rate(*parts) for name, parts in RATES.items()}
    told = pl.concat(parts, how="diagonal").sort(*order, "batch", nulls_last=True)
    return told.select("level", *area, "batch", *COUNTS).with_columns(**rates)


def _counted(rounds: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """COUNTS of each group, a case once in it."""
    answered = pl.col("fate") == "answered"
    # An answer before no answer, then the later round.
    cases = rounds.sort(answered, "order").group_by(*columns, "key", maintain_order=True).last()
    counts = {
        "sent": pl.len(),
        **{fate: (pl.col("fate") == fate).sum() for fate in FATES},
        **{name: pl.col("answer").is_in(answers).sum() for name, answers in ANSWERED.items()},
    }
    sums = [counts[name].cast(pl.Int64).alias(name) for name in COUNTS]
    return cases.group_by(columns).agg(sums) if columns else cases.select(sums)


def _rate(numerator: str, denominator: str) -> pl.Expr:
    whole = pl.col(denominator)
    return pl.when(whole > 0).then(pl.col(numerator) / whole)
