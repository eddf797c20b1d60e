"""Errors by design: recall, precision and calibration where all pairs of kinds are equally
frequent.

    # 45 cities of 200,000 people: an hour
    python -m benchmarks.errors.run
    python -m benchmarks.errors.run --regimes kin bare --missing 38 --overlap 90 --people 20000
    # keeps the cities; writes the document
    python -m benchmarks.errors.run --folder /tmp/cities --docs

The cities are made by `benchmarks.errors.make`, whose author had not seen `reconcile sample`. Of
the residents 20 % are free of errors, 40 % have one and 40 % two, in different fields; the
household register has none. Recall counts first rows of people who are in both registers; precision
counts every link, that of second rows too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any, get_args

import polars as pl
from benchmarks.errors import cells
from benchmarks.errors.make import add_choices, designs
from benchmarks.errors.registers import REGIMES, Design, made
from benchmarks.errors.shown import Result, document
from benchmarks.lists.asked import deliver
from benchmarks.month import city_sources, run_month

from reconcile.config.models import TableCode
from reconcile.quality.calibration import at_the_cut, calibration
from reconcile.quality.evaluation import read_persons, read_truth
from reconcile.quality.labels import PAIR, labels_of_truth
from reconcile.quality.threshold_curve import curve, read_scored
from reconcile.rules import rule_codes

# The cut of the runs, as it is by default.
CUT = 0.5


def main() -> None:
    options = parse()
    results = []
    with tempfile.TemporaryDirectory(prefix="errors-") as place:
        for design in designs(options):
            results.append(
                measured(
                    design, options.folder or Path(place), Path(place) / "work", options.births
                )
            )
            if not options.folder:
                shutil.rmtree(Path(place) / design.name)
            print(document(results[-1:], short=True), "", sep="\n", flush=True)
    deliver("errors", document(results), options.docs)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_choices(parser)
    parser.set_defaults(regimes=list(REGIMES), missing=[0, 38, 100], overlap=[90, 50, 10])
    parser.add_argument("--births", action="store_true", help="match certificates of birth, too")
    parser.add_argument(
        "--folder", type=Path, help="where the cities stay; thrown away when not given"
    )
    parser.add_argument(
        "--docs", action="store_true", help="write the tables into docs/benchmarks.md"
    )
    return parser.parse_args()


def measured(design: Design, folder: Path, workspace: Path, births: bool) -> Result:
    """One city, made in `folder` unless it is there, and what a run makes of it."""
    city = made(design, folder)
    names = (cells.LEFT, cells.RIGHT, *((cells.BIRTHS,) if births else ()))
    month, _ = run_month({"sources": city_sources(city, *names), **persons_only()}, workspace, None)
    persons, truth = read_persons(month.folder), {name: read_truth(city)[name] for name in names}
    labels = labels_of_truth(truth)
    scored = read_scored(month.folder)
    tenths, cuts = calibration(scored, labels), at_the_cut(curve(scored, labels), CUT)
    pairs = pl.read_parquet(month.folder / "frames" / "scored_pairs.parquet", columns=list(PAIR))
    shutil.rmtree(workspace)
    rows = cells.with_compared(cells.judged(persons, truth), pairs, labels)
    figures = pl.concat([cells.figures(rows), cells.missed(rows), cells.doubles(persons, truth)])
    registers = (cells.LEFT, cells.RIGHT) if births else ()
    of_births = {
        one: cells.figures(cells.judged(persons, truth, cells.BIRTHS, one)) for one in registers
    }
    return Result(design, figures, cells.cells(rows), tenths, cuts, of_births)


def persons_only() -> dict[str, Any]:
    """Parts of a config by which a run makes no lists."""
    return {
        "rules": {code: {"enabled": False} for code in rule_codes()},
        "lists": {"leave_out": get_args(TableCode)},
    }


if __name__ == "__main__":
    main()
