"""Births that one of the other registers lacks."""

from __future__ import annotations

import polars as pl

from reconcile.persons.children import STILL_OPEN, listed_children
from reconcile.persons.view import View
from reconcile.rules import evidence, findings
from reconcile.rules.shared.mothers import deliveries


def to_be_asked_about(view: View) -> pl.DataFrame:
    """The listed children whose absence from a register somebody has to look into: none who died
    early, was born or lives elsewhere, has moved, or may still be registered in time."""
    return listed_children(view).filter(pl.col("reason").is_in(STILL_OPEN))


def births_without(view: View, layout: str) -> pl.DataFrame:
    """A finding for each birth whose child should have a record of `layout` and has none.

    None when that register is not in the run. The variant is `possible` where a link to one of its
    records waits for clerical review, `late` where the certificate is so recent that the child may
    still be registered, `twin` where the register has another child of the same delivery.
    """
    if not view.of_layout(layout):
        return findings(pl.DataFrame(schema={"node_l": pl.UInt32}))
    lacking = to_be_asked_about(view).filter(
        pl.col("births").is_not_null() & pl.col(layout).is_null()
    )
    possible = view.may_hold(layout).gather(lacking["births"])
    twin = lacking["births"].is_in(_with_a_twin_in(view, layout).implode())
    variant = (
        pl.when(possible)
        .then(pl.lit("possible"))
        .when(twin)
        .then(pl.lit("twin"))
        .when(pl.col("reason") == "late")
        .then(pl.lit("late"))
    )
    return findings(
        lacking.select(
            node_l="births",
            evidence=evidence(variant=variant, cell=pl.col("cell"), carried=pl.col("carried")),
        )
    )


def _with_a_twin_in(view: View, layout: str) -> pl.Series:
    """The certificates of deliveries of which another child is in the register."""
    together = deliveries(view)
    held = together.with_columns(held=view.holds(layout).gather(together["node"]))
    return held.filter(pl.col("held").any().over("mother", "delivery"))["node"]
