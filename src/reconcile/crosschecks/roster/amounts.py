"""Amounts held against units × rate, exactly."""

from __future__ import annotations

import polars as pl

from reconcile.config import AmountConfig, RostersConfig
from reconcile.core.frames import Schema, empty
from reconcile.rules import evidence
from reconcile.standardising.amounts import DECIMAL
from reconcile.standardising.text import NOTHING

COLUMNS = ("paid_units", "paid_rate", "paid_amount")
_FOUND: Schema = {"node": pl.UInt32, "fields": pl.List(pl.String), "evidence": pl.String}
_SHOWN = pl.Decimal(18, 2)


def wrong_amounts(rows: pl.DataFrame, rosters: RostersConfig) -> pl.DataFrame:
    """node, fields, evidence of the rows whose amount is wrong, in their order.

    `rows`: node, source, and of COLUMNS the raw text and `…_std` (DECIMAL), null where a roster has
    no such column. Where a column gives no units or rate, those of the config count. A value that
    is there and cannot be read is told (`unreadable`), and so is an amount that is not there
    although units and rate are (`missing`); without units or rate there is nothing to check.
    """
    parts = [
        _wrong(rows.filter(pl.col("source") == source), rosters.amounts.get(source, AmountConfig()))
        for source in rows["source"].unique().sort()
    ]
    return pl.concat([empty(_FOUND), *parts])


def _wrong(rows: pl.DataFrame, asked: AmountConfig) -> pl.DataFrame:
    says = {name: pl.col(name).is_not_null() & ~_nothing(name) for name in COLUMNS}
    unread = {name: says[name] & pl.col(f"{name}_std").is_null() for name in COLUMNS}
    given = {"paid_units": asked.units, "paid_rate": asked.rate}
    number = {
        name: pl.when(says[name]).then(pl.col(f"{name}_std")).otherwise(_constant(value))
        for name, value in given.items()
    }
    told = rows.with_columns(
        unread=pl.concat_list(
            [pl.when(flag).then(pl.lit(name)) for name, flag in unread.items()]
        ).list.drop_nulls(),
        due=number["paid_units"] * number["paid_rate"],
    ).with_columns(difference=pl.col("paid_amount_std") - pl.col("due"))
    mismatch = (pl.col("difference").abs() > _constant(asked.tolerance)).fill_null(False)
    variant = (
        pl.when(pl.col("unread").list.len() > 0)
        .then(pl.lit("unreadable"))
        .when(pl.col("paid_amount_std").is_null() & (pl.col("due") != 0))
        .then(pl.lit("missing"))
        .when(mismatch)
        .then(pl.when(pl.col("difference") > 0).then(pl.lit("over")).otherwise(pl.lit("under")))
    )
    found = told.with_columns(variant=variant).drop_nulls("variant")
    fields = (
        pl.when(pl.col("variant") == "unreadable").then("unread").otherwise(pl.lit(["paid_amount"]))
    )
    shown = {name: pl.col(name).cast(_SHOWN) for name in ("due", "difference")}
    shown = {
        "due": shown["due"].cast(pl.String),
        "difference": shown["difference"].abs().cast(pl.String),
    }
    return found.select(
        "node", fields=fields, evidence=evidence(variant=pl.col("variant"), **shown)
    )


def _nothing(name: str) -> pl.Expr:
    """Empty, or a word or sign for nothing; 0 is a number."""
    return (pl.col(name).str.contains(NOTHING) & pl.col(f"{name}_std").is_null()).fill_null(True)


def _constant(value: float | None) -> pl.Expr:
    return pl.lit(None if value is None else str(value)).cast(DECIMAL)
