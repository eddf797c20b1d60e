"""The monthly run on a made-up city: time of each stage, memory, and what it finds beside exact
joins.

    # 200,000 people, modern, seed 1
    python benchmarks/run_city.py
    python benchmarks/run_city.py --people 1000000 --preset seed2012 --seed 3 --folder /tmp/cities

The city is written as plain CSV by `reconcile sample`, in a folder that is thrown away afterwards,
or in `--folder`, where the next call with the same city finds it. The run is a process of its own,
so that its peak of memory is its own; `reconcile evaluate` and `exact_joins.py` are held against
the truth. `--months` of births: 43 give about 6,000 for 200,000 people. `--format` is that of the
lists: xlsx as clerks get them, csv is quicker.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from reconcile.quality.evaluation import evaluate

HERE = Path(__file__).parent
SOURCES = ("residents", "household", "births")
PERIOD = "2026-10"
RECONCILE = (sys.executable, "-m", "reconcile", "--lang", "en")


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="city-") as place:
        city = make_city(options, options.folder or Path(place))
        workspace = Path(place) / "work"
        print(
            f"\n{options.people:,} people, {options.preset}, seed {options.seed}; {os.cpu_count()} CPUs",  # noqa: E501
            flush=True,
        )
        for source in SOURCES:
            print(f"  {source}: {rows(city / f'{source}.csv'):,} rows", flush=True)
        run = timed_run(city, workspace, options.format)
        print("\nreconcile")
        print_scores(run, city)
        print("\nexact joins", flush=True)
        subprocess.run([sys.executable, HERE / "exact_joins.py", city], check=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--preset", choices=["modern", "seed2012"], default="modern")
    parser.add_argument("--months", type=int, default=43)
    parser.add_argument("--format", choices=["xlsx", "csv", "ndjson", "parquet"], default="xlsx")
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def make_city(options: argparse.Namespace, folder: Path) -> Path:
    """The folder of the city, written unless it is there from an earlier call."""
    city: Path = folder / f"{options.preset}_{options.people}_{options.months}_{options.seed}"
    if not (city / "truth_births.csv").exists():
        chosen = [f"--{name}={getattr(options, name)}" for name in ("people", "seed", "preset")]
        call("sample", str(city), "--plain", f"--birth-months={options.months}", *chosen)
    return city


def timed_run(city: Path, workspace: Path, form: str) -> Path:
    """Runs the month and prints what it took; the run folder."""
    files = [f"--{source}={city / f'{source}.csv'}" for source in SOURCES]
    options = ("-o", str(workspace), "--period", PERIOD, "--format", form, "--quiet")
    started = time.perf_counter()
    call("run", *files, *options)
    wall = time.perf_counter() - started
    run = workspace / "runs" / PERIOD
    timings = json.loads((run / "timings.json").read_text(encoding="utf-8"))
    stages, peak = timings["seconds"], timings["peak_memory_mib"]
    print("\nstage             seconds")
    for name, seconds in stages.items():
        print(f"{name:<16} {seconds:>8.2f}")
    print(f"{'whole run':<16} {wall:>8.2f}\n{'peak memory':<16} {peak:>8,.0f} MiB")
    return run


def print_scores(run: Path, city: Path) -> None:
    """In the form of `exact_joins.py`."""
    with pl.Config(
        tbl_rows=-1,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        float_precision=4,
    ):
        print(evaluate(run, city))


def rows(path: Path) -> int:
    """Lines under the header; a plain export has one a row."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1


def call(*words: str) -> None:
    subprocess.run([*RECONCILE, *words], check=True)


if __name__ == "__main__":
    main()
