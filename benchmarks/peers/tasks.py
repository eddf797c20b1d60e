"""The tasks that peers are given: the frames of one or two files, and the truth about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks import exact_joins
from benchmarks.peers import columns

from reconcile.quality.evaluation import read_truth

LINKS, DUPLICATES = "residents → household", "duplicates in residents"


@dataclass(frozen=True)
class Task:
    """`folder` holds what workers read (see there); `truth` is by side: left, and right where there
    are two files."""

    name: str
    folder: Path
    truth: Mapping[str, pl.DataFrame]


def city_tasks(city: Path, run: Path, folder: Path, note: str = "") -> Iterator[Task]:
    """Both tasks of a city; `run` is a run folder of ours, whose standardised frames the peers are
    given.

    Exact joins clean the raw files by themselves: they are the yardstick of a city and must not
    hang on us.
    """
    truth = read_truth(city)
    for name, sources in ((LINKS, ("residents", "household")), (DUPLICATES, ("residents",))):
        frames = {
            one: pl.read_parquet(run / "frames" / f"standardised_{one}.parquet") for one in sources
        }
        cleaned = list(columns.people(frames).values())
        joined = [exact_joins.read(city, source) for source in sources]
        here = _write(folder / sources[-1], "people", cleaned, joined)
        yield Task(
            name + note,
            here,
            dict(zip(("left", "right"), (truth[one] for one in sources), strict=False)),
        )


def febrl_tasks(febrl: Path, folder: Path) -> Iterator[Task]:
    """FEBRL4, two files to link, and FEBRL3, one file with duplicates, as `benchmarks.febrl` writes
    them."""
    for name, files in (("febrl4", ("a", "b")), ("febrl3", ("people",))):
        raw = [pl.read_csv(febrl / name / f"{file}.csv", infer_schema=False) for file in files]
        truth = read_truth(febrl / name)
        joined = [columns.febrl_keys(frame) for frame in raw]
        here = _write(folder / name, "febrl", [columns.febrl(frame) for frame in raw], joined)
        yield Task(
            name.upper(),
            here,
            dict(zip(("left", "right"), (truth[file] for file in files), strict=False)),
        )


def _write(
    folder: Path, model: str, cleaned: list[pl.DataFrame], joined: list[pl.DataFrame]
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "task.json").write_text(json.dumps({"model": model}), encoding="utf-8")
    for side, frame, keys in zip(("left", "right"), cleaned, joined, strict=False):
        frame.write_parquet(folder / f"{side}.parquet")
        keys.write_parquet(folder / f"exact_{side}.parquet")
    return folder
