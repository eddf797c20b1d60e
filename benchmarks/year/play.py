"""Play a scripted year through the command line, and count where the ledger differs from the
script.

    python -m benchmarks.year.play --people 20000 --seed 7 --months 12

Each month: `reconcile run`; the states are compared; `reconcile dispatch --by town`; the towns
answer in their workbooks, a tenth of them only after the next run; `reconcile feedback`; the states
are compared again. What a town answers is in the script (truth/problems.csv); where the script is
silent, it is drawn from the case's rows.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
from benchmarks.year.clerks import chance, fill_in
from benchmarks.year.office import Case, Finding, Office, Rows, differences
from benchmarks.year.script import Script, read_script

from reconcile.core.period import Period

RECONCILE = (sys.executable, "-m", "reconcile", "--lang", "zh")
SOURCES = ("residents", "household", "births")
LATE_TOWNS, SILENT, LIES = 0.1, 0.1, 0.03


@dataclass
class Post:
    """Workbooks on their way back: file, and the answers in it by key with the evidence that was
    sent."""

    workbook: Path
    answers: dict[str, str]
    evidence: dict[str, str]


@dataclass
class Year:
    """One year in one workspace."""

    city: Path
    workspace: Path
    script: Script
    office: Office = field(default_factory=Office)
    late: list[Post] = field(default_factory=list)
    day: date = date(2026, 1, 1)

    def play(self) -> Iterator[dict[str, object]]:
        """The table's row of each month."""
        for number, month in enumerate(self.script.months):
            self.run(month)
            known = self.month_findings(month)
            self.office.run(known)
            after_run = differences(self.office, self.states())
            planted = self.script.held_against(month, self.open_cases(month))
            sent = self.dispatch(month, number)
            back = [*self.late, *sent]
            self.late = [post for post in sent if chance(post.workbook.name, month) < LATE_TOWNS]
            self.feedback([post for post in back if post not in self.late])
            after_feedback = differences(self.office, self.states())
            yield {
                "month": month,
                **after_run,
                "wrong_state_after_feedback": after_feedback["wrong_state"],
                **self.balance(month),
                **planted,
            }

    def run(self, month: str) -> None:
        files = [
            f"--{s}={path}" for s in SOURCES for path in sorted((self.city / month).glob(f"{s}*"))
        ]
        self.day = next_month(month)
        self.call(
            "run", *files, "-o", self.workspace, "--period", month, "--format", "csv", "--quiet"
        )

    def month_findings(self, month: str) -> list[Finding]:
        """What the run of the month reports, with rows in the place of keys."""
        frame = pl.read_parquet(
            self.workspace / "runs" / month / "frames" / "discrepancies.parquet"
        )
        cases = frame.unique("key", keep="first", maintain_order=True)
        rows = self.script.rows(month)
        return [
            Finding(code, frozenset(rows.get(s, s) for s in subjects), digest, key)
            for key, code, subjects, digest in cases.select(
                "key", "code", "subjects", "digest"
            ).iter_rows()
        ]

    def dispatch(self, month: str, number: int) -> list[Post]:
        """Sends out, has the towns fill in their workbooks, and checks that what was sent is what
        should be."""
        folder = self.workspace.parent / f"out_{month}"
        done = self.call("dispatch", "--workspace", self.workspace, "--by", "town", "--out", folder)
        batch = done.split()[-1] if done.split() else None
        expected = {case.key: case for case in self.office.to_send()}
        sent = self.sent(batch)
        if sent.keys() != expected.keys():
            more, less = len(sent.keys() - expected.keys()), len(expected.keys() - sent.keys())
            print(
                f"{month}: {more} cases sent that should not be, {less} not sent", file=sys.stderr
            )
        self.office.send(case for key, case in expected.items() if key in sent)
        by_key = {case.key: case for case in self.office.cases}
        posts = []
        self.day = self.day.replace(day=9)
        for workbook in sorted(folder.rglob("*.xlsx")):
            target = workbook.with_name(f"back_{workbook.name}")
            told = fill_in(
                workbook,
                target,
                lambda key: self.answer(by_key.get(key), month, number),
                f"{self.day:%Y.%-m.%-d}",
            )
            if told is not None:
                posts.append(Post(target, told, {key: sent[key] for key in told}))
        return posts

    def answer(self, case: Case | None, month: str, number: int) -> str | None:
        """What the town writes about the case this month, None for nothing, as for one that the
        model does not know."""
        if case is None:
            return None
        told = (case.code, *sorted(case.rows), month)
        if chance(*told, "silent") < SILENT:
            return None
        scripted, corrected = self.script.answer(case.code, case.rows, month)
        if scripted is None:
            scripted = "confirmed" if chance(*told[:-1]) < 0.8 else "unverifiable"
        if scripted == "confirmed" and (
            (corrected and chance(*told) < 0.5) or chance(*told) < LIES
        ):
            return "corrected"
        return scripted

    def feedback(self, posts: list[Post]) -> None:
        files = [post.workbook for post in posts if post.answers]
        if not files:
            return
        self.call("feedback", "--workspace", self.workspace, *files)
        by_key = {case.key: case for case in self.office.cases}
        for post in posts:
            self.office.answer(
                (by_key[key], said, post.evidence[key]) for key, said in post.answers.items()
            )

    def states(self) -> dict[str, str]:
        """key → state, as the ledger has it."""
        with sqlite3.connect(self.workspace / "ledger.sqlite") as ledger:
            return dict(ledger.execute("SELECT key, state FROM cases").fetchall())

    def open_cases(self, month: str) -> dict[tuple[str, Rows], bool]:
        """By code and rows, every case that is open (True), or closed by an answer."""
        rows = self.script.rows(month)
        with sqlite3.connect(self.workspace / "ledger.sqlite") as ledger:
            found = ledger.execute(
                "SELECT code, subjects, state FROM cases WHERE state <> 'closed' OR how IN "
                "('false_alarm', 'settled')"
            ).fetchall()
        told = {
            (code, frozenset(rows.get(s, s) for s in json.loads(sub))): state
            for code, sub, state in found
        }
        return {identity: state != "closed" for identity, state in told.items()}

    def sent(self, batch: str | None) -> dict[str, str]:
        """key → evidence of what a batch sent."""
        if batch is None:
            return {}
        frame = pl.read_parquet(self.workspace / "dispatches" / batch / "sent.parquet")
        return dict(frame.select("key", "evidence").iter_rows())

    def balance(self, month: str) -> dict[str, int]:
        """The month's figures as `reconcile status` has them."""
        told = json.loads(self.call("status", "--workspace", self.workspace, "--format", "json"))
        counts = told["city"]["counts"]
        assert (
            counts["carried"] + counts["new"] + counts["reopened"]
            == counts["closed"] + counts["open"]
        ), counts
        return {name: counts[name] for name in ("carried", "new", "reopened", "closed", "open")}

    def call(self, *words: object) -> str:
        done = subprocess.run(
            [*RECONCILE, *map(str, words)],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 10):
            sys.exit(f"reconcile {words[0]} failed ({done.returncode}):\n{done.stderr}")
        return done.stdout

    def environment(self) -> dict[str, str]:
        """The clock of the script stands in the days after the month."""
        moment = datetime.combine(self.day, datetime.min.time(), UTC) + timedelta(hours=9)
        return {
            **os.environ,
            "SOURCE_DATE_EPOCH": str(int(moment.timestamp())),
            "RECONCILE_USER": "office",
        }


def next_month(month: str) -> date:
    """The fifth of the month that follows, when the exports are there."""
    return Period.parse(month).end.replace(day=5)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--preset", default="modern")
    parser.add_argument("--folder", type=Path, help="keep the year here, and find it again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="year-") as place:
        folder = options.folder or Path(place)
        city = folder / "city"
        if not city.exists():
            asked = [f"--{n}={getattr(options, n)}" for n in ("people", "seed", "months", "preset")]
            subprocess.run(
                [*RECONCILE, "sample", city, "--plain", *asked], check=True, stderr=subprocess.PIPE
            )
        year = Year(city, folder / "work", read_script(city))
        rows = []
        for row in year.play():
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
            rows.append(row)


if __name__ == "__main__":
    main()
