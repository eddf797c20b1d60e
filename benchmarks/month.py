"""A monthly run as a process of its own, and what it took."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconcile.workspace import ALL

PERIOD = "2026-10"
LAST_STAGE = "resolve"  # with it there are persons; what follows describes them and writes lists
_CLEANING = ("read", "standardise")
_RECONCILE = (sys.executable, "-m", "reconcile", "--lang", "en")


@dataclass(frozen=True)
class Month:
    """A finished run. `seconds` by stage, in order; `peaks`: MiB at the most up to the end of each
    stage."""

    folder: Path
    seconds: Mapping[str, float]
    peaks: Mapping[str, float]
    peak: float

    @property
    def to_persons(self) -> float:
        """Seconds from raw files to persons."""
        stages = list(self.seconds)
        return sum(self.seconds[stage] for stage in stages[: stages.index(LAST_STAGE) + 1])

    @property
    def matching(self) -> float:
        """Seconds from clean columns to persons: what a tool takes that does no cleaning."""
        return self.to_persons - self.cleaning

    @property
    def cleaning(self) -> float:
        """Seconds from raw files to clean columns."""
        return sum(self.seconds[stage] for stage in _CLEANING)


def finished(folder: Path) -> Month:
    """The run in a run folder, by its `timings.json`."""
    timings = json.loads((folder / "timings.json").read_text(encoding="utf-8"))
    return Month(
        folder, timings["seconds"], timings["peak_memory_mib_by_stage"], timings["peak_memory_mib"]
    )


def run_month(
    config: Mapping[str, Any], workspace: Path, period: str | None = PERIOD
) -> tuple[Month, float]:
    """Runs `config` into `workspace`, lists as CSV: the run, and the seconds of the whole process.
    Without a period all months are asked about."""
    workspace.mkdir(parents=True, exist_ok=True)
    path = workspace / "config.yaml"
    path.write_text(
        json.dumps({**config, "lists": {"format": ["csv"]}}), encoding="utf-8"
    )  # JSON is YAML
    started = time.perf_counter()
    chosen = ("--period", period) if period else ()
    command = (*_RECONCILE, "run", path, "-o", workspace, *chosen, "--quiet")
    subprocess.run(command, check=True)
    return finished(workspace / "runs" / (period or ALL)), time.perf_counter() - started


def city_sources(city: Path, *names: str) -> dict[str, Any]:
    """The `sources` of a config for the plain files of a city."""
    return {
        name: {"layout": name, "files": [str((city / f"{name}.csv").resolve())]} for name in names
    }
