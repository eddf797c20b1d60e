"""The presets of `presets.toml`: rates of error, and what else makes one city unlike another."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reconcile.core.errors import UsageError

_FILE = Path(__file__).parent / "presets.toml"
_MOST = 0.9  # no rate grows beyond this, however large the scale


@dataclass(frozen=True)
class Events:
    """Shares of what happens to people, whoever writes it down.

    `visiting`: newborns whose mother came from elsewhere; `incoming` and `leaving`: households that
    live here and are registered elsewhere, and the other way round; `elsewhere_in_city`: households
    registered in another village; `unregistered`: people that no police station knows;
    `not_cancelled`: how much of the usual share of rows of the dead and the departed stay active
    (1: the usual); the others: of newborns, or of the deliveries of these months.
    """

    visiting: float = 0.11
    incoming: float = 0.05
    leaving: float = 0.03
    elsewhere_in_city: float = 0.07
    unregistered: float = 0.004
    not_cancelled: float = 1.0
    home_birth: float = 0.003
    born_elsewhere: float = 0.067
    early_death: float = 0.004
    twin_deliveries: float = 0.015


@dataclass(frozen=True)
class Capture:
    """How likely each register is to hold a child of these months, whatever happens to the child.

    A share `hidden` of the children is hard to find: each register is `hidden_times` as likely to
    hold them, and the others so much likelier that the shares stay as stated. With `hidden` 0 the
    registers are independent.
    """

    births: float
    residents: float
    household: float
    hidden: float = 0.0
    hidden_times: float = 1.0


@dataclass(frozen=True)
class Preset:
    """`rates[source][kind]`: errors for each row; `shares`: how offices work.

    `carelessness`: shape of the gamma distribution by which errors cluster in rows: the smaller,
    the more. `capture`: None when a register lacks children for the reasons of `events` only.
    """

    carelessness: float
    rates: Mapping[str, Mapping[str, float]]
    shares: Mapping[str, Mapping[str, float]]
    events: Events = field(default_factory=Events)
    capture: Capture | None = None


def load(name: str, scale: float = 1.0) -> Preset:
    """The preset called `name`, its rates multiplied by `scale`. UsageError when there is no such
    preset."""
    if name not in _presets():
        raise UsageError("sample.error.preset", preset=name, known=", ".join(names()))
    preset = _whole(name)
    scale, filled = scale * preset.get("errors", 1.0), preset.get("filled", False)
    rates = {
        source: {kind: min(rate * scale, _MOST) for kind, rate in kinds.items()}
        for source, kinds in preset["rates"].items()
    }
    shares = {
        what: {
            column: 0.0 if filled and what.endswith("_blank") else share
            for column, share in columns.items()
        }
        for what, columns in preset["shares"].items()
    }
    capture = Capture(**preset["capture"]) if "capture" in preset else None
    return Preset(
        preset["carelessness"], rates, shares, Events(**preset.get("events", {})), capture
    )


def names() -> tuple[str, ...]:
    """The presets there are, in the order of the file."""
    return tuple(_presets())


@cache
def _presets() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _whole(name: str) -> dict[str, Any]:
    """A preset with everything that it leaves to the one it is `like`."""
    own = _presets()[name]
    return _merged(_whole(own["like"]), own) if "like" in own else own


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        merged[key] = (
            _merged(merged[key], value) if isinstance(value, dict) and key in merged else value
        )
    return merged
