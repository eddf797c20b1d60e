"""Small lists for the writers' tests."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable

COLUMNS = (
    ListColumn("key", "差异编号"),
    ListColumn("name_l", "姓名（全员人口）", width=14),
    ListColumn("id_number_l", "身份证号（全员人口）", "id", 18),
    ListColumn("match_probability", "匹配概率", "percent"),
    ListColumn("row_l", "来源行号", "number"),
)
SCHEMA = {
    "key": pl.String, "name_l": pl.String, "id_number_l": pl.String,
    "match_probability": pl.Float64, "row_l": pl.UInt32, DIFFERS: pl.List(pl.String),
}  # fmt: skip

Row = tuple[str | None, str | None, float | None, int | None, list[str]]


def make_list(rows: Sequence[Row]) -> ListTable:
    """A list of these rows: name, ID number, probability, row in the file, names of marked columns."""
    numbered = [(f"K{number}", *row) for number, row in enumerate(rows, start=1)]
    frame = pl.DataFrame(numbered, schema=SCHEMA, orient="row")
    return ListTable("duplicate_person", "重复人员 2026-10", "zh", COLUMNS, frame)


def one_person(name: str, probability: float = 0.5) -> ListTable:
    """A list of one row."""
    return make_list([(name, "46010519800101123X", probability, 1, [])])


TWO_PEOPLE = make_list(
    [
        ("张小三", "46010519800101123X", 0.9987, 3, ["name_l", "id_number_l"]),
        ("王伟", None, None, 5, ["id_number_l"]),
    ]
)
