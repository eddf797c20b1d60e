"""Persons of one register that the other register lacks."""

from __future__ import annotations

import polars as pl

from reconcile.persons.children import known_children
from reconcile.persons.outcomes import outcomes
from reconcile.persons.view import View
from reconcile.rules import evidence, findings


def unmatched(view: View, layout: str, other: str) -> pl.DataFrame:
    """A finding for each person with an active record of `layout` and neither a record nor a
    possible link to one of `other`; none when `other` is not in the run. The variant says whether
    the person can be looked up by ID number (`with_id`) or only by name and birth date
    (`without_id`); `why` is the most likely of unmatched_reasons.REASONS.
    """
    if not view.of_layout(other):
        return findings(pl.DataFrame(schema={"node_l": pl.UInt32}))
    certified = known_children(view).filter(pl.col("births").is_not_null())["person"]
    missing = (~view.holds(other) & ~view.may_hold(other)).alias("missing")
    alone = (
        view.population.lazy()
        .with_columns(missing)
        .filter(
            "missing",
            "active",
            "stands",
            pl.col("layout") == layout,
            ~pl.col("person").is_in(certified.implode()),
        )
        .select("node", "id_number_status")
        .collect()
    )
    by_id = pl.when(pl.col("id_number_status") == "valid").then(pl.lit("with_id"))
    told = alone.with_columns(
        why=view.once(outcomes)["reason"].gather(alone["node"]).cast(pl.String)
    )
    variant = by_id.otherwise(pl.lit("without_id"))
    return findings(
        told.select(node_l="node", evidence=evidence(variant=variant, why=pl.col("why")))
    )
