"""Quotes as they stand in exports: kept to the rules, literal, or never closed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.core.layouts import load_layout
from reconcile.reading.delimited import read_delimited
from reconcile.reading.inputs import Input
from reconcile.reading.tables import TableChoice

WANTED = TableChoice([load_layout("residents")])


def rows(folder: Path, *lines: str, delimiter: str = ",") -> list[tuple[int, str | None, list[str | None]]]:
    """Row number, fault and cells of each record below the header 姓名, 身份证号, 备注."""
    path = folder / "a.csv"
    header = delimiter.join(("姓名", "身份证号", "备注"))
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8", newline="")
    frame = read_delimited(Input("a.csv", path), WANTED, folder).rows.slice(1)
    return [(row, fault, cells) for row, _, fault, *cells in frame.iter_rows()]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("张伟,1,x", ["张伟", "1", "x"]),
        ('"张伟","1","x"', ["张伟", "1", "x"]),
        ('张伟,1,"a,b"', ["张伟", "1", "a,b"]),
        ('张伟,1,"say ""hi"""', ["张伟", "1", 'say "hi"']),
        ('张伟,1,""', ["张伟", "1", None]),
        ('张伟,1,""""', ["张伟", "1", '"']),
        ('张伟,="123",x', ["张伟", '="123"', "x"]),
        ('张伟,1,5" 管', ["张伟", "1", '5" 管']),
        ('张"伟,1,5" 管', ['张"伟', "1", '5" 管']),
        ("张伟,'123,x", ["张伟", "'123", "x"]),
        ("张伟,1,“a”", ["张伟", "1", "“a”"]),
        ('"张伟","1","a\nb"', ["张伟", "1", "a\nb"]),
        ('"张伟","1","a\n\n""b"""', ["张伟", "1", 'a\n\n"b"']),
        ('"张\n伟","1","a\nb"', ["张\n伟", "1", "a\nb"]),
        ('"张伟","1","a\r\nb"\r', ["张伟", "1", "a\r\nb"]),
    ],
)
def test_cells(tmp_path: Path, line: str, cells: list[str | None]) -> None:
    """The row is read as it is meant, and the next one keeps its number as a spreadsheet shows it."""
    assert rows(tmp_path, line, "李娜,2,y") == [(2, None, cells), (3, None, ["李娜", "2", "y"])]


@pytest.mark.parametrize(
    "line",
    [
        '张伟,1,"x',
        '"张伟,1,x',
        '"张伟","1,"x"',
        '"张伟"甲,1,x',
        '张伟,"1"2",x',
        '"',
        '"张伟","1","x""',
    ],
)
@pytest.mark.parametrize("following", ["李娜,2,y", '"李娜","2","y"', '李娜,2,5" 管'])
def test_a_quote_that_is_not_closed_costs_its_line_only(tmp_path: Path, line: str, following: str) -> None:
    found = rows(tmp_path, "赵敏,0,z", line, following, following)
    assert [(row, fault) for row, fault, _ in found] == [
        (2, None),
        (3, "unclosed_quote"),
        (4, None),
        (5, None),
    ]
    assert found[-1][2][:2] == ["李娜", "2"]


def test_two_lines_that_open_and_close_far_apart_are_no_cell(tmp_path: Path) -> None:
    between = [f"李{i},{i},y" for i in range(200)]
    found = rows(tmp_path, '张伟,1,"x', *between, 'y","2",x')
    assert len(found) == 202
    assert [row for row, fault, _ in found if fault] == [2, 203]


def test_many_cells_with_line_ends(tmp_path: Path) -> None:
    lines = [f'"张{i}","{i}","一\n二\n三"' for i in range(500)]
    found = rows(tmp_path, *lines)
    assert [row for row, _, _ in found] == list(range(2, 502))
    assert {cells[2] for _, _, cells in found} == {"一\n二\n三"}


@pytest.mark.parametrize("delimiter", ["\t", "|", ";"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    line = delimiter.join(('"张伟"', f'"1{delimiter}2"', '="x"'))
    assert rows(tmp_path, line, delimiter=delimiter) == [(2, None, ["张伟", f"1{delimiter}2", '="x"'])]


def test_numbers_of_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,身份证号,备注\n张伟,1\n张伟,1,x,,\n张伟,1,x,y\n"a,b",1\n"a,b",1,x\n', encoding="utf-8")
    frame = read_delimited(Input("a.csv", path), WANTED, tmp_path).rows
    assert frame["cells"].to_list() == [3, 2, 3, 4, 2, 3]
    assert frame.schema["cells"] == pl.UInt32


def test_a_byte_order_mark_before_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeff"全员,人口表",,\n"姓名","身份证号","备注"\n"张伟","1","x,y"\n'.encode())
    table = read_delimited(Input("a.csv", path), WANTED, tmp_path)
    assert table.header.first_row == 2
    assert table.rows["c0"].to_list() == ["全员,人口表", "姓名", "张伟"]
    assert table.rows["fault"].null_count() == 3
