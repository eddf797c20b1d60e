"""Made-up cities and their monthly runs, as the benchmarks for births need them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.month import city_sources, run_month

from reconcile.sample.truth import CHILDREN

SOURCES = ("births", "residents", "household")
_RECONCILE = (sys.executable, "-m", "reconcile", "--lang", "en")


@dataclass(frozen=True)
class Kind:
    """What `reconcile sample` is asked for."""

    people: int
    preset: str = "modern"
    seed: int = 1
    months: int = 43
    error_scale: float = 1.0

    @property
    def name(self) -> str:
        return f"{self.preset}_{self.people}_{self.months}_{self.seed}_{self.error_scale:g}"


def make(kind: Kind, folder: Path) -> Path:
    """The folder of the city, written as plain files unless it is there from an earlier call."""
    city = folder / kind.name
    if not (city / CHILDREN).exists():
        asked = {
            "people": kind.people,
            "preset": kind.preset,
            "seed": kind.seed,
            "birth-months": kind.months,
        }
        options = [f"--{name}={value}" for name, value in asked.items()]
        command = [
            *_RECONCILE,
            "sample",
            city,
            "--plain",
            *options,
            f"--error-scale={kind.error_scale}",
        ]
        subprocess.run(command, check=True, stderr=subprocess.PIPE)
    return city


def run(city: Path, workspace: Path, period: str | None = None) -> Path:
    """The run folder of a run over the plain files of a city, of all months when no period is
    named."""
    return run_month({"sources": city_sources(city, *SOURCES)}, workspace, period)[0].folder


def children(city: Path) -> pl.DataFrame:
    """Every child that was born, see `reconcile.sample.truth`: birth_date is a Date, cell and why
    are never null."""
    return pl.read_csv(city / CHILDREN, try_parse_dates=True).with_columns(
        pl.col("cell", "why").fill_null("")
    )
