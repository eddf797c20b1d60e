"""The seven cells of the birth cross-check against the truth: is each child where it belongs?

    # 20,000 people: clean, modern, seed2012
    python -m benchmarks.births.cells
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.births.cells --folder /tmp/cities --docs

The messy cities once more with all rates of error doubled. Each city is run without a period, so
that all its months count. Rows of the confusion table are true children by the registers that hold
a record of them (none: no register), columns the cell that the run's `frames/children.parquet` has
them in; `split` are children that the run takes for several, `mixed` those in a row with another's
record, and `none` those it does not have. Rows of the run that are no child of these months (older
children with a wrong year, say) are counted as *others*. A twin that nothing tells from the other
(`paired`) counts as the child of its certificate.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from benchmarks.births.cities import SOURCES, Kind, children, make, run
from scripts.marked import ROOT, replaced, table

from reconcile.persons.children import CELLS
from reconcile.quality.evaluation import read_truth
from reconcile.quality.labels import Truth

DOCUMENT = ROOT / "docs" / "benchmarks.md"
NONE, SPLIT, MIXED = "none", "split", "mixed"
_CITIES = (("clean", 1.0), ("modern", 1.0), ("modern", 2.0), ("seed2012", 1.0), ("seed2012", 2.0))


def main() -> None:
    options = parse()
    placed: dict[Kind, tuple[pl.DataFrame, int]] = {}
    with tempfile.TemporaryDirectory(prefix="cells-") as place:
        for preset, scale in _CITIES:
            kind = Kind(options.people, preset, options.seed, options.months, scale)
            placed[kind] = city_cells(kind, options.folder or Path(place))
    text = "\n\n".join(
        [shares(placed), *(confusion(placed, preset) for preset in ("clean", "modern"))]
    )
    print(text)
    if options.docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), "cells", text), encoding="utf-8"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=43, help="months of births")
    parser.add_argument("--seed", type=int, default=91)
    parser.add_argument("--folder", type=Path, help="where cities stay; thrown away when not given")
    parser.add_argument(
        "--docs", action="store_true", help="write the tables into docs/benchmarks.md"
    )
    return parser.parse_args()


def city_cells(kind: Kind, folder: Path) -> tuple[pl.DataFrame, int]:
    """As `found_cells`, of one city."""
    city = make(kind, folder)
    found = pl.read_parquet(run(city, folder / "work" / kind.name) / "frames" / "children.parquet")
    return found_cells(children(city), found, read_truth(city))


def found_cells(born: pl.DataFrame, found: pl.DataFrame, truth: Truth) -> tuple[pl.DataFrame, int]:
    """entity_id, true and found cell of every child that was born; and how many rows are no child
    of these.

    `born`: entity_id, cell (empty: no register); `found`: record ids in births, residents and
    household, cell, paired.
    """
    rows = found.with_row_index("row")
    whose = {
        source: rows.filter(~pl.col("paired")) if source != "births" else rows for source in SOURCES
    }
    held = pl.concat(
        whose[source]
        .select("row", "cell", record_id=source)
        .drop_nulls("record_id")
        .join(truth[source].select("record_id", "entity_id"), on="record_id")
        for source in SOURCES
    )
    of_row = held.with_columns(mixed=pl.col("entity_id").n_unique().over("row") > 1)
    of_child = (
        of_row.unique(["row", "entity_id"])
        .group_by("entity_id")
        .agg(rows=pl.len(), mixed=pl.col("mixed").any(), cell=pl.col("cell").first())
        .select(
            "entity_id",
            found=pl.when(pl.col("rows") > 1)
            .then(pl.lit(SPLIT))
            .when("mixed")
            .then(pl.lit(MIXED))
            .otherwise(pl.col("cell").cast(pl.String)),
        )
    )
    told = born.select("entity_id", true=pl.col("cell").replace("", NONE)).join(
        of_child, on="entity_id", how="left", maintain_order="left"
    )
    known = held.filter(pl.col("entity_id").is_in(born["entity_id"].implode()))["row"].n_unique()
    return told.with_columns(pl.col("found").fill_null(NONE)), found.height - known


def shares(placed: Mapping[Kind, tuple[pl.DataFrame, int]]) -> str:
    """A row a city: children that some register holds, the share of them in their true cell, and
    the rest."""
    rows = []
    for kind, (told, others) in placed.items():
        held = told.filter(pl.col("true") != NONE)
        right = held.filter(pl.col("true") == pl.col("found")).height
        ends = [held.filter(found=end).height for end in (SPLIT, MIXED, NONE)]
        wrong = held.height - right - sum(ends)
        city = [f"{kind.people:,} {kind.preset}, errors × {kind.error_scale:g}", f"{held.height:,}"]
        rows.append([*city, f"{right / held.height:.4f}", wrong, *ends, others])
    headers = [
        "city",
        "children",
        "in their true cell",
        "another cell",
        SPLIT,
        MIXED,
        NONE,
        "others",
    ]
    return table(headers, rows, right=7)


def confusion(placed: Mapping[Kind, tuple[pl.DataFrame, int]], preset: str) -> str:
    """Children by true and found cell in the city of a preset with its own rates of error."""
    told = next(
        told
        for kind, (told, _) in placed.items()
        if kind.preset == preset and kind.error_scale == 1
    )
    counts = {
        (true, found): count
        for true, found, count in told.group_by("true", "found").len().iter_rows()
    }
    columns = (*CELLS, SPLIT, MIXED, NONE)
    rows = [[true, *(counts.get((true, found), 0) for found in columns)] for true in (*CELLS, NONE)]
    return table([f"{preset}: true cell", *columns], rows, right=len(columns))


if __name__ == "__main__":
    main()
