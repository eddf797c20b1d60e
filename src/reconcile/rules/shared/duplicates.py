"""Several records of one person in one register."""

from __future__ import annotations

import polars as pl

from reconcile.persons.differences import with_differences
from reconcile.persons.view import View
from reconcile.rules import evidence, findings


def duplicates(view: View, layout: str) -> pl.DataFrame:
    """One finding for each active record beside the one that stands for its person, which is on the
    left."""
    active = view.active().filter(pl.col("layout") == layout)
    others = active.filter(~pl.col("stands")).select("person", "person_probability", node_r="node")
    pairs = (
        active.filter("stands")
        .select("person", node_l="node")
        .join(others, on="person")
        .with_columns(records=pl.len().over("person") + 1)
        .collect()
    )
    compared = with_differences(view, pairs)
    return findings(
        compared.with_columns(
            case=pl.col("person"),
            evidence=evidence(records=pl.col("records"), differences=pl.col("differences")),
            match_probability=pl.col("person_probability"),
        )
    )
