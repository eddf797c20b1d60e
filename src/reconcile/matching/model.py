"""The matching model: how often each comparison level occurs among matches, kin and strangers.

Fellegi and Sunter (1969) weigh a pair by log2 m/u, the chance of its agreements among pairs of one
person over that among pairs of two. In a population register the two persons of a pair are often
kin: brothers, sisters and twins share parents, home, surname and sometimes the birth date, so
agreements among them are anything but independent. So the non-matches are a mixture of two classes:
strangers (u) and kin (k). A pair's evidence is

    log2 Π m − log2 (Π u + kin_odds · Π k)

with kin_odds, how many more kin pairs than chance a record has. A level `missing` says nothing in
any class.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from math import inf
from pathlib import Path
from typing import Any

from reconcile.core.errors import ConfigError
from reconcile.matchers.shared.levels import Level

FOLDER = Path(__file__).parent / "models"


@dataclass(frozen=True)
class Shares:
    """How registers overlap: the share of rows with a counterpart in the other register (`linked`),
    and of rows that are a second one of their person (`repeated`)."""

    linked: float
    repeated: float


@dataclass(frozen=True)
class Model:
    """`comparisons`: parameter set → comparison → level → chances; `shares` by parameter set.

    `kin`: kin that a record has in a register; 0 where there are no families in it.
    """

    name: str
    kin: float
    shares: Mapping[str, Shares]
    comparisons: Mapping[str, Mapping[str, Mapping[str, Level]]]


def model_path(name: str) -> Path:
    """The file of the shipped model called `name`, or the JSON file that `name` is a path of."""
    return Path(name) if name.endswith(".json") else FOLDER / f"{name}.json"


def load_model(name: str) -> Model:
    """The model of this name or path. Raises ConfigError when it cannot be had or used."""
    try:
        data = json.loads(model_path(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.json")))
        raise ConfigError("matching.error.model_unknown", model=name, known=known) from None
    except (ValueError, OSError) as error:
        raise ConfigError("matching.error.model_unreadable", model=name, problem=error) from None
    try:
        return _parse(data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError("matching.error.model_invalid", model=name, problem=repr(error)) from None


def _parse(data: dict[str, Any]) -> Model:
    comparisons = {
        group: {
            comparison: {level: Level(*map(float, chances)) for level, chances in levels.items()}
            for comparison, levels in members.items()
        }
        for group, members in data["comparisons"].items()
    }
    for members in comparisons.values():
        for levels in members.values():
            for level in levels.values():
                if not all(0 < chance <= 1 for chance in (level.m, level.u, level.k)):
                    raise ValueError("every chance must be above 0 and at most 1")
    shares = {
        group: Shares(float(entry["linked"]), float(entry["repeated"]))
        for group, entry in data["shares"].items()
    }
    if not all(0 < share <= 1 for entry in shares.values() for share in astuple(entry)):
        raise ValueError("every share must be above 0 and at most 1")
    if shares.keys() != comparisons.keys():
        raise ValueError("every parameter set needs its shares")
    kin = float(data["kin"])
    if not 0 <= kin < inf:
        raise ValueError("kin must be 0 or above")
    return Model(str(data["name"]), kin, shares, comparisons)
