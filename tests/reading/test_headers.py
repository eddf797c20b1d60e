"""What headers of real forms are taken for."""

from __future__ import annotations

from itertools import combinations

import pytest

from reconcile.core.layouts import layout_names, load_layout
from reconcile.reading.header_rows import find_header
from reconcile.reading.headers import match_headers, normalise, synonyms

RESIDENTS, BIRTHS, HOUSEHOLD = map(load_layout, ("residents", "births", "household"))


@pytest.mark.parametrize(
    ("header", "column", "why"),
    [
        ("身份证号", "id_number", "synonym"),
        ("公民身份号码", "id_number", "synonym"),
        ("id_number", "id_number", "synonym"),
        (" 姓名 ", "name", "synonym"),
        ("姓　名", "name", "normalised"),
        ("*姓名", "name", "normalised"),
        ("身份证号码（必填）", "id_number", "normalised"),
        ("身份证号码(必填，18位)", "id_number", "normalised"),
        ("*证件号码【必填】：", "id_number", "normalised"),
        ("身份证号\n（必填）", "id_number", "normalised"),
        ("1.姓名", "name", "normalised"),
        ("（3）出生日期", "birth_date", "normalised"),
        ("①性别", "sex", "normalised"),
        ("二、民族", "ethnicity", "normalised"),
        ("出生日期（格式：yyyy-mm-dd）", "birth_date", "normalised"),
        ("出生日期(公历)", "birth_date", "normalised"),
        ("出生日期(农历)", None, "unused"),
        ("ＩＤ＿ｎｕｍｂｅｒ", "id_number", "normalised"),
        ("村（居）", "village", "normalised"),
        ("身份證號碼", "id_number", "normalised"),
        ("母亲（身份证号）", "mother_id", "normalised"),
        ("'身份证号", "id_number", "normalised"),
        ('="姓名"', "name", "normalised"),
        ("姓名（配偶）", None, "unused"),
        ("备注", None, "unused"),
        ("", None, "unused"),
        ("2026", None, "unused"),
        ("末次 月经", None, "out_of_bounds"),
        ("避孕措施", None, "out_of_bounds"),
        ("是否符合政策", None, "out_of_bounds"),
        ("社会抚养费（元）", None, "out_of_bounds"),
        ("生育证号", None, "out_of_bounds"),
    ],
)
def test_resident_headers(header: str, column: str | None, why: str) -> None:
    (match,) = match_headers([header], RESIDENTS, {})
    assert (match.column, match.why) == (column, why)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("出生体重（g）", "weight"),
        ("孕产妇姓名", "mother_name"),
        ("出生孕周", None),
        ("母亲身份证件类型", "mother_id_type"),
        ("产妇有效证件号码", "mother_id"),
        ("胎次", "order_ambiguous"),
        ("出生医学证明编号", "record_key"),
        ("生育服务证号", None),
    ],
)
def test_birth_headers(header: str, column: str | None) -> None:
    assert match_headers([header], BIRTHS, {})[0].column == column


@pytest.mark.parametrize("name", layout_names())
def test_no_header_means_two_columns_of_a_layout(name: str) -> None:
    layout = load_layout(name)
    meanings = {column.name: {normalise(header) for header in column.headers} for column in layout.columns}
    for (one, first), (other, second) in combinations(meanings.items(), 2):
        assert not first & second, (one, other)


@pytest.mark.parametrize("name", layout_names())
def test_no_synonym_is_out_of_bounds_or_lost_in_normalising(name: str) -> None:
    layout = load_layout(name)
    exact, normalised = synonyms(layout)
    for header, column in exact.items():
        assert match_headers([header], layout, {})[0].column == column
        assert normalised[normalise(header)] == column


def texts(*rows: list[str]) -> tuple[str, ...]:
    found = find_header(rows, [RESIDENTS], {})
    assert found is not None
    return found.texts


def test_two_header_rows_are_joined() -> None:
    upper = ["序号", "基本信息", "", "", "母亲信息", "", "监护人", "现居住地址"]
    lower = ["", "姓名", "性别", "身份证号", "姓名", "身份证号", "姓名", ""]
    assert texts(upper, lower) == (
        "序号",
        "姓名",
        "性别",
        "身份证号",
        "母亲姓名",
        "母亲身份证号",
        "监护人姓名",
        "现居住地址",
    )


def test_a_title_over_a_single_header_row_is_no_group() -> None:
    title, header = ["全员人口信息表", "", ""], ["姓名", "性别", "身份证号"]
    found = find_header([[], title, header, ["张伟", "男", "1"]], [RESIDENTS], {})
    assert found is not None
    assert (found.first_row, found.last_row) == (3, 3)


def test_data_without_a_header_has_none() -> None:
    rows = [["张伟", "户主", "460105199001011234"], ["李娜", "配偶", "460105199001011235"]]
    assert find_header(rows, [RESIDENTS], {}) is None


@pytest.mark.parametrize(
    ("headers", "layout"),
    [
        (["个人编码", "姓名", "现居住地址", "身份证号"], "residents"),
        (["户籍记录号", "户号", "姓名", "公民身份号码", "派出所"], "household"),
        (["出生医学证明编号", "母亲姓名", "出生时间", "出生体重"], "births"),
    ],
)
def test_the_layout_is_guessed(headers: list[str], layout: str) -> None:
    found = find_header([headers], [RESIDENTS, HOUSEHOLD, BIRTHS], {})
    assert found is not None
    assert found.layout.name == layout
