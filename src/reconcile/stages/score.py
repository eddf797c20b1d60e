"""score: what the agreements of a pair weigh. Comparison vectors → scored pairs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matchers import load_matcher
from reconcile.matching.model import Level, Model
from reconcile.matching.population import Nodes, Population

Bits = npt.NDArray[np.float64]
Millibits = npt.NDArray[np.int32]

# No agreement is rarer than this among strangers: a number that one person holds can be typed into another's row.
RAREST = 2.0**-30


class Scorer:
    """Weighs the pairs of one link by a model and by the frequencies of the values in the two sources."""

    def __init__(self, population: Population, link: LinkConfig, model: Model, settled: npt.NDArray[np.bool_]) -> None:
        self._population = population
        self._link = link
        self._model = model
        self._settled = settled
        self._shares = model.shares[link.parameters]
        self._frequencies: dict[str, pl.DataFrame] = {}
        self._sides = [population.nodes_of(source) for source in link.sources]

    def score(self, left: Nodes, right: Nodes, levels: pl.DataFrame) -> pl.DataFrame:
        """`levels` + `w_<comparison>` (Int32, 1/1000 bit; log2 m/u), `kin` (what being kin takes away), `evidence`
        (their sum), `prior` (log2 odds before looking), `price` (of a second record in one source) and
        `match_weight` (evidence + prior + price)."""
        strangers, kin, weights = np.zeros(len(left)), np.zeros(len(left)), {}
        for comparison in self._link.comparisons:
            m, u, k = self._chances(comparison, levels[comparison].to_numpy(), left, right)
            weights[f"w_{comparison}"] = _millibits(m - u)
            strangers += m - u
            kin += k - u
        kin_odds = np.log2(self._model.kin / max(len(self._sides[1]), 1))
        prior, price = self._priors(left, right)
        mixture = np.logaddexp2(0, kin + kin_odds)
        columns = {
            **weights,
            "kin": _millibits(-mixture),
            "prior": _millibits(prior),
            "price": _millibits(price),
        }
        return (
            levels.with_columns(pl.Series(name, values) for name, values in columns.items())
            .with_columns(
                evidence=pl.sum_horizontal(*weights, "kin"),
            )
            .with_columns(match_weight=pl.col("evidence") + pl.col("prior") + pl.col("price"))
        )

    def _chances(
        self, comparison: str, levels: npt.NDArray[np.int8], left: Nodes, right: Nodes
    ) -> tuple[Bits, Bits, Bits]:
        """log2 of m, u and k for each pair; 0 where a value is missing."""
        matcher = load_matcher(comparison)
        table = self._model.comparisons[self._link.parameters][comparison]
        m, u, k = _columns(matcher.LEVELS, table)
        pairs_u = u[levels]
        for level, column in matcher.FREQUENCIES.items():
            chosen = np.flatnonzero(levels == matcher.LEVELS.index(level))
            if len(chosen):
                share = self._share(column, left[chosen], right[chosen])
                # The level's own chance spreads over what is left when a value is written in two ways.
                pairs_u[chosen] = np.log2(np.maximum(share, RAREST))
        return m[levels], pairs_u, k[levels]

    def _share(self, column: str, left: Nodes, right: Nodes) -> Bits:
        """How common each pair's value is: the larger of its shares in the two sources."""
        codes = self._population.codes(column) if self._is_text(column) else self._population.numbers(column)
        shares = []
        for nodes in self._sides:
            values = codes[nodes]
            wanted = pl.DataFrame({"value": np.concatenate([codes[left], codes[right]])})
            counts = (
                pl.DataFrame({"value": values}).join(wanted.unique(), on="value", how="semi").group_by("value").len()
            )
            looked_up = wanted.join(counts, on="value", how="left", maintain_order="left")["len"].fill_null(0)
            found = looked_up.to_numpy().reshape(2, -1).max(axis=0)
            shares.append(np.maximum(found, 1) / max(len(nodes), 1))
        return np.maximum(*shares)

    def _is_text(self, column: str) -> bool:
        return self._population.frame.schema[column] == pl.String

    def _priors(self, left: Nodes, right: Nodes) -> tuple[Bits, Bits]:
        """log2 odds that a pair is one person before its values are seen, and the price of a second record.

        The odds are matches to pairs. A certain pair takes both its records out of the pool of free ones, so
        two free records are likelier to belong together than two records picked at random.
        """
        shares, settled = self._shares, self._settled
        sizes = [len(side) for side in self._sides]
        free = [max(int((~settled[side]).sum()), 1) for side in self._sides]
        pools = [np.where(settled[n], size, f) for n, size, f in zip((left, right), sizes, free, strict=True)]
        second = np.log2(shares.repeated / shares.linked)
        if self._link.sources[0] == self._link.sources[1]:
            matches, price = sizes[0] * shares.linked, np.full(len(left), second)
        else:
            certain = sizes[0] - free[0] if min(free) > 1 else min(sizes)
            left_over = shares.linked * min(sizes) - certain
            # The registers may overlap more or less than the model thinks; some of the free always match.
            matches = np.clip(left_over, 0.2 * min(free), 0.95 * min(free)) / shares.unsettled
            price = np.where(settled[left] | settled[right], second, 0.0)
        odds = np.log2(matches) - np.log2(pools[0]) - np.log2(pools[1])
        return np.minimum(odds, -1.0), price


def _columns(names: tuple[str, ...], table: Mapping[str, Level]) -> tuple[Bits, Bits, Bits]:
    """log2 of m, u and k by position of the level; `missing` is 0 everywhere."""
    rows = [(table[name].m, table[name].u, table[name].k) for name in names[1:]]
    bits = np.log2(np.array([(1.0, 1.0, 1.0), *rows]))
    return bits[:, 0], bits[:, 1], bits[:, 2]


def _millibits(bits: Bits) -> Millibits:
    return np.rint(np.clip(bits, -1e6, 1e6) * 1000).astype(np.int32)


def probability(millibits: Bits | Millibits) -> Bits:
    """The match probability of weights in 1/1000 bit."""
    bits: Bits = np.clip(millibits.astype(np.float64) / 1000.0, -900.0, 900.0)
    return 1.0 / (1.0 + np.exp2(-bits))
