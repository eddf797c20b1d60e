"""A small office: a workspace whose October run is booked, with cases of every kind that dispatch has to tell apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.core.frames import CASE_EVENTS, DISCREPANCIES, conform
from reconcile.ledger.store import Ledger, open_ledger
from reconcile.workspace import Workspace

PERIOD = "2026-10"
TODAY = "1793664000"  # 2026-11-03, as SOURCE_DATE_EPOCH
KEY = bytes(range(32))

_RECORD = ("record_id", "name", "sex", "id_number", "birth_date", "household_no", "relation", "mother_name", "mother_id",
           "registered_address", "address", "town", "village", "phone")  # fmt: skip
RESIDENTS = [
    ("R1", "张小三", "男", "46010519800101123X", "1980-01-01", "H1", "02", "李一", "460105195501011226",
     "海临市三山镇新洲村1号", "海临市三山镇新洲村1号", "三山镇", "新洲村", "13800000001"),
    ("R2", "王伟", "1", None, "19900305", "H2", "02", "赵二", "460105196002022345",
     "海临市三山镇福山村2号", "海临市三山镇福山村2号", "三山镇", "福山村", "13800000002"),
    ("R3", "欧阳丽娜", "女", "440105199003051242", "1990-03-05", "H3", "02", None, None,
     "广东省南岭市平安路3号", "海临市龙泉街道红城路3号", "龙泉街道", "红城", None),
    ("R4", "=1+1", "女", "460105200001011225", "2000-01-01", "H4", "02", None, None,
     "海临市龙泉街道红城路4号", "海临市龙泉街道红城路4号", "龙泉街道", "红城", None),
    ("R5", "张晓三", "男", "460105198001011248", "1980-01-01", "H1", "02", None, None,
     "海临市三山镇新洲村1号", "海临市三山镇新洲村1号", "三山镇", "新洲村", None),
]  # fmt: skip
HOUSEHOLD = [
    ("P1", "张小三", "男", "460105198001011248", "1980-01-01", "9001", "02", None, None, None,
     "海临市三山镇新洲村1号", "三山镇", "新洲村", None),
]  # fmt: skip

# key: code, severity, town, village, [(left, right)], fields, evidence
CASES: dict[str, tuple[str, str, str, str, list[tuple[str, str | None]], list[str], dict[str, Any]]] = {
    "AAAAAAAAAAAA": ("fields_differ", "medium", "三山镇", "新洲村", [("residents:R1", "household:P1")], ["id_number"], {}),
    "BBBBBBBBBBBB": ("id_missing", "medium", "三山镇", "福山村", [("residents:R2", None)], [], {}),
    "CCCCCCCCCCCC": ("birth_without_household", "medium", "龙泉街道", "红城", [("residents:R3", None)], [], {}),
    "DDDDDDDDDDDD": ("id_against_sex", "low", "龙泉街道", "红城", [("residents:R4", None)], [], {"variant": "female"}),
    "EEEEEEEEEEEE": ("duplicate_person", "high", "三山镇", "新洲村",
                     [("residents:R1", "residents:R5"), ("residents:R1", "residents:R2")], ["name", "id_number"], {"records": 3}),
    "FFFFFFFFFFFF": ("possible_match", "low", " ", "", [("residents:R4", "household:P1")], ["name"], {}),
}  # fmt: skip
ROWS = sum(len(case[4]) for case in CASES.values())


def make_office(folder: Path) -> Workspace:
    """The workspace, its six cases new."""
    workspace = Workspace(folder)
    frames = workspace.runs / PERIOD / "frames"
    frames.mkdir(parents=True)
    (folder / "key").write_bytes(KEY)
    sources = [{"name": name, "layout": name} for name in ("residents", "household")]
    (frames.parent / "summary.json").write_text(json.dumps({"sources": sources}), encoding="utf-8")
    for name, records in (("residents", RESIDENTS), ("household", HOUSEHOLD)):
        _records(records).write_parquet(frames / f"standardised_{name}.parquet")
    found = discrepancies()
    found.write_parquet(frames / "discrepancies.parquet")
    _book_run(workspace, found)
    return workspace


def _records(rows: list[tuple[str | None, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_RECORD, pl.String), orient="row")
    standardised = {f"{name}_std": name for name in ("address", "registered_address", "id_number")}
    return frame.with_columns(file=pl.lit("a.csv"), row=pl.lit(2, pl.UInt32), **standardised)


def discrepancies() -> pl.DataFrame:
    rows = [
        {
            "key": key, "code": code, "severity": severity, "town": town, "village": village, "fields": fields,
            "source_l": left.split(":")[0], "record_id_l": left.split(":")[1],
            "source_r": right and right.split(":")[0], "record_id_r": right and right.split(":")[1],
            "subjects": sorted(one for pair in pairs for one in pair if one), "evidence": json.dumps(evidence),
            "digest": f"d-{key}", "period": PERIOD, "state": "new", "answer": "", "first_seen": PERIOD,
        }
        for key, (code, severity, town, village, pairs, fields, evidence) in CASES.items()
        for left, right in pairs
    ]  # fmt: skip
    return conform(pl.DataFrame(rows), DISCREPANCIES)


def _book_run(workspace: Workspace, found: pl.DataFrame) -> None:
    events = found.unique("key", keep="first", maintain_order=True).select(
        "key", "code", "town", "village", severity=pl.col("severity").cast(pl.String), evidence="digest",
        kind=pl.lit("found"), state=pl.lit("new"), subjects=pl.lit("[]"),
    )  # fmt: skip
    with workspace.lock(), open_ledger(workspace, create=True) as ledger, ledger.booking("run") as booking:
        ledger.connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, '', '', '{}', ?)",
            (PERIOD, booking.entry),
        )
        ledger.append(
            conform(events.with_columns(period=pl.lit(PERIOD), run=pl.lit(1, pl.Int64)), CASE_EVENTS), booking
        )


def happen(workspace: Workspace, key: str, **event: Any) -> None:
    """One more event of a case."""
    told = pl.DataFrame([{"key": key, "period": PERIOD, **event}])
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("test") as booking:
        ledger.append(conform(told, CASE_EVENTS), booking)


def states(workspace: Workspace) -> dict[str, str]:
    """key → state."""
    with open_ledger(workspace) as ledger:
        return dict(ledger.cases().select("key", "state").rows())


def batches(ledger: Ledger) -> list[dict[str, Any]]:
    return ledger.query("SELECT number, period, due FROM batches ORDER BY batch")
