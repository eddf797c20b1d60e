"""Who moves when one row in a hundred of the resident register changes, and why.

    # both makers, 20,000 and 200,000 people
    python -m benchmarks.steady
    python -m benchmarks.steady --maker second --people 20000 --seed 3
    # keeps the cities; without estimates
    python -m benchmarks.steady --folder /tmp/cities --estimate nothing

Two runs: one over a city's files, one over the same files with names, addresses and phones changed,
newcomers and rows that are gone, one per cent of the residents together. Counted are the persons of
the first run whose unchanged records are grouped otherwise in the second; `near`: a record of the
person, or of a contender's person, was changed. The others should stay where they are. `shifts`: by
how much the pairs weigh something else that agree as before.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks.births.cities import SOURCES, Kind
from benchmarks.births.cities import make as make_own
from benchmarks.month import city_sources, run_month
from benchmarks.second_maker.make import make as make_second
from benchmarks.steady.changed import COLUMNS, month_later
from benchmarks.steady.moved import (
    LEAST,
    REASONS,
    moved,
    of_changed_persons,
    reasons,
    shifts,
    spread,
)
from scripts.marked import table

from reconcile.quality.labels import PAIR

_HEADERS = (
    "people",
    "maker",
    "seed",
    "persons",
    "moved",
    "near a change",
    "no change near",
    *REASONS,
)
_SHIFTS = (
    "people",
    "maker",
    "seed",
    "part",
    "pairs",
    "changed",
    "mean, bits",
    "99 %",
    "most",
    "crossed even odds",
)


def main() -> None:
    options = parse()
    counted: list[list[str]] = []
    spreads: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="steady-") as place:
        for people, maker, seed in product(options.people, options.maker, options.seeds):
            city = city_of(maker, people, seed, options.folder or Path(place))
            work = (options.work or Path(place)) / f"{maker}_{people}_{seed}"
            work.mkdir(parents=True)
            later = changed_city(city, maker, options.share, seed, work / "later")
            first, second = (
                run(files, options.estimate, work / name)
                for name, files in (("1", city), ("2", later))
            )
            touched = pl.read_csv(later / "touched.csv", infer_schema=False)
            case = [f"{people:,}", maker, str(seed)]
            counts, shifted = compared(first, second, touched)
            counted.append([*case, *counts])
            spreads += [[*case, *row] for row in shifted]
            print(" ".join(counted[-1]), flush=True)
    print(
        f"\n{table(_HEADERS, counted, right=len(_HEADERS) - 3)}\n\n{table(_SHIFTS, spreads, right=6)}"  # noqa: E501
    )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--maker", nargs="+", choices=list(COLUMNS), default=list(COLUMNS))
    parser.add_argument("--seeds", "--seed", type=int, nargs="+", default=[7])
    parser.add_argument(
        "--share", type=float, default=0.01, help="of the resident rows that change"
    )
    parser.add_argument("--estimate", choices=["weights", "shares", "nothing"], default="weights")
    parser.add_argument("--folder", type=Path, help="where cities stay; thrown away when not given")
    parser.add_argument("--work", type=Path, help="where runs stay; thrown away when not given")
    return parser.parse_args()


def city_of(maker: str, people: int, seed: int, folder: Path) -> Path:
    """The folder of the city, written unless it is there from an earlier call."""
    if maker == "own":
        return make_own(Kind(people, seed=seed), folder)
    city = folder / f"second_{people}_{seed}"
    if not (city / "truth_births.csv").exists():
        make_second(city, people, seed)
    return city


def changed_city(city: Path, maker: str, share: float, seed: int, folder: Path) -> Path:
    """The folder with the files of the city, a few residents changed, and `touched.csv`: record_id,
    kind."""
    folder.mkdir(exist_ok=True)
    residents = pl.read_csv(city / "residents.csv", infer_schema=False).fill_null("")
    rows, touched = month_later(residents, COLUMNS[maker], share, seed)
    rows.write_csv(folder / "residents.csv")
    touched.write_csv(folder / "touched.csv")
    for name in ("household", "births"):
        (folder / f"{name}.csv").write_bytes((city / f"{name}.csv").read_bytes())
    return folder


def run(city: Path, estimate: str, workspace: Path) -> Path:
    """The frames of a run over the files of a city."""
    config = {"sources": city_sources(city, *SOURCES), "matching": {"estimate": estimate}}
    return run_month(config, workspace)[0].folder / "frames"


def compared(first: Path, second: Path, touched: pl.DataFrame) -> tuple[list[str], list[list[str]]]:
    """The cells of both tables, of the frames of two runs."""
    persons = [pl.read_parquet(frames / "persons.parquet") for frames in (first, second)]
    scored = [
        pl.read_parquet(frames / "scored_pairs.parquet").filter(
            pl.col("match_weight").is_not_null()
        )
        for frames in (first, second)
    ]
    pairs = shifts(*scored)
    contenders = pairs.filter(pl.max_horizontal("weight", "then") >= LEAST).select(PAIR)
    changed = touched.select(source=pl.lit("residents"), record_id="record_id")
    found = moved(*persons, changed, contenders)
    others = found.filter(~pl.col("near"))
    why = dict(
        reasons(others.select("person_id"), persons[0], pairs).group_by("reason").len().iter_rows()
    )
    count = persons[0]["person_id"].n_unique()
    shifted = spread(pairs, of_changed_persons(*persons, changed))
    counts = [
        count,
        len(found),
        len(found) - len(others),
        len(others),
        *(why.get(reason, 0) for reason in REASONS),
    ]
    return [f"{number:,}" for number in counts], [_shown(*row) for row in shifted.iter_rows()]


def _shown(part: str, pairs: int, changed: float, *bits: float | None) -> list[str]:
    *moves, crossed = bits
    told = [f"{(move or 0) / 1000:.3f}" for move in moves]
    return [part, f"{pairs:,}", f"{changed:.1%}", *told, "" if crossed is None else f"{crossed:,}"]


if __name__ == "__main__":
    main()
