"""settle: the pairs that are clear at once, closed by joins. Population → certain pairs."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.config import LinkConfig
from reconcile.matching.population import Population
from reconcile.stages.block import rule_keys


def settle(population: Population, links: Sequence[LinkConfig]) -> pl.DataFrame:
    """Certain pairs: `node_l`, `node_r`, `match_key`, sorted; each node at most once for each link.

    A link's `exact` keys are taken in order. A pair is closed when both sides are the only holders of the key in
    their source and their ID numbers do not differ.
    """
    certain = [_settle_link(population, link) for link in links if link.exact]
    return pl.concat([_NONE, *certain]).sort("node_l", "node_r")


_NONE = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "match_key": pl.String})


def _settle_link(population: Population, link: LinkConfig) -> pl.DataFrame:
    left, right = (pl.DataFrame({"node": population.nodes_of(source)}) for source in link.sources)
    closed = [_NONE]
    for rule in link.exact:
        keys = rule_keys(population, rule, pl.DataFrame())
        pairs = (
            _sole(left, keys).rename({"node": "node_l"}).join(_sole(right, keys).rename({"node": "node_r"}), on="key")
        )
        pairs = _without_contradiction(population, pairs.select("node_l", "node_r"))
        closed.append(pairs.with_columns(pl.lit(" + ".join(rule)).alias("match_key")))
        left = left.join(pairs, left_on="node", right_on="node_l", how="anti")
        right = right.join(pairs, left_on="node", right_on="node_r", how="anti")
    return pl.concat(closed)


def _sole(nodes: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The keys that only one of these nodes holds."""
    return nodes.join(keys, on="node").filter(pl.col("key").is_unique())


def _without_contradiction(population: Population, pairs: pl.DataFrame) -> pl.DataFrame:
    numbers = population.codes("id_number_std")
    left, right = numbers[pairs["node_l"].to_numpy()], numbers[pairs["node_r"].to_numpy()]
    return pairs.filter(pl.Series((left == right) | (left == 0) | (right == 0)))
