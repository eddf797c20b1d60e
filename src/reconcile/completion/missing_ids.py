"""Who is without a usable ID number."""

from __future__ import annotations

import polars as pl

from reconcile.completion.repair import remains
from reconcile.persons.view import View

# 15 digits: valid, yet to be written anew.
OLD_FORM = "old_form"
STATUSES = ("absent", "ruined", "malformed", "checksum", OLD_FORM)


def wanting(view: View) -> pl.DataFrame:
    """The active residents without a usable ID number, in the order of the view.

    resident (UInt32, its node), person, status (String, of STATUSES), text (what stands in the
    register, see `repair.remains`; null for nothing), valid (the number in the old form made new;
    null for others).
    """
    asked = (
        view.active()
        .filter(pl.col("layout") == "residents", pl.col("id_number_status").is_not_null())
        .select(
            "person",
            "id_number_std",
            resident="node",
            status=pl.col("id_number_status").cast(pl.String),
        )
        .collect()
    )
    raw = view.values(asked["resident"], "id_number").to_series().cast(pl.String).alias("raw")
    old = (pl.col("status") == "valid") & pl.col("raw").str.contains(r"^\D*\d{15}\D*$")
    found = (
        asked.with_columns(raw)
        .with_columns(pl.when(old).then(pl.lit(OLD_FORM)).otherwise("status").alias("status"))
        .filter(pl.col("status").is_in(STATUSES))
    )
    new_form = pl.when(pl.col("status") == OLD_FORM).then("id_number_std").alias("valid")
    return found.select("resident", "person", "status", remains(found["raw"]), new_form)
