"""Two hospital records of one mother, too close together for two deliveries."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.rules import columns, evidence, findings
from reconcile.rules._mothers import DELIVERY_DAYS, deliveries
from reconcile.view import View

SEVERITY: Severity = "medium"

# A child born early after another one: so soon it was never.
_SOONEST = 200


def find(view: View) -> pl.DataFrame:
    """A case for each record and the mother's next one, the later on the left, unless they are stated twins, one child,
    or in possible_match. The variant: `one_delivery`, a day apart at most; none for those further apart, up to 200
    days: between 200 and 266 a child born early is likelier than an error."""
    names = ("node", "birth_date", "delivered", "place")
    earlier = [pl.col(name).shift().over("mother").alias(f"{name}_r") for name in names]
    pairs = deliveries(view).with_columns(earlier).drop_nulls("node_r")
    days = (pl.col("birth_date") - pl.col("birth_date_r")).dt.total_days()
    several = (pl.col("delivered") > 1).fill_null(False) | (pl.col("delivered_r") > 1).fill_null(False)
    twins = several | (pl.col("place") != pl.col("place_r")).fill_null(False)
    close = pairs.with_columns(days=days).filter(pl.col("days") < min(_SOONEST, DELIVERY_DAYS), ~twins)
    asked = view.possible.select(
        low=pl.min_horizontal("node_l", "node_r"), high=pl.max_horizontal("node_l", "node_r")
    )
    open_pairs = close.with_columns(
        low=pl.min_horizontal("node", "node_r"), high=pl.max_horizontal("node", "node_r")
    ).join(asked, on=["low", "high"], how="anti", maintain_order="left")
    variant = pl.when(pl.col("days") <= 1).then(pl.lit("one_delivery"))
    return findings(
        open_pairs.select(
            "node_r",
            node_l="node",
            fields=columns("birth_date"),
            evidence=evidence(variant=variant, days=pl.col("days")),
        )
    )
