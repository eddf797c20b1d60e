"""Two certificates of one mother's children whose orders do not follow on from each other."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings
from reconcile.rules.shared.mothers import deliveries, stated_twins

SEVERITY: Severity = "low"
RESTS_ON = ("order_of_child", "children_delivered", "place_in_delivery")


def find(view: View) -> pl.DataFrame:
    """A case for each certificate and the mother's next one, the later child on the left.

    The variant: `repeated`, one 孩次 for two children; `twins`, for two of one delivery;
    `reversed`, the younger child has the lower one; `skipped`, one is left out between them, which
    a birth elsewhere explains too. Two certificates of one day without a word of twins may be one
    child's: they are in birth_within_nine_months.
    """
    names = ("node", "order", "delivery", "delivered", "place")
    earlier = [pl.col(name).shift().over("mother").alias(f"{name}_r") for name in names]
    pairs = deliveries(view).filter(pl.col("order") > 0).with_columns(earlier).drop_nulls("node_r")
    step, together = pl.col("order") - pl.col("order_r"), pl.col("delivery") == pl.col("delivery_r")
    variant = (
        pl.when((step == 0) & together)
        .then(pl.lit("twins"))
        .when(step == 0)
        .then(pl.lit("repeated"))
        .when((step < 0) & ~together)
        .then(pl.lit("reversed"))
        .when(step.abs() > 1)
        .then(pl.lit("skipped"))
    )
    return findings(
        pairs.filter(~together | stated_twins())
        .with_columns(variant=variant)
        .filter(pl.col("variant").is_not_null())
        .select(
            "node_r",
            node_l="node",
            fields=columns("order_of_child"),
            evidence=evidence(
                variant=pl.col("variant"), stated=pl.col("order"), before=pl.col("order_r")
            ),
        )
    )
