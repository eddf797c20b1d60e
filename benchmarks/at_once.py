"""Two processes at once in one workspace: one waits or is refused with a clear message, and nothing
is lost.

    python -m benchmarks.at_once --times 100 --seed 1

Two commands are started within a fraction of a second of each other: run, feedback on two halves of
the forms, review. Whoever is refused must say that the workspace is in use (exit 4), and is given
again. Then every answer and every judgement of both must be booked, and `ledger verify` must pass.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from benchmarks.kills import FIRST, Job, call, command, environment, prepare

BUSY = 4


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=250)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="at-once-") as place:
        jobs = {job.name: job for job in prepare(Path(place), options.people)}
        commands = _commands(jobs)
        pairs = [*combinations(commands, 2), ("run", "run")]
        counts: Counter[str] = Counter()
        for number in range(options.times):
            one, other = pairs[number % len(pairs)]
            found = together(
                jobs["run"].base, commands[one], commands[other], Path(place) / "try", rng
            )
            counts[f"{one} and {other}: {found}"] += 1
            print(f"\r{number + 1} of {options.times}", end="", file=sys.stderr, flush=True)
        for found, count in sorted(counts.items()):
            print(f"{found} {count}", flush=True)


def _commands(jobs: dict[str, Job]) -> dict[str, Sequence[str]]:
    feedback = [*jobs["feedback"].words]
    files = feedback[3:]
    half = len(files) // 2
    return {
        "run": jobs["run"].words,
        "feedback 1": [*feedback[:3], *files[:half]],
        "feedback 2": [*feedback[:3], *files[half:]],
        "review": jobs["review"].words,
    }


def together(
    base: Path, one: Sequence[str], other: Sequence[str], place: Path, rng: random.Random
) -> str:
    """Starts both, gives again what was refused, and checks what is booked; how the two ended."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(base, place)
    running = []
    for words in (one, other):
        running.append(
            subprocess.Popen(
                command(place, words),
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        time.sleep(rng.uniform(0, 0.6))
    ends = []
    for process, words in zip(running, (one, other), strict=True):
        _, told = process.communicate()
        if process.returncode == BUSY:
            if "正在使用" not in told and "正被别的程序使用" not in told:
                sys.exit(f"refused without saying why: {told}")
            call(place, words)
        elif process.returncode not in (0, 10):
            sys.exit(f"{' '.join(words)}: {process.returncode}\n{told}")
        ends.append("refused" if process.returncode == BUSY else "done")
    call(place, ["ledger", "verify", "--workspace", "WORK"])
    _check(base, place, (one, other))
    return " and ".join(ends)


def _check(base: Path, place: Path, commands: Sequence[Sequence[str]]) -> None:
    """Every answer and judgement that the commands bring when they are alone is there."""
    alone = place.with_name("alone")
    expected = Counter[str]()
    for words in commands:
        shutil.rmtree(alone, ignore_errors=True)
        shutil.copytree(base, alone)
        call(alone, words)
        expected |= booked(alone)
    found = booked(place)
    if any(found[row] < count for row, count in expected.items()):
        sys.exit(f"lost: {expected - found}")


def booked(workspace: Path) -> Counter[str]:
    """Answers, judgements and runs of a ledger."""
    asked = (
        f"SELECT 'answer ' || key || ' ' || answer FROM events WHERE kind = 'answered' AND "
        f"period >= '{FIRST}'",
        "SELECT 'judgement ' || record_id_l || ' ' || record_id_r || ' ' || decision FROM "
        "judgements",
        "SELECT 'run ' || period FROM runs WHERE replaced IS NULL",
    )
    with sqlite3.connect(workspace / "ledger.sqlite") as ledger:
        return Counter(row for statement in asked for (row,) in ledger.execute(statement))


if __name__ == "__main__":
    main()
