"""A valid ID number whose 17th digit says another sex than the row."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings

SEVERITY: Severity = "medium"
ALONE = True
RESTS_ON = ("id_number", "sex")


def find(view: View) -> pl.DataFrame:
    """GB 11643: an odd 17th digit is a man's or boy's number."""
    # Other documents are valid too, but say no sex.
    resident_number = pl.col("id_number_std").str.contains(r"^\d{17}[\dX]$")
    by_id = 2 - pl.col("id_number_std").str.slice(16, 1).cast(pl.Int8, strict=False) % 2
    wrong = (
        view.active()
        .filter(
            (pl.col("id_number_status") == "valid")
            & resident_number
            & ~pl.col("sex_from_id").fill_null(False)
            & (pl.col("sex_std") != by_id)
        )
        .select("node", "sex_std")
        .collect()
    )
    return findings(
        wrong.select(
            node_l="node",
            fields=columns("id_number", "sex"),
            evidence=evidence(
                stated=pl.col("sex_std"),
                variant=pl.when(pl.col("sex_std") == 1)
                .then(pl.lit("male"))
                .otherwise(pl.lit("female")),
            ),
        )
    )
