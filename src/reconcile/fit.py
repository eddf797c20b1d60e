"""Fit a matching model to the registers of a config: the levels' chances among matches and strangers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from reconcile.config import MatchingConfig
from reconcile.linkage import Linkage, LinkRun
from reconcile.matching.fitting import Evidence, Strangers, maximised
from reconcile.matching.model import Model, load_model
from reconcile.stages.block import Candidates
from reconcile.stages.score import probability

ROUNDS = 5
_RANDOM_PAIRS = 1_000_000
_CERTAIN_PAIRS = 1_000_000
_SEED = 2008


def fit(records: Mapping[str, pl.DataFrame], matching: MatchingConfig, name: str, rounds: int = ROUNDS) -> Model:
    """The model of `matching` fitted to these standardised records, called `name`.

    Starts from the model's own chances; each round weighs every compared pair and counts its levels anew.
    """
    linkage = Linkage(records, matching, load_model(matching.model))
    found = linkage.narrow()
    found += linkage.wide(found)
    certain = [_certain(linkage, run) for run in linkage.runs if run.link.exact]
    strangers = [_strangers(linkage, run) for run in linkage.runs]
    for _ in range(rounds):
        compared = [_evidence(f.run, f.candidates) for f in found]
        linkage.model = maximised(linkage.model, [*certain, *compared], strangers)
    return replace(linkage.model, name=name)


def _evidence(run: LinkRun, candidates: Candidates) -> Evidence:
    """The compared pairs of one link as the model sees them."""
    scored = run.score(candidates.pairs, candidates.rules)
    match = probability(scored["match_weight"].to_numpy())
    match = np.where(scored["barred"].to_numpy(), 0.0, match)
    return Evidence(run.link.parameters, scored.select(run.link.comparisons), match)


def _certain(linkage: Linkage, run: LinkRun) -> Evidence:
    """Certain pairs of a link as matches; at most `_CERTAIN_PAIRS`, weighed up to all of them."""
    source = linkage.population.source
    left, right = (linkage.certain[side].to_numpy() for side in ("node_l", "node_r"))
    positions = [linkage.population.sources.index(s) for s in run.link.sources]
    own = np.flatnonzero((source[left] == positions[0]) & (source[right] == positions[1]))
    chosen = own[:: max(1, len(own) // _CERTAIN_PAIRS)]
    weight = np.full(len(chosen), len(own) / max(len(chosen), 1))
    return Evidence(run.link.parameters, run.levels(left[chosen], right[chosen]), weight)


def _strangers(linkage: Linkage, run: LinkRun) -> Strangers:
    """Pairs drawn at random from the two sources; the same draw every time."""
    draw = np.random.Generator(np.random.PCG64(_SEED))
    sides = [linkage.population.nodes_of(source) for source in run.link.sources]
    left, right = (side[draw.integers(0, len(side), _RANDOM_PAIRS)] for side in sides)
    other = left != right
    return Strangers(run.link.parameters, run.levels(left[other], right[other]))
