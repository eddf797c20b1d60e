"""Workbooks, read back by two independent readers."""

from __future__ import annotations

import re
import stat
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.core.errors import UsageError
from reconcile.lists.writers import xlsx
from reconcile.lists.writers.list_table import DIFFERS, ListColumn, ListTable
from tests.lists.writers.small_lists import TWO_PEOPLE, make_list, one_person

HOSTILE = {
    "formula": "=cmd|' /C calc'!A0",
    "number": "0012",
    "phone": "+8613800000000",
    "negative": "-1",
    "at": "@SUM(A1)",
    "link": "https://example.com/?a=1&b=2",
    "markup": '<is><t>"&amp;"</t></is>',
    "emoji": "李😀𠮷",
    "quotes": "'已改\"",
    "lines": "一\n二",
    "date": "2012-03-05",
}


def read(workbook: bytes) -> list[list[object]]:
    """The rows below the header, as fastexcel (calamine) sees them."""
    sheet = fastexcel.read_excel(workbook).load_sheet(0, header_row=0, dtypes="string")
    return [list(row) for row in sheet.to_polars().rows()]


def written(table: ListTable) -> bytes:
    stream = BytesIO()
    xlsx.write(table, stream)
    return stream.getvalue()


def test_values_come_back_as_they_are() -> None:
    assert read(written(TWO_PEOPLE)) == [
        ["K1", "张小三", "46010519800101123X", "0.9987", "3"],
        ["K2", "王伟", None, None, "5"],
    ]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_stays_text(value: str) -> None:
    workbook = written(make_list([(value, value, 0.5, 1, [])]))
    sheet = openpyxl.load_workbook(BytesIO(workbook)).active
    for cell in (sheet["B2"], sheet["C2"]):
        assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")
        assert cell.hyperlink is None
    assert read(workbook)[0][1] == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("张\x00三\x1b", "张三"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("张\ufffe三\uffff", "张三"),
        ("_x0041_", "_x0041_"),
        ("_x004", "_x004"),
    ],
)
def test_characters_that_xml_forbids_or_excel_reads_as_codes(value: str, shown: str) -> None:
    assert read(written(one_person(value)))[0][1] == shown


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("x" * 32_767, True),
        ("x" * 32_768, False),
        ("张" * 40_000, False),
        ("😀" * 16_383, True),  # two units each
        ("😀" * 16_384, False),
    ],
    ids=["just fits", "one too many", "40,000 Chinese", "emoji just fit", "one emoji too many"],
)
def test_cells_longer_than_excel_allows_are_cut_with_a_notice(value: str, whole: bool) -> None:
    shown = read(written(one_person(value)))[0][1]
    assert isinstance(shown, str)
    assert (shown == value) is whole
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    if not whole:
        assert shown.endswith(f"（原文共{len(value)}字，超出单元格上限，已截断）")


def test_differing_cells_are_marked_even_where_one_is_empty() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(TWO_PEOPLE))).active
    marked = {cell.coordinate for row in sheet["A2:E3"] for cell in row if cell.fill.fgColor.rgb == "FFFFEB9C"}
    assert marked == {"B2", "C2", "C3"}


def test_sheet_is_ready_to_filter_and_print() -> None:
    book = openpyxl.load_workbook(BytesIO(written(TWO_PEOPLE)))
    sheet = book.active
    assert sheet.title == "重复人员 2026-10"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet.dimensions == "A1:E3"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "重复人员 2026-10" in sheet.oddFooter.left.text
    assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
    assert sheet["D2"].number_format == "0.0%"
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["B"].width


def test_every_part_is_well_formed_and_undated() -> None:
    with zipfile.ZipFile(BytesIO(written(TWO_PEOPLE))) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))


def test_two_writes_give_the_same_bytes() -> None:
    assert written(TWO_PEOPLE) == written(TWO_PEOPLE)


def test_list_without_rows_is_a_header() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(make_list([])))).active
    assert [cell.value for cell in sheet[1]][:2] == ["差异编号", "姓名（全员人口）"]
    assert sheet.max_row == 1


def test_rows_are_counted_on_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_CHUNK", 3)
    rows = read(written(make_list([(f"张{n}", "1", 0.5, n, []) for n in range(10)])))
    assert [row[1] for row in rows] == [f"张{n}" for n in range(10)]


def test_more_rows_than_one_file_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 1)
    with pytest.raises(UsageError) as refused:
        written(make_list([("张三", "1", 0.5, 1, []), ("李四", "2", 0.5, 2, [])]))
    assert refused.value.key == "lists.error.too_many_rows"


def test_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "重复人员.xlsx"
    path.touch(mode=0o644)
    xlsx.write(TWO_PEOPLE, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("重复人员 2026-10", "重复人员 2026-10"),
        ("a/b\\c[1]:*?", "a_b_c_1____"),
        ("'quoted'", "quoted"),
        ("", "_"),
        ("History", "History_"),
        ("长" * 40, "长" * 31),
        ("Households registered in several places 2026-10", "Households registered in"),
        ("Residents without a household 1", "Residents without a household 1"),  # 31
        ("Residents without a household 12", "Residents without a household"),
        ("Unbrokenwordofmorethanthirtyonecharacters and", "Unbrokenwordofmorethanthirtyone"),
        ("'Residents' who are registered", "Residents' who are registered"),
    ],
)
def test_sheet_names_are_legal(title: str, name: str) -> None:
    assert xlsx.sheet_name(title) == name


def test_numbers_keep_away_from_the_text_behind_them(tmp_path: Path) -> None:
    columns = (ListColumn("count", "人数", "number"), ListColumn("finding", "结论"))
    frame = pl.DataFrame(
        {"count": [3], "finding": ["无"], DIFFERS: [[]]}, schema_overrides={DIFFERS: pl.List(pl.String)}
    )
    xlsx.write(ListTable("small", "表", "zh", columns, frame), tmp_path / "list.xlsx")
    number, finding = openpyxl.load_workbook(tmp_path / "list.xlsx").active[2]
    assert (number.alignment.horizontal, number.alignment.indent, finding.alignment.indent) == ("right", 1, 0)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_read_back_without_its_control_characters(value: str) -> None:
    shown = re.sub("\r\n?", "\n", value)
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "", shown)
    table = one_person(f"|{value}|")  # between bars: readers trim spaces
    assert read(written(table))[0][1] == f"|{shown}|"
