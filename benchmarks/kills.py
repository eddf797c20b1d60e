"""Kill -9 at random moments: is anything lost or half booked, and does the command, given again,
end right?

    python -m benchmarks.kills --kills 500 --seed 1

A small workspace with a booked month is copied; one of run, dispatch, feedback and review is
started in it and killed at a random moment of its life. Then the ledger's cases and judgements must
be those from before or those from after, all of them; `ledger verify` must pass; and the command,
given again, must end where an undisturbed one ends.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.year.clerks import chance, fill_in

RECONCILE = (sys.executable, "-m", "reconcile", "--quiet", "--lang", "zh")
SOURCES = ("residents", "household", "births")
FIRST, SECOND = "2026-09", "2026-10"
NOW = "1793000000"  # the same times in every audit entry
TABLES = ("cases", "judgements", "batches", "files")

State = Mapping[str, Sequence[tuple[object, ...]]]


@dataclass(frozen=True)
class Job:
    """A command in a workspace, and where it leads from `before`; `seconds`: how long it takes
    undisturbed."""

    name: str
    words: Sequence[str]
    base: Path
    before: State
    after: State
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=250)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        jobs = prepare(Path(place), options.people)
        for job in jobs:
            print(f"{job.name}: {job.seconds:.1f} s undisturbed", flush=True)
        counts: Counter[tuple[str, str]] = Counter()
        for number in range(options.kills):
            job = jobs[number % len(jobs)]
            counts[job.name, one_kill(job, Path(place) / "try", rng)] += 1
            print(f"\r{number + 1} of {options.kills}", end="", file=sys.stderr, flush=True)
        for (name, found), count in sorted(counts.items()):
            print(f"{name}: {found} {count}", flush=True)


def prepare(folder: Path, people: int) -> list[Job]:
    """A month that is run, sent out and filled in, and the four commands that come next."""
    first, second = (make_exports(folder / month, people, month) for month in (FIRST, SECOND))
    base = folder / "base"
    call(base, ["run", *first, "-o", "WORK", "--period", FIRST, "--format", "csv"])
    dispatch = ["dispatch", "--workspace", "WORK", "--by", "town", "--out", str(folder / "sent")]
    sent = folder / "dispatched"
    shutil.copytree(base, sent)
    call(sent, dispatch)
    back = returned(folder / "sent", folder / "back")
    call(sent, ["review", "export", "--workspace", "WORK", "--out", str(folder / "pairs.xlsx")])
    pairs = decided(folder / "pairs.xlsx", folder / "pairs_back.xlsx")
    again = [word.replace(str(folder / "sent"), "WORK.sent") for word in dispatch]
    return [
        job(
            "run",
            ["run", *second, "-o", "WORK", "--period", SECOND, "--format", "csv"],
            sent,
            folder,
        ),
        job("feedback", ["feedback", "--workspace", "WORK", *map(str, back)], sent, folder),
        job("review", ["review", "import", "--workspace", "WORK", str(pairs)], sent, folder),
        job("dispatch", again, base, folder),
    ]


def make_exports(folder: Path, people: int, month: str) -> list[str]:
    """The exports of a small city; the second month's have a fifth of the numbers mended or
    spoiled."""
    subprocess.run(
        [
            *RECONCILE,
            "sample",
            folder,
            "--plain",
            f"--people={people}",
            "--seed=4",
            "--preset=seed2012",
            "--error-scale=5",
        ],
        check=True,
    )
    if month == SECOND:
        path = folder / "residents.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if chance(line) < 0.95]
        path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    return [f"--{source}={folder / source}.csv" for source in SOURCES]


def returned(sent: Path, folder: Path) -> list[Path]:
    folder.mkdir()
    words = ("confirmed", "corrected", "false_alarm", "unverifiable", None)
    files = []
    for workbook in sorted(sent.rglob("*.xlsx")):
        target = folder / workbook.name
        if (
            fill_in(
                workbook, target, lambda key: words[int(chance(key) * len(words))], "2026-10-05"
            )
            is not None
        ):
            files.append(target)
    return files


def decided(pairs: Path, target: Path) -> Path:
    """Every pair of the review's workbook with a decision."""
    from openpyxl import load_workbook

    from reconcile.core.messages import LANGUAGES, text

    names = {text("judgements.column.decision", language) for language in LANGUAGES}
    book = load_workbook(pairs)
    sheet = book.worksheets[0]
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value in names)
    for row in range(place.row + 1, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            sheet.cell(row, place.column).value = ("同一人", "不同的人", "不确定")[row % 3]
    book.save(target)
    return target


def job(name: str, words: list[str], base: Path, folder: Path) -> Job:
    calm = folder / f"calm_{name}"
    shutil.copytree(base, calm)
    began = time.perf_counter()
    call(calm, words)
    lasting = time.perf_counter() - began
    return Job(name, words, base, state(base), state(calm), lasting)


def one_kill(job: Job, place: Path, rng: random.Random) -> str:
    """Kills the job once; what was found: `before` or `after` is what stood in the ledger. Exits
    when it is neither."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(job.base, place)
    process = subprocess.Popen(
        command(place, job.words),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        process.communicate(timeout=rng.uniform(0.1, 1.05) * job.seconds)
        told = "ended"
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        told = "killed"
    found = state(place)
    standing = "before" if found == job.before else "after" if found == job.after else "NEITHER"
    call(place, ["ledger", "verify", "--workspace", "WORK"])
    call(place, job.words)
    if standing == "NEITHER" or state(place) != job.after:
        kept = place.with_name(f"failed_{job.name}")
        shutil.copytree(place, kept)
        sys.exit(f"{job.name}: {standing} after a kill; kept in {kept}")
    return f"{told}, {standing}"


def state(workspace: Path) -> State:
    """What must not be lost, but for the numbers of audit entries."""
    with sqlite3.connect(workspace / "ledger.sqlite") as ledger:
        return {table: rows_of(ledger, table) for table in TABLES}


def rows_of(ledger: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})")]
    told = ", ".join(column for column in columns if column not in ("entry", "withdrawn"))
    return ledger.execute(f"SELECT {told} FROM {table} ORDER BY 1").fetchall()


def call(workspace: Path, words: Sequence[str]) -> None:
    done = subprocess.run(
        command(workspace, words), env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 10):
        sys.exit(f"{' '.join(words)}: {done.returncode}\n{done.stderr}{done.stdout}")


def command(workspace: Path, words: Sequence[str]) -> list[str]:
    shutil.rmtree(f"{workspace}.sent", ignore_errors=True)
    placed = [word.replace("WORK", str(workspace)) for word in words]
    return [*RECONCILE, *placed]


def environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": NOW, "RECONCILE_USER": "clerk"}


if __name__ == "__main__":
    main()
