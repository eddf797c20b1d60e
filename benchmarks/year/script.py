"""The script of a year, as `reconcile sample --months` writes it beside the exports (truth/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.year.office import Rows


@dataclass(frozen=True)
class Problem:
    """A problem of the script, as truth/problems.csv has it."""

    code: str
    rows: Rows
    seen: Mapping[str, bool]  # by month, whether the exports show it
    answer: str
    certain: bool


@dataclass(frozen=True)
class Script:
    """`records`: month → source:record_id → source:row_id. `problems`: by code and rows; a problem
    may come twice."""

    months: list[str]
    records: Mapping[str, Mapping[str, str]]
    problems: Mapping[tuple[str, Rows], Problem]

    def rows(self, month: str) -> Mapping[str, str]:
        return self.records[month]

    def answer(self, code: str, rows: Rows, month: str) -> tuple[str | None, bool]:
        """What the town answers, None where the script does not know the case; whether it is
        corrected by the next month."""
        problem = self.problems.get((code, rows))
        if problem is None:
            return None, False
        following = self.months[self.months.index(month) + 1 :]
        return problem.answer, bool(following) and not problem.seen[following[0]]

    def held_against(self, month: str, cases: Mapping[tuple[str, Rows], bool]) -> dict[str, int]:
        """Of the problems that the exports of the month show: how many there are, how many have no
        case (`missed`), and how many are gone but have an open one (`lingering`); of the certain
        ones, and of those that take linkage.

        `cases`: open ones (True), and those closed by an answer.
        """
        counts = {
            f"{kind}{what}": 0
            for kind in ("certain", "linked")
            for what in ("", "_missed", "_lingering")
        }
        for identity, problem in self.problems.items():
            kind = "certain" if problem.certain else "linked"
            shown, is_open = problem.seen[month], cases.get(identity)
            counts[kind] += shown
            counts[f"{kind}_missed"] += shown and is_open is None
            counts[f"{kind}_lingering"] += not shown and is_open is True
        return counts


def read_script(city: Path) -> Script:
    truth = city / "truth"
    records = pl.read_csv(truth / "records.csv", infer_schema=False)
    named = records.select(
        "month",
        record=pl.concat_str("source", pl.lit(":"), "record_id"),
        row=pl.concat_str("source", pl.lit(":"), "row_id"),
    )
    by_month = {
        month: dict(part.select("record", "row").iter_rows())
        for (month,), part in named.group_by("month")
    }
    months = sorted(by_month)
    table = pl.read_csv(truth / "problems.csv", infer_schema=False).fill_null("")
    problems = {}
    for row in table.iter_rows(named=True):
        sources = row["source"].split("|") * 2
        rows = frozenset(
            f"{source}:{one}"
            for source, one in zip(sources, row["row_id"].split("|"), strict=False)
        )
        seen = {month: digit == "1" for month, digit in zip(months, row["seen"], strict=True)}
        problems[row["code"], rows] = Problem(
            row["code"], rows, seen, row["answer"], row["certain"] == "1"
        )
    return Script(months, by_month, problems)
