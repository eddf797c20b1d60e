"""How far registers overlap and how often a person stands twice in them, as a linkage has estimated
it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from reconcile.config import LinkConfig
from reconcile.matching.estimate import LinkPools
from reconcile.matching.linkage import Linkage
from reconcile.matching.model import Model, Shares

# For so many records count the shares of the model that a fit starts from, of two registers and of
# doubles in one.
_LINKED, _REPEATED = 200.0, 1000.0
_LEAST = 1e-6


def shown_shares(linkage: Linkage, start: Model) -> dict[str, Shares]:
    """The shares of each parameter set by the pools of its links; those of `start` where it has no
    link."""
    linked: dict[str, list[tuple[float, float]]] = {}
    repeated: dict[str, list[tuple[float, float]]] = {}
    for link, pools in _links(linkage):
        sizes = [len(linkage.population.nodes_of(source)) for source in link.sources]
        closed = len(certain_pairs(linkage, link))
        if link.inside:
            doubles = closed + sum(pool.matches for pool in pools.pools)
            repeated.setdefault(link.parameters, []).append((doubles, sizes[0]))
        else:
            matches = closed + pools.pools[0].matches
            linked.setdefault(link.parameters, []).append((matches, min(sizes)))
    return {
        group: Shares(
            _shrunk(linked.get(group, []), shares.linked, _LINKED),
            _shrunk(repeated.get(group, []), shares.repeated, _REPEATED),
        )
        for group, shares in start.shares.items()
    }


def _links(linkage: Linkage) -> Iterator[tuple[LinkConfig, LinkPools]]:
    for run in linkage.runs:
        yield from zip(run.links, run.pools, strict=True)


def _shrunk(shown: list[tuple[float, float]], start: float, weight: float) -> float:
    """The share that pairs of (matches, records) show, `start` counting for `weight` records."""
    matches = sum(found for found, _ in shown) + start * weight
    return float(np.clip(matches / (sum(records for _, records in shown) + weight), _LEAST, 1.0))


def certain_pairs(linkage: Linkage, link: LinkConfig) -> npt.NDArray[np.int64]:
    """Where among the certain pairs those of this link stand."""
    sides = [linkage.population.sources.index(source) for source in link.sources]
    left, right = (
        linkage.population.source[linkage.certain[side].to_numpy()] for side in ("node_l", "node_r")
    )
    return np.flatnonzero((left == sides[0]) & (right == sides[1]))
