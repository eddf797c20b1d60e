"""Pools: of what pairs the matches of a run are a share, and how these agree, estimated from the
run itself.

A link's pairs fall into three pools, by how many of their records exact keys have settled: of two
free records, of one and of two settled ones. Pairs of two registers with a settled side are second
records of a person, as all pairs inside a register are.

Each pool is a mixture of matches and others (Fellegi and Sunter 1969), whose share and whose
chances m are found by expectation and maximisation over the agreement patterns with their counts
(Winkler 1988); what the model holds for likely counts as so many records and pairs, and has the say
where data are few. u and k stay, so that it does not matter which keys found the pairs: all that is
learnt is what matches look like, and nearly all matches are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matchers.shared.levels import Level
from reconcile.matching.fitting import Evidence, maximised
from reconcile.matching.model import Model

# Rounds in which the chances move, and those of the share alone before each: a share that is far
# off would draw in what is no match.
ROUNDS, SHARE_ROUNDS = 6, 8
# Weights are counted in quarters of a bit.
_STEP = 250
# A pair with a chance below 2⁻¹⁰ counts as none: there are millions of them, and what one of them
# is nobody knows.
_HOPELESS = -10.0
_LEAST_MATCHES = 1e-3
# How far the chances m follow what the pairs show. Relatives among the pairs draw the chances of
# matches to their own: of people many live with brothers, sisters and twins, and few births of a
# year do.
_LEARNT, _LEARNT_OF_BIRTHS = 0.5, 0.85
# However many match, so many of the records are taken to have no match.
_LEFT_OVER = 0.02


@dataclass(frozen=True)
class Pool:
    """`size`: pairs in the pool, compared or not. `matches`: how many of them are one person,
    `expected` by the model. `weight`: how many records or pairs the expectation counts for.
    `model`: the chances by which its pairs are weighed.
    """

    size: float
    expected: float
    matches: float
    weight: float
    model: Model
    records: tuple[int, int] | None = None

    @property
    def odds(self) -> float:
        """log2 odds that a pair of the pool is one person, before its values are seen."""
        return float(np.log2(max(self.matches, _LEAST_MATCHES) / max(self.size, 1.0)))

    @property
    def odds_of_unmatched(self) -> float:
        """As `odds`, of two records that are known to have no other match in the pool: where nearly
        everybody has one, the two that are left over are likely to belong together."""
        if self.records is None:
            return self.odds
        left = [max(count - self.matches, _LEFT_OVER * count, 1.0) for count in self.records]
        return float(np.log2(max(self.matches, _LEAST_MATCHES) / (left[0] * left[1])))


def without_settled(
    model: Model, parameters: str, comparisons: Sequence[str], settled: float, least: float = 0.02
) -> Model:
    """The model of matches that exact keys leave free, where they settle this share of all: what
    agrees in all of the settled ones (`comparisons`) agrees in fewer of the rest."""
    tables = dict(model.comparisons[parameters])
    for name in comparisons:
        if name in tables:
            tables[name] = _without_equal(tables[name], settled, least)
    return replace(model, comparisons={**model.comparisons, parameters: tables})


def _without_equal(levels: Mapping[str, Level], settled: float, least: float) -> dict[str, Level]:
    total = sum(level.m for level in levels.values())
    equal = levels["equal"].m / total
    rest = max((equal - settled) / (1 - settled), least * equal) if settled < 1 else least * equal
    others = (1 - rest) / max(1 - equal, 1e-9)
    return {
        name: replace(level, m=rest if name == "equal" else level.m / total * others)
        for name, level in levels.items()
    }


def patterns(scored: pl.DataFrame, comparisons: Sequence[str], pool: Pool) -> pl.DataFrame:
    """The agreement patterns of a pool's pairs that have a chance: levels, `bits` (of evidence),
    `pairs`."""
    likely = scored.filter(pl.col("evidence") > round(1000 * (_HOPELESS - pool.odds)))
    bits = (pl.col("evidence") / _STEP).round() * (_STEP / 1000)
    return (
        likely.group_by(*comparisons, bits.alias("bits"))
        .agg(pairs=pl.len())
        .sort(*comparisons, "bits")
    )


def estimated(pool: Pool, found: pl.DataFrame, parameters: str, chances: bool = True) -> Pool:
    """The pool with its matches, and with the chances m that they show where `chances`.

    `found`: `patterns` of the pool, whose bits are by the chances of the pool's model.
    """
    levels = found.drop("bits", "pairs")
    bits, pairs = found["bits"].to_numpy(), found["pairs"].to_numpy().astype(np.float64)
    start, now = pool.model, pool
    for _ in range(ROUNDS if chances else 1):
        weights = bits + _shift(start, now.model, parameters, levels)
        for _ in range(SHARE_ROUNDS):
            match = pairs / (1 + np.exp2(-np.clip(weights + now.odds, -100, 100)))
            now = replace(now, matches=_shrunk(pool, float(match.sum())))
        if chances:
            shown = maximised(start, [Evidence(parameters, levels, match)], [])
            now = replace(now, model=_damped(start, shown, parameters))
    return now


def _damped(start: Model, shown: Model, parameters: str) -> Model:
    """Part of the way (`_LEARNT`) from what the model held to what the pairs show, in bits."""
    learnt = _LEARNT_OF_BIRTHS if parameters == "births" else _LEARNT
    tables = {
        name: _between(levels, shown.comparisons[parameters][name], learnt)
        for name, levels in start.comparisons[parameters].items()
    }
    return replace(shown, comparisons={**shown.comparisons, parameters: tables})


def _between(
    start: Mapping[str, Level], shown: Mapping[str, Level], learnt: float
) -> dict[str, Level]:
    middle = {
        name: float(level.m ** (1 - learnt) * shown[name].m ** learnt)
        for name, level in start.items()
    }
    total = sum(middle.values())
    return {name: replace(level, m=middle[name] / total) for name, level in start.items()}


def _shrunk(pool: Pool, matches: float) -> float:
    """What the run shows and what was expected, by what each counts for."""
    return (matches + pool.expected * pool.weight) / (1 + pool.weight)


def _shift(
    start: Model, now: Model, parameters: str, levels: pl.DataFrame
) -> npt.NDArray[np.float64]:
    """What each pattern weighs more by the chances of `now`."""
    shift = np.zeros(len(levels))
    for name in levels.columns:
        shift += shifts(start, now, parameters, name)[levels[name].to_numpy()]
    return shift


def shifts(start: Model, now: Model, parameters: str, comparison: str) -> npt.NDArray[np.float64]:
    """By position of the level, how many bits it weighs more by the chances m of `now`; 0 for
    `missing`."""
    before, after = (model.comparisons[parameters][comparison] for model in (start, now))
    return np.array([0.0, *(np.log2(after[level].m / before[level].m) for level in before)])
