"""Block, compare and score for links of the plan that are compared alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig
from reconcile.matchers import load_matcher
from reconcile.matching.block import Candidates, block
from reconcile.matching.compare import CHUNK, compare
from reconcile.matching.draws import drawn as drawn_positions
from reconcile.matching.estimate import LinkPools, estimated_pools, pool_of, weighed
from reconcile.matching.fitting import Strangers
from reconcile.matching.model import Model
from reconcile.matching.promise import promising
from reconcile.matching.score import Scorer, probability
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import Nodes, Population

_PAIR = ("node_l", "node_r")
# Bits: a chance of one in 64.
PROMISING = -6.0
# Pairs drawn at random: so many for each record, at most so many for links that are compared alike.
_DRAWS_A_RECORD, _RANDOM_PAIRS = 50, 150_000

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """The pairs that the rules of a run of links found, scored."""

    run: LinkRun
    candidates: Candidates
    scored: pl.DataFrame


def compared_alike(links: Sequence[LinkConfig]) -> list[list[LinkConfig]]:
    """The links in groups whose members differ in their sources, exact and wide keys only, in the
    order of the plan."""
    groups: dict[str, list[LinkConfig]] = {}
    for link in links:
        groups.setdefault(link.model_dump_json(exclude={"sources", "exact", "wide"}), []).append(
            link
        )
    return list(groups.values())


class Ground(Protocol):
    """What links are run on: the population of a run, and what is known of it so far."""

    population: Population
    certain: pl.DataFrame
    homes: Homes
    model: Model

    def price(self, nodes: Nodes) -> npt.NDArray[np.int64]:
        """What each of these records costs as the second one of its person (1/1000 bit)."""


class LinkRun:
    """Block, compare and score for links of the plan that are compared alike: they differ in their
    sources only."""

    def __init__(self, ground: Ground, links: Sequence[LinkConfig]) -> None:
        self.links = tuple(links)
        self.link = links[0]
        self._ground = ground
        population = ground.population
        # Between two sources only their own certain pairs leave a pool; inside one, all of them do.
        self._pooled = [
            settled(
                population,
                ground.certain,
                population.sources if link.inside else link.sources,
            )
            for link in links
        ]
        self.pools: list[LinkPools] = []

    def find(
        self,
        rules: Sequence[Sequence[str]],
        probes: Sequence[Mask],
        known: pl.DataFrame | None = None,
    ) -> Found:
        """The pairs that these rules find for each link's probes and that are not `known`,
        scored."""
        candidates = block(
            self._ground.population, self.links, rules, self._ground.homes, probes, known
        )
        return Found(self, candidates, self.score(candidates.pairs, candidates.rules))

    def find_wide(
        self, probes: Sequence[Mask], known: pl.DataFrame, targets: Sequence[Mask] | None = None
    ) -> Found:
        """As `find`, by the wide rules; pairs without a promise are not compared. `targets`: see
        `block`."""
        places: dict[str, list[int]] = {}
        for position, link in enumerate(self.links):
            places.setdefault(repr(link.wide), []).append(position)
        found = [self._find_wide(alike, probes, known, targets) for alike in places.values()]
        pairs, scored = (
            pl.concat(frames) for frames in zip(*((c.pairs, s) for c, s in found), strict=True)
        )
        return Found(
            self,
            Candidates(pairs, (), tuple(report for c, _ in found for report in c.reports)),
            scored,
        )

    def _find_wide(
        self,
        alike: Sequence[int],
        probes: Sequence[Mask],
        known: pl.DataFrame,
        targets: Sequence[Mask] | None,
    ) -> tuple[Candidates, pl.DataFrame]:
        """What links with one list of wide rules find, and this scored."""
        population, homes = self._ground.population, self._ground.homes
        links, asking = (
            [self.links[position] for position in alike],
            [probes[position] for position in alike],
        )
        met = None if targets is None else [targets[position] for position in alike]
        candidates = block(population, links, links[0].wide, homes, asking, known, met)
        own = pl.Series(np.array(alike, dtype=np.uint8)[candidates.pairs["link"].to_numpy()])
        pairs = candidates.pairs.with_columns(link=own)
        kept = pairs.filter(pl.Series(self._promising(pairs)))
        return replace(candidates, pairs=kept), self.score(kept, candidates.rules)

    def _promising(self, pairs: pl.DataFrame) -> Mask:
        """Which of the pairs (node_l, node_r, link) can still weigh something."""
        ground, link = self._ground, pairs["link"].to_numpy()
        left, right = (pairs[side].to_numpy() for side in _PAIR)
        needed = np.zeros(len(pairs))
        for position, (settled_in, of_link) in enumerate(
            zip(self._pooled, self.pools, strict=True)
        ):
            mine = np.flatnonzero(link == position)
            odds = np.array([pool.odds_of_unmatched for pool in of_link.pools])
            needed[mine] = PROMISING - odds[pool_of(settled_in, left[mine], right[mine])]
        kept = np.zeros(len(pairs), dtype=bool)
        for start in range(0, len(pairs), CHUNK):
            part = slice(start, start + CHUNK)
            of_part = Pairs(ground.population, left[part], right[part], ground.homes)
            kept[part] = promising(
                of_part, self.link.comparisons, ground.model, self.link.parameters, needed[part]
            )
        return kept

    def expect(self) -> None:
        """Takes the pools for what the ground's model expects of them."""
        self.pools = self._estimated(None, chances=False)

    def estimate(self, found: Sequence[Found], chances: bool) -> list[pl.DataFrame]:
        """Takes the pools for what these found pairs show of them, and weighs the pairs by that.
        `chances`: the chances m follow, too."""
        expected = self.pools
        self.pools = self._estimated(pl.concat([f.scored for f in found]), chances)
        return [self._weighed(f.scored, expected) for f in found]

    def _estimated(self, scored: pl.DataFrame | None, chances: bool) -> list[LinkPools]:
        ground = self._ground
        mine = [
            None if scored is None else scored.filter(pl.col("link") == n)
            for n in range(len(self.links))
        ]
        return [
            estimated_pools(ground.population, link, taken, ground.model, of_link, chances)
            for link, taken, of_link in zip(self.links, self._pooled, mine, strict=True)
        ]

    def _weighed(self, scored: pl.DataFrame, was: Sequence[LinkPools] | None) -> pl.DataFrame:
        """The pairs, so far weighed by the pools `was`, or by the ground's model, with prior,
        price and match_weight by the pools as they are; in their order."""
        placed, parts = scored.with_row_index("place"), []
        for position, link in enumerate(self.links):
            pools = self.pools[position]
            before = (
                [pool.model for pool in was[position].pools]
                if was
                else [self._ground.model] * len(pools.pools)
            )
            mine = placed.filter(pl.col("link") == position)
            parts.append(
                weighed(mine, link, self._pooled[position], before, pools, self._ground.price)
            )
        return pl.concat(parts).sort("place").drop("place")

    def shares(self) -> list[dict[str, object]]:
        """Of each link and pool: how many records of a pair are settled, pairs, matches, and how
        many the model expected."""
        return [
            {
                "sources": list(link.sources),
                "settled": number,
                "pairs": round(pool.size),
                "matches": round(pool.matches, 1),
                "expected": round(pool.expected, 1),
            }
            for link, of_link in zip(self.links, self.pools, strict=True)
            for number, pool in enumerate(of_link.pools)
        ]

    def strangers(self) -> Strangers:
        """Pairs drawn at random, and what they say of strangers."""
        return self.as_strangers(self.drawn())

    def drawn(self) -> pl.DataFrame:
        """Pairs drawn at random from the two sources of each link, scored; records that stay draw
        the same ones every month."""
        population, found = self._ground.population, []
        ids = population.codes("record_id")
        for position, link in enumerate(self.links):
            sides = [population.nodes_of(source) for source in link.sources]
            count = min(_RANDOM_PAIRS // len(self.links), _DRAWS_A_RECORD * sum(map(len, sides)))
            left_ids, right_ids = (ids[side] for side in sides)
            places = drawn_positions(left_ids, right_ids, count)
            left, right = (side[place] for side, place in zip(sides, places, strict=True))
            found.append(
                pl.DataFrame({"node_l": left, "node_r": right}).with_columns(
                    link=pl.lit(position, pl.UInt8)
                )
            )
        pairs = pl.concat(found).filter(pl.col("node_l") != pl.col("node_r"))
        return self.score(pairs.with_columns(rule=pl.lit(0)), ("random",))

    def as_strangers(self, drawn: pl.DataFrame) -> Strangers:
        """What such pairs say: in a small register some are matches, so they count by what they are
        likely to be."""
        apart = 1 - probability(drawn["match_weight"].to_numpy())
        return Strangers(self.link.parameters, drawn.select(self.link.comparisons), apart)

    def levels(self, left: Nodes, right: Nodes) -> pl.DataFrame:
        """How these pairs agree."""
        return compare(
            self._ground.population, self._ground.homes, left, right, self.link.comparisons
        )

    def score(self, pairs: pl.DataFrame, rules: tuple[str, ...]) -> pl.DataFrame:
        """The pairs (node_l, node_r, link, rule) with levels, weights, and whether they are
        barred."""
        levels = self.levels(pairs["node_l"].to_numpy(), pairs["node_r"].to_numpy())
        names = pl.Series(rules, dtype=pl.String)
        keys = pairs.select(
            "node_l", "node_r", "link", names.gather(pairs["rule"]).alias("match_key")
        )
        return self.weighed_anew(
            pl.concat([keys, levels.with_columns(self._barred())], how="horizontal")
        )

    def weighed_anew(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs, compared before, with weights by the ground's model and the pools as they
        are."""
        left, right, link = (pairs[column].to_numpy() for column in (*_PAIR, "link"))
        weights = self.scorer().score(left, right, link, pairs.select(self.link.comparisons))
        return self._weighed(pairs.with_columns(weights.get_columns()), None)

    def scorer(self) -> Scorer:
        """Weighs pairs by the ground's model."""
        return Scorer(self._ground.population, self.links, self._ground.model)

    def led_to(self, pairs: pl.DataFrame) -> Found:
        """Those of the pairs (node_l < node_r) that are these links', to which another pair has
        led."""
        scored = self.judge(pairs, "double")
        return Found(self, Candidates(scored.select(*_PAIR, "link"), (), ()), scored)

    def judge(self, pairs: pl.DataFrame, rule: str = "tangle") -> pl.DataFrame:
        """Scores those of the pairs (node_l < node_r) that are these links', in their own order of
        sides."""
        population = self._ground.population
        sides = [population.source[pairs[side].to_numpy()] for side in ("node_l", "node_r")]
        mine = [pairs.clear().select(_PAIR).with_columns(link=pl.lit(0, pl.UInt8))]
        for position, link in enumerate(self.links):
            left, right = (population.sources.index(s) for s in link.sources)
            straight = pairs.filter(pl.Series((sides[0] == left) & (sides[1] == right)))
            turned = pairs.filter(
                pl.Series((sides[0] == right) & (sides[1] == left) & (left != right))
            )
            back = turned.select(pl.col("node_r").alias("node_l"), pl.col("node_l").alias("node_r"))
            mine += [
                p.select(_PAIR).with_columns(link=pl.lit(position, pl.UInt8))
                for p in (straight, back)
            ]
        return self.score(pl.concat(mine).with_columns(rule=pl.lit(0)), (rule,))

    def _barred(self) -> pl.Expr:
        bars = [bar.split(".") for bar in self.link.barred]
        positions = [(name, load_matcher(name).LEVELS.index(level)) for name, level in bars]
        return pl.any_horizontal(
            pl.lit(False), *(pl.col(name) == position for name, position in positions)
        ).alias("barred")


def settled(
    population: Population, certain: pl.DataFrame, sources: Sequence[str]
) -> npt.NDArray[np.bool_]:
    """Which nodes a certain pair (node_l, node_r) between these sources has settled."""
    settled = np.zeros(len(population), dtype=bool)
    ends = [certain[side].to_numpy() for side in ("node_l", "node_r")]
    positions = [population.sources.index(source) for source in sources]
    inside = np.isin(population.source[ends[0]], positions) & np.isin(
        population.source[ends[1]], positions
    )
    for end in ends:
        settled[end[inside]] = True
    return settled
