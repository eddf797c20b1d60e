"""A person who is active in one register and cancelled in the other."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings

SEVERITY: Severity = "high"
RESTS_ON = ("cancelled", "cancelled_on", "moved_out_on")


def find(view: View) -> pl.DataFrame:
    """A register counts as active while any of the person's records there is. The resident is on
    the left."""
    residents, household = (
        view.standing(layout)
        .select("person", "person_probability", "active", node="node")
        .collect()
        for layout in ("residents", "household")
    )
    pairs = residents.join(household, on="person", maintain_order="left").filter(
        pl.col("active") != pl.col("active_right")
    )
    kept = pl.when("active").then(pl.lit("resident_active")).otherwise(pl.lit("household_active"))
    return findings(
        pairs.select(
            node_l="node",
            node_r="node_right",
            fields=columns("cancelled"),
            evidence=evidence(variant=kept),
            match_probability="person_probability",
        )
    )
