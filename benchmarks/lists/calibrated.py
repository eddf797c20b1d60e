"""Whether the probabilities of candidates for missing ID numbers are true, on cities of the second
maker.

    # 200,000 people, seeds 91 and 92, both kinds
    python -m benchmarks.lists.calibrated
    python -m benchmarks.lists.calibrated --people 20000 --seeds 91 --kinds hard --folder /tmp/cities

Of candidates said to be right with probability p, the share that is: the number is the one that the
resident truly has. By tenth of p, all candidates and first ones; `off` is the true share less the
mean of p. The counts of all seeds are added up.
"""  # noqa: E501

from __future__ import annotations

import argparse
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.lists.asked import deliver
from benchmarks.month import city_sources, run_month
from benchmarks.second_maker.city import build
from benchmarks.second_maker.make import make
from benchmarks.second_maker.slips import written
from scripts.marked import table

_KINDS, _MONTHS = ("modern", "hard"), 43
# Above this nearly all are, and would hide the others of the last tenth.
SURE = 0.98
_HEADERS = ("people", "kind", "said", "candidates", "mean", "true", "off", "first", "true")


def main() -> None:
    options = parse()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="calibrated-") as place:
        for people, kind in product(options.people, options.kinds):
            told = pl.concat(
                candidates(kind, people, seed, options.folder or Path(place), Path(place) / "work")
                for seed in options.seeds
            )
            rows += [[f"{people:,}", kind, *cells] for cells in as_rows(by_tenth(told))]
            print("\n".join(" ".join(row) for row in rows), flush=True)
    deliver("calibrated", table(_HEADERS, rows, right=6), options.docs)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[200_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[91, 92])
    parser.add_argument("--kinds", nargs="+", choices=_KINDS, default=_KINDS)
    parser.add_argument("--folder", type=Path, help="where cities stay; thrown away when not given")
    parser.add_argument(
        "--docs", action="store_true", help="write what is found into docs/benchmarks.md"
    )
    return parser.parse_args()


def candidates(kind: str, people: int, seed: int, folder: Path, work: Path) -> pl.DataFrame:
    """`judged` candidates of a run over a city, which is written unless it is there from an earlier
    call."""
    city = folder / f"{kind}_{people}_{seed}"
    if not (city / "truth_births.csv").exists():
        make(city, people, seed, hard=kind == "hard", months=_MONTHS)
    config = {"sources": city_sources(city, "residents", "household", "births")}
    frames = run_month(config, work / city.name)[0].folder / "frames"
    residents = pl.read_csv(city / "truth_residents.csv", infer_schema=False)
    return judged(
        pl.read_parquet(frames / "completions.parquet"), residents, true_numbers(people, seed)
    )


def true_numbers(people: int, seed: int) -> pl.DataFrame:
    """entity_id, true_number of everybody in a city of the second maker."""
    city = build(people, seed, _MONTHS)
    entities = city.entities(np.arange(len(city.who.number)))
    return pl.DataFrame({"entity_id": entities, "true_number": written(city.who.number)})


def judged(
    completions: pl.DataFrame, residents: pl.DataFrame, numbers: pl.DataFrame
) -> pl.DataFrame:
    """rank, match_probability and right (Boolean: the candidate is the resident's number) of
    frames.COMPLETIONS.

    `residents`: record_id, entity_id. `numbers`: as `true_numbers` gives them.
    """
    return (
        completions.join(residents.select("record_id", "entity_id"), on="record_id")
        .join(numbers, on="entity_id")
        .select("rank", "match_probability", right=pl.col("id_number") == pl.col("true_number"))
    )


def by_tenth(told: pl.DataFrame) -> pl.DataFrame:
    """said (the lower end of a tenth, SURE in the last one), candidates, mean, true, first,
    first_true, by `said`."""
    p, right, first = pl.col("match_probability"), pl.col("right"), pl.col("rank") == 1
    tenth = pl.when(p >= SURE).then(SURE).otherwise((p * 10 + 1e-9).floor().clip(0, 9) / 10)
    return (
        told.group_by(said=tenth)
        .agg(
            candidates=pl.len(),
            mean=p.mean(),
            true=right.mean(),
            first=first.sum(),
            first_true=right.filter(first).mean(),
        )
        .sort("said")
    )


def as_rows(tenths: pl.DataFrame) -> list[list[str]]:
    """The table's rows from `said` on."""
    ends = dict(zip(tenths["said"], [*tenths["said"][1:], None], strict=True))
    return [
        [
            f"{row['said']:.2f}–{ends[row['said']] or 1:.2f}",
            f"{row['candidates']:,}",
            f"{row['mean']:.3f}",
            f"{row['true']:.3f}",
            f"{row['true'] - row['mean']:+.3f}",
            f"{row['first']:,}",
            "–" if row["first_true"] is None else f"{row['first_true']:.3f}",
        ]
        for row in tenths.to_dicts()
    ]


if __name__ == "__main__":
    main()
