"""Records without a usable ID number."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.rules import columns, evidence, findings
from reconcile.view import View


def without_number(view: View, statuses: Sequence[str]) -> pl.DataFrame:
    """A finding for each active record whose ID number has one of these statuses.

    On the right stands the same person's record in another register with a number that can be trusted, the
    police's first; the remedy is then `found`. Nothing is filled in: a person compares and decides.
    """
    population = view.population
    wrong = view.active().filter(pl.col("id_number_status").is_in(statuses))
    known = (
        population.filter(
            pl.col("id_number_trusted") & pl.col("stands") & pl.col("person").is_in(wrong["person"].implode())
        )
        .sort(pl.col("layout") != "household", "node")
        .unique("person", keep="first", maintain_order=True)
        .select("person", node_r="node")
    )
    beside = wrong.select(
        "person", "person_probability", "id_number_status", node_l="node"
    ).join(known, on="person", how="left", maintain_order="left")  # fmt: skip
    found = pl.when(pl.col("node_r").is_not_null()).then(pl.lit("found"))
    return findings(
        beside.with_columns(
            fields=columns("id_number"),
            evidence=evidence(variant=pl.col("id_number_status"), remedy=found),
            match_probability=pl.when(pl.col("node_r").is_not_null()).then(pl.col("person_probability")),
        )
    )
