"""Small made-up cities, runs over them, and what a run folder holds."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from reconcile.config import Config, ListsConfig, config_for
from reconcile.core.period import Period
from reconcile.core.progress import Progress
from reconcile.pipeline.run import Run, run
from reconcile.sample import write_sample

SOURCES = ("residents", "household", "births")
PERIOD = "2026-10"
KEY = bytes(range(32))
RECONCILE = [sys.executable, "-m", "reconcile"]

Rows = list[list[str]]


def plain_city(folder: Path, people: int, seed: int, preset: str = "modern", error_scale: float = 1.0) -> Path:
    """A city's exports as plain CSV: `<source>.csv`, a header and one line a row."""
    write_sample(folder, people, seed, preset, birth_months=120, form="plain", error_scale=error_scale)
    return folder


def read_rows(path: Path) -> Rows:
    """Header and rows of a plain export."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def run_city(
    files: Mapping[str, Sequence[Path]],
    workspace: Path,
    formats: Iterable[Literal["csv", "xlsx"]] = ("csv",),
    period: str = PERIOD,
) -> Run:
    """The monthly run over these files, in this process, in a new workspace with a known key."""
    workspace.mkdir(parents=True, exist_ok=True)
    (workspace / "key").write_bytes(KEY)
    return run(_config(files, workspace, list(formats)), Period.parse(period), Progress(quiet=True))


def _config(files: Mapping[str, Sequence[Path]], workspace: Path, formats: list[Literal["csv", "xlsx"]]) -> Config:
    config = config_for({source: [str(path) for path in paths] for source, paths in files.items()}, workspace)
    return config.model_copy(update={"lists": ListsConfig(format=[*formats])})


def files_of(city: Path) -> dict[str, list[Path]]:
    """The exports in a city's folder, by source."""
    return {source: sorted(city.glob(f"{source}*")) for source in SOURCES}


def run_command(city: Path, workspace: Path, *options: str) -> list[str]:
    """`reconcile run` over the exports in a city's folder."""
    chosen = [f"--{source}={path}" for source, paths in files_of(city).items() for path in paths]
    return [*RECONCILE, "run", *chosen, "-o", str(workspace), "--period", PERIOD, "--quiet", *options]


def shell(command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command, with what it said; nothing is checked."""
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, but not of the times it took."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(files)}


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def is_whole(run: Path) -> bool:
    """Whether a run folder holds what its manifest names, byte for byte, and nothing else."""
    found = digests(run)
    found.pop("manifest.json")
    return bool(found == read_json(run / "manifest.json")["outputs"])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
