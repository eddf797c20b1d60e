"""How towns type an answer, and what is taken for it."""

from __future__ import annotations

import tomllib
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.casework.feedback.words import answer_of, read_answers
from reconcile.core.frames import ANSWERS
from reconcile.core.messages import LANGUAGES, text

CONFIRMED, CORRECTED, FALSE_ALARM, MOVED_OUT, UNVERIFIABLE = ANSWERS[0], ANSWERS[1], ANSWERS[2], ANSWERS[3], ANSWERS[4]
NOT_YET, UNKNOWN = "", None

TYPED = {
    # as the drop-down has it
    "属实待改": CONFIRMED, "已更正": CORRECTED, "误报": FALSE_ALARM, "外辖转出": MOVED_OUT, "无法核实": UNVERIFIABLE,
    "confirmed": CONFIRMED, "corrected": CORRECTED, "false alarm": FALSE_ALARM, "moved out": MOVED_OUT, "cannot be verified": UNVERIFIABLE,
    # in clerks' own words
    "属实": CONFIRMED, "情况属实": CONFIRMED, "有误": CONFIRMED, "信息有误": CONFIRMED, "录入错误": CONFIRMED, "待改": CONFIRMED, "需要更正": CONFIRMED,
    "已改": CORRECTED, "已修改": CORRECTED, "改了": CORRECTED, "已改正": CORRECTED, "已处理": CORRECTED, "修改完毕": CORRECTED, "已合并": CORRECTED, "已删除": CORRECTED,
    "无误": FALSE_ALARM, "没问题": FALSE_ALARM, "正确": FALSE_ALARM, "系统误报": FALSE_ALARM, "不属实": FALSE_ALARM, "无需更正": FALSE_ALARM, "信息正确": FALSE_ALARM,
    "外辖": MOVED_OUT, "已迁出": MOVED_OUT, "外地": MOVED_OUT, "户口已迁出": MOVED_OUT, "非本辖区": MOVED_OUT, "外省": MOVED_OUT, "搬走了": MOVED_OUT,
    "查无此人": UNVERIFIABLE, "联系不上": UNVERIFIABLE, "无此人": UNVERIFIABLE, "电话打不通": UNVERIFIABLE, "空号": UNVERIFIABLE, "无法查实": UNVERIFIABLE,
    "Fixed": CORRECTED, "DONE": CORRECTED, "No error": FALSE_ALARM, "Not found": UNVERIFIABLE, "moved away": MOVED_OUT, "to be corrected": CONFIRMED,
    # spaces, signs, widths, case
    " 属 实 ": CONFIRMED, "属实。": CONFIRMED, "“已改”": CORRECTED, "已改！": CORRECTED, "　误报　": FALSE_ALARM, "误　报": FALSE_ALARM, "（误报）": FALSE_ALARM,
    "Ｃｏｎｆｉｒｍｅｄ": CONFIRMED, "FALSE-ALARM": FALSE_ALARM, "false_alarm": FALSE_ALARM, "属实\n": CONFIRMED, "'已改": CORRECTED,
    # with what goes without saying
    "经核实，属实": CONFIRMED, "经核查，系统误报。": FALSE_ALARM, "经查无误": FALSE_ALARM, "属实，已改": CORRECTED, "属实；已更正。": CORRECTED, "属实已修改": CORRECTED,
    "confirmed, corrected": CORRECTED, "已改（10月20日）": CORRECTED, "10月20日已改": CORRECTED, "已更正，2026年10月20日": CORRECTED, "误报/无误": FALSE_ALARM,
    # not answered yet
    "": NOT_YET, "   ": NOT_YET, "　": NOT_YET, "-": NOT_YET, "/": NOT_YET, "——": NOT_YET, "待核实": NOT_YET, "正在核实": NOT_YET, "pending": NOT_YET, "请选择": NOT_YET,
    # what nobody can be sure of
    "同一人": UNKNOWN, "是": UNKNOWN, "√": UNKNOWN, "×": UNKNOWN, "1": UNKNOWN, "好的": UNKNOWN, "已核实": UNKNOWN, "属实，误报": UNKNOWN, "已改，查无此人": UNKNOWN, "不一定属实": UNKNOWN,
    "误报，同名不同人": UNKNOWN, "未改": UNKNOWN, "没有属实": UNKNOWN, "yes": UNKNOWN, "属实？已改？误报？": UNKNOWN, "20261020": UNKNOWN, "经核实": UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize(("typed", "answer"), TYPED.items())
def test_a_typed_answer_is_taken_for(typed: str, answer: str | None) -> None:
    assert answer_of(typed) == answer


def test_the_words_of_our_own_lists_are_known_in_both_languages() -> None:
    for lang in LANGUAGES:
        for answer in ANSWERS:
            assert answer_of(text(f"lists.answers.{answer}", lang)) == answer


def test_no_word_means_two_things() -> None:
    listed = tomllib.loads(
        resources.files("reconcile.casework.feedback").joinpath("words.toml").read_text(encoding="utf-8")
    )
    words = [
        word.casefold()
        for several in [*listed["answers"].values(), listed["pending"], listed["fillers"]]
        for word in several
    ]
    assert sorted(words) == sorted(set(words))


@given(st.lists(st.sampled_from([*TYPED, None]), max_size=20))
def test_a_column_is_read_as_its_cells(cells: list[str | None]) -> None:
    read = read_answers(pl.Series(cells, dtype=pl.String))
    assert read.to_list() == [answer_of(cell or "") for cell in cells]


@given(st.text(max_size=40))
def test_any_text_is_an_answer_or_none(typed: str) -> None:
    assert answer_of(typed) in {*ANSWERS, NOT_YET, UNKNOWN}
