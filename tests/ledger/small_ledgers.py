"""Small ledgers, made through the doors that commands use."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl

from reconcile.clearing.judgements import NONE as UNJUDGED
from reconcile.clearing.month import month_of
from reconcile.core.frames import CASE_EVENTS, DISCREPANCIES, conform, empty
from reconcile.core.period import Period
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace, write_json, write_manifest
from reconcile.workspace.inputs import RunInputs

KEY = bytes(range(32))
CODES = ("id_invalid", "duplicate_person", "registered_elsewhere")
# key → code, town, village
CASES: Mapping[str, tuple[str, str, str]] = {
    "A00000000001": ("id_invalid", "府城镇", "东门村"),
    "A00000000002": ("id_invalid", "府城镇", "西门村"),
    "A00000000003": ("duplicate_person", "府城镇", "西门村"),
    "B00000000001": ("id_invalid", "云龙镇", "云阁村"),
    "B00000000002": ("registered_elsewhere", "云龙镇", "云阁村"),
    "B00000000003": ("id_invalid", "", ""),
}
_RECORDS = {"residents": pl.DataFrame({"record_id": ["R0"], "town_std": ["府城镇"], "village_std": ["东门村"]})}


def workspace(folder: Path) -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_bytes(KEY)
    return Workspace(folder)


@contextmanager
def on(day: str, who: str = "张三") -> Iterator[None]:
    """Whatever is done in the block is done on this day, by this person."""
    at = int(datetime.fromisoformat(f"{day}T08:00:00").replace(tzinfo=UTC).timestamp())
    with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": str(at), "RECONCILE_USER": who}):
        yield


def found(evidence: Mapping[str, str]) -> pl.DataFrame:
    """frames.DISCREPANCIES of these cases with what each rests on."""
    rows = [
        {
            "key": key, "code": CASES[key][0], "town": CASES[key][1], "village": CASES[key][2], "digest": digest,
            "severity": "high", "subjects": [f"residents:{key}"], "source_l": "residents", "record_id_l": key,
            "evidence": '{"records": 2}',
        }
        for key, digest in sorted(evidence.items())
    ]  # fmt: skip
    return conform(pl.DataFrame(rows), DISCREPANCIES) if rows else empty(DISCREPANCIES)


def run(place: Workspace, period: str, evidence: Mapping[str, str], inputs: str = "") -> None:
    """A month's run that finds these cases; `inputs` tells one run of a month from another."""
    with (
        place.lock(),
        place.run_folder(period) as folder,
        month_of(place, Period.parse(period), RunInputs((), period, period, inputs), lambda: True) as month,
    ):
        cleared = month.followed(_RECORDS, UNJUDGED).cleared(found(evidence), CODES)
        frames = folder / "frames"
        frames.mkdir()
        cleared.reported.write_parquet(frames / "discrepancies.parquet")
        for source, records in _RECORDS.items():
            records.write_parquet(frames / f"standardised_{source}.parquet")
            persons = records.select("record_id", source=pl.lit(source), person_id=pl.lit("P0"))
            persons.write_parquet(frames / "persons.parquet")
        write_json(folder / "summary.json", {})
        write_manifest(folder, period=period, inputs=[], config_digest="c", model_digest="m")
        cleared.book(folder)


def dispatch(place: Workspace, keys: Sequence[str], due: str) -> str:
    """Sends cases out as a new batch; its number. A copy of what was sent is left where `dispatch` leaves it."""
    with place.lock(), open_ledger(place) as ledger, ledger.booking("dispatch") as booking:
        period = ledger.latest_period()
        asked = "SELECT count(*) + 1 AS number FROM batches WHERE period = ?"
        number = f"{period}-{ledger.query(asked, period)[0]['number']:02d}"
        added = ledger.connection.execute(
            "INSERT INTO batches (number, period, due, facts, entry) VALUES (?, ?, ?, '{}', ?) RETURNING batch",
            (number, period, due, booking.entry),
        )
        batch = added.fetchone()[0]
        rows = [
            {"key": key, "kind": "dispatched", "period": period, "batch": batch, "state": "dispatched", "due": due}
            for key in keys
        ]
        ledger.append(conform(pl.DataFrame(rows), CASE_EVENTS), booking)
        booking.facts |= {"batch": number, "cases": len(keys)}
    copy = place.folder / "dispatches" / number
    copy.mkdir(parents=True)
    pl.DataFrame({"key": keys}).write_parquet(copy / "sent.parquet")
    return number


def answer(place: Workspace, answers: Mapping[str, str], **more: Any) -> None:
    """Books answers to the batches that the cases were sent in last."""
    with place.lock(), open_ledger(place) as ledger, ledger.booking("feedback") as booking:
        period = ledger.latest_period()
        cases = {case["key"]: case for case in ledger.cases(pl.Series("key", list(answers))).to_dicts()}
        rows = [
            {
                "key": key, "kind": "answered", "period": period, "batch": cases[key]["batch"], "answer": said,
                "state": state_of(cases[key]["code"], said), "seen": cases[key]["evidence"],
                "how": how_closed(cases[key]["code"], said) or None, **more,
            }
            for key, said in answers.items()
        ]  # fmt: skip
        ledger.append(conform(pl.DataFrame(rows, infer_schema_length=None), CASE_EVENTS), booking)


def how_closed(code: str, said: str) -> str:
    """As what an answer closes a case; empty where it does not."""
    settles = code == "registered_elsewhere" and said in ("confirmed", "moved_out")
    return "settled" if settles else said if said == "false_alarm" else ""


def state_of(code: str, said: str) -> str:
    """What an answer makes of a case."""
    return "closed" if how_closed(code, said) else "corrected" if said == "corrected" else "answered"


def put(place: Workspace, state: str, keys: Sequence[str], **more: Any) -> None:
    """Returns or defers cases."""
    with place.lock(), open_ledger(place) as ledger, ledger.booking(state) as booking:
        rows = [{"key": k, "kind": state, "period": ledger.latest_period(), "state": state, **more} for k in keys]
        ledger.append(conform(pl.DataFrame(rows), CASE_EVENTS), booking)


def judge(place: Workspace, left: str, right: str, decision: str) -> None:
    """Books a judgement of a pair of residents."""
    with place.lock(), open_ledger(place) as ledger, ledger.booking("review") as booking:
        values = ("residents", left, "residents", right, decision, "张三", "2026-10-06", "", booking.entry)
        columns = "source_l, record_id_l, source_r, record_id_r, decision, who, at, why, entry"
        marks = ", ".join("?" * len(values))
        ledger.connection.execute(f"INSERT INTO judgements ({columns}) VALUES ({marks})", values)


def year_end(folder: Path) -> Workspace:
    """Two months with everything in them: dispatch, answers of all kinds, a false alarm, a judgement, cases closed."""
    place = workspace(folder)
    with on("2026-10-05"):
        run(place, "2026-10", dict.fromkeys(CASES, "one"))
        dispatch(place, list(CASES)[:5], "2026-10-10")
    with on("2026-10-08"):
        told = dict(zip(CASES, ("confirmed", "false_alarm", "corrected", "unverifiable"), strict=False))
        answer(place, told, remark="见户口簿 13800138000")
        judge(place, "R1", "R2", "same")
    with on("2026-11-05"):
        kept = dict.fromkeys(list(CASES)[1:5], "one")
        run(place, "2026-11", kept | {"B00000000003": "two"})
    return place
