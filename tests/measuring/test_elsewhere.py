"""What the benchmark of people registered elsewhere counts, on small frames."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks.births.cities import Kind
from benchmarks.lists.elsewhere import as_rows, confusion, paired, true_level

HOME = {"district": "东区", "town": "甲镇", "village": "石沟村"}


def person(registered: str, **there: str | None) -> dict[str, str | None]:
    in_city = {f"registered_{part}": there.get(part, HOME[part]) if registered == "city" else None for part in HOME}
    return {"entity_id": "1", **HOME, **in_city, "registered": registered}


@pytest.mark.parametrize(
    ("one", "level"),
    [
        (person("city"), "here"),
        (person("city", village="红坊村"), "village"),
        (person("city", town="乙镇"), "town"),
        (person("city", district="西区", town="丙镇", village="古和村"), "district"),
        (person("outside"), "city"),
        (person("nowhere"), "unknown"),
    ],
)
def test_the_true_level(one: dict[str, str | None], level: str) -> None:
    frame = pl.DataFrame([one], schema=dict.fromkeys(one, pl.String))
    assert frame.select(true_level()).item() == level


def test_records_are_paired_with_their_own_truth() -> None:
    residences = pl.DataFrame({"record_id": ["R1", "R2", "R9"], "level": ["here", "town", "here"]})
    records = pl.DataFrame({"record_id": ["R1", "R2"], "entity_id": ["1", "2"]})
    people = pl.DataFrame([person("city"), {**person("outside"), "entity_id": "2"}], infer_schema_length=None)
    assert paired(residences, records, people).sort("truly").rows() == [("city", "town"), ("here", "here")]


def test_precision_recall_and_rows_that_add_up() -> None:
    told = [("here", "here")] * 8 + [("here", "town")] + [("town", "town")] * 3 + [("town", "unknown")]
    counted = confusion(pl.DataFrame(told, schema=["truly", "found"], orient="row"))
    by_level = {row["truly"]: row for row in counted.to_dicts()}
    assert (by_level["here"]["precision"], by_level["here"]["recall"]) == (1.0, pytest.approx(8 / 9))
    assert (by_level["town"]["precision"], by_level["town"]["recall"]) == (0.75, 0.75)
    assert (by_level["village"]["precision"], by_level["village"]["recall"]) == (None, None)
    rows = list(as_rows(Kind(20_000), counted))
    assert [row[2:6] for row in rows[:1]] == [["here", "9", "1.0000", "0.8889"]]
    assert all(sum(int(cell) for cell in row[6:]) == int(row[3]) for row in rows)
