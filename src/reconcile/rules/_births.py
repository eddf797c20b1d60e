"""Births that one of the other registers lacks."""

from __future__ import annotations

import polars as pl

from reconcile.children import children
from reconcile.rules import evidence, findings
from reconcile.view import View


def births_without(view: View, layout: str) -> pl.DataFrame:
    """A finding for each birth of the period whose child has no record of `layout`.

    None when that register is not in the run. The variant is `possible` where a link to one of its records
    waits for clerical review.
    """
    if not view.of_layout(layout):
        return findings(pl.DataFrame(schema={"node_l": pl.UInt32}))
    lacking = children(view).filter(pl.col("births").is_not_null() & pl.col(layout).is_null())
    possible = view.may_hold(layout).gather(lacking["births"])
    return findings(
        lacking.select(
            node_l="births",
            evidence=evidence(variant=pl.when(possible).then(pl.lit("possible")), cell=pl.col("cell")),
        )
    )
