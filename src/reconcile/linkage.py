"""Who is who: the matching stages in order, for a whole run and for the single jobs alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import LinkConfig, MatchingConfig
from reconcile.frames import BANDS
from reconcile.link_runs import Found, LinkRun, compared_alike, settled
from reconcile.matchers import compared_columns
from reconcile.matching import saved
from reconcile.matching.constraints import JUDGED, Constraints, constraints
from reconcile.matching.deliveries import with_deliveries
from reconcile.matching.false_share import cut_of_share
from reconcile.matching.grouping import grouped, mixed
from reconcile.matching.homes import homes
from reconcile.matching.judgements import judgements_of
from reconcile.matching.model import Model, load_model
from reconcile.matching.population import Codes, Nodes, Population
from reconcile.matching.relatives import with_relatives
from reconcile.matching.values import value_codes
from reconcile.matching.weak_edges import weak_edges_frame
from reconcile.progress import Progress
from reconcile.stages.block import DERIVED_KEYS, RuleReport
from reconcile.stages.resolve import Resolved, resolve
from reconcile.stages.score import probability
from reconcile.stages.settle import settle


@dataclass(frozen=True)
class Linked:
    """Persons over all registers, and what led to them; frames by record id as `frames.py` has them.

    `matching`: the plan with the cut that this run took. `unsearched_doubles`: of sources that the plan does not
    compare with themselves, how many further records of one person turned up. Of the judgements that name a record
    which is not in the run: `unknown_judgements`, rows of the file, and `idle_judgements`, how many of the ledger.
    """

    persons: pl.DataFrame
    best: pl.DataFrame  # source, record_id, person_probability
    links: pl.DataFrame
    scored_pairs: pl.DataFrame
    mentions: pl.DataFrame
    homes: pl.DataFrame
    weak_edges: pl.DataFrame
    judgements: pl.DataFrame
    unknown_judgements: tuple[int, ...]
    idle_judgements: int
    matching: MatchingConfig
    unsearched_doubles: Mapping[str, int]
    blocking: tuple[RuleReport, ...]
    tangles: int
    greedy: int
    split: int


def link_records(
    records: Mapping[str, pl.DataFrame],
    matching: MatchingConfig,
    progress: Progress,
    judgements: pl.DataFrame | None = None,
) -> Linked:
    """Resolves the standardised records of all sources into persons, by the plan in `matching`.

    `judgements`: frames.JUDGEMENTS, free of contradictions; those in the plan's file when not given.
    """
    with progress.stage("settle"):
        judged = judgements_of(matching.judgements) if judgements is None else judgements
        linkage = Linkage(records, matching, load_model(matching.model), judged)
    with progress.stage("compare"):
        found = linkage.narrow()
    with progress.stage("compare_wide"):
        found += linkage.wide(found)
    with progress.stage("resolve"):
        scored = pl.concat([f.scored for f in [*found, *linkage.doubles()]], how="diagonal")
        linkage.matching = with_cut(matching, scored)
        resolved = linkage.resolved(scored)
        scored = _with_bands(pl.concat([scored, resolved.judged], how="diagonal"), linkage.matching)
        scored = linkage.constraints.banded(scored)
    with progress.stage("describe"):
        return _described(linkage, found, scored, resolved)


class Linkage:
    """The population of a run, what is certain in it, and each link of the plan ready to run.

    `model`: the weights; another model may take its place between two scorings (fitting does that). `judgements`:
    frames.JUDGEMENTS.
    """

    def __init__(
        self, records: Mapping[str, pl.DataFrame], matching: MatchingConfig, model: Model, judgements: pl.DataFrame
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
        self.model = model

    def narrow(self) -> list[Found]:
        """What each link's blocking rules find for every record that is not settled."""
        return [run.find(run.link.blocking, [self.free] * len(run.links)) for run in self.runs]

    def doubles(self) -> list[Found]:
        """Settled records of one register that may be one person.

        Exact keys close two rows of one person with two rows of another register, and neither is looked up again.
        """
        found = []
        for run in self.runs:
            probes = [self._alike(link) for link in run.links]
            if np.logical_or.reduce(probes).any():
                pairs = run.find([_ALIKE], probes)
                free = pl.Series(self.free)
                settled_both = ~free.gather(pairs.scored["node_l"]) & ~free.gather(pairs.scored["node_r"])
                found.append(replace(pairs, scored=pairs.scored.filter(settled_both)))
        return found

    def _alike(self, link: LinkConfig) -> npt.NDArray[np.bool_]:
        """The settled records that share name and birth date with another one of their register, if the link looks
        into one by these."""
        alike = np.zeros(len(self.population), dtype=bool)
        if link.sources[0] == link.sources[1] and _ALIKE in map(tuple, link.blocking):
            nodes = self.population.nodes_of(link.sources[0])
            nodes = nodes[~self.free[nodes]]
            key = mixed(*(self.population.codes(column)[nodes] for column in _ALIKE))
            nodes, key = nodes[key != 0], key[key != 0]
            groups = grouped(key)
            alike[nodes[groups.order[np.repeat(groups.sizes > 1, groups.sizes)]]] = True
        return alike

    def wide(self, found: Sequence[Found]) -> list[Found]:
        """What the wide rules find for records that `found` left without a sure match.

        A record that is sure in any link needs no double of it found; between two registers only a sure match
        in the other one counts.
        """
        sure = {
            link.sources: self._sure(f.scored.filter(pl.col("link") == position))
            for f in found
            for position, link in enumerate(f.run.links)
        }
        anywhere = np.logical_or.reduce(list(sure.values()))
        more = []
        for f in found:
            inside = [link.sources[0] == link.sources[1] for link in f.run.links]
            of_links = zip(f.run.links, inside, strict=True)
            probes = [self.free & ~(anywhere if within else sure[link.sources]) for link, within in of_links]
            more.append(f.run.find(f.run.link.wide, probes, f.candidates.pairs))
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
            return pl.concat([run.judge(pairs) for run in [*self.runs, *self.unsearched]], how="diagonal")

        def values(comparison: str, nodes: Nodes) -> Codes:
            return value_codes(self.population, self.homes, comparison, nodes)

        cut = round(1000 * np.log2(odds))
        return resolve(self.population, self.certain, scored, self._prices(), cut, judge, values, self.constraints)

    def _prices(self) -> npt.NDArray[np.int64]:
        """By source, what a second record of one person costs (1/1000 bit)."""
        prices = np.full(len(self.population.sources), _UNKNOWN_PRICE, dtype=np.int64)
        for link in self.matching.links:
            left, right = link.sources
            if left == right:
                shares = self.model.shares[link.parameters]
                prices[self.population.sources.index(left)] = round(1000 * np.log2(shares.repeated / shares.linked))
        return prices


def _inside_unsearched(links: Sequence[LinkConfig]) -> list[LinkConfig]:
    """A link of each source that the plan does not compare with itself: its records are not searched for doubles, but
    two of them that a record of another source leads to must be weighed with each other, or they tie."""
    inside = {link.sources[0] for link in links if link.sources[0] == link.sources[1]}
    first: dict[str, LinkConfig] = {}
    for link in links:
        for source in link.sources:
            if source not in inside:
                first.setdefault(source, link.model_copy(update={"sources": (source, source), "exact": []}))
    return list(first.values())


def plan_columns(links: Sequence[LinkConfig]) -> list[str]:
    """The columns that the links' keys name and that their comparisons are told, each once, sorted."""
    keys = {column for link in links for rule in (*link.exact, *link.blocking, *link.wide) for column in rule}
    told = compared_columns(comparison for link in links for comparison in link.comparisons)
    return sorted(keys.union(told).difference(DERIVED_KEYS))


# A match this heavy (1/1000 bit) needs no wider search: an error once in a thousand.
_SURE = 10_000
# What settled records of one register that may be one person share.
_ALIKE = ("name_reading", "birth_date_std")
# Of a source that is not compared with itself, where doubles were not asked for.
_UNKNOWN_PRICE = -10_000


def with_cut(matching: MatchingConfig, scored: pl.DataFrame) -> MatchingConfig:
    """`matching` with the match_probability that its `max_false_share` asks for of these pairs, never below the one
    given; unchanged where it asks for none."""
    if matching.max_false_share is None:
        return matching
    match = probability(scored.filter(~pl.col("barred"))["match_weight"].to_numpy())
    cut = cut_of_share(match, matching.max_false_share, matching.match_probability)
    return matching.model_copy(update={"match_probability": cut})


def _with_certain(certain: pl.DataFrame, scored: pl.DataFrame, judged: Constraints) -> pl.DataFrame:
    """The scored pairs, the certain ones, and those that only a judgement joins, each once.

    A certain pair has no levels and a probability of 1, unless a tangle wanted it weighed; then it has both.
    """
    pair = ["node_l", "node_r"]
    closed = certain.with_columns(pl.concat_str(pl.lit("exact: "), "match_key").alias("match_key"))
    unfound = judged.unfound(pl.concat([closed.select(pair), scored.select(pair)]))
    closed = pl.concat([closed, unfound.with_columns(pl.lit(JUDGED).alias("match_key"))])
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
        .drop("barred", "link")
    )


def _described(linkage: Linkage, found: Sequence[Found], scored: pl.DataFrame, resolved: Resolved) -> Linked:
    population, persons = linkage.population, resolved.persons
    every_pair, naming = _with_certain(linkage.certain, scored, linkage.constraints), saved.Naming(population)
    return Linked(
        persons=saved.persons_frame(naming, persons),
        best=_best(naming, persons),
        links=saved.links_frame(naming, persons, scored),
        scored_pairs=saved.scored_pairs_frame(naming, every_pair),
        mentions=saved.mentions_frame(naming, population, persons),
        homes=saved.homes_frame(naming, linkage.homes),
        weak_edges=weak_edges_frame(naming, resolved.weakest),
        judgements=linkage.judgements,
        unknown_judgements=linkage.constraints.unknown,
        idle_judgements=linkage.constraints.idle,
        matching=linkage.matching,
        unsearched_doubles=_doubles(linkage, persons),
        blocking=tuple(report for f in found for report in f.candidates.reports),
        tangles=resolved.tangles,
        greedy=resolved.greedy,
        split=resolved.split,
    )


def _doubles(linkage: Linkage, persons: pl.DataFrame) -> dict[str, int]:
    """Of each source that is not searched for doubles, how many were found all the same; none left out."""
    found, source = {}, pl.Series(linkage.population.source)
    for run in linkage.unsearched:
        name = run.link.sources[0]
        mine = persons["person"].filter(source == linkage.population.sources.index(name))
        found[name] = len(mine) - mine.n_unique()
    return {name: count for name, count in found.items() if count}


def _best(naming: saved.Naming, persons: pl.DataFrame) -> pl.DataFrame:
    """`person_probability`: that of each record's heaviest edge in its person, 1 where joins or people closed it."""
    best = persons["best"].cast(pl.Float64).fill_null(0.0)
    chance = pl.Series("chance", probability(best.to_numpy())).round(6)
    probable = (
        pl.when(pl.col("how") == "alone")
        .then(None)
        .when(pl.col("how").is_in(["exact", "judgement"]))
        .then(1.0)
        .otherwise("chance")
    )
    told = pl.DataFrame([persons["how"], chance]).select(person_probability=probable)
    return pl.DataFrame([naming.source.alias("source"), naming.record_id, *told.get_columns()])
