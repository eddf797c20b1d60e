"""What the ledger costs at 300,000 open cases: `reconcile status`, and what booking a month adds.

    python -m benchmarks.ledger [--cases 300000]

A made-up ledger, through the same doors as a run: a first month finds the cases, all are sent out,
most are answered; the second month carries them on, with 1/30 new, 1/30 closed and 1/50 changed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from reconcile.clearing.judgements import NONE as UNJUDGED
from reconcile.clearing.month import month_of
from reconcile.core.digests import keyed_digests
from reconcile.core.frames import CASE_EVENTS, DISCREPANCIES, conform
from reconcile.core.period import Period
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace, write_json
from reconcile.workspace.inputs import RunInputs

_CODES = ("duplicate_person", "fields_differ", "id_invalid", "id_missing", "unmatched_resident")
_TOWNS, _VILLAGES, _BATCHES = 40, 450, 40
_MONTHS = ("2026-09", "2026-10")
_GOALS = {"status": 2.0, "month": 10.0}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=300_000)
    parser.add_argument("--workspace", type=Path, help="keep the ledger here")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.workspace or Path(scratch) / "work"
        measured = make_ledger(folder, chosen.cases)
        for by in ("town", "village", "code"):
            measured[f"status --by {by}"] = timed_status(folder, by)
        size = (folder / "ledger.sqlite").stat().st_size / 2**20
    print(f"{chosen.cases:,} open cases, ledger of {size:.0f} MiB")
    for what, seconds in measured.items():
        goal = _GOALS.get(what.split()[0])
        print(f"{what:28} {seconds:6.2f} s" + (f"   goal {goal:.0f} s" if goal else ""))


def make_ledger(folder: Path, cases: int) -> dict[str, float]:
    """The ledger of two months in a new workspace, and how long its parts took."""
    workspace = Workspace(folder)
    first, second = discrepancies(cases, 0, ""), carried_on(cases)
    measured: dict[str, float] = {}
    with timed(measured, "first month"):
        book(workspace, _MONTHS[0], first)
    with timed(measured, "dispatch of all"):
        dispatch(workspace, first["key"])
    with timed(measured, "answers of two thirds"):
        answer(workspace, first["key"][: cases * 2 // 3])
    with timed(measured, "month"):
        book(workspace, _MONTHS[1], second)
    return measured


def discrepancies(count: int, start: int, evidence: str) -> pl.DataFrame:
    """frames.DISCREPANCIES of `count` cases, numbered from `start`; `evidence` tells one state of
    them from another."""
    numbers = np.arange(start, start + count)
    village = numbers * 7919 % _VILLAGES
    told = [f"{number}{evidence}" for number in numbers]
    frame = pl.DataFrame(
        {
            "key": keyed_digests([f"case {number}" for number in numbers], b"benchmark"),
            "code": np.array(_CODES)[numbers % len(_CODES)],
            "subjects": [[f"residents:R{number:08d}"] for number in numbers],
            "source_l": ["residents"] * count,
            "record_id_l": [f"R{number:08d}" for number in numbers],
            "digest": keyed_digests(told, b"benchmark"),
            "town": [f"镇{number % _TOWNS:02d}" for number in village],
            "village": [f"村{number:03d}" for number in village],
        }
    )
    return conform(frame.with_columns(severity=pl.lit("medium")), DISCREPANCIES)


def carried_on(cases: int) -> pl.DataFrame:
    """The next month's: the last 1/30 is gone, as many are new, 1/50 rests on other evidence."""
    gone, changed = cases // 30, cases // 50
    return pl.concat(
        [
            discrepancies(changed, 0, " changed"),
            discrepancies(cases - gone - changed, changed, ""),
            discrepancies(gone, cases, ""),
        ]
    )


def book(workspace: Workspace, period: str, found: pl.DataFrame) -> None:
    """One month's run, but for the matching."""
    records = {
        "residents": pl.DataFrame(
            {"record_id": ["R0"], "town_std": ["镇00"], "village_std": ["村000"]}
        )
    }
    inputs = RunInputs((), period, "")
    with (
        workspace.lock(),
        workspace.run_folder(period) as folder,
        month_of(workspace, Period.parse(period), inputs, lambda: True) as month,
    ):
        cleared = month.followed(records, UNJUDGED).cleared(found, _CODES)
        write_frames(folder / "frames", records)
        write_json(folder / "manifest.json", {"outputs": {}})
        cleared.book(folder)


def write_frames(folder: Path, records: dict[str, pl.DataFrame]) -> None:
    """As much of a run's frames as the next month looks at."""
    folder.mkdir()
    for source, frame in records.items():
        frame.write_parquet(folder / f"standardised_{source}.parquet")
        persons = frame.select(
            "record_id", source=pl.lit(source), person_id=pl.format("P{}", "record_id")
        )
        persons.write_parquet(folder / "persons.parquet")


def dispatch(workspace: Workspace, keys: pl.Series) -> None:
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("dispatch") as booking:
        for number in range(1, _BATCHES + 1):
            row = (
                number,
                f"{_MONTHS[0]}-{number:02d}",
                _MONTHS[0],
                "2026-10-10",
                "{}",
                booking.entry,
            )
            ledger.connection.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", row)
        events = pl.DataFrame({"key": keys}).with_columns(
            kind=pl.lit("dispatched"), period=pl.lit(_MONTHS[0]), state=pl.lit("dispatched"),
            due=pl.lit("2026-10-10"),
            batch=pl.int_range(pl.len()) % _BATCHES + 1,
        )  # fmt: skip
        ledger.append(conform(events, CASE_EVENTS), booking)


def answer(workspace: Workspace, keys: pl.Series) -> None:
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("feedback") as booking:
        cases = ledger.cases(keys)
        events = cases.select("key", "batch", seen="evidence").with_columns(
            kind=pl.lit("answered"), period=pl.lit(_MONTHS[0]), state=pl.lit("answered"),
            answer=pl.lit("confirmed"),
            remark=pl.lit("查看了户口簿"),
        )  # fmt: skip
        ledger.append(conform(events, CASE_EVENTS), booking)


def timed_status(folder: Path, by: str) -> float:
    """The whole process, the best of three."""
    command = [
        sys.executable,
        "-m",
        "reconcile",
        "status",
        "--workspace",
        str(folder),
        "--by",
        by,
        "--format",
        "json",
    ]
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
        taken.append(time.perf_counter() - started)
    return min(taken)


@contextmanager
def timed(into: dict[str, float], what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    into[what] = time.perf_counter() - started


if __name__ == "__main__":
    main()
