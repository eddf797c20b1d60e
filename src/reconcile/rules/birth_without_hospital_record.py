"""A child of the period in a register, without a hospital's birth record."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules import evidence, findings
from reconcile.rules.shared.births import to_be_asked_about

SEVERITY: Severity = "medium"
SHOWS = ("birth_place", "registered_on")


def find(view: View) -> pl.DataFrame:
    """The resident's record on the left and the household row on the right, or the only one on the
    left.

    The variant is `possible` where a link to a hospital's record waits for clerical review.
    """
    lacking = to_be_asked_about(view).filter(pl.col("births").is_null())
    nodes = lacking.select(
        node_l=pl.coalesce("residents", "household"),
        node_r=pl.when(pl.col("residents").is_not_null()).then("household"),
    )
    possible = view.may_hold("births").gather(nodes["node_l"])
    variant = pl.when(possible).then(pl.lit("possible"))
    told = evidence(variant=variant, cell=pl.col("cell"), carried=pl.col("carried"))
    active = view.population["active"]
    return findings(
        nodes.with_columns(evidence=lacking.select(told).to_series()).filter(
            active.gather(nodes["node_l"]) | active.gather(nodes["node_r"]).fill_null(False)
        )
    )
