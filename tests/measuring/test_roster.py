"""What the benchmark for rosters counts, on small frames."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import polars as pl
from benchmarks.lists.roster import FINDINGS, as_rows, scores, summed

REGISTERS = pl.DataFrame({"source": ["r", "r"], "record_id": ["r1", "r2"], "entity_id": ["1", "2"]})


def checked(rows: list[tuple[str, str, str | None]], findings: list[tuple[int, str]]) -> Any:
    frame = pl.DataFrame(rows, schema=["record_id", "status", "near_record_id"], orient="row")
    frame = frame.with_row_index("node").with_columns(source=pl.lit("a"), near_source=pl.lit("r"))
    found = pl.DataFrame(findings, schema={"node": pl.UInt32, "code": pl.String}, orient="row")
    return cast(Any, SimpleNamespace(rows=frame, findings=found))


def test_persons_and_findings_are_counted_by_row() -> None:
    rows = [("a1", "found", "r1"), ("a2", "found", "r1"), ("a3", "possible", "r2"), ("a4", "not_found", None)]
    rows.append(("a5", "possible", None))  # one of several namesakes: nobody is named
    findings = [(0, "roster_amount"), (1, "roster_amount"), (1, "roster_duplicate"), (3, "roster_not_found")]
    truth = pl.DataFrame(
        {
            "source": "a",
            "record_id": ["a1", "a2", "a3", "a4", "a5"],
            "entity_id": ["1", "2", "2", "9", "1"],
            "findings": ["amount", "duplicate", "duplicate|amount", "not_found", ""],
        }
    )
    found = {row[0]: row[1:] for row in scores(checked(rows, findings), truth, REGISTERS).rows()}
    assert found["found"] == (4, 2, 1)  # a2 is found as another person
    assert found["found or possible"] == (4, 3, 2)
    assert found["amount"] == (2, 2, 1)
    assert found["duplicate"] == (2, 1, 1)
    assert found["not_found"] == (1, 1, 1)
    assert list(found) == ["found", "found or possible", *FINDINGS.values()]


def test_cities_are_added_up() -> None:
    counts = pl.DataFrame({"asked": ["found"] * 2, "true_pairs": [3, 1], "found": [2, 2], "correct": [1, 1]})
    assert list(as_rows(20_000, "modern", summed(counts))) == [
        ["20,000", "modern", "found", "4", "4", "2", "0.5000", "0.5000", "0.5000"]
    ]
