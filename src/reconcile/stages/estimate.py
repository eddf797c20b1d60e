"""estimate: how many of a run's pairs are matches, and what matches look like in it. Scored pairs → pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matching.model import Model
from reconcile.matching.pools import POOLS, Pool, estimated, patterns, shifts, without_settled
from reconcile.matching.population import Nodes, Population

Mask = npt.NDArray[np.bool_]
# Of a source that is not compared with itself, where doubles were not asked for (1/1000 bit).
_UNKNOWN_PRICE = -10_000
# For so many records counts what the model holds for likely of two registers, and of doubles in one.
_RECORDS_LINKED, _RECORDS_REPEATED = 20, 1000
# Of ten doubles whose person is settled, one at most is of two settled records.
_OF_SETTLED = 0.1
# Keys and the comparisons that agree where they do.
_COMPARED_BY = {"id_number_std": "id_number", "name_std": "name", "birth_date_std": "birth_date"}


@dataclass(frozen=True)
class Pools:
    """The pools of links that are compared alike. `of_link`: for each link, its pools by number of settled records.
    `prices`: by source, what a second record of one person costs (1/1000 bit); `parameters`: their parameter set."""

    of_link: tuple[tuple[Pool, ...], ...]
    prices: npt.NDArray[np.int64]
    parameters: str
    start: Model


def pool_of(settled: Sequence[Mask], left: Nodes, right: Nodes, link: npt.NDArray[np.uint8]) -> npt.NDArray[np.int8]:
    """How many records of each pair are settled in its link."""
    number = np.zeros(len(left), dtype=np.int8)
    for position, taken in enumerate(settled):
        mine = np.flatnonzero(link == position)
        number[mine] = taken[left[mine]].astype(np.int8) + taken[right[mine]]
    return number


def expected_pools(
    population: Population, link: LinkConfig, settled: Mask, model: Model
) -> tuple[Pool, ...]:
    """The pools of one link as the model expects them."""
    shares = model.shares[link.parameters]
    spans = [population.span(source) for source in link.sources]
    sizes = [span.stop - span.start for span in spans]
    taken = [int(np.count_nonzero(settled[span])) for span in spans]
    free = [size - gone for size, gone in zip(sizes, taken, strict=True)]
    if link.sources[0] == link.sources[1]:
        doubles, done = shares.repeated * sizes[0], taken[0] / max(sizes[0], 1)
        counts = (doubles * (1 - done), doubles * done, doubles * done * _OF_SETTLED)
        pairs = (free[0] ** 2 / 2, free[0] * taken[0], taken[0] ** 2 / 2)
        weight = _RECORDS_REPEATED / max(sizes[0], 1)
        return tuple(Pool(p, m, m, weight, model) for p, m in zip(pairs, counts, strict=True))
    smaller = max(min(free), 1)
    left = float(np.clip(shares.linked * min(sizes) - taken[0], 0.2 * smaller, 0.95 * smaller))
    doubles = shares.repeated * sum(taken)
    first = without_settled(model, link.parameters, _exact_comparisons(link), taken[0] / (taken[0] + left))
    weight = _RECORDS_REPEATED / max(sum(sizes), 1)
    return (
        Pool(free[0] * free[1], left, left, _RECORDS_LINKED / smaller, first, (free[0], free[1])),
        Pool(free[0] * taken[1] + taken[0] * free[1], doubles, doubles, weight, model),
        Pool(taken[0] * taken[1], doubles * _OF_SETTLED, doubles * _OF_SETTLED, weight, model),
    )


def _exact_comparisons(link: LinkConfig) -> list[str]:
    keys = [column for key in link.exact for column in key]
    return [comparison for column, comparison in _COMPARED_BY.items() if column in keys]


def estimated_pools(
    population: Population,
    links: Sequence[LinkConfig],
    settled: Sequence[Mask],
    model: Model,
    scored: pl.DataFrame,
    chances: bool = True,
) -> Pools:
    """The pools of these links, which are compared alike, as their scored pairs show them.

    `scored`: node_l, node_r, link, the comparisons' levels, evidence by `model`, barred. `chances`: whether the chances
    m follow the pairs, too.
    """
    parameters = links[0].parameters
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    numbers = pool_of(settled, left, right, scored["link"].to_numpy())
    placed = scored.with_columns(pool=pl.Series(numbers)).filter(~pl.col("barred"))
    of_link = []
    for position, link in enumerate(links):
        pools = []
        for number, pool in enumerate(expected_pools(population, link, settled[position], model)):
            mine = placed.filter((pl.col("link") == position) & (pl.col("pool") == number))
            moved = _moved(mine, link.comparisons, model, pool, parameters)
            found = patterns(moved, link.comparisons, pool)
            pools.append(estimated(pool, found, parameters, chances) if len(found) else pool)
        of_link.append(tuple(pools))
    return Pools(tuple(of_link), _prices(population, links, of_link, model), parameters, model)


def _moved(
    scored: pl.DataFrame, comparisons: Sequence[str], model: Model, pool: Pool, parameters: str
) -> pl.DataFrame:
    """The pairs with their evidence by the chances that the pool starts from."""
    moved = scored["evidence"].cast(pl.Int64)
    for name in comparisons:
        table = pl.Series(np.rint(1000 * shifts(model, pool.model, parameters, name)).astype(np.int64))
        moved = moved + table.gather(scored[name])
    return scored.with_columns(moved.alias("evidence"))


def _prices(
    population: Population, links: Sequence[LinkConfig], of_link: Sequence[Sequence[Pool]], model: Model
) -> npt.NDArray[np.int64]:
    prices = np.full(len(population.sources), _UNKNOWN_PRICE, dtype=np.int64)
    for link, pools in zip(links, of_link, strict=True):
        if link.sources[0] == link.sources[1]:
            span = population.span(link.sources[0])
            repeated = max(sum(pool.matches for pool in pools), 1e-3) / max(span.stop - span.start, 1)
            linked = model.shares[link.parameters].linked
            prices[population.sources.index(link.sources[0])] = round(1000 * np.log2(min(repeated / linked, 1.0)))
    return prices


def weighed(scored: pl.DataFrame, settled: Sequence[Mask], pools: Pools, source: npt.NDArray[np.uint8],
            comparisons: Sequence[str], inside: Sequence[bool], prices: npt.NDArray[np.int64]) -> pl.DataFrame:
    """The pairs weighed by their pools: `w_<comparison>`, evidence, prior, price and match_weight anew."""
    left, right, link = (scored[c].to_numpy() for c in ("node_l", "node_r", "link"))
    number = pool_of(settled, left, right, link).astype(np.int64)
    at = link.astype(np.int64) * POOLS + number
    flat = [pool for of_link in pools.of_link for pool in of_link]
    columns: dict[str, npt.NDArray[np.int32]] = {}
    for name in comparisons:
        table = np.stack([shifts(pools.start, pool.model, pools.parameters, name) for pool in flat])
        shift = np.rint(1000 * table).astype(np.int32)[at, scored[name].to_numpy()]
        columns[f"w_{name}"] = scored[f"w_{name}"].to_numpy() + shift
    odds = np.rint(1000 * np.array([min(pool.odds_of_unmatched, -1.0) for pool in flat])).astype(np.int32)[at]
    # The second record is the one that is still free.
    free_left = ~np.choose(link, [taken[left] for taken in settled])
    second = np.where(free_left, source[left], source[right])
    price = np.where((number > 0) | np.array(inside)[link], prices[second], 0).astype(np.int32)
    columns |= {"prior": odds - price, "price": price}
    parts = [f"w_{name}" for name in comparisons]
    return (
        scored.with_columns(pl.Series(name, values) for name, values in columns.items())
        .with_columns(evidence=pl.sum_horizontal(*parts, "kin"))
        .with_columns(match_weight=pl.col("evidence") + pl.col("prior") + pl.col("price"))
    )
