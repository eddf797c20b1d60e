"""What a town gets: read back as a spreadsheet program reads it."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from reconcile.casework.dispatch.batch import Letter
from reconcile.casework.dispatch.workbook import write_workbook
from reconcile.casework.form import FILLED_IN, FORM, SENT, header
from reconcile.core.frames import ANSWERS, conform
from reconcile.core.messages import text

LETTER = Letter("2026-10-01", "2026-10", "town", "2026-11-03", "2026-11-13", "zh", False, "", False)
ROWS = conform(
    pl.DataFrame(
        [
            {"key": "K1", "name_l": "张小三", "id_number_l": "46010519800101123X", "name_r": "张晓三", "record_id_l": "0012",
             "differs": ["name_l", "name_r"], "reason": "左右两条记录的姓名不一致。" * 3},
            {"key": "K2", "name_l": "=cmd|' /C calc'!A0", "id_number_l": "460105199003051242", "record_id_l": "-1",
             "phone_l": "+8613800000000", "differs": ["id_number_l"]},
        ],
    ).with_columns(batch=pl.lit("2026-10-01"), area=pl.lit("三山镇"), problem=pl.lit("疑似同一人")),
    SENT,
)  # fmt: skip


def written(letter: Letter = LETTER, password: str = "", rows: pl.DataFrame = ROWS) -> bytes:
    stream = BytesIO()
    write_workbook(rows, letter, stream, password)
    return stream.getvalue()


def sheets(workbook: bytes) -> tuple[Any, Any]:
    form, instructions = openpyxl.load_workbook(BytesIO(workbook)).worksheets
    return form, instructions


def column(name: str) -> int:
    return FORM.index(name) + 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headers_are_those_that_feedback_looks_for(language: str) -> None:
    form, _ = sheets(written(replace(LETTER, language=language)))
    assert [cell.value for cell in form[1]] == [header(name, language) for name in FORM]


def test_every_value_is_text_as_it_was() -> None:
    form, _ = sheets(written())
    for number, row in enumerate(ROWS.select(FORM[: -len(FILLED_IN)]).iter_rows(named=True), start=2):
        for name, value in row.items():
            cell = form.cell(number, column(name))
            assert (cell.value, cell.data_type) == (value, "s" if value else "n"), name
            assert cell.hyperlink is None
            assert value is None or cell.number_format == "@"


def test_only_what_is_to_be_filled_in_can_be_changed() -> None:
    form, instructions = sheets(written())
    assert form.protection.sheet
    assert instructions.protection.sheet
    for name in FORM:
        letter = openpyxl.utils.get_column_letter(column(name))
        assert form.column_dimensions[letter].protection.locked == (name not in FILLED_IN), name
        # A cell that is there has a lock of its own; one that is not takes its column's.
        written_cells = [cell for cell in form[letter][1:] if cell.value is not None]
        assert all(cell.protection.locked for cell in written_cells)
    assert not form.protection.autoFilter  # false: it is not forbidden
    assert not form.protection.formatColumns


def test_a_dropdown_of_answers_and_a_day() -> None:
    form, _ = sheets(written())
    rules = {str(rule.sqref): rule for rule in form.data_validations.dataValidation}
    result, done_on = (openpyxl.utils.get_column_letter(column(name)) for name in ("result", "done_on"))
    choice, day = rules[f"{result}2:{result}3"], rules[f"{done_on}2:{done_on}3"]
    assert choice.type == "list"
    assert choice.formula1 == f'"{",".join(text(f"lists.answers.{answer}", "zh") for answer in ANSWERS)}"'
    assert choice.allow_blank
    assert (day.type, day.errorStyle, day.formula1) == ("date", "warning", "36526")
    assert form.column_dimensions[done_on].number_format == "yyyy-mm-dd"


def test_columns_without_values_are_hidden_but_there() -> None:
    form, _ = sheets(written())
    hidden = {
        name for name in FORM if form.column_dimensions[openpyxl.utils.get_column_letter(column(name))].hidden
    }  # openpyxl reads a run of columns of one look as its first
    assert "birth_date_l" in hidden
    assert not hidden & {"key", "name_l", "phone_l", *FILLED_IN}


def test_differing_values_are_marked() -> None:
    form, _ = sheets(written())
    marked = {
        (name, row)
        for name in FORM
        for row in (2, 3)
        if form.cell(row, column(name)).fill.start_color.rgb == "FFFFEB9C"
    }
    assert marked == {("name_l", 2), ("name_r", 2), ("id_number_l", 3)}


def test_header_stays_and_filters() -> None:
    form, _ = sheets(written())
    assert form.freeze_panes == "C2"
    assert form.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(FORM))}3"


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("zh", "填写说明", ["2026-10-01", "三山镇", "2026-11-13", "属实待改", "无法核实", "差异编号", "核查结果", "办公室 0898", "疑似同一人"]),
        ("en", "Instructions", ["2026-10-01", "三山镇", "2026-11-13", "confirmed", "cannot be verified", "Case", "Result", "办公室 0898"]),
    ],
)  # fmt: skip
def test_instructions_in_the_language_of_the_list(language: str, name: str, said: list[str]) -> None:
    _, instructions = sheets(written(replace(LETTER, language=language, contact="办公室 0898")))
    told = "\n".join(str(cell.value or "") for row in instructions.iter_rows() for cell in row)
    assert instructions.title == name
    assert [one for one in said if one not in told] == []
    assert "{" not in told
    masked = replace(LETTER, language=language, masked=True)
    _, of_masked = sheets(written(masked))
    assert text("dispatch.sheet.step_masked", language) in [cell.value for cell in of_masked["B"]]


def test_a_password_locks_both_sheets() -> None:
    with_password, without = sheets(written(password="海临2026")), sheets(written())
    assert all(sheet.protection.password for sheet in with_password)
    assert len({sheet.protection.password for sheet in with_password}) == 1
    assert not any(sheet.protection.password for sheet in without)


def test_the_same_rows_and_letter_give_the_same_bytes() -> None:
    assert written(password="a") == written(password="a")
    assert written() != written(replace(LETTER, due="2026-11-14"))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_it_without_damage(tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(written(password="a"))
    for form in ("xls", "csv:Text - txt - csv (StarCalc):44,34,76"):
        convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", form]
        subprocess.run([*convert, "--outdir", tmp_path, tmp_path / "form.xlsx"], check=True, capture_output=True)
    with (tmp_path / "form.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in ("key", "name_l", "id_number_l", "record_id_l", "phone_l"):
        assert [row[header(name, "zh")] or None for row in rows] == ROWS[name].to_list()
    assert (tmp_path / "form.xls").stat().st_size > 0
