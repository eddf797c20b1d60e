"""A newborn's weight that no child has: a unit or a digit is wrong."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import certificates

SEVERITY: Severity = "low"
ALONE = True
RESTS_ON = ("weight",)

# Grams; the lightest child that lived weighed some 200 g, the heaviest some 10 kg.
LIGHTEST, HEAVIEST = 200, 10_000


def find(view: View) -> pl.DataFrame:
    """The variant: `light` or `heavy`. Kilograms and 斤 are read as such, and are no error."""
    nodes = certificates(view)["node"]
    told = pl.DataFrame(
        {"node": nodes, "weight": view.values(nodes, "weight_std").to_series().cast(pl.Int32)}
    )
    weight = pl.col("weight")
    variant = (
        pl.when(weight < LIGHTEST)
        .then(pl.lit("light"))
        .when(weight > HEAVIEST)
        .then(pl.lit("heavy"))
    )
    return findings(
        told.with_columns(variant=variant)
        .filter(pl.col("variant").is_not_null())
        .select(
            node_l="node", fields=columns("weight"), evidence=evidence(variant=pl.col("variant"))
        )
    )
