"""A valid ID number whose birth date is not the one that the row states."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.matchers.birth_date import LEVELS, day_levels
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings

SEVERITY: Severity = "medium"
ALONE = True
RESTS_ON = ("id_number", "birth_date")


def find(view: View) -> pl.DataFrame:
    """The variant is the likely slip (swapped, default, one_part, lunar …), `days` how far the row
    is off."""
    stated = (
        view.active()
        .filter(
            (pl.col("id_number_status") == "valid")
            & pl.col("id_number_std").str.contains(
                r"^\d{17}[\dX]$"
            )  # other documents say no birth date
            & ~pl.col("birth_date_from_id").fill_null(False)
        )
        .select(
            "node",
            stated="birth_date_std",
            by_id=pl.col("id_number_std").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        )
        .filter(pl.col("stated") != pl.col("by_id"))
        .collect()
    )
    levels = day_levels(*(stated[side].to_physical().to_numpy() for side in ("stated", "by_id")))
    slip = pl.lit(pl.Series(levels)).replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String)
    return findings(
        stated.select(
            node_l="node",
            fields=columns("id_number", "birth_date"),
            evidence=evidence(
                variant=slip, days=(pl.col("stated") - pl.col("by_id")).dt.total_days().abs()
            ),
        )
    )
