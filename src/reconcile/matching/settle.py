"""settle: the pairs that are clear at once, closed by joins. Population → certain pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from reconcile.config import LinkConfig
from reconcile.population.grouping import grouped, mixed
from reconcile.population.population import Nodes, Population


def settle(population: Population, links: Sequence[LinkConfig]) -> pl.DataFrame:
    """Certain pairs: `node_l`, `node_r`, `match_key`, sorted; each node at most once for each link.

    A link's `exact` keys are taken in order. A pair is closed when both sides are the only holders
    of the key in their source and their ID numbers do not differ.
    """
    certain = [_settle_link(population, link) for link in links if link.exact]
    return pl.concat([_NONE, *certain]).sort("node_l", "node_r")


_NONE = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "match_key": pl.String})


def _settle_link(population: Population, link: LinkConfig) -> pl.DataFrame:
    free = [np.isin(population.source, population.sources.index(source)) for source in link.sources]
    numbers, cores = population.codes("id_number_std"), population.codes("id_number_core")
    silent = (numbers == 0) | (cores == 0)  # another document does not contradict
    closed = [_NONE]
    for rule in link.exact:
        key = mixed(*(population.codes(column) for column in rule))
        left, right = _sole_pairs(
            key, *(np.flatnonzero(side & (key != 0)).astype(np.uint32) for side in free)
        )
        fit = (numbers[left] == numbers[right]) | silent[left] | silent[right]
        left, right = left[fit], right[fit]
        closed.append(
            pl.DataFrame({"node_l": left, "node_r": right}).with_columns(
                pl.lit(" + ".join(rule)).alias("match_key")
            )
        )
        free[0][left], free[1][right] = False, False
    return pl.concat(closed)


def _sole_pairs(key: np.ndarray, left: Nodes, right: Nodes) -> tuple[Nodes, Nodes]:
    """Pairs of nodes, one of each side, that are the only holders of a key on their sides."""
    nodes = np.concatenate([left, right])
    groups = grouped(key[nodes])
    couples = groups.starts[:-1][groups.sizes == 2]
    one, other = groups.order[couples], groups.order[couples + 1]
    across = (one < len(left)) & (other >= len(left))
    return nodes[one[across]], nodes[other[across]]
