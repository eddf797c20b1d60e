"""Rosters held against the registers of a finished run: who is found, and each finding, against the
truth.

    # 20,000 and 200,000 people, both presets, 3 seeds
    python -m benchmarks.lists.roster
    python -m benchmarks.lists.roster --people 20000 --seeds 91      # a first look
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.lists.roster --folder /tmp/cities --docs

The two rosters of `reconcile sample --rosters` are checked as if they excluded each other. A row
counts once for each finding. Of `found`, what is right is the person: the register's record that
agrees best is the row's own person's; it should be found when a register has the person. `found or
possible` counts those that wait for a person to decide as well, not those of a name that several
have: they name nobody. The counts of all rosters and seeds are added up.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks.births.cities import run
from benchmarks.lists.asked import city_options, deliver
from scripts.marked import table

from reconcile.core.progress import Progress
from reconcile.crosschecks.roster.job import RosterCheck, check_rosters
from reconcile.crosschecks.roster.order import asked
from reconcile.crosschecks.roster.registers import of_run
from reconcile.quality.evaluation import f1, ratio
from reconcile.sample.rosters import ROSTERS

REGISTERS = ("residents", "household")
# What the truth calls each finding.
FINDINGS: Mapping[str, str] = {
    "roster_duplicate": "duplicate",
    "roster_deceased": "deceased",
    "roster_cancelled": "cancelled",
    "roster_id_bad": "id_bad",
    "roster_id_shared": "id_shared",
    "roster_not_found": "not_found",
    "roster_excluded": "excluded",
    "roster_amount": "amount",
}
_COUNTS = ("true_pairs", "found", "correct")
_HEADERS = ("people", "preset", "asked", "should be", "told", "right", "precision", "recall", "F1")


def main() -> None:
    options = city_options(__doc__).parse_args()
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="rosters-") as place:
        for people, preset in product(options.people, options.presets):
            scores = pl.concat(
                city_scores(made(people, preset, seed, options.folder or Path(place)))
                for seed in options.seeds
            )
            rows += as_rows(people, preset, summed(scores))
            print("\n".join(" ".join(row) for row in rows[-2 - len(FINDINGS) :]), flush=True)
    text = table(_HEADERS, rows, right=3)
    deliver("roster", text, options.docs)


def made(people: int, preset: str, seed: int, folder: Path) -> Path:
    """The folder of the city and its rosters, unless it is there from an earlier call."""
    city = folder / f"rosters_{preset}_{people}_{seed}"
    if not (city / f"{ROSTERS[-1]}.csv").exists():
        options = [f"--people={people}", f"--preset={preset}", f"--seed={seed}"]
        command = [
            sys.executable,
            "-m",
            "reconcile",
            "sample",
            city,
            "--plain",
            "--rosters",
            *options,
        ]
        subprocess.run(command, check=True, stderr=subprocess.PIPE)
    return city


def city_scores(city: Path) -> pl.DataFrame:
    """asked and the counts of one city: true_pairs, found, correct."""
    workspace = city / "work"
    folder = workspace / "runs" / "all"
    if not (folder / "summary.json").exists():
        folder = run(city, workspace)
    files = [str(city / f"{name}.csv") for name in ROSTERS]
    plan = asked(None, None, files, {}, ",".join(REGISTERS), exclusive=True)
    checked = check_rosters(plan.rosters, of_run(folder, REGISTERS), Progress(quiet=True))
    return scores(checked, truth_of(city, ROSTERS), truth_of(city, REGISTERS))


def truth_of(city: Path, sources: tuple[str, ...]) -> pl.DataFrame:
    """source, record_id, entity_id, and of rosters findings."""
    parts = [
        pl.read_csv(city / f"truth_{source}.csv", infer_schema=False).with_columns(
            source=pl.lit(source)
        )
        for source in sources
    ]
    return pl.concat(parts, how="diagonal").drop("errors")


def scores(checked: RosterCheck, rosters: pl.DataFrame, registers: pl.DataFrame) -> pl.DataFrame:
    """asked, true_pairs, found, correct: of the persons that rows were found to be, and of every
    finding.

    `rosters`: source, record_id, entity_id, findings (joined by |); `registers`: source, record_id,
    entity_id.
    """
    rows = checked.rows.join(rosters, on=["source", "record_id"], how="left", maintain_order="left")
    near = registers.select(
        near_source="source", near_record_id="record_id", near_entity="entity_id"
    )
    rows = rows.join(
        near.unique(["near_source", "near_record_id"]),
        on=["near_source", "near_record_id"],
        how="left",
    )
    told = pl.col("findings").fill_null("").str.split("|")
    somebody = pl.col("near_record_id").is_not_null()
    should, right = ~told.list.contains("not_found"), pl.col("entity_id") == pl.col("near_entity")
    counts = [
        _counted(
            rows, name, should, somebody & pl.col("status").is_in(statuses), right.fill_null(False)
        )
        for name, statuses in (("found", ["found"]), ("found or possible", ["found", "possible"]))
    ]
    for code, name in FINDINGS.items():
        nodes = checked.findings.filter(pl.col("code") == code)["node"].unique()
        said = pl.col("node").is_in(nodes.implode())
        counts.append(
            _counted(rows, name, told.list.contains(name), said, told.list.contains(name))
        )
    return pl.concat(counts)


def _counted(
    rows: pl.DataFrame, name: str, should: pl.Expr, said: pl.Expr, right: pl.Expr
) -> pl.DataFrame:
    return rows.select(
        asked=pl.lit(name),
        true_pairs=should.sum(),
        found=said.sum(),
        correct=(said & should & right).sum(),
    )


def summed(found: pl.DataFrame) -> pl.DataFrame:
    """The counts added up, with precision, recall and f1, in the order of the scores."""
    return (
        found.group_by("asked", maintain_order=True)
        .agg(pl.col(_COUNTS).sum())
        .with_columns(
            precision=ratio("correct", "found"), recall=ratio("correct", "true_pairs"), f1=f1()
        )
    )


def as_rows(people: int, preset: str, found: pl.DataFrame) -> Iterator[list[str]]:
    for row in found.iter_rows(named=True):
        shares = [
            "–" if row[name] is None else f"{row[name]:.4f}"
            for name in ("precision", "recall", "f1")
        ]
        yield [
            f"{people:,}",
            preset,
            row["asked"],
            *(f"{row[name]:,}" for name in _COUNTS),
            *shares,
        ]


if __name__ == "__main__":
    main()
