"""Rates of error of `presets.toml`: `modern`, and `seed2012`, a city before its first clean-up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import UsageError

_FILE = Path(__file__).parent / "presets.toml"
_MOST = 0.9  # no rate grows beyond this, however large the scale


@dataclass(frozen=True)
class Preset:
    """`rates[source][kind]`: errors for each row; `shares`: how offices work.

    `carelessness`: shape of the gamma distribution by which errors cluster in rows: the smaller, the more.
    """

    carelessness: float
    rates: Mapping[str, Mapping[str, float]]
    shares: Mapping[str, Mapping[str, float]]


def load(name: str, scale: float = 1.0) -> Preset:
    """The preset called `name`, its rates multiplied by `scale`. UsageError when there is no such preset."""
    presets = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    if name not in presets:
        raise UsageError("sample.error.preset", preset=name, known=", ".join(presets))
    preset = presets[name]
    rates = {
        source: {kind: min(rate * scale, _MOST) for kind, rate in kinds.items()}
        for source, kinds in preset["rates"].items()
    }
    return Preset(preset["carelessness"], rates, preset["shares"])
