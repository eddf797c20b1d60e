"""Fit a matching model to the registers of a config: the levels' chances among matches and
strangers, and the shares.

Rounds of expectation and maximisation. Expectation: pairs are weighed as a run weighs them, by the
pools that this model expects and these pairs show (`stages.estimate`), so that it does not matter
how many pairs the keys found. Maximisation: m from what is likely a match, u from pairs drawn at
random, the shares from the pools. At the end what is learnt of m is mixed with what the starting
model held, by how many matches there are. k and kin stay as they are: keys find kin by what they
share, so compared pairs do not show how kin are, nor how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import Config, MatchingConfig, matching_of
from reconcile.core.progress import Progress
from reconcile.core.stacked import spans
from reconcile.matching.fitting import Evidence, maximised, mixed
from reconcile.matching.judgements import judgements_of
from reconcile.matching.link_runs import Found, LinkRun
from reconcile.matching.linkage import Linkage
from reconcile.matching.model import Model, load_model
from reconcile.matching.others import with_others
from reconcile.matching.score import probability
from reconcile.pipeline.sources import read_area_table, read_sources, standardise_sources
from reconcile.quality.fit.check import Problem, Quality, problems, quality
from reconcile.quality.fit.shares import certain_pairs, shown_shares

ROUNDS = 5
_CERTAIN_PAIRS = 1_000_000
# For so many matches the starting model's m count at the end.
_STARTING_MATCHES = 2000


@dataclass(frozen=True)
class Fitted:
    """`model`: fitted, from `start`. `matches`: by parameter set, how many the registers show.
    `found`: the compared pairs, weighed by the fitted model, with `decided` (Float64: 1 judged the
    same, 0 different, null not judged). `change`: the largest change of a weight in the last round,
    in bits. `before`, `after`: what comes of a run by either model."""

    model: Model
    start: Model
    linkage: Linkage
    found: tuple[Found, ...]
    matches: Mapping[str, float]
    change: float
    before: Quality
    after: Quality

    @property
    def problems(self) -> list[Problem]:
        """Why this model should not be used; see `fit_check`."""
        return problems(self.before, self.after)


def fit_files(config: Config, name: str, progress: Progress, rounds: int = ROUNDS) -> Fitted:
    """The config's model fitted to the files of its sources (see `fit`)."""
    read = read_sources(config.sources, progress)
    # Records without a key of their own are named by their content; nobody sees these names.
    today = date.today()
    areas = read_area_table(config.areas, today, progress)
    prepared = standardise_sources(
        config.sources, read, b"", today, progress, areas, config.births.home_areas
    )
    return fit(prepared.records, matching_of(config), name, progress, rounds)


def fit(
    records: Mapping[str, pl.DataFrame],
    matching: MatchingConfig,
    name: str,
    progress: Progress,
    rounds: int = ROUNDS,
) -> Fitted:
    """The model of `matching` fitted to these standardised records, called `name`.

    Starts from the model's own chances and shares, which count as so many pairs and records: where
    few match, they have the say.
    """
    start = load_model(matching.model)
    with progress.stage("compare"):
        linkage = Linkage(records, matching, start, judgements_of(matching.judgements))
        linkage.meet_strangers()
        found = linkage.narrow()
        found += linkage.wide(found)
        found += linkage.doubles()
        found = [
            replace(f, scored=f.scored.with_columns(linkage.constraints.decided(f.scored)))
            for f in found
        ]
        drawn = [(run, run.drawn()) for run in linkage.runs]
        certain = [_certain(linkage, run) for run in linkage.runs]
    with progress.stage("fit"):
        found = linkage.estimated(found)
        before = quality(linkage, _scored(found))
        learnt, evidence = start, _evidence(_with_rivals(linkage, found))
        for _ in range(rounds):
            strangers = [run.as_strangers(run.weighed_anew(pairs)) for run, pairs in drawn]
            learnt = maximised(start, [*certain, *evidence], strangers)
            learnt = replace(learnt, shares=shown_shares(linkage, start))
            change = _change(linkage.model, learnt)
            found = _weighed(linkage, learnt, found)
            evidence = _evidence(_with_rivals(linkage, found))
        matches = _matches([*certain, *evidence])
        for parameters, count in _independent(linkage, _with_rivals(linkage, found)).items():
            learnt = mixed(start, learnt, parameters, count / (count + _STARTING_MATCHES))
        found = _weighed(linkage, learnt, found)
        after = quality(linkage, _scored(found))
        found = _with_rivals(linkage, found)
    return Fitted(
        replace(learnt, name=name), start, linkage, tuple(found), matches, change, before, after
    )


def _scored(found: Sequence[Found]) -> pl.DataFrame:
    return pl.concat([f.scored for f in found], how="diagonal")


def _weighed(linkage: Linkage, model: Model, found: Sequence[Found]) -> list[Found]:
    """The pairs weighed by this model, as a run would; levels are not compared again."""
    linkage.take(model)
    return linkage.estimated([replace(f, scored=f.run.weighed_anew(f.scored)) for f in found])


def _matches(evidence: Sequence[Evidence]) -> dict[str, float]:
    """How many matches the evidence shows, by parameter set."""
    found: dict[str, float] = {}
    for one in evidence:
        found[one.parameters] = found.get(one.parameters, 0.0) + float(one.match.sum())
    return found


def _independent(linkage: Linkage, found: Sequence[Found]) -> dict[str, float]:
    """As `_matches`, a person of n records counting for n / 2: their pairs are not independent."""
    nodes: dict[str, npt.NDArray[np.float64]] = {}
    size = len(linkage.population)
    for run in linkage.runs:
        own = nodes.setdefault(run.link.parameters, np.zeros(size))
        closed = np.concatenate([certain_pairs(linkage, link) for link in run.links])
        for side in ("node_l", "node_r"):
            own[linkage.certain[side].to_numpy()[closed]] = 1
    for f in found:
        match = match_chance(f.scored)
        for side in ("node_l", "node_r"):
            nodes[f.run.link.parameters] += np.bincount(f.scored[side].to_numpy(), match, size)
    return {group: float(np.minimum(matched, 1).sum() / 2) for group, matched in nodes.items()}


def _change(before: Model, after: Model) -> float:
    """The largest change of a weight log2 m/u between two models, in bits."""
    return max(
        abs(np.log2(level.m / level.u) - np.log2(was.m / was.u))
        for group, members in after.comparisons.items()
        for name, levels in members.items()
        for of, level in levels.items()
        if (was := before.comparisons[group][name][of])
    )


def _evidence(found: Sequence[Found]) -> list[Evidence]:
    """The compared pairs as the model sees them."""
    return [
        Evidence(
            f.run.link.parameters, f.scored.select(f.run.link.comparisons), match_chance(f.scored)
        )
        for f in found
    ]


def _with_rivals(linkage: Linkage, found: Sequence[Found]) -> list[Found]:
    """The pairs with `others` (see `matching.others`): of several records that one may be, one at
    most is."""
    everyone = pl.Series(np.arange(len(linkage.population), dtype=np.uint32))
    told = with_others(_scored(found), linkage.certain, everyone, linkage.population.source)
    weighed = told.select("others", "match_weight")
    return [
        replace(f, scored=f.scored.with_columns(weighed[span]))
        for f, span in zip(found, spans(len(f.scored) for f in found), strict=True)
    ]


def match_chance(scored: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Each scored pair's chance of being one person: what people decided, 0 where it is barred,
    else its match probability."""
    chance = pl.Series(probability(scored["match_weight"].to_numpy()))
    weighed = pl.when("barred").then(0.0).otherwise(chance)
    return scored.select(pl.coalesce("decided", weighed))["decided"].to_numpy()


def _certain(linkage: Linkage, run: LinkRun) -> Evidence:
    """Certain pairs of the links as matches; at most `_CERTAIN_PAIRS`, weighed up to all of
    them."""
    every = np.concatenate([certain_pairs(linkage, link) for link in run.links])
    chosen = every[:: max(1, len(every) // _CERTAIN_PAIRS)]
    left, right = (linkage.certain[side].to_numpy()[chosen] for side in ("node_l", "node_r"))
    weight = np.full(len(chosen), len(every) / max(len(chosen), 1))
    return Evidence(run.link.parameters, run.levels(left, right), weight)
