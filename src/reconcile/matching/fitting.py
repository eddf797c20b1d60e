"""Fitting a model to the registers at hand: expectation and maximisation over the compared pairs.

Expectation: the model gives each compared pair its chance of being one person (Winkler 1988). Maximisation: m are
the shares of each level among the pairs, weighed by these chances, where both sides have a value; certain pairs
count as matches. u are the shares among pairs drawn at random. The model's own shares weigh as much as `PRIOR`
pairs, so that a level that these registers hardly show keeps a sensible weight and rare matches cannot drift.
k stays as it is: blocking finds kin by what they share, so compared pairs do not show how kin are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matchers import load_matcher
from reconcile.matching.model import Level, Model

PRIOR = 200.0
# Chances below this are not believed, however many pairs lack a level.
_LEAST = 1e-9


@dataclass(frozen=True)
class Evidence:
    """Levels of compared pairs of one parameter set, and each pair's chance of being one person."""

    parameters: str
    levels: pl.DataFrame
    match: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strangers:
    """Levels of pairs drawn at random between two sources."""

    parameters: str
    levels: pl.DataFrame


def maximised(model: Model, evidence: Sequence[Evidence], strangers: Sequence[Strangers]) -> Model:
    """The model with the chances that this evidence makes likeliest."""
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
        for group, members in model.comparisons.items()
    }
    return replace(model, comparisons=comparisons)


def _levels(
    name: str, table: Mapping[str, Level], evidence: list[Evidence], strangers: list[Strangers]
) -> dict[str, Level]:
    names = load_matcher(name).LEVELS
    m = _shares([(e.levels[name], e.match) for e in evidence], [table[n].m for n in names[1:]])
    u = _shares([(s.levels[name], np.ones(s.levels.height)) for s in strangers], [table[n].u for n in names[1:]])
    return {level: Level(m_of, u_of, table[level].k) for level, m_of, u_of in zip(names[1:], m, u, strict=True)}


def _shares(counted: Iterable[tuple[pl.Series, npt.NDArray[np.float64]]], prior: list[float]) -> list[float]:
    """The share of each level but `missing`, the prior counting as `PRIOR` pairs."""
    counts = np.array([0.0, *prior]) / sum(prior) * PRIOR
    for levels, weights in counted:
        counts += np.bincount(levels.to_numpy(), weights=weights, minlength=len(counts))
    return [max(float(c), _LEAST) for c in counts[1:] / counts[1:].sum()]


def save_model(model: Model, path: Path) -> None:
    """Writes the model as JSON, chances to six significant digits: the same model gives the same bytes."""
    comparisons = {
        group: {
            name: {level: [float(f"{c:.6g}") for c in (ch.m, ch.u, ch.k)] for level, ch in levels.items()}
            for name, levels in members.items()
        }
        for group, members in model.comparisons.items()
    }
    shares = {group: asdict(entry) for group, entry in model.shares.items()}
    data = {"name": model.name, "kin": model.kin, "shares": shares, "comparisons": comparisons}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
