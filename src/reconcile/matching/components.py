"""Records that edges hang together, taken apart at their weakest edges where too many do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# A tangle with more records is taken apart at its weakest edges first.
LARGEST = 40
_FLOOR_STEP = 2_000


def components(
    size: int, certain: pl.DataFrame, useful: pl.DataFrame
) -> tuple[npt.NDArray[np.int32], int]:
    """The component of each node, and how many had to be split: above `LARGEST` their floor is
    raised."""
    component = _connected(size, certain, useful)
    split, floor = int((np.bincount(component) > LARGEST).sum()), 0
    while (too_large := np.bincount(component) > LARGEST).any():
        floor += _FLOOR_STEP
        nodes = np.flatnonzero(too_large[component])
        joined, weighed = (_among(edges, nodes) for edges in (certain, useful))
        if not len(weighed):  # what exact keys and judgements join stays whole
            break
        useful = useful.filter(pl.col("match_weight") > floor)
        parts = _connected(len(nodes), joined, weighed.filter(pl.col("match_weight") > floor))
        component[nodes] = parts + component.max() + 1
    return component, split


def _among(edges: pl.DataFrame, nodes: npt.NDArray[np.int64]) -> pl.DataFrame:
    """The edges between these nodes (sorted), by their positions there. No edge leads out of
    them."""
    ends = [edges[side].to_numpy() for side in ("node_l", "node_r")]
    at = [np.searchsorted(nodes, end).clip(max=len(nodes) - 1) for end in ends]
    inside = nodes[at[0]] == ends[0]
    columns = {side: place[inside] for side, place in zip(("node_l", "node_r"), at, strict=True)}
    return edges.filter(pl.Series(inside)).with_columns(
        pl.Series(name, place) for name, place in columns.items()
    )


def _connected(size: int, *edges: pl.DataFrame) -> npt.NDArray[np.int32]:
    left, right = (
        np.concatenate([e[side].to_numpy() for e in edges]) for side in ("node_l", "node_r")
    )
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    component: npt.NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return component
