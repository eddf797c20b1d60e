"""A small made-up city: records of three sources and discrepancies about them."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import polars as pl

from reconcile.core.frames import DISCREPANCIES, conform
from reconcile.core.layouts import load_layout


class Screen(BytesIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


LAYOUTS = {name: load_layout(name) for name in ("residents", "household", "births")}

_RESIDENTS = {
    "record_id": ["R1", "R2", "R3", "R4"],
    "name": ["张小三", "张晓三 ", "王伟", "=1+1"],
    "sex": ["男", "1", "男", "女"],
    "id_number": ["46010519800101123X", "460105198001011230", None, "460105199002021226"],
    "birth_date": ["1980-01-01", "1980.1.1", "1990-02-02", "41000"],
    "household_no": ["0012", "0012", "0013", None],
    "address": ["海口市龙华区滨海街道1号", "滨海街道1号", None, "滨海街道9号"],
    "town": ["滨海街道", "滨海街道", "金贸街道", "金贸街道"],
    "village": ["东村", "东村", "西村", ""],
    "phone": ["13800000000", None, None, None],
    "spouse_name": ["李四", None, None, None],
    "file": ["residents.csv"] * 4,
    "row": [3, 4, 5, 6],
}
_HOUSEHOLD = {
    "record_id": ["H1", "H2"],
    "name": ["王玮", "张小三"],
    "sex": ["男", "男"],
    "id_number": ["460105199002021234", "46010519800101123X"],
    "birth_date": ["19900202", "19800101"],
    "household_no": ["7", "8"],
    "address": ["解放路3号", None],
    "police_station": [" ", ""],
    "town": ["金贸街道", "滨海街道"],
    "village": ["西村", "东村"],
    "file": ["household.xlsx"] * 2,
    "row": [2, 3],
}


def records() -> dict[str, pl.DataFrame]:
    """The records of each source, all text but the row."""
    return {
        source: pl.DataFrame(data).with_columns(pl.lit(source).alias("source"), pl.col("row").cast(pl.UInt32))
        for source, data in (("residents", _RESIDENTS), ("household", _HOUSEHOLD))
    }


def case(code: str, left: str, right: str | None = None, **values: Any) -> dict[str, Any]:
    """One discrepancy about the records R1, H1 …; `evidence` as a dict."""
    named = {"R": "residents", "H": "household"}
    row = {
        "key": f"{code}-{left}",
        "severity": "medium",
        "source_l": named[left[0]],
        "record_id_l": left,
        "source_r": named[right[0]] if right else None,
        "record_id_r": right,
        "fields": [],
        "town": "滨海街道",
        "village": "东村",
        "period": "2026-10",
    }
    return row | values | {"code": code, "evidence": json.dumps(values.get("evidence", {}), ensure_ascii=False)}


def discrepancies(*cases: dict[str, Any]) -> pl.DataFrame:
    """The cases as frames.DISCREPANCIES."""
    schema = {name: dtype for name, dtype in DISCREPANCIES.items() if name != "severity"} | {"severity": pl.String}
    return conform(pl.DataFrame(list(cases), schema=schema), DISCREPANCIES)


def monthly_cases() -> pl.DataFrame:
    """Cases of several kinds in two towns."""
    return discrepancies(
        case("duplicate_person", "R1", "R2", fields=["name", "id_number"], match_probability=0.9987,
             evidence={"records": 2}, severity="high"),
        case("fields_differ", "R3", "H1", fields=["name"], match_probability=0.8,
             town="金贸街道", village="西村",
             evidence={"differences": [{"column": "name", "left": "王伟", "right": "王玮"}]}),
        case("id_missing", "R3", "H1", fields=["id_number"], town="金贸街道", village="西村", severity="low",
             evidence={"remedy": "found"}),
        case("id_missing", "R4", fields=["id_number"], town=None, village=" ", severity="low"),
        case("id_against_birth_date", "R4", fields=["birth_date", "id_number"], evidence={"days": 30},
             town="金贸街道", village=None),
        case("possible_match", "R1", "H2", match_probability=0.31),
        case("possible_match", "R2", "R1", match_probability=0.2, fields=["name"],
             evidence={"variant": "one_register"}),
    )  # fmt: skip
