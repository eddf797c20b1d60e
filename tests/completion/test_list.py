"""The list that clerks confirm from, read back as a workbook in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import load_workbook

from reconcile.completion.job import completion
from reconcile.config import ListsConfig, RuleConfig
from reconcile.core.frames import DISCREPANCIES, conform
from reconcile.lists.completion import build_completion
from reconcile.lists.report import write_lists
from reconcile.lists.writers.list_table import ListTable
from reconcile.rules import rule_codes
from reconcile.rules.checking.check import check
from tests.completion.registers import linked, person

WANG = person("王晓明", "46010519800512015", address="海临市东华区解放路1号")
CHEN = person("陈秀英", "46010519750308002", town="石镇", village="西村")
RESIDENTS = [
    {**WANG, "id_number": WANG["id_number"][:15] + "000", "name": "王小明"},
    {**CHEN, "id_number": "无"},
    person("李建国", "46010519660723003"),
]
HOUSEHOLD = [WANG, CHEN, person("李建国", "46010519660723003")]


@pytest.fixture(scope="module")
def run() -> Any:
    view, found = linked(RESIDENTS, HOUSEHOLD)
    done = completion(view, found)
    assert done is not None
    rules = {code: RuleConfig(enabled=code in ("id_missing", "id_ruined")) for code in rule_codes()}
    return view, done.candidates, conform(check(view, rules, b"k" * 32, None), DISCREPANCIES)


def build(run: Any, language: str = "zh", masked: bool = False) -> ListTable:
    view, candidates, discrepancies = run
    return build_completion(candidates, discrepancies, view, language, masked)


def written(
    run: Any, folder: Path, language: Literal["zh", "en"] = "zh", **options: Any
) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets below the folder by path: header and rows."""
    lists = ListsConfig(language=language, **options)
    files = write_lists(
        run[2].clear(), run[0].records, {}, lists, folder, [build(run, language, not lists.whole_values)]
    )
    return {
        file.path: list(load_workbook(folder / file.path).worksheets[0].iter_rows(values_only=True)) for file in files
    }


def test_each_candidate_has_a_row_with_both_sides_and_a_place_to_confirm(run: Any, tmp_path: Path) -> None:
    [(name, (header, *rows))] = written(run, tmp_path).items()
    assert name == "身份证号补全候选.xlsx"
    assert len(rows) == 2
    first = dict(zip(header, rows[0], strict=True))
    assert first["姓名"] == "王小明"
    assert first["身份证号"] == RESIDENTS[0]["id_number"]
    assert (first["候选姓名"], first["候选身份证号"]) == ("王晓明", WANG["id_number"])
    assert first["候选住址"] == WANG["address"]
    assert first["第几候选"] == 1
    assert first["概率"] > 0.9
    assert first["依据"].startswith("姓名同音、出生日期相同、性别相同")
    assert first["与残缺号码的关系"].startswith("表格软件只留下前 15 位，末三位变成 000；公安户籍中只有这一个号码")
    assert first["确认"] is None
    assert dict(zip(header, rows[1], strict=True))["与残缺号码的关系"] is None


def test_the_confirmation_is_chosen_from_three_answers(run: Any, tmp_path: Path) -> None:
    written(run, tmp_path)
    [path] = tmp_path.iterdir()
    sheet = load_workbook(path).worksheets[0]
    [choice] = sheet.data_validations.dataValidation
    assert choice.formula1 == '"是,否,待查"'


def test_the_row_names_the_case_about_the_number(run: Any) -> None:
    keys = build(run).frame["key"].to_list()
    assert sorted(keys) == sorted(run[2]["key"].to_list())


def test_the_list_in_english(run: Any, tmp_path: Path) -> None:
    [(name, (header, *rows))] = written(run, tmp_path, "en").items()
    assert name == "candidates_for_missing_id_numbers.xlsx"
    first = dict(zip(header, rows[0], strict=True))
    assert first["evidence"].startswith("name sounds the same, same birth date, same sex")
    assert first["number now"] == "ruined by a spreadsheet"


def test_a_masked_list_shows_no_name_number_or_address(run: Any, tmp_path: Path) -> None:
    [(_, rows)] = written(run, tmp_path, whole_values=False).items()
    shown = " ".join(str(value) for row in rows for value in row)
    for row in (*RESIDENTS, *HOUSEHOLD):
        assert row["name"] not in shown
        assert row["id_number"] == "无" or row["id_number"] not in shown
    assert WANG["address"] not in shown
    assert "王*明" in shown


def test_each_town_gets_its_own_residents(run: Any, tmp_path: Path) -> None:
    sheets = written(run, tmp_path, split_by="town")
    assert {path: len(rows) - 1 for path, rows in sheets.items()} == {
        "甲镇/身份证号补全候选.xlsx": 1, "石镇/身份证号补全候选.xlsx": 1,
    }  # fmt: skip


def test_the_list_can_be_left_out(run: Any, tmp_path: Path) -> None:
    assert written(run, tmp_path, leave_out=["id_completion"]) == {}


def test_what_differs_is_marked(run: Any) -> None:
    frame = build(run).frame.sort("record_id")
    assert frame["_differs"].to_list() == [["candidate_name"], []]


def test_without_candidates_the_list_is_empty_and_not_written(run: Any, tmp_path: Path) -> None:
    view, candidates, discrepancies = run
    table = build_completion(candidates.clear(), discrepancies, view, "zh")
    assert table.frame.is_empty()
    assert write_lists(discrepancies.clear(), view.records, {}, ListsConfig(), tmp_path, [table]) == []
