"""What is certain in a run, and the links of the plan, to be searched, estimated and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig, MatchingConfig
from reconcile.matchers import compared_columns
from reconcile.matching.block import DERIVED_KEYS
from reconcile.matching.constraints import constraints
from reconcile.matching.dead_keys import DeadKeys, dead_keys
from reconcile.matching.fitting import with_strangers
from reconcile.matching.link_runs import PROMISING, Found, LinkRun, Mask, compared_alike, settled
from reconcile.matching.model import Model
from reconcile.matching.resolve import Resolved, resolve
from reconcile.matching.settle import settle
from reconcile.matching.values import value_codes
from reconcile.population.deliveries import with_deliveries
from reconcile.population.grouping import grouped, mixed
from reconcile.population.homes import homes
from reconcile.population.population import Codes, Nodes, Population
from reconcile.population.relatives import with_relatives


class Linkage:
    """The population of a run, what is certain in it, and each link of the plan ready to run.

    `model`: the weights; another model may take its place between two scorings (fitting does that).
    `judgements`: frames.JUDGEMENTS.
    """

    def __init__(
        self,
        records: Mapping[str, pl.DataFrame],
        matching: MatchingConfig,
        model: Model,
        judgements: pl.DataFrame,
    ) -> None:
        population = with_relatives(Population.stack(records, plan_columns(matching.links)))
        asked = any("delivery" in link.comparisons for link in matching.links)
        self.population = with_deliveries(population) if asked else population
        self.judgements = judgements
        self.constraints = constraints(self.judgements, self.population)
        self.certain = self.constraints.allowed(settle(self.population, matching.links))
        self.homes = homes(self.population, self.certain)
        self.free = ~settled(self.population, self.certain, self.population.sources)
        self.matching = matching
        self.runs = [LinkRun(self, links) for links in compared_alike(matching.links)]
        self.unsearched = [LinkRun(self, [link]) for link in _inside_unsearched(matching.links)]
        self.take(model)

    def take(self, model: Model) -> None:
        """Weighs by this model from now on, and takes the pools for what it expects of them."""
        self.model = model
        for run in [*self.runs, *self.unsearched]:
            run.expect()
        self.prices = _prices(self.population, self.runs)

    def meet_strangers(self) -> None:
        """Takes the chances u from pairs of these registers drawn at random."""
        if self.matching.estimate == "weights":
            self.take(with_strangers(self.model, [run.strangers() for run in self.runs]))

    def price(self, nodes: Nodes) -> npt.NDArray[np.int64]:
        """What each of these records costs as the second one of its person (1/1000 bit)."""
        found: npt.NDArray[np.int64] = self.prices[self.population.source[nodes]]
        return found

    def narrow(self) -> list[Found]:
        """What each link's blocking rules find for every record that is not settled."""
        return [run.find(run.link.blocking, [self.free] * len(run.links)) for run in self.runs]

    def doubles(self) -> list[Found]:
        """Settled records of one register that may be one person.

        Exact keys close two rows of one person with two rows of another register, and neither is
        looked up again.
        """
        found = []
        for run in self.runs:
            probes = [self._alike(link) for link in run.links]
            if np.logical_or.reduce(probes).any():
                pairs = run.find([_ALIKE], probes)
                free = pl.Series(self.free)
                settled_both = ~free.gather(pairs.scored["node_l"]) & ~free.gather(
                    pairs.scored["node_r"]
                )
                found.append(replace(pairs, scored=pairs.scored.filter(settled_both)))
        return found

    def _alike(self, link: LinkConfig) -> Mask:
        """The settled records that share name and birth date with another one of their register, if
        the link looks into one by these."""
        alike = np.zeros(len(self.population), dtype=bool)
        if link.inside and _ALIKE in map(tuple, link.blocking):
            nodes = self.population.nodes_of(link.sources[0])
            nodes = nodes[~self.free[nodes]]
            key = mixed(*(self.population.codes(column)[nodes] for column in _ALIKE))
            nodes, key = nodes[key != 0], key[key != 0]
            groups = grouped(key)
            alike[nodes[groups.order[np.repeat(groups.sizes > 1, groups.sizes)]]] = True
        return alike

    def wide(self, found: Sequence[Found]) -> list[Found]:
        """What the wide rules find for records that `found` left without a sure match.

        A record that is sure in any link needs no double of it found. Between two registers only a
        sure match in the other one counts; who has one there is found as its double's match, if
        doubles are looked for as widely.
        """
        sure = {
            link.sources: self._sure(f.scored.filter(pl.col("link") == position))
            for f in found
            for position, link in enumerate(f.run.links)
        }
        anywhere = np.logical_or.reduce(list(sure.values()))
        widely = {link.sources[0] for link in self.matching.links if link.inside and link.wide}
        everybody = np.ones(len(self.population), dtype=bool)

        def probes(link: LinkConfig) -> Mask:
            return self.free & ~(anywhere if link.inside else sure[link.sources])

        def targets(link: LinkConfig) -> Mask:
            return everybody if link.inside or not widely.issuperset(link.sources) else self.free

        more = []
        for f in found:
            asking, met = ([which(link) for link in f.run.links] for which in (probes, targets))
            more.append(f.run.find_wide(asking, f.candidates.pairs, met))
        return [*more, *self._matches_of_doubles([*found, *more])]

    def _matches_of_doubles(self, found: Sequence[Found]) -> list[Found]:
        """Of records that may be doubles of others, pairs with what those surely match."""
        scored = pl.concat([f.scored.select(*_PAIR, "match_weight", "barred") for f in found])
        source = self.population.source
        one_register = pl.Series(
            source[scored["node_l"].to_numpy()] == source[scored["node_r"].to_numpy()]
        )
        heavy = pl.col("match_weight") >= pl.when(one_register).then(
            round(1000 * PROMISING)
        ).otherwise(_SURE)
        kept = scored.with_columns(inside=one_register).filter(heavy, ~pl.col("barred"))
        doubles = _both_ways(kept.filter("inside").select(_PAIR))
        sure = kept.filter(~pl.col("inside")).sort(-pl.col("match_weight"), *_PAIR).select(_PAIR)
        matches = _both_ways(pl.concat([self.certain.select(_PAIR), sure]))
        # The surest in each register: of a hundred rows of one person each would lead to a hundred.
        register = pl.Series("register", source[matches["node_r"].to_numpy()])
        matches = matches.with_columns(register).unique(
            ["node_l", "register"], keep="first", maintain_order=True
        )
        pairs = doubles.join(matches, left_on="node_r", right_on="node_l").select(
            "node_l", node_r="node_r_right"
        )
        known = _both_ways(scored.select(_PAIR))
        new = (
            pairs.filter(pl.col("node_l") < pl.col("node_r"))
            .join(known, on=_PAIR, how="anti")
            .unique()
            .sort(_PAIR)
        )
        return [run.led_to(new) for run in self.runs]

    def dead_keys(self) -> tuple[DeadKeys, ...]:
        """What of the plan cannot work in these records."""
        return dead_keys(self.population, self.homes, self.free, self.matching.links)

    def _sure(self, scored: pl.DataFrame) -> Mask:
        """The nodes with a pair far above the cut."""
        heavy = scored.filter((pl.col("match_weight") >= _SURE) & ~pl.col("barred"))
        sure = np.zeros(len(self.population), dtype=bool)
        for side in ("node_l", "node_r"):
            sure[heavy[side].to_numpy()] = True
        return sure

    def estimated(self, found: Sequence[Found]) -> list[Found]:
        """All found pairs, weighed by what they show of their pools."""
        if self.matching.estimate == "nothing":
            return list(found)
        weighed: list[Found] = []
        for run in self.runs:
            own = [f for f in found if f.run is run]
            scored = run.estimate(own, self.matching.estimate == "weights")
            weighed += [replace(f, scored=s) for f, s in zip(own, scored, strict=True)]
        self.prices = _prices(self.population, self.runs)
        return weighed

    def shares(self) -> list[dict[str, object]]:
        """Of each link, how many of its pairs this run takes for matches: see
        `link_runs.LinkRun.shares`."""
        return [share for run in self.runs for share in run.shares()]

    def resolved(self, scored: pl.DataFrame) -> Resolved:
        """Persons; pairs that no rule found are judged where a tangle needs them."""
        odds = self.matching.match_probability / (1 - self.matching.match_probability)

        def judge(pairs: pl.DataFrame) -> pl.DataFrame:
            return pl.concat(
                [run.judge(pairs) for run in [*self.runs, *self.unsearched]], how="diagonal"
            )

        def values(comparison: str, nodes: Nodes) -> Codes:
            return value_codes(self.population, self.homes, comparison, nodes)

        cut = round(1000 * np.log2(odds))
        return resolve(
            self.population, self.certain, scored, self.prices, cut, judge, values, self.constraints
        )


def _prices(population: Population, runs: Sequence[LinkRun]) -> npt.NDArray[np.int64]:
    """By source, what a second record of one person costs (1/1000 bit)."""
    prices = np.full(len(population.sources), _UNKNOWN_PRICE, dtype=np.int64)
    for run in runs:
        for link, pools in zip(run.links, run.pools, strict=True):
            if link.inside:
                prices[population.sources.index(link.sources[0])] = round(1000 * pools.price)
    return prices


def _both_ways(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs (node_l, node_r), and each the other way round."""
    return pl.concat([pairs, pairs.select(node_l="node_r", node_r="node_l")])


def _inside_unsearched(links: Sequence[LinkConfig]) -> list[LinkConfig]:
    """A link of each source that the plan does not compare with itself: its records are not
    searched for doubles, but two of them that a record of another source leads to must be weighed
    with each other, or they tie."""
    inside = {link.sources[0] for link in links if link.inside}
    first: dict[str, LinkConfig] = {}
    for link in links:
        for source in link.sources:
            if source not in inside:
                first.setdefault(
                    source, link.model_copy(update={"sources": (source, source), "exact": []})
                )
    return list(first.values())


def plan_columns(links: Sequence[LinkConfig]) -> list[str]:
    """The columns that the links' keys name and that their comparisons are told, each once,
    sorted."""
    keys = {
        column
        for link in links
        for rule in (*link.exact, *link.blocking, *link.wide)
        for column in rule
    }
    told = compared_columns(comparison for link in links for comparison in link.comparisons)
    return sorted(keys.union(told).difference(DERIVED_KEYS))


_PAIR = ("node_l", "node_r")
# A match this heavy (1/1000 bit) needs no wider search: an error once in a thousand.
_SURE = 10_000
# What settled records of one register that may be one person share.
_ALIKE = ("name_reading", "birth_date_std")
# Of a source that is not compared with itself, where doubles were not asked for.
_UNKNOWN_PRICE = -10_000
