"""Lists as clerks get them: which rows, which columns, in which files."""

from __future__ import annotations

import csv
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from reconcile.config import ListsConfig
from reconcile.core.layouts import Column, Layout
from reconcile.core.messages import LANGUAGES, text
from reconcile.core.period import Period
from reconcile.lists.build import build_list
from reconcile.lists.report import write_lists
from reconcile.lists.writers import load_writer
from reconcile.lists.writers.list_table import DIFFERS, ListTable
from reconcile.rules import rule_codes
from tests.lists.report_cases import LAYOUTS, case, discrepancies, monthly_cases, records


def built(code: str, language: str = "zh", masked: bool = False, **more: Any) -> ListTable:
    cases = more.get("cases", monthly_cases())
    return build_list(code, cases, records(), LAYOUTS, language, Period(2026, 10), masked)


def headers(table: ListTable) -> list[str]:
    return [column.header for column in table.columns]


def row(table: ListTable, number: int = 0) -> dict[str, Any]:
    return table.frame.row(number, named=True)


def test_two_registers_stand_side_by_side() -> None:
    table = built("fields_differ")
    assert table.title == "两库信息不一致 2026-10"
    assert headers(table)[:13] == [
        "差异编号", "差异类型", "级别", "镇街", "村居", "原因", "不一致项",
        "来源（全员人口）", "来源（公安户籍）", "记录编号（全员人口）", "记录编号（公安户籍）",
        "姓名（全员人口）", "姓名（公安户籍）",
    ]  # fmt: skip
    assert headers(table)[-6:] == [
        "匹配概率", "建议处理",
        "来源文件（全员人口）", "来源行号（全员人口）", "来源文件（公安户籍）", "来源行号（公安户籍）",
    ]  # fmt: skip
    only = row(table)
    assert (only["name_l"], only["name_r"]) == ("王伟", "王玮")
    assert (only["birth_date_l"], only["birth_date_r"]) == ("1990-02-02", "19900202")
    assert (only["file_l"], only["row_l"], only["file_r"], only["row_r"]) == (
        "residents.csv",
        5,
        "household.xlsx",
        2,
    )
    assert only["reason"] == "同一个人在全员人口库和公安户籍中的姓名不一致。"
    assert only["fields"] == "姓名"
    assert only[DIFFERS] == ["name_l", "name_r"]


def test_two_records_of_one_register_are_left_and_right() -> None:
    table = built("duplicate_person")
    assert {"姓名（左侧）", "姓名（右侧）"} <= set(headers(table))
    only = row(table)
    assert only["name_r"] == "张晓三"  # trimmed
    assert only["household_no_l"] == "0012"
    assert only["reason"] == "同一个人在全员人口库中有2条有效记录，其中姓名、身份证号不一致。"
    assert only["severity"] == "高"


def test_list_about_single_records_has_no_sides() -> None:
    table = built("id_against_birth_date")
    assert "姓名" in headers(table)
    assert not [header for header in headers(table) if "（" in header]
    assert headers(table).count("镇街") == 1
    assert row(table)[DIFFERS] == ["birth_date_l", "id_number_l"]
    assert "相差30天" in row(table)["reason"]


def test_registers_mixed_on_a_side_name_their_register_in_each_row() -> None:
    table = built("possible_match")
    assert {"来源（左侧）", "来源（右侧）"} <= set(headers(table))
    assert table.frame["source_r"].to_list() == ["公安户籍", "全员人口"]
    assert table.frame["name_r"].to_list() == ["张小三", "张小三"]


def test_columns_without_any_value_are_left_out_unless_marked() -> None:
    table = built("fields_differ")
    assert not {"phone_l", "police_station_r", "id_number_l"} & set(table.frame.columns)
    missing = built("id_missing", cases=discrepancies(case("id_missing", "R3", fields=["id_number"])))
    assert "id_number_l" in missing.frame.columns
    assert row(missing)[DIFFERS] == ["id_number_l"]


def test_side_without_a_record_is_not_marked() -> None:
    table = built("id_missing")
    assert table.frame[DIFFERS].to_list() == [["id_number_l", "id_number_r"], ["id_number_l"]]


def test_wording_follows_the_evidence() -> None:
    actions = built("id_missing").frame["action"].to_list()
    assert actions[0].startswith("右侧是同一个人")
    assert actions[1].startswith("向本人或家属核实")


def test_evidence_that_is_not_spoken_of_may_differ_or_be_absent() -> None:
    cases = (
        monthly_cases()
        .with_columns(evidence=pl.when(pl.col("code") != "fields_differ").then("evidence"))
        .filter(pl.col("code") == "fields_differ")
    )
    assert row(built("fields_differ", cases=cases))["reason"] == "同一个人在全员人口库和公安户籍中的姓名不一致。"


def test_english_list() -> None:
    table = built("fields_differ", "en")
    assert {"case no.", "name (resident register)", "name (household register)"} <= set(headers(table))
    assert row(table)["severity"] == "medium"


def test_sorted_by_town_village_severity_and_key_with_unknown_areas_last() -> None:
    places = [
        ("b", "东村", "high", "K3"), ("a", None, "high", "K9"), ("a", "东村", "low", "K1"),
        ("a", "东村", "high", "K2"), ("a", "东村", "high", "K1"),
        (" ", None, "high", "K0"), (None, None, "high", "K1"),
    ]  # fmt: skip
    cases = discrepancies(*(case("id_missing", "R3", town=t, village=v, severity=s, key=k) for t, v, s, k in places))
    table = built("id_missing", cases=cases.sample(fraction=1, shuffle=True, seed=7))
    assert table.frame.select("town", "key", "severity").rows() == [
        ("a", "K1", "高"), ("a", "K2", "高"), ("a", "K1", "低"), ("a", "K9", "高"), ("b", "K3", "高"),
        (None, "K0", "高"), (None, "K1", "高"),
    ]  # fmt: skip


def test_masked_list_holds_no_name_number_address_or_telephone() -> None:
    for code in monthly_cases()["code"].unique():
        shown = str(built(code, masked=True).frame.rows())
        for secret in (
            "张小三",
            "张晓三",
            "王玮",
            "46010519800101123X",
            "460105199002021234",
            "滨海街道1号",
            "13800000000",
        ):
            assert secret not in shown
    only = row(built("duplicate_person", masked=True))
    assert (only["name_l"], only["id_number_l"], only["phone_l"]) == ("张*三", "460***********123X", "1***")


def test_columns_of_a_layout_of_ones_own_are_shown_and_masked_by_kind() -> None:
    columns = tuple(Column(name, kind, ()) for name, kind in (("name", "name"), ("payee", "name"), ("amount", "text")))
    roster = {"roster": Layout("pensions", columns, (("name",),))}
    paid = {
        "roster": pl.DataFrame(
            {
                "record_id": ["P1"],
                "name": ["张小三"],
                "payee": ["李四"],
                "amount": ["300"],
                "file": ["a"],
                "row": [2],
            }
        )
    }
    cases = discrepancies(
        case("key_repeated", "R1", evidence={"uses": 2}) | {"source_l": "roster", "record_id_l": "P1"}
    )
    table = build_list("key_repeated", cases, paid, roster, "zh", None, masked=True)
    assert row(table)["payee_l"] == "李*"
    assert row(table)["amount_l"] == "300"
    assert row(table)["source_l"] == "roster"
    assert table.title == "记录编号重复"


def test_code_without_cases_is_an_empty_list() -> None:
    table = built("id_ruined")
    assert table.frame.height == 0
    assert "原因" in headers(table)


def test_every_format_is_written_with_its_rows(tmp_path: Path) -> None:
    config = ListsConfig(format=["xlsx", "csv", "ndjson", "parquet"])
    files = write_lists(monthly_cases(), records(), LAYOUTS, config, tmp_path / "lists")
    on_disk = {path.relative_to(tmp_path / "lists").as_posix() for path in (tmp_path / "lists").rglob("*.*")}
    assert {file.path for file in files} == on_disk
    assert {file.path: file.rows for file in files}["疑似同一人.xlsx"] == 2
    assert len(files) == 5 * 4
    assert all(stat.S_IMODE((tmp_path / "lists" / name).stat().st_mode) == 0o600 for name in on_disk)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    config = ListsConfig(format=["xlsx", "csv", "ndjson", "parquet"])
    shuffled = monthly_cases().sample(fraction=1, shuffle=True, seed=3)
    first = write_lists(monthly_cases(), records(), LAYOUTS, config, tmp_path / "1")
    again = write_lists(shuffled, records(), LAYOUTS, config, tmp_path / "2")
    assert first == again
    for file in first:
        assert (tmp_path / "1" / file.path).read_bytes() == (tmp_path / "2" / file.path).read_bytes()


def test_each_town_sees_its_own_cases_only(tmp_path: Path) -> None:
    files = write_lists(monthly_cases(), records(), LAYOUTS, ListsConfig(split_by="town"), tmp_path)
    assert {(file.path, file.area) for file in files if file.code == "id_missing"} == {
        ("金贸街道/缺身份证号.xlsx", "金贸街道"),
        ("未知地区/缺身份证号.xlsx", "未知地区"),
    }
    for file in files:
        sheet = openpyxl.load_workbook(tmp_path / file.path).active
        towns = {cell.value for cell in sheet["D"][1:]}
        assert towns == ({None} if file.area == "未知地区" else {file.area})
    assert sum(file.rows for file in files) == monthly_cases().height


def test_villages_of_one_name_are_told_apart_by_their_town(tmp_path: Path) -> None:
    cases = discrepancies(
        case("id_missing", "R3", town="甲镇", village="东村"),
        case("id_missing", "R4", town="乙镇", village="东村"),
    )
    files = write_lists(cases, records(), LAYOUTS, ListsConfig(split_by="village"), tmp_path)
    assert {file.path for file in files} == {"甲镇/东村/缺身份证号.xlsx", "乙镇/东村/缺身份证号.xlsx"}


def test_towns_whose_names_make_one_folder_do_not_share_it(tmp_path: Path) -> None:
    towns = ["a/b", "a_b", "../x", "CON", "未知地区", None]
    cases = discrepancies(*(case("id_missing", "R3", town=town, key=f"K{n}") for n, town in enumerate(towns)))
    files = write_lists(cases, records(), LAYOUTS, ListsConfig(split_by="town", format=["csv"]), tmp_path)
    assert {file.area: Path(file.path).parent.name for file in files} == {
        "a/b": "a_b", "a_b": "a_b~2", "../x": ".._x", "CON": "_CON", "未知地区": "未知地区"
    }  # fmt: skip
    assert sum(file.rows for file in files) == len(towns)


def test_list_longer_than_a_file_goes_into_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_writer("csv"), "MAX_ROWS", 2)
    cases = discrepancies(*(case("id_missing", "R3", key=f"K{n}") for n in range(5)))
    files = write_lists(cases, records(), LAYOUTS, ListsConfig(format=["csv"]), tmp_path)
    assert [(file.path, file.rows) for file in files] == [
        ("缺身份证号_1.csv", 2), ("缺身份证号_2.csv", 2), ("缺身份证号_3.csv", 1)
    ]  # fmt: skip
    keys = [line.split(",")[0] for file in files for line in (tmp_path / file.path).read_text().splitlines()[1:]]
    assert keys == [f"K{n}" for n in range(5)]


def test_no_cases_no_files(tmp_path: Path) -> None:
    assert write_lists(discrepancies(), records(), LAYOUTS, ListsConfig(split_by="town"), tmp_path / "lists") == []


def test_lists_are_masked_where_the_config_wants_it(tmp_path: Path) -> None:
    write_lists(monthly_cases(), records(), LAYOUTS, ListsConfig(format=["csv"], whole_values=False), tmp_path)
    assert "张小三" not in (tmp_path / "重复登记.csv").read_text(encoding="utf-8")


def test_hostile_values_reach_the_spreadsheet_as_text(tmp_path: Path) -> None:
    write_lists(monthly_cases(), records(), LAYOUTS, ListsConfig(format=["csv", "xlsx"]), tmp_path)
    content = (tmp_path / "身份证号与出生日期不符.csv").read_text(encoding="utf-8-sig")
    assert next(csv.DictReader(StringIO(content)))["姓名"] == "'=1+1"
    sheet = openpyxl.load_workbook(tmp_path / "身份证号与出生日期不符.xlsx").active
    assert ["=1+1", "s"] in [[cell.value, cell.data_type] for cell in sheet[2]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_lists_have_one_name(language: str) -> None:
    names = [text(f"rules.{code}.name", language).lower() for code in rule_codes()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("written", "shown"), [("2026-10-05 00:00:00", "2026-10-05"), ("2026-10-05 08:30:00", "2026-10-05 08:30:00")]
)
def test_a_day_is_shown_without_the_midnight_that_spreadsheets_add(written: str, shown: str) -> None:
    files = records()
    files["residents"] = files["residents"].with_columns(birth_date=pl.lit(written))
    table = build_list("fields_differ", monthly_cases(), files, LAYOUTS, "zh", None)
    assert row(table)["birth_date_l"] == shown
