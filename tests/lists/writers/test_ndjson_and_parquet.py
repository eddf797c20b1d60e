"""Formats for machines: canonical names, whole values, and which of them differ."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import polars as pl

from reconcile.lists.writers import ndjson, parquet
from tests.lists.writers.small_lists import TWO_PEOPLE, one_person

FIRST = {
    "key": "K1",
    "name_l": "张小三",
    "id_number_l": "46010519800101123X",
    "match_probability": 0.9987,
    "row_l": 3,
    "differs": ["name_l", "id_number_l"],
}


def test_ndjson_is_one_object_a_line() -> None:
    stream = BytesIO()
    ndjson.write(TWO_PEOPLE, stream)
    lines = stream.getvalue().decode("utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["K1", "K2"]
    assert json.loads(lines[0]) == FIRST
    assert "张小三" in lines[0]


def test_ndjson_escapes_what_would_break_a_line() -> None:
    stream = BytesIO()
    ndjson.write(one_person('a\n\x00"b'), stream)
    (line,) = stream.getvalue().decode("utf-8").split("\n")[:-1]
    assert json.loads(line)["name_l"] == 'a\n\x00"b'


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    parquet.write(TWO_PEOPLE, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").row(0, named=True) == FIRST
