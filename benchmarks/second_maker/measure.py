"""Runs a month on cities of the second maker and says how good it is, and whether it knows.

    python -m benchmarks.second_maker.measure FOLDER... [--period 2026-10] [--work FOLDER] [--no-run]

For each city: seconds and memory, the scores of every task, F1 at the cut beside the best that
another cut could have reached, and of pairs said to be p the share that is one person, by tenth.
"""  # noqa: E501

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
from benchmarks.second_maker.cuts import cuts

from reconcile.quality.calibration import calibration
from reconcile.quality.evaluation import read_persons, read_truth, score
from reconcile.quality.labels import labels_of_truth, ordered

SOURCES = ("residents", "household", "births")


def main() -> None:
    parser = argparse.ArgumentParser(description="how good a run is on cities of the second maker")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--period", default="2026-10")
    parser.add_argument("--work", type=Path, help="where runs go (in each city when not given)")
    parser.add_argument("--no-run", action="store_true", help="measure the runs that are there")
    options = parser.parse_args()
    pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=140, float_precision=4)
    pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True)
    for city in options.folders:
        work = (options.work / city.name) if options.work else city / "work"
        print(f"\n{city}")
        if not options.no_run:
            print(f"{run(city, work, options.period):.1f} s for the whole process")
        report(city, work / "runs" / options.period)


def run(city: Path, work: Path, period: str) -> float:
    """A month in a process of its own, in a fresh workspace: its seconds."""
    shutil.rmtree(work, ignore_errors=True)
    files = [part for name in SOURCES for part in (f"--{name}", str(city / f"{name}.csv"))]
    command = [sys.executable, "-m", "reconcile", "--lang", "en", "run", *files, "-o", str(work)]
    started = time.perf_counter()
    subprocess.run([*command, "--period", period, "--format", "csv", "--quiet"], check=True)
    return time.perf_counter() - started


def report(city: Path, folder: Path) -> None:
    """Print the scores of a run folder against the truth of its city."""
    persons, truth = read_persons(folder), read_truth(city)
    scores = score(persons, truth)
    pairs = pl.read_parquet(folder / "frames" / "scored_pairs.parquet")
    labels, pairs = labels_of_truth(truth), ordered(pairs)
    print(scores)
    print(cuts(persons, truth, labels.known(pairs), scores))
    print(calibration(pairs, labels))


if __name__ == "__main__":
    main()
