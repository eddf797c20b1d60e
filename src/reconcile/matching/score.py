"""score: what the agreements of a pair weigh. Comparison vectors → evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.core.threads import side_by_side
from reconcile.matchers import graded_levels, load_matcher
from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model
from reconcile.population.frequencies import counts
from reconcile.population.population import Nodes, Population

Bits = npt.NDArray[np.float64]
Millibits = npt.NDArray[np.int32]
LinkOf = npt.NDArray[np.uint8]

# No agreement is rarer than this among strangers: a number that one person holds can be typed into
# another's row.
RAREST = 2.0**-30
# So many times as large is a register of everybody beside one of a cohort.
_COHORT = 4
# Rows of the other source that stand beside a source's own when shares are counted.
_SPOKEN_FOR = 1000


class Scorer:
    """Weighs pairs of links that are compared alike by a model and by the frequencies of the values
    in the sources."""

    def __init__(self, population: Population, links: Sequence[LinkConfig], model: Model) -> None:
        self._population = population
        self._links = links
        self._model = model
        self._sides = [
            tuple(population.sources.index(source) for source in link.sources) for link in links
        ]
        spans = [population.span(source) for source in population.sources]
        self._sizes = [span.stop - span.start for span in spans]

    def score(self, left: Nodes, right: Nodes, link: LinkOf, levels: pl.DataFrame) -> pl.DataFrame:
        """`levels` + `w_<comparison>` (Int32, 1/1000 bit; log2 m/u), `kin` (what being kin takes
        away) and `evidence` (their sum). `link`: the position of each pair's link."""
        kin, weights = np.zeros(len(left)), {}
        comparisons = self._links[0].comparisons
        told = side_by_side(
            lambda name: self._weights(name, levels[name].to_numpy(), left, right, link),
            comparisons,
        )
        for comparison, (match, of_kin) in zip(comparisons, told, strict=True):
            weights[f"w_{comparison}"] = _millibits(match)
            kin += of_kin
        targets = self._by_link(link, lambda n: max(self._sizes[self._sides[n][1]], 1))
        kin_odds = np.log2(self._model.kin / targets) if self._model.kin else -np.inf
        columns = {**weights, "kin": _millibits(-np.logaddexp2(0, kin + kin_odds))}
        return levels.with_columns(
            pl.Series(name, values) for name, values in columns.items()
        ).with_columns(evidence=pl.sum_horizontal(*columns))

    def _by_link(self, link: LinkOf, value: Callable[[int], float]) -> Bits:
        """A number of each pair's link."""
        return np.array([value(n) for n in range(len(self._links))], dtype=np.float64)[link]

    def _weights(
        self, comparison: str, levels: npt.NDArray[np.int8], left: Nodes, right: Nodes, link: LinkOf
    ) -> tuple[Bits, Bits]:
        """log2 m/u and log2 k/u for each pair; 0 where a value is missing."""
        matcher = load_matcher(comparison)
        table = self._model.comparisons[self._links[0].parameters][comparison]
        pairs_m, pairs_u, pairs_k = (column[levels] for column in _columns(matcher.LEVELS, table))
        for level, column in matcher.FREQUENCIES.items():
            chosen = np.flatnonzero(levels == matcher.LEVELS.index(level))
            if len(chosen):
                cohort = column in getattr(matcher, "COHORTS", ())
                share = self._share(column, left[chosen], right[chosen], link[chosen], cohort)
                # The level's own chance spreads over what is left when a value is written in two
                # ways.
                pairs_u[chosen] = np.log2(np.maximum(share, RAREST))
        for level, grade in graded_levels(comparison).items():
            chosen = np.flatnonzero(levels == matcher.LEVELS.index(level))
            chances = grade(table, self._population, left[chosen], right[chosen])
            for of_pairs, of_level in zip((pairs_m, pairs_u, pairs_k), chances, strict=True):
                of_pairs[chosen] = np.log2(of_level)
        return pairs_m - pairs_u, pairs_k - pairs_u

    def _share(
        self, column: str, left: Nodes, right: Nodes, link: LinkOf, cohort: bool = False
    ) -> Bits:
        """How common each pair's value is: the larger of its shares in the two sources of its link;
        of a `cohort`'s value, in the larger of two very different sources: that the children of
        three years were born in them is no coincidence of dates.

        A small file says little about that: what it shows counts as much as `_SPOKEN_FOR` rows of
        the other source.
        """
        codes = self._population.codes(column)
        codes_l, codes_r = codes[left], codes[right]
        differ = codes_l != codes_r
        own = {
            source: np.zeros(len(left))
            for source in {source for sides in self._sides for source in sides}
        }
        for source, shares in own.items():
            mine = np.array([source in sides for sides in self._sides])[link]
            among = codes[self._population.span(self._population.sources[source])]
            found = counts(among, codes_l[mine])
            other = differ[mine]
            found[other] = np.maximum(found[other], counts(among, codes_r[mine][other]))
            shares[mine] = np.maximum(found, 1) / max(len(among), 1)
        largest = np.zeros(len(left))
        for n, sides in enumerate(self._sides):
            mine = link == n
            pair = [own[side][mine] for side in sides]
            sizes = [max(self._sizes[side], 1) for side in sides]
            sides_of = [(*pair, sizes[0]), (*pair[::-1], sizes[1])]
            if cohort and max(sizes) > _COHORT * min(sizes):
                sides_of = [max(sides_of, key=lambda side: side[2])]
            for here, there, size in sides_of:
                shrunk = (here * size + _SPOKEN_FOR * there) / (size + _SPOKEN_FOR)
                largest[mine] = np.maximum(largest[mine], shrunk)
        return largest


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
