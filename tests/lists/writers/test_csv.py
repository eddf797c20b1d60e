"""CSV for spreadsheet programs, and for pipes."""

from __future__ import annotations

import csv
import stat
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.lists.writers import csv as csv_writer
from reconcile.lists.writers.list_table import ListTable
from tests.lists.writers.small_lists import TWO_PEOPLE, one_person


def on_disk(table: ListTable, path: Path) -> str:
    csv_writer.write(table, path)
    return path.read_bytes().decode("utf-8")


def piped(table: ListTable) -> str:
    stream = BytesIO()
    csv_writer.write(table, stream)
    return stream.getvalue().decode("utf-8")


def test_on_disk_for_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "重复人员.csv"
    assert on_disk(TWO_PEOPLE, path) == (
        "\ufeff差异编号,姓名（全员人口）,身份证号（全员人口）,匹配概率,来源行号\r\n"
        "K1,张小三,46010519800101123X,99.9%,3\r\n"
        "K2,王伟,,,5\r\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_in_a_pipe_for_other_tools() -> None:
    assert piped(TWO_PEOPLE) == (
        "差异编号,姓名（全员人口）,身份证号（全员人口）,匹配概率,来源行号\n"
        "K1,张小三,46010519800101123X,0.9987,3\n"
        "K2,王伟,,,5\n"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+8613800000000", "'+8613800000000"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\x00=1+1", "'=1+1"),
        ("-1", "-1"),
        ("-0.5", "-0.5"),
        ("滨海街道1-2号", "滨海街道1-2号"),
        ("张\x1b[31m三", "张[31m三"),
        ("一\r\n二\t三", "一 二 三"),
        ('说"好",行', '说"好",行'),
    ],
)
def test_spreadsheets_run_no_formula_and_pipes_get_the_value(tmp_path: Path, value: str, shown: str) -> None:
    table = one_person(value)
    spreadsheet = list(csv.reader(StringIO(on_disk(table, tmp_path / "a.csv"), newline="")))
    pipe = list(csv.reader(StringIO(piped(table), newline="")))
    assert spreadsheet[1][1] == shown
    assert pipe[1][1] == value


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(1.0, "100.0%"), (0.0, "0.0%"), (0.05, "5.0%"), (0.99949, "99.9%"), (-0.012, "-1.2%"), (-0.0001, "0.0%")],
)
def test_percentages(tmp_path: Path, probability: float, shown: str) -> None:
    text = on_disk(one_person("张三", probability), tmp_path / "a.csv")
    assert text.splitlines()[1].split(",")[3] == shown


@settings(max_examples=60, deadline=None)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1, max_size=20))
def test_pipes_carry_any_text(value: str) -> None:
    rows = list(csv.reader(StringIO(piped(one_person(value)), newline="")))
    assert rows[1][1] == value
