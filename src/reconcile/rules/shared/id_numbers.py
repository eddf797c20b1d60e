"""Records without a usable ID number."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.completion.certain_holders import held_elsewhere
from reconcile.persons.view import View
from reconcile.rules import columns, evidence, findings


def without_number(view: View, statuses: Sequence[str]) -> pl.DataFrame:
    """A finding for each active record whose ID number has one of these statuses.

    On the right stands the same person's record in another register with a number that can be
    trusted, the police's first; the remedy is then `found`. A number that another resident holds
    with certainty is not offered. Nothing is filled in: a person compares and decides.
    """
    wrong = (
        view.active()
        .filter(pl.col("id_number_status").is_in(statuses))
        .select("person", "layout", "person_probability", "id_number_status", node_l="node")
        .collect()
    )
    known = (
        view.population.lazy()
        .filter("id_number_trusted", "stands", pl.col("person").is_in(wrong["person"].implode()))
        .select("person", elsewhere="layout", node_r="node", number="id_number_std")
        .collect()
    )
    known = known.filter(~held_elsewhere(view, known))
    beside = (
        wrong.select("person", "layout", "node_l")
        .join(known, on="person")
        .filter(pl.col("layout") != pl.col("elsewhere"))
        .sort(pl.col("elsewhere") != "household", "node_r")
        .unique("node_l", keep="first", maintain_order=True)
    )
    completed = wrong.join(
        beside.select("node_l", "node_r"), on="node_l", how="left", maintain_order="left"
    )
    found = pl.when(pl.col("node_r").is_not_null()).then(pl.lit("found"))
    return findings(
        completed.with_columns(
            fields=columns("id_number"),
            evidence=evidence(variant=pl.col("id_number_status"), remedy=found),
            match_probability=pl.when(pl.col("node_r").is_not_null()).then(
                pl.col("person_probability")
            ),
        )
    )
