"""A certificate that counts fewer children of its mother than the registers know."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import DELIVERY_DAYS, births_of_mothers, children_of_mothers

SEVERITY: Severity = "low"
RESTS_ON = ("order_of_child",)


def find(view: View) -> pl.DataFrame:
    """A case for each certificate whose 孩次 is not above the number of older children that name
    the same mother; these are on the right, a row each.

    Older children count once a delivery, by dates that no single child can have. A higher order
    than the registers explain is no finding: they need not know a child, and nobody is asked about
    it.
    """
    born = births_of_mothers(view).filter(pl.col("order") > 0)
    apart = pl.col("birth_date").diff().over("mother").dt.total_days()
    each = (
        children_of_mothers(view)
        .filter((apart >= DELIVERY_DAYS).fill_null(True))
        .select(
            "mother", node_r="node", older=pl.col("birth_date") + pl.duration(days=DELIVERY_DAYS)
        )
    )
    shifted = (
        born.select("mother", "birth_date", "order", node_l="node")
        .join(each, on="mother", maintain_order="left_right")
        .filter(pl.col("older") <= pl.col("birth_date"))
        .with_columns(known=pl.len().over("node_l"))
        .filter(pl.col("order") <= pl.col("known"))
    )
    return findings(
        shifted.select(
            "node_l",
            "node_r",
            fields=columns("order_of_child"),
            evidence=evidence(stated=pl.col("order"), known=pl.col("known")),
        )
    )
