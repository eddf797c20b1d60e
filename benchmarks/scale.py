"""How time and memory grow with the size of a city: raw CSV to persons, cleaning, births and
duplicates included.

    # 10,000 … 2,000,000 people, an hour or so
    python -m benchmarks.scale
    python -m benchmarks.scale --sizes 10000 30000 100000     # as many as there is time for
    # keeps the cities; writes the table in docs/benchmarks.md
    python -m benchmarks.scale --folder /tmp/cities --docs

Each size is a monthly run in a process of its own, of which `timings.json` names the stages;
describing persons and writing lists, which follow, are shown apart. The exponent of growth of a
stage is the slope of log time over log size by least squares: 1 grows as the data do. Stages under
a tenth of a second say nothing about growth and have none.
"""

from __future__ import annotations

import argparse
import math
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import linear_regression

from benchmarks.month import LAST_STAGE, Month, city_sources, run_month
from benchmarks.run_city import SOURCES, make_city
from scripts.marked import ROOT, replaced, table

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 2_000_000)
DOCUMENT = ROOT / "docs" / "benchmarks.md"
_SHORTEST = 0.1  # seconds


def main() -> None:
    options = parse()
    months, walls = {}, {}
    with tempfile.TemporaryDirectory(prefix="scale-") as place:
        for size in sorted(options.sizes):
            months[size], walls[size] = measured(size, options, Path(place))
            print(
                f"{size:,} people: {months[size].to_persons:.1f} s, {months[size].peak:,.0f} MiB",
                flush=True,
            )
    text = tables(months, walls)
    print(f"\n{text}")
    if options.docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), "scale", text), encoding="utf-8"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="people in each city")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--preset", choices=["modern", "seed2012"], default="modern")
    parser.add_argument("--months", type=int, default=24, help="months of births")
    parser.add_argument(
        "--folder", type=Path, help="where the cities stay; thrown away when not given"
    )
    parser.add_argument(
        "--docs", action="store_true", help="write the tables into docs/benchmarks.md"
    )
    return parser.parse_args()


def measured(size: int, options: argparse.Namespace, scratch: Path) -> tuple[Month, float]:
    """The month of one city and the seconds of its process. Only a city in `--folder` is kept."""
    city = make_city(
        argparse.Namespace(**vars(options) | {"people": size}), options.folder or scratch
    )
    month = run_month({"sources": city_sources(city, *SOURCES)}, scratch / "work")
    shutil.rmtree(scratch)
    scratch.mkdir()
    return month


def tables(months: Mapping[int, Month], walls: Mapping[int, float]) -> str:
    """Seconds, then MiB, a row for each stage and a column for each size."""
    seconds = table(
        ["seconds", *map(_people, months), "exponent"],
        _time_rows(months, walls),
        right=len(months) + 1,
    )
    memory = table(["MiB at most", *map(_people, months)], _memory_rows(months), right=len(months))
    return f"{seconds}\n\n{memory}"


def _time_rows(months: Mapping[int, Month], walls: Mapping[int, float]) -> Iterator[list[str]]:
    sizes, runs = list(months), list(months.values())
    stages = list(runs[-1].seconds)
    end = stages.index(LAST_STAGE) + 1

    def row(name: str, seconds: Sequence[float]) -> list[str]:
        return [name, *(f"{one:.2f}" for one in seconds), exponent(sizes, seconds)]

    for stage in stages[:end]:
        yield row(stage, [run.seconds[stage] for run in runs])
    yield row("**raw CSV to persons**", [run.to_persons for run in runs])
    for stage in stages[end:]:
        yield row(stage, [run.seconds[stage] for run in runs])
    yield row("whole run", list(walls.values()))


def _memory_rows(months: Mapping[int, Month]) -> Iterator[list[str]]:
    """The peak so far at the end of each stage; the last is that of the process."""
    for stage in list(months.values())[-1].peaks:
        name = f"**up to {stage}**" if stage == LAST_STAGE else f"up to {stage}"
        yield [name, *(f"{run.peaks[stage]:,.0f}" for run in months.values())]
    yield ["whole run", *(f"{run.peak:,.0f}" for run in months.values())]


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """The slope of log seconds over log size, of the sizes that took long enough to tell; `–` for
    fewer than two."""
    told = [
        (math.log(size), math.log(one))
        for size, one in zip(sizes, seconds, strict=True)
        if one >= _SHORTEST
    ]
    if len(told) < 2:
        return "–"
    slope = linear_regression(*zip(*told, strict=True)).slope
    return f"{round(slope, 2) + 0:.2f}"  # never -0.00


def _people(size: int) -> str:
    return f"{size // 1_000_000}M" if size % 1_000_000 == 0 else f"{size // 1000}k"


if __name__ == "__main__":
    main()
