"""A workspace with a batch that was sent, and the form as the town has it, without running a month."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from reconcile.casework.form import FILLED_IN, FORM, SENT, header, sent_file
from reconcile.core.frames import CASE_EVENTS, conform
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from reconcile.workspace.storage import make_private_folder

KEY = bytes(range(32))
TODAY = "1792540800"  # 2026-10-21
BATCH = "2026-10-01"
PERIOD = "2026-10"

Cells = list[list[str]]
_LETTERS = "ABCDEFGHJKMNPQRS"


def key_of(number: int) -> str:
    """The key of the case with this number: A0000000000N."""
    return f"{_LETTERS[number % 16]}{number:011d}"


def id_number(number: int) -> str:
    return f"460105199001{number % 28 + 1:02d}{number % 1000:03d}X"


@dataclass(frozen=True)
class Office:
    """A workspace, and what was sent of it."""

    workspace: Workspace

    def case(self, key: str) -> dict[str, object]:
        with open_ledger(self.workspace) as ledger:
            [found] = ledger.cases(pl.Series([key])).to_dicts()
        return found

    def states(self) -> dict[str, tuple[str, str]]:
        """State and answer of every case."""
        with open_ledger(self.workspace) as ledger:
            return {c["key"]: (c["state"], c["answer"]) for c in ledger.cases().to_dicts()}

    def answered(self) -> dict[str, str]:
        """The answer of every case that has one."""
        return {key: answer for key, (_, answer) in self.states().items() if answer}

    def events(self, kind: str) -> list[dict[str, object]]:
        with open_ledger(self.workspace) as ledger:
            return [event for event in ledger.events().to_dicts() if event["kind"] == kind]

    def entries(self) -> int:
        with open_ledger(self.workspace) as ledger:
            return int(ledger.query("SELECT count(*) AS n FROM audit")[0]["n"])

    def book(self, *events: Mapping[str, object]) -> None:
        """Events as a run or a person would cause them."""
        with self.workspace.lock(), open_ledger(self.workspace) as ledger, ledger.booking("test") as booking:
            ledger.append(_events(events), booking)


def _events(events: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    frames = [conform(pl.DataFrame([{"period": PERIOD, **event}]), CASE_EVENTS) for event in events]
    return pl.concat(frames)


def office(folder: Path, cases: int = 6, rows_of: Mapping[int, int] | None = None, code: str = "id_invalid") -> Office:
    """A workspace whose October run found `cases` cases of this code, all of them sent in one batch. `rows_of`: how many
    rows a case has, where it is not one."""
    folder.mkdir(parents=True)
    (folder / "key").write_bytes(KEY)
    workspace = Workspace(folder)
    keys = [key_of(number) for number in range(cases)]
    with workspace.lock(), open_ledger(workspace, create=True) as ledger, ledger.booking("run") as booking:
        values = (PERIOD, "manifest", "inputs", "{}", booking.entry)
        ledger.connection.execute(
            "INSERT INTO runs (period, manifest, inputs, sources, entry) VALUES (?, ?, ?, ?, ?)", values
        )
        found = pl.DataFrame({"key": keys}).with_columns(
            kind=pl.lit("found"), period=pl.lit(PERIOD), run=1, code=pl.lit(code), severity=pl.lit("high"),
            town=pl.lit("府城镇"), village=pl.lit("城东村"), subjects=pl.lit('["residents:R1"]'),
            evidence=pl.concat_str(pl.lit("E"), "key"), state=pl.lit("new"),
        )  # fmt: skip
        ledger.append(conform(found, CASE_EVENTS), booking)
    made = Office(workspace)
    send(made, BATCH, range(cases), rows_of)
    return made


def send(office: Office, number: str, cases: Sequence[int], rows_of: Mapping[int, int] | None = None) -> None:
    """Sends these cases in a batch."""
    with office.workspace.lock(), open_ledger(office.workspace) as ledger:
        evidence = dict(ledger.cases().select("key", "evidence").iter_rows())
        rows = sent_rows(number, cases, rows_of).with_columns(evidence=pl.col("key").replace_strict(evidence))
        path = sent_file(office.workspace, number)
        make_private_folder(path.parent)
        conform(rows, SENT).write_parquet(path)
        with ledger.booking("dispatch") as booking:
            told = (number, PERIOD, "2026-10-31", json.dumps({}), booking.entry)
            batch = ledger.connection.execute(
                "INSERT INTO batches (number, period, due, facts, entry) VALUES (?, ?, ?, ?, ?)", told
            ).lastrowid
            keys = pl.DataFrame({"key": [key_of(case) for case in cases]})
            events = keys.with_columns(
                kind=pl.lit("dispatched"), period=pl.lit(PERIOD), batch=batch, state=pl.lit("dispatched"),
                due=pl.lit("2026-10-31"),
            )  # fmt: skip
            ledger.append(conform(events, CASE_EVENTS), booking)


def sent_rows(number: str, cases: Sequence[int], rows_of: Mapping[int, int] | None = None) -> pl.DataFrame:
    """SENT without evidence."""
    rows = [_row(number, case, part) for case in cases for part in range((rows_of or {}).get(case, 1))]
    return pl.DataFrame(rows)


def _row(number: str, case: int, part: int) -> dict[str, str]:
    record = f"{case:06d}" if not part else f"{case:06d}-{part}"
    return {
        "file": "府城镇.xlsx", "area": "府城镇", "batch": number, "key": key_of(case), "problem": "身份证号有误",
        "severity": "高", "state": "新发现", "first_seen": PERIOD, "town": "府城镇", "village": "城东村",
        "reason": "校验码不对", "action": "核对户口簿", "source_l": "全员人口", "record_id_l": record,
        "name_l": "张" + chr(0x5010 + case * 3 % 9000) + chr(0x6010 + part), "sex_l": "男",
        "id_number_l": id_number(case), "birth_date_l": "1990-01-01", "phone_l": "13800000000",
    }  # fmt: skip


def form(rows: pl.DataFrame, answers: Mapping[int, str], language: str = "zh", **columns: Mapping[int, str]) -> Cells:
    """Header and rows as the town has them. `answers`: case → what is typed as result; `done_on`, `remark` alike."""
    typed = {"result": answers, **columns}
    cells = [[header(column, language) for column in FORM]]
    for row in rows.to_dicts():
        case = int(row["key"][1:])
        told = {**row, **{column: typed.get(column, {}).get(case, "") for column in FILLED_IN}}
        cells.append([told.get(column) or "" for column in FORM])
    return cells


def write_xlsx(path: Path, cells: Sequence[Sequence[object]], title: str = "反馈表", notes: bool = True) -> Path:
    """The form as a workbook, with a sheet of instructions as it is sent."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(title)
        for number, row in enumerate(cells):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif value is not None:
                    sheet.write(number, place, value)
        if notes:
            told = book.add_worksheet("填表说明")
            for number, line in enumerate(
                ("填表说明", "核查结果：请从下拉框里选", "核查日期：例如 2026-10-20", "备注：可以不填")
            ):
                told.write_string(number, 0, line)
    return path


def column(cells: Cells, name: str) -> int:
    """Where a column stands."""
    return cells[0].index(header(name, "zh"))
