"""estimate: how many of a run's pairs are matches, and what matches look like in it. Scored pairs →
pools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matching.model import Model
from reconcile.matching.pools import Pool, estimated, patterns, shifts, without_settled
from reconcile.population.population import Nodes, Population

Mask = npt.NDArray[np.bool_]

# For so many records counts what the model holds for likely of two registers, and of doubles in
# one.
_RECORDS_LINKED, _RECORDS_REPEATED = 20, 1000
# Of ten doubles whose person is settled, one at most is of two settled records.
_OF_SETTLED = 0.1
# Of free records, how many have a match at least and at most, before any pair is looked at.
_FREE_LINKED = (0.2, 0.95)
# Columns of exact keys, and the comparisons that agree where they do.
_COMPARED_BY = {"id_number_std": "id_number", "name_std": "name", "birth_date_std": "birth_date"}
# No pair is likelier than this before it is looked at.
_MOST_ODDS = -1.0


@dataclass(frozen=True)
class LinkPools:
    """The `pools` of one link, by how many records of a pair exact keys have settled; `price`, in
    bits, of a second record of one person in its register, 0 between two registers."""

    pools: tuple[Pool, ...]
    price: float


def pool_of(settled: Mask, left: Nodes, right: Nodes) -> npt.NDArray[np.int8]:
    """How many records of each pair are settled in its link."""
    return settled[left].astype(np.int8) + settled[right]


def expected_pools(
    population: Population, link: LinkConfig, settled: Mask, model: Model
) -> tuple[Pool, ...]:
    """The pools of one link as the model expects them."""
    spans = [population.span(source) for source in link.sources]
    sizes = [span.stop - span.start for span in spans]
    taken = [int(np.count_nonzero(settled[span])) for span in spans]
    if link.inside:
        return _inside(sizes[0], taken[0], link, model)
    return _between(sizes, taken, link, model)


def _inside(size: int, taken: int, link: LinkConfig, model: Model) -> tuple[Pool, ...]:
    doubles, free = model.shares[link.parameters].repeated * size, size - taken
    done = taken / max(size, 1)
    counts = (doubles * (1 - done), doubles * done, doubles * done * _OF_SETTLED)
    pairs = (free**2 / 2, free * taken, taken**2 / 2)
    weight = _RECORDS_REPEATED / max(size, 1)
    return tuple(Pool(p, m, m, weight, model) for p, m in zip(pairs, counts, strict=True))


def _between(
    sizes: Sequence[int], taken: Sequence[int], link: LinkConfig, model: Model
) -> tuple[Pool, ...]:
    shares = model.shares[link.parameters]
    free = [size - gone for size, gone in zip(sizes, taken, strict=True)]
    fewer = max(min(free), 1)
    least, most = (share * fewer for share in _FREE_LINKED)
    left = min(max(shares.linked * min(sizes) - taken[0], least), most)
    doubles = shares.repeated * sum(taken)
    first = without_settled(
        model, link.parameters, _exact_comparisons(link), taken[0] / (taken[0] + left)
    )
    weight = _RECORDS_REPEATED / max(sum(sizes), 1)
    second = [free[0] * taken[1] + taken[0] * free[1], taken[0] * taken[1]]
    return (
        Pool(free[0] * free[1], left, left, _RECORDS_LINKED / fewer, first, (free[0], free[1])),
        Pool(second[0], doubles, doubles, weight, model),
        Pool(second[1], doubles * _OF_SETTLED, doubles * _OF_SETTLED, weight, model),
    )


def _exact_comparisons(link: LinkConfig) -> list[str]:
    keys = {column for key in link.exact for column in key}
    return [comparison for column, comparison in _COMPARED_BY.items() if column in keys]


def estimated_pools(
    population: Population,
    link: LinkConfig,
    settled: Mask,
    model: Model,
    scored: pl.DataFrame | None,
    chances: bool,
) -> LinkPools:
    """The pools of one link as its scored pairs show them; without any, as the model expects them.

    `scored`: node_l, node_r, the comparisons' levels, evidence by the pools that the model expects,
    barred. `chances`: whether the chances m follow the pairs, too.
    """
    pools = list(expected_pools(population, link, settled, model))
    if scored is None:
        return LinkPools(tuple(pools), _price(population, link, pools, model))
    number = pool_of(settled, scored["node_l"].to_numpy(), scored["node_r"].to_numpy())
    open_pairs = ~scored["barred"].to_numpy()
    for position, pool in enumerate(pools):
        mine = scored.filter(pl.Series((number == position) & open_pairs))
        found = patterns(mine, link.comparisons, pool)
        if len(found):
            pools[position] = estimated(pool, found, link.parameters, chances)
    return LinkPools(tuple(pools), _price(population, link, pools, model))


def _price(population: Population, link: LinkConfig, pools: Sequence[Pool], model: Model) -> float:
    if not link.inside:
        return 0.0
    span = population.span(link.sources[0])
    repeated = max(sum(pool.matches for pool in pools) / max(span.stop - span.start, 1), 1e-9)
    return float(min(np.log2(repeated / model.shares[link.parameters].linked), 0.0))


def weighed(
    scored: pl.DataFrame,
    link: LinkConfig,
    settled: Mask,
    was: Sequence[Model],
    of_link: LinkPools,
    prices: Callable[[Nodes], npt.NDArray[np.int64]],
) -> pl.DataFrame:
    """The pairs of one link weighed by its pools: `w_<comparison>`, evidence, prior, price and
    match_weight anew.

    `was`: the models by which they are weighed so far, by pool. `prices`: of nodes as second
    records (1/1000 bit).
    """
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    number = pool_of(settled, left, right)
    columns: dict[str, npt.NDArray[np.int32]] = {}
    for name in link.comparisons:
        moves = zip(was, of_link.pools, strict=True)
        table = np.stack(
            [
                _millibits(shifts(before, pool.model, link.parameters, name))
                for before, pool in moves
            ]
        )
        columns[f"w_{name}"] = (
            scored[f"w_{name}"].to_numpy() + table[number, scored[name].to_numpy()]
        )
    odds = _millibits(
        np.array([min(pool.odds_of_unmatched, _MOST_ODDS) for pool in of_link.pools])
    )[number]
    # The second record of its person is the one that is still free.
    second = np.where(settled[left], right, left)
    repeated = (number > 0) | link.inside
    price = np.where(repeated, prices(second), 0).astype(np.int32)
    columns |= {"prior": odds - price, "price": price}
    evidence = [*(f"w_{name}" for name in link.comparisons), "kin"]
    return (
        scored.with_columns(
            pl.Series(name, values, dtype=pl.Int32) for name, values in columns.items()
        )
        .with_columns(evidence=pl.sum_horizontal(evidence))
        .with_columns(match_weight=pl.sum_horizontal("evidence", "prior", "price"))
    )


def _millibits(bits: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    return np.rint(1000 * bits).astype(np.int32)
