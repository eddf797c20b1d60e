"""Twins whom nothing tells apart: as many certificates as rows, but which is whose nobody knows.

They stay persons of their own, and the question goes to clerical review. As children they are
counted once each: every certificate has its row, whichever it is, so none of them is missing from
the register and none is there twice.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.persons.view import View

_SURE = 0.5  # that it is one of them
_REGISTERS = ("residents", "household")


def paired_off(view: View, wide: pl.DataFrame) -> pl.DataFrame:
    """`wide` (person; births, residents, household: nodes) with a row for each undecided twin, and
    `paired` (Boolean).

    Certificates that a register lacks are paired with its rows that lack a certificate where each
    may be each and there are as many, in the order of their record ids.
    """
    found = wide.with_columns(paired=pl.lit(False))
    for layout in _REGISTERS:
        found = _paired_in(view, found, layout)
    return found


def _paired_in(view: View, wide: pl.DataFrame, layout: str) -> pl.DataFrame:
    pairs = _pairs(view, wide, layout)
    if pairs.is_empty():
        return wide
    given = wide.filter(pl.col("person").is_in(pairs["row_person"].implode())).select(
        pl.col("person").alias("row_person"), pl.col(layout).alias("row")
    )
    lent = pairs.join(given, on="row_person").select("person", "row")
    taken = pl.col("person").is_in(pairs["row_person"].implode())
    return (
        wide.join(lent, on="person", how="left", maintain_order="left")
        .with_columns(
            pl.when(taken).then(None).otherwise(pl.coalesce(layout, "row")).alias(layout),
            paired=pl.col("paired") | pl.col("row").is_not_null(),
        )
        .drop("row")
        .filter(pl.any_horizontal(pl.col("births", *_REGISTERS).is_not_null()))
    )


def _pairs(view: View, wide: pl.DataFrame, layout: str) -> pl.DataFrame:
    """person, row_person: which certificate's person is paired with which row's."""
    lacking = wide.filter(pl.col("births").is_not_null() & pl.col(layout).is_null())
    uncertified = wide.filter(pl.col("births").is_null() & pl.col(layout).is_not_null())
    person = view.population["person"]
    sure = view.possible.filter(pl.col("match_probability") >= _SURE)
    links = pl.DataFrame({"a": person.gather(sure["node_l"]), "b": person.gather(sure["node_r"])})
    both_ways = pl.concat([links, links.select(a="b", b="a")])
    edges = both_ways.join(lacking.select(a="person", births="births"), on="a").join(
        uncertified.select(b="person", row=layout), on="b"
    )
    if edges.is_empty():
        return pl.DataFrame(
            schema={"person": wide.schema["person"], "row_person": wide.schema["person"]}
        )
    return _in_order(view, edges.unique(["a", "b"]).sort("a", "b"))


def _in_order(view: View, edges: pl.DataFrame) -> pl.DataFrame:
    """The pairs of the groups of edges (a, births; b, row) in which as many are linked with as
    many, all with all.

    One with one is a question of its own, not of twins.
    """
    left, right = (edges[side].rank("dense").to_numpy().astype(np.int64) - 1 for side in ("a", "b"))
    size = int(left.max()) + 1
    graph = coo_array(
        (np.ones(len(left)), (left, right + size)), shape=(size + int(right.max()) + 1,) * 2
    )
    group = connected_components(graph, directed=False)[1][left]
    record_id = view.population["record_id"]
    grouped = edges.with_columns(
        group=pl.Series(group),
        births_id=record_id.gather(edges["births"]),
        row_id=record_id.gather(edges["row"]),
    ).filter(
        pl.col("a").n_unique().over("group") > 1,
        pl.col("a").n_unique().over("group") == pl.col("b").n_unique().over("group"),
        pl.len().over("group") == pl.col("a").n_unique().over("group").pow(2),
    )
    place = {
        "births_place": pl.col("births_id").rank("dense").over("group"),
        "row_place": pl.col("row_id").rank("dense").over("group"),
    }
    ordered = grouped.with_columns(**place).filter(pl.col("births_place") == pl.col("row_place"))
    return ordered.select(person="a", row_person="b")
