"""Small tables of areas, written as an office would, and records that name areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from reconcile.areas.placing import Placed, place
from reconcile.areas.table import AreaTable, area_table
from reconcile.core.frames import REJECTS, empty
from reconcile.reading.read import FileReport, ReadResult
from reconcile.standardising.addresses import standard_addresses
from reconcile.standardising.areas import standard_towns, standard_villages
from reconcile.standardising.text import standard_text

DAY = date(2026, 10, 31)
_COLUMNS = {
    "code": "area_no", "name": "area_name", "parent": "area_parent", "parent_name": "area_parent_name",
    "level": "area_level", "from": "area_from", "to": "area_to", "former": "area_former_names",
    "short": "area_short_names", "successor": "area_successor", "households": "area_households",
    "people": "area_people",
}  # fmt: skip

CITY: list[dict[str, str]] = [
    {"code": "460105", "name": "西岭区"},
    {"code": "460106", "name": "东华区"},
    {"code": "460105001000", "name": "城东街道", "parent": "460105"},
    {"code": "460105001001", "name": "向阳社区", "parent": "城东街道", "former": "红星社区、老街"},
    {"code": "460105001002", "name": "和平社区", "parent": "460105001", "short": "和平里"},
    {"code": "460105001003", "name": "友谊社区", "to": "2019-12-31", "successor": "460105001002"},
    {"code": "460105001004", "name": "废社区", "to": "2015"},
    {"code": "460105101", "name": "府城镇", "parent": "西岭区", "former": "府城公社"},
    {"code": "460105101201", "name": "向阳村"},
    {"code": "460105101202", "name": "新村"},
    {"code": "460105101203", "name": "大湾村"},
    {"code": "460105101204", "name": "大湾社区"},
    {"code": "460105201", "name": "石桥乡", "to": "2016-05-31", "successor": "府城镇"},
    {"code": "460105201201", "name": "石桥村", "to": "2016-05-31", "successor": "460105101202"},
    {"code": "460106001", "name": "朝阳街道"},
    {"code": "460106001001", "name": "新港社区", "from": "2020-01-01"},
    {"code": "460106001001", "name": "渔港社区", "to": "2019-12-31"},
    {"code": "460106001002", "name": "友谊社区"},
    {"code": "460106001003", "name": "未来社区", "from": "2030-01-01"},
    {"code": "460106001001001", "name": "阳光花园", "level": "小区"},
    {"code": "460106101", "name": "城东镇"},
    {"code": "460106101201", "name": "和平村"},
    {"code": "460105009", "name": "西城街道", "to": "2021-01-01", "successor": "460105001"},
    {"code": "460106009", "name": "西城街道", "to": "2021-01-01", "successor": "460106001"},
]


def table(rows: Sequence[Mapping[str, str]] = CITY, day: date = DAY) -> AreaTable:
    """The table of these rows; a word for each column, see `_COLUMNS`."""
    return area_table(read(rows), day)


def read(rows: Sequence[Mapping[str, str]]) -> ReadResult:
    """The rows as `stages.read` gives them."""
    told = [{_COLUMNS[name]: value for name, value in row.items()} for row in rows]
    used = [name for name in _COLUMNS.values() if any(name in row for row in told)]
    records = pl.DataFrame(
        [{"source": "areas", "file": "areas.csv", "row": place, **row} for place, row in enumerate(told, start=2)],
        schema={"source": pl.String, "file": pl.String, "row": pl.UInt32, **dict.fromkeys(used, pl.String)},
    )
    report = FileReport("areas.csv", "utf-8", ",", None, 1, (), records.height, records.height, "0" * 64)
    return ReadResult(records, empty(REJECTS), empty(REJECTS), (report,))


def records(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Standardised records with district, town and village as written, and what else is given."""
    names = ["district", "town", "village", *dict.fromkeys(name for row in rows for name in row)]
    frame = pl.DataFrame(
        [{"source": "residents", "file": "a.csv", "row": place, **row} for place, row in enumerate(rows, start=2)],
        schema={"source": pl.String, "file": pl.String, "row": pl.UInt32, **dict.fromkeys(names, pl.String)},
    )
    standards = {"district": standard_towns, "town": standard_towns, "village": standard_villages,
                 "address": standard_addresses, "household_no": standard_text, "police_station": standard_text}  # fmt: skip
    return frame.with_columns(
        standard(frame[name]).alias(f"{name}_std") for name, standard in standards.items() if name in frame.columns
    )


def placed(*rows: Mapping[str, Any], city: AreaTable | None = None) -> Placed:
    """The records in the areas of the table."""
    return place({"residents": records(*rows)}, city or table())
