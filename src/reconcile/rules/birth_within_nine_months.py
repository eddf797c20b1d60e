"""Two hospital records of one mother, too close together for two deliveries."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import deliveries, stated_twins

SEVERITY: Severity = "medium"

# So soon no second child was born, however early; up to 38 weeks, one born early is likelier than
# an error.
_SOONEST = 200


def find(view: View) -> pl.DataFrame:
    """A case for each record and the mother's next one, the later on the left, unless they are
    stated twins, one child, or in possible_match. The variant: `one_delivery`, a day apart at most;
    none for those further apart."""
    names = ("node", "birth_date", "delivered", "place")
    earlier = [pl.col(name).shift().over("mother").alias(f"{name}_r") for name in names]
    pairs = deliveries(view).with_columns(earlier).drop_nulls("node_r")
    days = (pl.col("birth_date") - pl.col("birth_date_r")).dt.total_days()
    close = pairs.with_columns(days=days).filter(pl.col("days") < _SOONEST, ~stated_twins())
    ordered = close.with_columns(
        low=pl.min_horizontal("node", "node_r"), high=pl.max_horizontal("node", "node_r")
    )
    asked = view.possible.select(low="node_l", high="node_r")
    open_pairs = ordered.join(asked, on=["low", "high"], how="anti", maintain_order="left")
    variant = pl.when(pl.col("days") <= 1).then(pl.lit("one_delivery"))
    return findings(
        open_pairs.select(
            "node_r",
            node_l="node",
            fields=columns("birth_date"),
            evidence=evidence(variant=variant, days=pl.col("days")),
        )
    )
