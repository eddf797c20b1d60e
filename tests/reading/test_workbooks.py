"""Workbooks as Excel and WPS write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from reconcile.config import SourceConfig
from reconcile.core.errors import InputError
from reconcile.reading.read import ReadResult, read_source

HEADER = ["姓名", "身份证号", "出生日期", "更新时间"]
Rows = Sequence[Any]


def read(path: Path, **options: Any) -> ReadResult:
    config = SourceConfig(layout="residents", files=[path.name], **options)
    return read_source("residents", config, path.parent)


def xlsx(path: Path, rows: Rows, top: int = 1, left: int = 1, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "人口"
    for name, content in {"人口": rows, **sheets}.items():
        sheet = book["人口"] if name == "人口" else book.create_sheet(name)
        for r, row in enumerate(content, start=top):
            for c, value in enumerate(row, start=left):
                sheet.cell(r, c).value = value
    book.save(path)
    return path


def xls(path: Path, rows: Rows) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("人口")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value, day) if isinstance(value, date) else sheet.write(r, c, value)
    book.save(str(path))
    return path


PERSON = ["张伟", "460105199001011234", "1990-01-01", "2026-10-01"]


@pytest.mark.parametrize(
    ("write", "name"),
    [(xlsx, "人口.xlsx"), (xls, "人口.xls"), (xlsx, "人口.csv"), (xlsx, "人口.xls"), (xls, "人口.xlsx")],
)
def test_workbooks_are_known_by_their_content(tmp_path: Path, write: Callable[[Path, Rows], Path], name: str) -> None:
    result = read(write(tmp_path / name, [HEADER, PERSON]))
    assert list(result.records.row(0)[3:]) == PERSON
    assert (result.files[0].sheet, result.files[0].delimiter) == ("人口", None)


@pytest.mark.parametrize("write", [xlsx, xls])
def test_cells_that_are_no_text(tmp_path: Path, write: Callable[[Path, Rows], Path]) -> None:
    rows = [
        HEADER,
        ["张伟", 460105199001011000, date(1990, 1, 1), "2026"],
        ["李娜", 460105900101123, 32874, 2026],
        ["王芳", "460105199001011000", "1990.1.1", 3.5],
        [12.0, "46010519900101123X", "19900101", True],
    ]
    records = read(write(tmp_path / "人口.xlsx", rows)).records
    # Numbers of more than 15 digits show that they lost some; text that ends in zeros is text.
    assert records["id_number"].to_list() == [
        "4.60105199001011E+17",
        "460105900101123",
        "460105199001011000",
        "46010519900101123X",
    ]
    assert records["birth_date"].to_list() == ["1990-01-01", "32874", "1990.1.1", "19900101"]
    assert records["updated_on"].to_list() == ["2026", "2026", "3.5", "true"]
    assert records["name"][3] == "12"


def test_times_stay_where_a_column_has_them(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["张伟", "1", datetime(1990, 1, 1), datetime(2026, 1, 1)],
        ["李娜", "2", datetime(1990, 1, 2), datetime(2026, 1, 1, 8, 30)],
    ]
    records = read(xlsx(tmp_path / "人口.xlsx", rows)).records
    assert records["birth_date"].to_list() == ["1990-01-01", "1990-01-02"]
    assert records["updated_on"].to_list() == ["2026-01-01 00:00:00", "2026-01-01 08:30:00"]


def test_rows_are_numbered_as_in_the_sheet(tmp_path: Path) -> None:
    rows = [["全员人口信息表"], [], HEADER, PERSON, [], ["李娜", "2", "", ""], ["合计", 2]]
    result = read(xlsx(tmp_path / "人口.xlsx", rows, top=3, left=2))
    assert result.files[0].header_row == 5
    assert result.records["row"].to_list() == [6, 8]
    assert result.set_aside.select("row", "reason").rows() == [(3, "title"), (9, "total")]


def test_merged_group_headers(tmp_path: Path) -> None:
    upper = ["姓名", "身份证号", "母亲", None]
    lower = [None, None, "姓名", "身份证号"]
    path = xlsx(tmp_path / "人口.xlsx", [["某镇人口表"], upper, lower, ["张伟", "1", "李娜", "2"]])
    book = openpyxl.load_workbook(path)
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        book["人口"].merge_cells(area)
    book.save(path)
    result = read(path)
    assert result.records.row(0, named=True) == {
        "source": "residents",
        "file": "人口.xlsx",
        "row": 4,
        "name": "张伟",
        "id_number": "1",
        "mother_name": "李娜",
        "mother_id": "2",
    }
    assert result.set_aside["reason"].to_list() == ["title"]


def test_sheets(tmp_path: Path) -> None:
    other = [HEADER, ["李娜", "2", "1990-01-02", ""]]
    path = xlsx(tmp_path / "人口.xlsx", [HEADER, PERSON], 说明=[["填表说明"]], 隐藏=other)
    book = openpyxl.load_workbook(path)
    book["隐藏"].sheet_state = "hidden"
    book.save(path)
    assert read(path).records["name"].to_list() == ["张伟"]
    assert read(path, sheet="隐藏").records["name"].to_list() == ["李娜"]
    with pytest.raises(InputError, match="说明"):
        read(path, sheet="没有")
    with pytest.raises(InputError, match="header_row"):
        read(path, sheet="说明")


def test_several_sheets_with_a_header_have_to_be_chosen_from(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "人口.xlsx", [HEADER, PERSON], 东镇=[HEADER, ["李娜", "2", "1990-01-02", ""]])
    with pytest.raises(InputError, match="人口、东镇"):
        read(path)
    result = read(path, sheet="*")
    assert result.records.select("file", "name").rows() == [
        ("人口.xlsx[人口]", "张伟"),
        ("人口.xlsx[东镇]", "李娜"),
    ]


def test_empty_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(xlsx(tmp_path / "人口.xlsx", []))
    assert caught.value.key == "reading.error.empty"


def test_damaged_workbooks(tmp_path: Path) -> None:
    whole = xls(tmp_path / "人口.xls", [HEADER, PERSON] * 200).read_bytes()
    for size in (600, 3000, 20000, len(whole) // 2):
        (tmp_path / "人口.xls").write_bytes(whole[:size])
        with pytest.raises(InputError):
            read(tmp_path / "人口.xls")


def test_a_damaged_part_of_a_workbook(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "人口.xlsx", [HEADER, PERSON])
    path.write_bytes(path.read_bytes().replace(b"PK\x03\x04", b"PK\x03\x05").replace(b"PK\x03\x05", b"PK\x03\x04", 1))
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.key == "reading.error.corrupt_workbook"


def test_chains_without_an_end(tmp_path: Path) -> None:
    """Where a sector's successor is the sector itself, the parser would read until all memory is gone."""
    whole = bytearray(xls(tmp_path / "人口.xls", [HEADER, PERSON] * 200).read_bytes())
    table = 512 * (int.from_bytes(whole[76:80], "little") + 1)
    whole[table : table + 4] = (0).to_bytes(4, "little")
    (tmp_path / "人口.xls").write_bytes(whole)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "人口.xls")
    assert caught.value.key == "reading.error.corrupt_workbook"


def test_a_value_left_in_a_far_corner(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "人口.xlsx", [HEADER, PERSON])
    book = openpyxl.load_workbook(path)
    book["人口"]["XFD500000"] = "x"
    book.save(path)
    with pytest.raises(InputError, match="XFD500000"):
        read(path)
