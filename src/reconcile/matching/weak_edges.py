"""The weakest edge of each person of three and more records: where it falls apart first, should it
be wrong.

Removing an edge parts a person only when no heavier way round it is left, so the weakest edge is
the lightest one of the heaviest spanning tree of the person's records (Kruskal 1956).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from reconcile.core.frames import WEAK_EDGES, conform
from reconcile.matching.saved import Naming, person_ids

# Above every weight in 1/1000 bit: costs are positive, which the spanning tree of SciPy needs.
_CEILING = 2**40
_PAIR = ("node_l", "node_r")


def weak_edges(
    person: npt.NDArray[np.int64], joined: pl.DataFrame, edges: pl.DataFrame
) -> pl.DataFrame:
    """person, node_l, node_r, match_weight (null for a joined pair), by person.

    `person`: of each node. `joined`: node_l, node_r of pairs closed by exact keys or judgements.
    `edges`: node_l, node_r, match_weight.
    """
    large = np.bincount(person, minlength=len(person))[person] > 2
    inside = [_inside(pairs, person, large) for pairs in (joined, edges)]
    weight = pl.col("match_weight").cast(pl.Int64)
    every = pl.concat(
        [
            _ordered(inside[0]).with_columns(weight=pl.lit(None, dtype=pl.Int64)),
            _ordered(inside[1], weight.alias("weight")),
        ]
    ).unique(_PAIR, keep="first", maintain_order=True)
    tree = every.join(_tree(every), on=_PAIR, how="semi")
    at = pl.Series("person", person)
    return (
        tree.with_columns(at.gather(tree["node_l"]))
        .sort("person", "weight", *_PAIR, nulls_last=True)
        .unique("person", keep="first", maintain_order=True)
        .select("person", *_PAIR, pl.col("weight").alias("match_weight"))
    )


def _inside(
    pairs: pl.DataFrame, person: npt.NDArray[np.int64], large: npt.NDArray[np.bool_]
) -> pl.DataFrame:
    left, right = (pairs[side].to_numpy() for side in _PAIR)
    return pairs.filter(pl.Series((person[left] == person[right]) & large[left]))


def _ordered(pairs: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    left, right = pl.min_horizontal(*_PAIR), pl.max_horizontal(*_PAIR)
    return pairs.select(
        left.cast(pl.UInt32).alias("node_l"), right.cast(pl.UInt32).alias("node_r"), *more
    )


def _tree(edges: pl.DataFrame) -> pl.DataFrame:
    """The edges of the heaviest spanning forest: node_l, node_r."""
    nodes, places = np.unique(edges.select(_PAIR).to_numpy(), return_inverse=True)
    left, right = places.reshape(-1, 2).T
    cost = (_CEILING - edges["weight"]).fill_null(1).to_numpy().astype(np.float64)
    graph = coo_array((cost, (left, right)), shape=(len(nodes), len(nodes)))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    ends = np.sort(np.stack([tree.row, tree.col]), axis=0)
    return pl.DataFrame(
        {"node_l": nodes[ends[0]], "node_r": nodes[ends[1]]}, schema=dict.fromkeys(_PAIR, pl.UInt32)
    )


def weak_edges_frame(naming: Naming, weak: pl.DataFrame) -> pl.DataFrame:
    """frames.WEAK_EDGES, by person."""
    sides = [naming.of(weak[f"node_{side}"].to_numpy(), f"_{side}") for side in ("l", "r")]
    named = weak.with_columns(person_ids(naming, weak["person"]), *sides[0], *sides[1])
    return conform(named.sort("person_id"), WEAK_EDGES)
