"""Which rows of rosters are one person, whether or not a register has it."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.config import MatchingConfig
from reconcile.matching.score import probability

CERTAIN = 60_000  # 1/1000 bit: a pair that exact keys close
_SAME = (("id_number_std", "name_std"), ("name_std", "birth_date_std", "village_std", "town_std"))


def ones(rows: pl.DataFrame, pairs: pl.DataFrame, matching: MatchingConfig) -> pl.Series:
    """A number for each row: the same for rows that are found as one person, and for rows that
    match each other.

    Two rows that are found are one only by their person; one that is not goes to the found row that
    it matches best.
    """
    named = pl.when(pl.col("status") == "found").then("person_id")
    person = rows.select(named.rank("dense").cast(pl.Int64).fill_null(0)).to_series().to_numpy()
    sure = pl.Series(probability(pairs["match_weight"].to_numpy()) >= matching.match_probability)
    alike = pairs.filter(sure & ~pairs["barred"] & (pairs["node_r"] < rows.height))
    alike = pl.concat([_same_values(rows), alike.select("node_l", "node_r", "match_weight")])
    known = [pl.Series(person > 0).gather(alike[side]) for side in ("node_l", "node_r")]
    of_one = alike.filter(known[0] ^ known[1]).with_columns(
        free=pl.when(known[0].filter(known[0] ^ known[1])).then("node_r").otherwise("node_l")
    )
    best = of_one.sort("match_weight", "node_l", "node_r", descending=[True, False, False]).unique(
        "free", keep="first"
    )
    edges = pl.concat(
        [
            alike.filter(~(known[0] | known[1])).select("node_l", "node_r"),
            best.select("node_l", "node_r"),
        ]
    )
    found = np.flatnonzero(person)
    left = np.concatenate([edges["node_l"].to_numpy(), found])
    right = np.concatenate([edges["node_r"].to_numpy(), rows.height - 1 + person[found]])
    nodes = rows.height + int(person.max(initial=0))
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(nodes, nodes))
    return pl.Series(
        "one", connected_components(graph, directed=False)[1][: rows.height], dtype=pl.UInt32
    )


def _same_values(rows: pl.DataFrame) -> pl.DataFrame:
    """node_l, node_r, match_weight: rows that have all of one of _SAME, each beside the first such
    row.

    In a short roster a number that it has twice looks like a common one; that must not hide who is
    in it twice.
    """
    found = []
    for key in _SAME:
        told = rows.with_columns(pl.col("name_std").fill_null("")).drop_nulls(list(key))
        beside = told.select(pl.col("node").min().over(key).alias("node_l"), node_r="node")
        found.append(beside.filter(pl.col("node_l") != pl.col("node_r")))
    return (
        pl.concat(found)
        .unique(maintain_order=True)
        .with_columns(match_weight=pl.lit(CERTAIN, pl.Int32))
    )
