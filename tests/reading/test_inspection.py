"""What `inspect` says of a file."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from ruamel.yaml import YAML

from reconcile.cli.main import run
from reconcile.config import SourceConfig
from reconcile.core.errors import InputError
from reconcile.reading.inspection import InspectedColumn, Inspection, inspect_files, sources_block
from reconcile.reading.read import read_source

REGISTER = """全员人口表,,,,,,
*姓名,证件号码,出生日期,性别,孕检日期,备注,村（居）
张小三,460105199001011232,1990-01-01,男,2026-01-01,x,长流村
李娜,4.60105E+17,1990-02-30,女,,y,长流村
王芳,460105199001011230,不是日期,人妖,,,长流村
赵敏,4.60105199001011E+17,,,,,长流村
钱多,无,1990.1.1,1,,,长流村
合计,5,,,,,
"""


@pytest.fixture
def register(tmp_path: Path) -> Inspection:
    path = tmp_path / "人口.csv"
    path.write_bytes(REGISTER.encode("gb18030"))
    [found] = inspect_files([str(path)])
    return found


def column(inspection: Inspection, name: str) -> InspectedColumn:
    return next(found for found in inspection.tables[0].columns if found.column == name)


def test_how_the_file_was_read(register: Inspection) -> None:
    (table,) = register.tables
    assert register.layout == "residents"
    assert (table.encoding, table.delimiter, table.header_row) == ("gb18030", ",", 2)
    assert (table.rows_read, table.rows_kept) == (7, 5)
    assert table.set_aside == {"title": 1, "total": 1}
    assert table.problems == ()


def test_what_columns_were_taken_for(register: Inspection) -> None:
    assert [(c.header, c.column, c.why) for c in register.tables[0].columns] == [
        ("*姓名", "name", "normalised"),
        ("证件号码", "id_number", "synonym"),
        ("出生日期", "birth_date", "synonym"),
        ("性别", "sex", "synonym"),
        ("孕检日期", None, "out_of_bounds"),
        ("备注", None, "unused"),
        ("村（居）", "village", "normalised"),
    ]


def test_what_looks_wrong_is_counted_and_shown_masked(register: Inspection) -> None:
    numbers = column(register, "id_number")
    assert (numbers.filled, numbers.distinct, numbers.wrong, numbers.ruined) == (1.0, 5, 3, 2)
    assert numbers.examples == ("4.60105E+17", "460***********1230", "4.6*************E+17")
    dates = column(register, "birth_date")
    assert (dates.filled, dates.wrong) == (0.8, 2)
    assert dates.examples == ("1990-02-30", "不***")
    assert column(register, "sex").wrong == 1
    assert column(register, "name").wrong == 0


def test_nothing_of_a_person_is_shown_whole(register: Inspection) -> None:
    shown = str(register)
    for secret in (
        "张小三",
        "460105199001011232",
        "460105199001011230",
        "2026-01-01",
        "4.60105199001011E+17",
    ):
        assert secret not in shown


def test_the_block_can_be_put_into_a_config(register: Inspection, tmp_path: Path) -> None:
    sources = YAML(typ="safe").load(StringIO(sources_block([register])))["sources"]
    result = read_source("residents", SourceConfig(**sources["residents"]), tmp_path)
    assert result.records.height == 5
    assert {match.why for match in result.files[0].columns} == {"config", "out_of_bounds", "unused"}


def test_headers_that_would_be_refused_are_named_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    path.write_text("姓名,姓名,身份证号,公民身份号码\n张伟,李娜,1,2\n", encoding="utf-8")
    inspection = inspect_files([str(path)])[0]
    assert len(inspection.tables[0].problems) == 2
    columns = YAML(typ="safe").load(sources_block([inspection]))["sources"]["residents"]["columns"]
    assert columns == {"name": "姓名#1", "id_number": "身份证号"}
    assert '# "公民身份号码"' in sources_block([inspection])


def test_every_sheet_with_a_header_is_inspected(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "东镇"
    for sheet in (book.active, book.create_sheet("西镇")):
        sheet.append(["姓名", "身份证号"])
        sheet.append([sheet.title, "1"])
    book.save(tmp_path / "人口.xlsx")
    inspection = inspect_files([str(tmp_path / "人口.xlsx")])[0]
    assert [table.sheet for table in inspection.tables] == ["东镇", "西镇"]
    source = YAML(typ="safe").load(sources_block([inspection]))["sources"]["residents"]
    assert read_source("r", SourceConfig(**source), tmp_path).records["name"].to_list() == ["东镇", "西镇"]


def test_files_of_one_layout_become_one_source(tmp_path: Path) -> None:
    for name, header in (("a.csv", "姓名,身份证号"), ("b.csv", "姓名,证件号码")):
        (tmp_path / name).write_text(f"{header}\n张伟,{name}\n", encoding="utf-8")
    block = sources_block(inspect_files([str(tmp_path / "*.csv")], "household"))
    source = YAML(typ="safe").load(block)["sources"]["household"]
    assert len(source["files"]) == 2
    assert "columns" not in source


def test_a_file_without_a_table_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n")
    with pytest.raises(InputError):
        inspect_files([str(tmp_path / "a.csv")])[0]


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_command(register: Inspection, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", register.path, "--format", form]) == 0
    shown = capsys.readouterr().out
    assert "证件号码" in shown
    assert "张小三" not in shown
