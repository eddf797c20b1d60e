"""A birth dated later than it can be: after the export, or after its own certificate was issued."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings

SEVERITY: Severity = "high"
RESTS_ON = ("issued_on",)


def find(view: View) -> pl.DataFrame:
    """The variant: `future`, after the last day that the exports can speak of and no later
    certificate says so too; `after_issue`, after 签发日期 by `days`."""
    born = view.population.filter(pl.col("layout") == "births").select(
        "node", date="birth_date_std"
    )
    issued = view.values(born["node"], "issued_on_std").to_series().cast(pl.Date)
    days = (pl.col("date") - pl.col("issued")).dt.total_days()
    # An old month run once more with newer files: births of later months, certified later, are in
    # order.
    later = (pl.col("date") > view.as_of) & ~(days <= 0).fill_null(False)
    variant = pl.when(later).then(pl.lit("future")).when(days > 0).then(pl.lit("after_issue"))
    found = born.with_columns(issued=issued).with_columns(variant=variant, days=days.fill_null(0))
    future = pl.col("variant") == "future"
    return findings(
        found.filter(pl.col("variant").is_not_null()).select(
            node_l="node",
            fields=pl.when(future)
            .then(columns("birth_date"))
            .otherwise(columns("birth_date", "issued_on")),
            evidence=evidence(variant=pl.col("variant"), days=pl.col("days")),
        )
    )
