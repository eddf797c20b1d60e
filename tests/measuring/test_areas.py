"""What the benchmark of areas counts, on small frames."""

from __future__ import annotations

import polars as pl
from benchmarks.lists.areas import as_rows, judge, scores

from reconcile.areas.names import How

FOUND = [
    ("r1", "1", "exact"),
    ("r2", "1", "context"),
    ("r3", "2", "former"),
    ("r4", "1", "ambiguous"),
    ("r5", None, "unknown"),
    ("r6", "9", "alias"),
]
TRUTH = [("r1", "1"), ("r2", "1"), ("r3", "1"), ("r4", "1"), ("r5", "1")]


def test_a_record_is_right_wrong_or_listed() -> None:
    schema = {"record_id": pl.String, "area_code": pl.String, "area_how": How}
    found = pl.DataFrame(FOUND, schema=schema, orient="row").with_columns(source=pl.lit("residents"))
    truth = pl.DataFrame(TRUTH, schema=["record_id", "true_code"], orient="row").with_columns(
        source=pl.lit("residents"), written=pl.Series(["plain", "bare", "plain", "bare", "bare"])
    )
    judged = judge(found, truth)
    assert judged["verdict"].to_list() == ["right", "right", "wrong", "listed", "listed"]
    counted = scores(judged)
    assert counted.rows() == [("plain", 2, 1, 1, 0, 0), ("bare", 3, 1, 0, 2, 1), ("all", 5, 2, 1, 2, 1)]
    assert list(as_rows(5, "modern", counted))[-1] == [
        "5",
        "modern",
        "all",
        "5",
        "40.00%",
        "20.00%",
        "40.00%",
        "20.00%",
    ]
