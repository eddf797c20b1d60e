"""Who is who: the matching stages in order, for a whole run and for the single jobs alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig, MatchingConfig
from reconcile.frames import BANDS
from reconcile.matchers import load_matcher
from reconcile.matching import saved
from reconcile.matching.homes import homes
from reconcile.matching.model import Model, load_model
from reconcile.matching.population import Nodes, Population
from reconcile.matching.relatives import with_relatives
from reconcile.progress import Progress
from reconcile.stages.block import Candidates, RuleReport, block
from reconcile.stages.compare import compare
from reconcile.stages.resolve import Resolved, resolve
from reconcile.stages.score import Scorer, probability
from reconcile.stages.settle import settle


@dataclass(frozen=True)
class Linked:
    """Persons over all registers, and what led to them; frames by record id as `frames.py` has them."""

    persons: pl.DataFrame
    best: pl.DataFrame  # source, record_id, person_probability
    links: pl.DataFrame
    scored_pairs: pl.DataFrame
    mentions: pl.DataFrame
    homes: pl.DataFrame
    blocking: tuple[RuleReport, ...]
    tangles: int
    greedy: int
    split: int


def link_records(records: Mapping[str, pl.DataFrame], matching: MatchingConfig, progress: Progress) -> Linked:
    """Resolves the standardised records of all sources into persons, by the plan in `matching`."""
    with progress.stage("settle"):
        linkage = Linkage(records, matching, load_model(matching.model))
    with progress.stage("compare"):
        found = linkage.narrow()
    with progress.stage("compare_wide"):
        found += linkage.wide(found)
    with progress.stage("resolve"):
        scored = pl.concat([f.scored for f in found], how="diagonal")
        resolved = linkage.resolved(scored)
        scored = _with_bands(pl.concat([scored, resolved.judged], how="diagonal"), matching)
    with progress.stage("describe"):
        return _described(linkage, found, scored, resolved)


@dataclass(frozen=True)
class Found:
    """The pairs that one link's rules found, scored."""

    run: LinkRun
    candidates: Candidates
    scored: pl.DataFrame


class Linkage:
    """The population of a run, what is certain in it, and each link of the plan ready to run.

    `model`: the weights; another model may take its place between two scorings (fitting does that).
    """

    def __init__(self, records: Mapping[str, pl.DataFrame], matching: MatchingConfig, model: Model) -> None:
        self.population = with_relatives(Population.stack(records))
        self.certain = settle(self.population, matching.links)
        self.homes = homes(self.population, self.certain)
        self.matching = matching
        self.runs = [LinkRun(self, link) for link in matching.links]
        self.model = model

    def narrow(self) -> list[Found]:
        """What each link's blocking rules find for every record that is not settled."""
        return [run.find(run.link.blocking, run.probes) for run in self.runs]

    def wide(self, found: Sequence[Found]) -> list[Found]:
        """What the wide rules find for records that `found` left without a sure match."""
        sure = {f.run.link.sources: self._sure(f.scored) for f in found}
        anywhere = np.logical_or.reduce(list(sure.values()))
        more = []
        for run in self.runs:
            inside = run.link.sources[0] == run.link.sources[1]
            probes = run.probes & ~(anywhere if inside else sure[run.link.sources])
            known = next(f.candidates.pairs for f in found if f.run is run)
            more.append(run.find(run.link.wide, probes, known))
        return more

    def _sure(self, scored: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """The nodes with a pair far above the cut."""
        heavy = scored.filter((pl.col("match_weight") >= _SURE) & ~pl.col("barred"))
        sure = np.zeros(len(self.population), dtype=bool)
        for side in ("node_l", "node_r"):
            sure[heavy[side].to_numpy()] = True
        return sure

    def resolved(self, scored: pl.DataFrame) -> Resolved:
        """Persons; pairs that no rule found are judged where a tangle needs them."""
        odds = self.matching.match_probability / (1 - self.matching.match_probability)

        def judge(pairs: pl.DataFrame) -> pl.DataFrame:
            return pl.concat([run.judge(pairs) for run in self.runs], how="diagonal")

        cut = round(1000 * np.log2(odds))
        return resolve(self.population, self.certain, scored, self._prices(), cut, judge)

    def _prices(self) -> npt.NDArray[np.int64]:
        """By source, what a second record of one person costs (1/1000 bit)."""
        prices = np.full(len(self.population.sources), _UNKNOWN_PRICE, dtype=np.int64)
        for run in self.runs:
            left, right = run.link.sources
            if left == right:
                shares = self.model.shares[run.link.parameters]
                prices[self.population.sources.index(left)] = round(1000 * np.log2(shares.repeated / shares.linked))
        return prices


# A match this heavy (1/1000 bit) needs no wider search: an error once in a thousand.
_SURE = 10_000
# Of a source that is not compared with itself, where doubles were not asked for.
_UNKNOWN_PRICE = -10_000


class LinkRun:
    """Block, compare and score for one link of the plan."""

    def __init__(self, linkage: Linkage, link: LinkConfig) -> None:
        self.link = link
        self._linkage = linkage
        population, certain = linkage.population, linkage.certain
        self.probes = ~_settled(population, certain, population.sources)
        # Between two sources only their own certain pairs leave a pool; inside one, all of them do.
        inside = link.sources[0] == link.sources[1]
        self._pooled = _settled(population, certain, population.sources if inside else link.sources)

    def find(
        self, rules: Sequence[Sequence[str]], probes: npt.NDArray[np.bool_], known: pl.DataFrame | None = None
    ) -> Found:
        """The pairs that these rules find for the probes and that are not `known`, scored."""
        candidates = block(self._linkage.population, self.link, rules, self._linkage.homes, probes)
        if known is not None:
            new = candidates.pairs.join(known, on=["node_l", "node_r"], how="anti", maintain_order="left")
            candidates = replace(candidates, pairs=new)
        return Found(self, candidates, self.score(candidates.pairs, candidates.rules))

    def levels(self, left: Nodes, right: Nodes) -> pl.DataFrame:
        """How these pairs agree."""
        return compare(self._linkage.population, self._linkage.homes, left, right, self.link.comparisons)

    def score(self, pairs: pl.DataFrame, rules: tuple[str, ...]) -> pl.DataFrame:
        """The pairs (node_l, node_r, rule) with levels, weights, and whether they are barred."""
        left, right = pairs["node_l"].to_numpy(), pairs["node_r"].to_numpy()
        scorer = Scorer(self._linkage.population, self.link, self._linkage.model, self._pooled)
        scored = scorer.score(left, right, self.levels(left, right))
        names = pl.Series(rules, dtype=pl.String)
        return pl.concat(
            [
                pairs.select("node_l", "node_r", names.gather(pairs["rule"]).alias("match_key")),
                scored.with_columns(self._barred()),
            ],
            how="horizontal",
        )

    def judge(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Scores those of the pairs (node_l < node_r) that are this link's, in its own order of sides."""
        population = self._linkage.population
        source = population.source
        left, right = (population.sources.index(s) for s in self.link.sources)
        sides = (source[pairs["node_l"].to_numpy()], source[pairs["node_r"].to_numpy()])
        straight = pairs.filter(pl.Series((sides[0] == left) & (sides[1] == right)))
        turned = pairs.filter(pl.Series((sides[0] == right) & (sides[1] == left) & (left != right)))
        mine = pl.concat([straight, turned.select(pl.col("node_r").alias("node_l"), pl.col("node_l").alias("node_r"))])
        return self.score(mine.with_columns(pl.lit(0).alias("rule")), ("tangle",))

    def _barred(self) -> pl.Expr:
        bars = [bar.split(".") for bar in self.link.barred]
        positions = [(name, load_matcher(name).LEVELS.index(level)) for name, level in bars]
        return pl.any_horizontal(pl.lit(False), *(pl.col(name) == position for name, position in positions)).alias(
            "barred"
        )


def _settled(population: Population, certain: pl.DataFrame, sources: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which nodes a certain pair between these sources has settled."""
    settled = np.zeros(len(population), dtype=bool)
    ends = [certain[side].to_numpy() for side in ("node_l", "node_r")]
    positions = [population.sources.index(source) for source in sources]
    inside = np.isin(population.source[ends[0]], positions) & np.isin(population.source[ends[1]], positions)
    for end in ends:
        settled[end[inside]] = True
    return settled


def _with_certain(certain: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The scored pairs and the certain ones, each once.

    A certain pair has no levels and a probability of 1, unless a tangle wanted it weighed; then it has both.
    """
    pair = ["node_l", "node_r"]
    closed = certain.with_columns(pl.concat_str(pl.lit("exact: "), "match_key").alias("match_key"))
    weighed = scored.join(closed.rename({"match_key": "exact"}), on=pair, how="left", maintain_order="left")
    alone = closed.join(scored, on=pair, how="anti", maintain_order="left").with_columns(
        pl.lit(1.0).alias("match_probability"), pl.lit("match", dtype=pl.Enum(BANDS)).alias("band")
    )
    named = weighed.with_columns(pl.coalesce("exact", "match_key").alias("match_key")).drop("exact")
    return pl.concat([alone, named], how="diagonal")


def _with_bands(scored: pl.DataFrame, matching: MatchingConfig) -> pl.DataFrame:
    """Adds match_probability and band; a barred pair is at most 'review'."""
    chance = pl.Series("match_probability", probability(scored["match_weight"].to_numpy())).round(6)
    banded = saved.band(pl.col("match_probability"), matching.match_probability, matching.review_probability)
    return (
        scored.with_columns(chance)
        .with_columns(
            band=pl.when(pl.col("barred") & (banded == "match"))
            .then(pl.lit("review", dtype=pl.Enum(BANDS)))
            .otherwise(banded)
        )
        .drop("barred")
    )


def _described(linkage: Linkage, found: Sequence[Found], scored: pl.DataFrame, resolved: Resolved) -> Linked:
    population, persons = linkage.population, resolved.persons
    every_pair = _with_certain(linkage.certain, scored)
    return Linked(
        persons=saved.persons_frame(population, persons),
        best=_best(population, persons),
        links=saved.links_frame(population, persons, scored),
        scored_pairs=saved.scored_pairs_frame(population, every_pair),
        mentions=saved.mentions_frame(population, persons),
        homes=saved.homes_frame(population, linkage.homes),
        blocking=tuple(report for f in found for report in f.candidates.reports),
        tangles=resolved.tangles,
        greedy=resolved.greedy,
        split=resolved.split,
    )


def _best(population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """`person_probability`: that of each record's heaviest edge inside its person, 1 where joins closed it."""
    best = persons["best"].cast(pl.Float64).fill_null(0.0)
    chance = pl.Series("person_probability", probability(best.to_numpy())).round(6)
    return (
        saved.references(population)
        .with_columns(chance, persons["how"])
        .select(
            "source",
            "record_id",
            pl.when(pl.col("how") == "alone")
            .then(None)
            .when(pl.col("how") == "exact")
            .then(1.0)
            .otherwise("person_probability")
            .alias("person_probability"),
        )
    )
