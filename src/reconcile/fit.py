"""Fit a matching model to the registers of a config: the levels' chances among matches and strangers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.config import Config, MatchingConfig, matching_of
from reconcile.errors import InputError
from reconcile.link_runs import Found, LinkRun
from reconcile.linkage import Linkage
from reconcile.matching.fitting import Evidence, Strangers, maximised
from reconcile.matching.judgements import judgements_of
from reconcile.matching.model import Model, load_model
from reconcile.messages import text
from reconcile.prepared import read_area_table, read_sources, standardise_sources
from reconcile.progress import Progress
from reconcile.stages.score import probability

ROUNDS = 5
# With fewer matches the starting model has more say than the registers (see `fitting.PRIOR`).
LEAST_MATCHES = 200
# Pairs drawn at random: so many for each record, at most so many for links that are compared alike.
_DRAWS_A_RECORD = 50
_RANDOM_PAIRS = 1_000_000
_CERTAIN_PAIRS = 1_000_000
_SEED = 2008


@dataclass(frozen=True)
class Fitted:
    """`model`: fitted, from `start`. `matches`: by parameter set, how many the registers show; `kept`: the sets that
    show too few and keep their starting m. `found`: the compared pairs, weighed by the fitted model,
    with `decided` (Float64: 1 judged the same, 0 different, null not judged). `change`: the
    largest change of a weight in the last round, in bits."""

    model: Model
    start: Model
    linkage: Linkage
    found: tuple[Found, ...]
    matches: Mapping[str, float]
    kept: tuple[str, ...]
    change: float


def fit_files(config: Config, name: str, progress: Progress, rounds: int = ROUNDS) -> Fitted:
    """The config's model fitted to the files of its sources (see `fit`)."""
    read = read_sources(config, progress)
    # Records without a key of their own are named by their content; nobody sees these names.
    today = date.today()
    areas = read_area_table(config, today, progress)
    prepared = standardise_sources(config, read, b"", today, progress, areas)
    return fit(prepared.records, matching_of(config), name, progress, rounds)


def fit(
    records: Mapping[str, pl.DataFrame],
    matching: MatchingConfig,
    name: str,
    progress: Progress,
    rounds: int = ROUNDS,
) -> Fitted:
    """The model of `matching` fitted to these standardised records, called `name`.

    Starts from the model's own chances; each round weighs every compared pair and counts its levels anew. InputError
    when no parameter set shows `LEAST_MATCHES` matches.
    """
    start = load_model(matching.model)
    with progress.stage("compare"):
        linkage = Linkage(records, matching, start, judgements_of(matching.judgements))
        found = linkage.narrow()
        found += linkage.wide(found)
        found = [replace(f, scored=f.scored.with_columns(linkage.constraints.decided(f.scored))) for f in found]
    with progress.stage("fit"):
        certain = [_certain(linkage, run) for run in linkage.runs]
        strangers = [_strangers(linkage, run) for run in linkage.runs]
        change = np.inf
        for _ in range(rounds):
            evidence = [*certain, *(_evidence(f) for f in found)]
            matches = _matches(evidence)
            enough = _enough(matches)
            before = linkage.model
            linkage.model = maximised(start, [e for e in evidence if e.parameters in enough], strangers)
            change = _change(before, linkage.model)
        weighed = tuple(_weighed(f) for f in found)
    kept = tuple(group for group in matches if group not in enough)
    return Fitted(replace(linkage.model, name=name), start, linkage, weighed, matches, kept, change)


def _matches(evidence: Sequence[Evidence]) -> dict[str, float]:
    """How many matches the evidence shows, by parameter set."""
    found: dict[str, float] = {}
    for one in evidence:
        found[one.parameters] = found.get(one.parameters, 0.0) + float(one.match.sum())
    return found


def _enough(matches: Mapping[str, float]) -> set[str]:
    """The parameter sets with enough matches to fit. InputError when there is none."""
    enough = {group for group, count in matches.items() if count >= LEAST_MATCHES}
    if not enough:
        shown = "\n".join(text("fit.matches_of", parameters=g, matches=f"{n:,.0f}") for g, n in matches.items())
        raise InputError("fit.error.too_few", least=LEAST_MATCHES, matches=shown)
    return enough


def _change(before: Model, after: Model) -> float:
    """The largest change of a weight log2 m/u between two models, in bits."""
    return max(
        abs(np.log2(level.m / level.u) - np.log2(was.m / was.u))
        for group, members in after.comparisons.items()
        for name, levels in members.items()
        for of, level in levels.items()
        if (was := before.comparisons[group][name][of])
    )


def _weighed(found: Found) -> Found:
    """The pairs weighed anew by the linkage's model; levels are not compared again."""
    run, scored = found.run, found.scored
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    weights = run.scorer().score(left, right, scored["link"].to_numpy(), scored.select(run.link.comparisons))
    return replace(found, scored=scored.with_columns(weights.get_columns()))


def _evidence(found: Found) -> Evidence:
    """The compared pairs of links that are compared alike as the model sees them."""
    scored = _weighed(found).scored
    return Evidence(found.run.link.parameters, scored.select(found.run.link.comparisons), match_chance(scored))


def match_chance(scored: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Each scored pair's chance of being one person: what people decided, 0 where it is barred, else its match
    probability."""
    chance = pl.Series(probability(scored["match_weight"].to_numpy()))
    weighed = pl.when("barred").then(0.0).otherwise(chance)
    return scored.select(pl.coalesce("decided", weighed))["decided"].to_numpy()


def _certain(linkage: Linkage, run: LinkRun) -> Evidence:
    """Certain pairs of the links as matches; at most `_CERTAIN_PAIRS`, weighed up to all of them."""
    source = linkage.population.source
    left, right = (linkage.certain[side].to_numpy() for side in ("node_l", "node_r"))
    own = np.zeros(len(left), dtype=bool)
    for link in run.links:
        sides = [linkage.population.sources.index(s) for s in link.sources]
        own |= (source[left] == sides[0]) & (source[right] == sides[1])
    every = np.flatnonzero(own)
    chosen = every[:: max(1, len(every) // _CERTAIN_PAIRS)]
    weight = np.full(len(chosen), len(every) / max(len(chosen), 1))
    return Evidence(run.link.parameters, run.levels(left[chosen], right[chosen]), weight)


def _strangers(linkage: Linkage, run: LinkRun) -> Strangers:
    """Pairs drawn at random from the two sources of each link; the same draw every time."""
    draw = np.random.Generator(np.random.PCG64(_SEED))
    drawn = []
    for position, link in enumerate(run.links):
        sides = [linkage.population.nodes_of(source) for source in link.sources]
        count = min(_RANDOM_PAIRS // len(run.links), _DRAWS_A_RECORD * sum(map(len, sides)))
        left, right = (side[draw.integers(0, len(side), count)] for side in sides)
        drawn.append(pl.DataFrame({"node_l": left, "node_r": right}).with_columns(link=pl.lit(position, pl.UInt8)))
    pairs = pl.concat(drawn).filter(pl.col("node_l") != pl.col("node_r"))
    scored = run.score(pairs.with_columns(rule=pl.lit(0)), ("random",))
    # In a small register some of the pairs are matches: they count by what they are likely to be.
    apart = 1 - probability(scored["match_weight"].to_numpy())
    return Strangers(run.link.parameters, scored.select(run.link.comparisons), apart)
