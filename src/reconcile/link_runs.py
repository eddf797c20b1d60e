"""Block, compare and score for links of the plan that are compared alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matchers import load_matcher
from reconcile.matching.pairs import Pairs
from reconcile.matching.population import Nodes, Population
from reconcile.stages.block import Candidates, block
from reconcile.stages.compare import CHUNK, compare
from reconcile.stages.estimate import estimated_pools, weighed
from reconcile.stages.promise import at_best
from reconcile.stages.score import Scorer
CHANCES=True

if TYPE_CHECKING:
    from reconcile.linkage import Linkage

_PAIR = ("node_l", "node_r")
# Bits: a chance of one in 250.
_PROMISING = -8.0


@dataclass(frozen=True)
class Found:
    """The pairs that the rules of a run of links found, scored."""

    run: LinkRun
    candidates: Candidates
    scored: pl.DataFrame


def compared_alike(links: Sequence[LinkConfig]) -> list[list[LinkConfig]]:
    """The links in groups whose members differ in their sources and exact keys only, in the order of the plan."""
    groups: dict[str, list[LinkConfig]] = {}
    for link in links:
        groups.setdefault(link.model_dump_json(exclude={"sources", "exact"}), []).append(link)
    return list(groups.values())


class LinkRun:
    """Block, compare and score for links of the plan that are compared alike: they differ in their sources only."""

    def __init__(self, linkage: Linkage, links: Sequence[LinkConfig]) -> None:
        self.links = tuple(links)
        self.link = links[0]
        self._linkage = linkage
        population = linkage.population
        # Between two sources only their own certain pairs leave a pool; inside one, all of them do.
        self._pooled = [
            settled(
                population,
                linkage.certain,
                population.sources if link.sources[0] == link.sources[1] else link.sources,
            )
            for link in links
        ]

    def find(
        self,
        rules: Sequence[Sequence[str]],
        probes: Sequence[npt.NDArray[np.bool_]],
        known: pl.DataFrame | None = None,
    ) -> Found:
        """The pairs that these rules find for each link's probes and that are not `known`, scored."""
        candidates = block(self._linkage.population, self.links, rules, self._linkage.homes, probes, known)
        return Found(self, candidates, self.score(candidates.pairs, candidates.rules))

    def find_wide(self, probes: Sequence[npt.NDArray[np.bool_]], known: pl.DataFrame) -> Found:
        """As `find`, by the wide rules; pairs without a promise are not compared."""
        population, homes = self._linkage.population, self._linkage.homes
        candidates = block(population, self.links, self.link.wide, homes, probes, known)
        kept = candidates.pairs.filter(pl.Series(self._promising(candidates.pairs)))
        candidates = replace(candidates, pairs=kept)
        return Found(self, candidates, self.score(kept, candidates.rules))

    def _promising(self, pairs: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Which of the pairs (node_l, node_r, link) can still weigh something."""
        left, right, link = (pairs[c].to_numpy() for c in (*_PAIR, "link"))
        best = np.concatenate([
            at_best(Pairs(self._linkage.population, left[i : i + CHUNK], right[i : i + CHUNK], self._linkage.homes),
                    self.link.comparisons, self._linkage.model, self.link.parameters)
            for i in range(0, max(len(left), 1), CHUNK)
        ])
        return best + self.scorer().odds(left, right, link) > _PROMISING

    def estimate(self, scored: Sequence[pl.DataFrame]) -> None:
        linkage = self._linkage
        self.pools = estimated_pools(linkage.population, self.links, self._pooled, linkage.model, pl.concat(scored), CHANCES)

    def weighed(self, scored: pl.DataFrame) -> pl.DataFrame:
        inside = [link.sources[0] == link.sources[1] for link in self.links]
        return weighed(scored, self._pooled, self.pools, self._linkage.population.source, self.link.comparisons, inside, self._linkage.prices)

    def levels(self, left: Nodes, right: Nodes) -> pl.DataFrame:
        """How these pairs agree."""
        return compare(self._linkage.population, self._linkage.homes, left, right, self.link.comparisons)

    def score(self, pairs: pl.DataFrame, rules: tuple[str, ...]) -> pl.DataFrame:
        """The pairs (node_l, node_r, link, rule) with levels, weights, and whether they are barred."""
        left, right = pairs["node_l"].to_numpy(), pairs["node_r"].to_numpy()
        scored = self.scorer().score(left, right, pairs["link"].to_numpy(), self.levels(left, right))
        names = pl.Series(rules, dtype=pl.String)
        return pl.concat(
            [
                pairs.select("node_l", "node_r", "link", names.gather(pairs["rule"]).alias("match_key")),
                scored.with_columns(self._barred()),
            ],
            how="horizontal",
        )

    def scorer(self) -> Scorer:
        """Weighs pairs by the linkage's model."""
        linkage = self._linkage
        return Scorer(linkage.population, self.links, linkage.model, self._pooled)

    def judge(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Scores those of the pairs (node_l < node_r) that are these links', in their own order of sides."""
        population = self._linkage.population
        sides = [population.source[pairs[side].to_numpy()] for side in ("node_l", "node_r")]
        mine = [pairs.clear().select(_PAIR).with_columns(link=pl.lit(0, pl.UInt8))]
        for position, link in enumerate(self.links):
            left, right = (population.sources.index(s) for s in link.sources)
            straight = pairs.filter(pl.Series((sides[0] == left) & (sides[1] == right)))
            turned = pairs.filter(pl.Series((sides[0] == right) & (sides[1] == left) & (left != right)))
            back = turned.select(pl.col("node_r").alias("node_l"), pl.col("node_l").alias("node_r"))
            mine += [p.select(_PAIR).with_columns(link=pl.lit(position, pl.UInt8)) for p in (straight, back)]
        scored = self.score(pl.concat(mine).with_columns(rule=pl.lit(0)), ("tangle",))
        return self.weighed(scored)

    def _barred(self) -> pl.Expr:
        bars = [bar.split(".") for bar in self.link.barred]
        positions = [(name, load_matcher(name).LEVELS.index(level)) for name, level in bars]
        return pl.any_horizontal(pl.lit(False), *(pl.col(name) == position for name, position in positions)).alias(
            "barred"
        )


def settled(population: Population, certain: pl.DataFrame, sources: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which nodes a certain pair (node_l, node_r) between these sources has settled."""
    settled = np.zeros(len(population), dtype=bool)
    ends = [certain[side].to_numpy() for side in ("node_l", "node_r")]
    positions = [population.sources.index(source) for source in sources]
    inside = np.isin(population.source[ends[0]], positions) & np.isin(population.source[ends[1]], positions)
    for end in ends:
        settled[end[inside]] = True
    return settled
