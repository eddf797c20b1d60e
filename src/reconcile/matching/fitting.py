"""Fitting a model to the registers at hand: expectation and maximisation over the compared pairs.

Expectation: the model gives each compared pair its chance of being one person (Winkler 1988).
Maximisation: m are the shares of each level among the pairs, weighed by these chances, where both
sides have a value; certain pairs count as matches. u are the shares among pairs drawn at random,
weighed by their chance of being strangers. k stays as it is: blocking finds kin by what they share,
so compared pairs do not show how kin are.

Two things keep rare matches from drifting. The starting model's shares weigh as much as `PRIOR`
pairs, in every round, so that a level that these registers hardly show keeps a sensible weight. And
m/u never rises along the levels that a matcher calls ordered; where the counts say otherwise,
neighbours share what they have (isotonic regression of m/u, Dykstra, Kochar and Robertson 1995).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matchers import load_matcher, ordered_levels
from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model

PRIOR = 200.0
# Chances below this are not believed, however many pairs lack a level.
_LEAST = 1e-9
# So many pairs of strangers at a level say as much as the model does.
_SEEN = 10


@dataclass(frozen=True)
class Evidence:
    """Levels of compared pairs of one parameter set, and each pair's chance of being one person."""

    parameters: str
    levels: pl.DataFrame
    match: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strangers:
    """Levels of pairs drawn at random between two sources, and each pair's chance of being two
    people."""

    parameters: str
    levels: pl.DataFrame
    apart: npt.NDArray[np.float64]


def maximised(start: Model, evidence: Sequence[Evidence], strangers: Sequence[Strangers]) -> Model:
    """The model with the chances that this evidence and the starting model together make
    likeliest."""
    shown = {e.parameters for e in evidence} | {s.parameters for s in strangers}
    comparisons = {
        group: {
            name: _levels(
                name,
                table,
                [e for e in evidence if e.parameters == group and name in e.levels.columns],
                [s for s in strangers if s.parameters == group and name in s.levels.columns],
            )
            for name, table in members.items()
        }
        for group, members in start.comparisons.items()
        if group in shown
    }
    return replace(start, comparisons={**start.comparisons, **comparisons})


def with_strangers(model: Model, strangers: Sequence[Strangers]) -> Model:
    """The model with the chances u that pairs drawn at random show.

    A level that was seen less than some `_SEEN` times keeps the chance that it had.
    """
    comparisons = dict(model.comparisons)
    for one in strangers:
        tables = {
            name: _met(
                levels,
                np.bincount(one.levels[name].to_numpy(), one.apart, len(levels) + 1)[1:].astype(
                    np.float64
                ),
            )
            if name in one.levels.columns
            else levels
            for name, levels in comparisons[one.parameters].items()
        }
        comparisons[one.parameters] = tables
    return replace(model, comparisons=comparisons)


def mixed(start: Model, shown: Model, parameters: str, share: float) -> Model:
    """`shown` with chances m of which this share is its own and the rest `start`'s."""
    tables = {
        name: {
            of: replace(level, m=share * level.m + (1 - share) * before[of].m)
            for of, level in levels.items()
        }
        for name, levels in shown.comparisons[parameters].items()
        if (before := start.comparisons[parameters][name])
    }
    return replace(shown, comparisons={**shown.comparisons, parameters: tables})


def _met(levels: Mapping[str, Level], counts: npt.NDArray[np.float64]) -> dict[str, Level]:
    total = counts.sum()
    u = [
        (count + _SEEN) / (total + _SEEN / level.u)
        for count, level in zip(counts, levels.values(), strict=True)
    ]
    return {
        name: replace(level, u=chance / sum(u))
        for (name, level), chance in zip(levels.items(), u, strict=True)
    }


def _levels(
    name: str, table: Mapping[str, Level], evidence: list[Evidence], strangers: list[Strangers]
) -> dict[str, Level]:
    matcher = load_matcher(name)
    names = matcher.LEVELS[1:]
    m = _shares([(e.levels[name], e.match) for e in evidence], [table[n].m for n in names])
    u = _shares([(s.levels[name], s.apart) for s in strangers], [table[n].u for n in names])
    # Where a level is equality of a value, u is not the model's but the value's frequency.
    ordered = [
        names.index(level) for level in ordered_levels(name) if level not in matcher.FREQUENCIES
    ]
    m[ordered] = falling(m[ordered], u[ordered])
    return {
        level: Level(float(m_of), float(u_of), table[level].k)
        for level, m_of, u_of in zip(names, m, u, strict=True)
    }


def _shares(
    counted: Iterable[tuple[pl.Series, npt.NDArray[np.float64]]], prior: list[float]
) -> npt.NDArray[np.float64]:
    """The share of each level but `missing`, the prior counting as `PRIOR` pairs."""
    counts = np.array([0.0, *prior]) / sum(prior) * PRIOR
    for levels, weights in counted:
        counts += np.bincount(levels.to_numpy(), weights=weights, minlength=len(counts))
    return np.maximum(counts[1:] / counts[1:].sum(), _LEAST)


def falling(m: npt.NDArray[np.float64], u: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The m nearest to these, with the same sum, for which m/u never rises from one level to the
    next.

    Pool adjacent violators: levels whose ratios are in the wrong order get the ratio of their sums.
    """
    blocks: list[tuple[float, float, int]] = []
    for m_of, u_of in zip(m.tolist(), u.tolist(), strict=True):
        blocks.append((m_of, u_of, 1))
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] > blocks[-2][0] * blocks[-1][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    ratios = [m_of / u_of for m_of, u_of, _ in blocks]
    return np.repeat(ratios, [size for *_, size in blocks]) * u


def save_model(model: Model, path: Path) -> None:
    """Writes the model as JSON, chances to six significant digits: the same model gives the same
    bytes."""
    comparisons = {
        group: {
            name: {
                level: [float(f"{c:.6g}") for c in (ch.m, ch.u, ch.k)]
                for level, ch in levels.items()
            }
            for name, levels in members.items()
        }
        for group, members in model.comparisons.items()
    }
    shares = {group: asdict(entry) for group, entry in model.shares.items()}
    data = {"name": model.name, "kin": model.kin, "shares": shares, "comparisons": comparisons}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
