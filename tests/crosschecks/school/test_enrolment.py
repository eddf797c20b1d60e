"""Which rows of a table of first graders count, and for how many children."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.config import SourceConfig
from reconcile.core.errors import InputError
from reconcile.crosschecks.figures import counts
from reconcile.crosschecks.school.enrolment import Enrolment, enrolment
from reconcile.crosschecks.school.years import entering_year, school_years, window
from reconcile.reading.read import read_source
from tests.crosschecks.figure_files import Rows, write_csv

HEADER = ["学年", "学校", "区县", "乡镇", "年级", "年龄", "性别", "人数"]
ROW = ["2025-2026", "一小", "琼山区", "府城镇", "一年级", "6", "男", "40"]


def read(folder: Path, rows: Rows, school_year: int | None = None) -> Enrolment:
    path = write_csv(folder / "pupils.csv", rows)
    return enrolment(read_source("school", SourceConfig(layout="school", files=[str(path)]), Path()), school_year)


def changed(**values: str) -> list[str]:
    return [values.get(header, value) for header, value in zip(HEADER, ROW, strict=True)]


def keys(found: Enrolment) -> list[str]:
    return [remark.key.removeprefix("school.remark.") for remark in found.remarks]


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2025", 2025),
        ("2025学年", 2025),
        ("2025-2026学年第二学期", 2025),
        ("2025/26", 2025),
        ("２０２５－２０２６", 2025),
        ("二〇二五年秋季", 2025),
        ("2025-09-01 00:00:00", 2025),
        ("2026-03", 2025),
        ("2026年春季", 2025),
        ("2024-2025-1", 2024),
        ("2025-2027", None),
        ("去年", None),
        ("1925", None),
    ],
)
def test_school_years(said: str, year: int | None) -> None:
    [(found, fault)] = school_years(pl.Series([said]), 2020).rows()
    assert (found, fault) == (year, None if year else "bad_school_year")


def test_a_blank_school_year_is_the_one_that_was_asked_for() -> None:
    assert school_years(pl.Series(["", None], dtype=pl.String), 2024).rows() == [(2024, None)] * 2
    assert school_years(pl.Series([""]), None).rows() == [(None, "no_school_year")]


@pytest.mark.parametrize(
    ("born", "year"),
    [("2018-08-31", 2024), ("2018-09-01", 2025), ("2019-08-31", 2025), ("2019-09-01", 2026)],
)
def test_the_year_of_entering_school(born: str, year: int) -> None:
    frame = pl.DataFrame({"born": [born]}).select(pl.col("born").str.to_date())
    assert frame.select(entering_year(pl.col("born"))).item() == year
    first, last = window(year)
    assert first <= frame.item() <= last


@pytest.mark.parametrize(
    ("said", "count", "fault"),
    [
        ("1,234", 1234, None),
        (" 12人", 12, None),
        ("１２", 12, None),
        ("12.0", 12, None),
        ("0", 0, None),
        ("", None, None),
        ("-3", None, "negative"),
        ("－3", None, "negative"),
        ("3.5", None, "fraction"),
        ("十二", None, "no_number"),
        ("#REF!", None, "no_number"),
        ("1234567890123", None, "too_large"),
    ],
)
def test_counts(said: str, count: int | None, fault: str | None) -> None:
    assert counts(pl.Series([said, said])).rows() == [(count, fault)] * 2


@pytest.mark.parametrize(
    "grade", ["一年级", "1", "1.0", "01", "一", "1年级", "小学一年级", "小一", "一年级(2)班", "一（1）班"]
)
def test_the_first_grade(tmp_path: Path, grade: str) -> None:
    assert read(tmp_path, [HEADER, changed(年级=grade)]).rows["enrolled"].to_list() == [40]


@pytest.mark.parametrize("grade", ["二年级", "2", "11", "七年级", "初中一年级", "学前班"])
def test_other_grades_are_left_out_and_told(tmp_path: Path, grade: str) -> None:
    found = read(tmp_path, [HEADER, ROW, changed(年级=grade, 人数="30")])
    assert found.rows["enrolled"].to_list() == [40]
    assert keys(found) == ["other_grades"]


@pytest.mark.parametrize(
    ("change", "reason", "column"),
    [
        ({"人数": "-5"}, "negative", "enrolled"),
        ({"人数": "四十"}, "no_number", "enrolled"),
        ({"人数": "4.5"}, "fraction", "enrolled"),
        ({"学年": "明年"}, "bad_school_year", "school_year"),
        ({"学年": ""}, "no_school_year", "school_year"),
        ({"年级": ""}, "no_grade", "school_grade"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, str], reason: str, column: str
) -> None:
    found = read(tmp_path, [["某市一年级学生统计", *[""] * 7], HEADER, ROW, changed(学校="二小", **change)])
    assert found.refused.select("file", "row", "reason", "column").rows() == [("pupils.csv", 4, reason, column)]
    assert found.rows["enrolled"].to_list() == [40]


@pytest.mark.parametrize("total", [{"学年": "合计"}, {"乡镇": "小计"}, {"性别": "合 计"}, {"学校": "全区总计"}])
def test_totals_are_not_added_to_their_parts(tmp_path: Path, total: dict[str, str]) -> None:
    found = read(tmp_path, [HEADER, ROW, changed(人数="4000", **total)])
    assert found.rows["enrolled"].to_list() == [40]
    assert found.refused.is_empty()


def test_boys_and_girls_side_by_side_are_taken_apart(tmp_path: Path) -> None:
    rows = [["学年", "乡镇", "合计", "男", "女"], ["2025", "府城镇", "30", "15", "12"], ["2025", "云龙镇", "", "7", ""]]
    found = read(tmp_path, rows)
    told = found.rows.select("town", "sex", "enrolled").rows()
    assert told == [("府城镇", 1, 15), ("府城镇", 2, 12), ("府城镇", None, 3), ("云龙镇", 1, 7)]
    assert keys(found) == ["no_grades", "no_sex"]


def test_a_header_of_two_rows_is_understood(tmp_path: Path) -> None:
    rows = [["学年", "乡镇", "人数", ""], ["", "", "男", "女"], ["2025", "府城镇", "15", "12"]]
    assert read(tmp_path, rows).rows.select("sex", "enrolled").rows() == [(1, 15), (2, 12)]


def test_more_boys_and_girls_than_children_are_refused(tmp_path: Path) -> None:
    rows = [
        ["学年", "乡镇", "合计", "男", "女"],
        ["2025", "府城镇", "20", "15", "12"],
        ["2025", "云龙镇", "9", "7", "2"],
    ]
    found = read(tmp_path, rows)
    assert found.refused.select("row", "reason").rows() == [(2, "parts_exceed")]


def test_unusual_ages_are_counted_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, [HEADER, ROW, changed(年龄="9岁", 人数="2"), changed(年龄="5", 人数="3")])
    assert found.rows["enrolled"].sum() == 45
    [remark] = found.remarks
    assert (remark.key, remark.values) == ("school.remark.ages", {"count": 2, "ages": "9"})


def test_a_figure_given_twice_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, [HEADER, ROW, changed(人数="41")])
    [remark] = found.remarks
    assert (remark.key, remark.values["row"]) == ("school.remark.twice", 2)


def test_codes_name_areas_where_names_do_not(tmp_path: Path) -> None:
    rows = [["学年", "区县代码", "乡镇代码", "人数"], ["2025", "460107", "460107100000", "9"]]
    assert read(tmp_path, rows).rows.select("district", "town").rows() == [("460107", "460107100")]


def test_without_school_years_the_option_is_needed(tmp_path: Path) -> None:
    rows = [["乡镇", "年级", "人数"], ["府城镇", "一年级", "9"]]
    with pytest.raises(InputError) as error:
        read(tmp_path, rows)
    assert error.value.key == "school.error.no_year"
    assert read(tmp_path, rows, 2025).rows["year"].to_list() == [2025]


def test_a_file_without_first_graders_is_refused_with_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, [HEADER, changed(年级="二年级"), changed(人数="-1")])
    assert error.value.key == "school.error.nothing_left"
    assert "pupils.csv" in str(error.value)
