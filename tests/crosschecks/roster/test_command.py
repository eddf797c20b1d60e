"""`reconcile roster` through the real command line: what it reads, refuses, writes and says."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from reconcile.cli.main import run
from tests.crosschecks.roster.office import (
    DIED,
    NOBODY,
    checked,
    entry,
    named,
    number,
    person,
    registered,
    resident,
    written,
)

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]


def refused(capsys: Capture, *words: object) -> tuple[int, str]:
    code = run(["--lang", "en", "roster", *map(str, words)])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return code, captured.err


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return written(tmp_path / "roster.csv", [entry(1), entry(DIED), entry(NOBODY)])


# What it reads


def test_registers_may_be_files_of_their_own(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    files = [f"--{name}={workspace.parent / name}.csv" for name in ("residents", "household")]
    by_files, told = checked(capsys, tmp_path, roster, *files)
    by_run, _ = checked(capsys, tmp_path, roster, "--workspace", workspace)
    assert [row["finding"] for row in by_files] == ["cancelled for death", "not in the registers"]
    assert by_files == by_run
    assert "matched for this job" in told


def test_one_register_may_be_asked_alone(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    found, told = checked(capsys, tmp_path, roster, "--against", "residents", "--workspace", workspace)
    assert [row["finding"] for row in found] == ["not in the registers"]  # the residents' office does not know
    assert "household" not in told.splitlines()[0]


def test_a_list_of_names_alone_is_read(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    path = written(tmp_path / "roster.csv", [{"序号": n, "姓名": named(n)} for n in range(3)])
    _, told = checked(capsys, tmp_path, path, "--workspace", workspace)
    assert "rows read 3 = kept 3" in told


def test_a_title_and_a_header_alone_are_no_data(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("某某名册,\n姓名,身份证号\n", encoding="utf-8")
    code, told = refused(capsys, path, "--workspace", workspace)
    assert code == 3
    assert "no rows" in told or "no data" in told


def test_rows_that_are_not_used_are_told_with_the_reason(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    rows = [entry(1), {"编号": "A2", "身份证号": "暂无"}, {"编号": "制表人：王某", "姓名": "审核：李某"}]
    path = written(tmp_path / "roster.csv", [dict.fromkeys(entry(1), "") | row for row in rows])
    _, told = checked(capsys, tmp_path, path, "--workspace", workspace)
    assert "rows read 3 = kept 1 + rejected 1 + set aside 1" in told
    assert "2 rows were not used" in told


def test_numbers_in_cells_still_say_when_people_were_born(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    ruined = f"{number(1)[0]}.{number(1)[1:15]}E+17"
    path = written(tmp_path / "roster.csv", [{"姓名": named(1), "身份证号": ruined, "月数": 1}])
    found, _ = checked(capsys, tmp_path, path, "--workspace", workspace)
    assert [row["finding"] for row in found] == ["ID number not usable"]


def test_account_numbers_and_what_is_out_of_bounds_are_never_read(
    workspace: Path, tmp_path: Path, capsys: Capture
) -> None:
    path = written(tmp_path / "roster.csv", [entry(NOBODY, 银行账号="6222000011112222333", 避孕措施="某某")])
    found, told = checked(capsys, tmp_path, path, "--workspace", workspace)
    everything = json.dumps(found, ensure_ascii=False) + told
    assert "6222000011112222333" not in everything
    assert "某某" not in everything
    assert "避孕措施" in told


def test_a_roster_as_offices_write_it(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    """A title, a header with hints, full-width digits, a total, GB18030; the number as the spreadsheet left it."""
    lines = ["老年补贴发放名册,,,", "序号,*姓 名：,身份证号码（必填）,发放金额（元）"]
    wide = number(1).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    lines += [f"1,{named(1)[0]}　{named(1)[1:]},{wide},１００", f"2,{named(2)},{number(2)},100", "合计,2,,200"]
    path = tmp_path / "roster.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    found, told = checked(capsys, tmp_path, path, "--all", "--workspace", workspace)
    assert [row["reason"] for row in found] == ["nothing found"] * 2
    assert "rows read 4 = kept 2 + rejected 0 + set aside 2" in told


def test_rows_that_cannot_be_used_are_counted(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    path = written(tmp_path / "roster.csv", [entry(1), entry(2, 姓名="", 身份证号="无"), entry(3, 姓名="")])
    found, told = checked(capsys, tmp_path, path, "--all", "--workspace", workspace)
    assert "rows read 3 = kept 2 + rejected 1 + set aside 0" in told
    assert [row["reason"] for row in found] == ["nothing found"] * 2  # a number alone is enough


def test_a_workbook_in_and_out(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "roster.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([list(entry(1)), list(entry(1, 金额=1100.5).values())]):
            sheet.write_row(place, 0, row)
    target = tmp_path / "checked.xlsx"
    assert run(["--quiet", "roster", str(path), "--workspace", str(workspace), "-o", str(target)]) == 0
    frame = fastexcel.read_excel(target).load_sheet(0, header_row=0).to_polars()
    [row] = frame.to_dicts()
    assert row["问题类型"] == "金额不符"
    assert row["原因"] == "按数量乘标准应为 1200.00，金额少 99.50"
    assert row["身份证号（名册）"] == number(1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_other_formats(form: str, roster: Path, workspace: Path, tmp_path: Path) -> None:
    target = tmp_path / f"checked.{form}"
    assert run(["--quiet", "roster", str(roster), "--workspace", str(workspace), "-o", str(target)]) == 0
    read: dict[str, Any] = {"csv": pl.read_csv, "ndjson": pl.read_ndjson, "parquet": pl.read_parquet}
    assert read[form](target).height == 2


def test_the_same_files_give_the_same_list(roster: Path, workspace: Path, tmp_path: Path) -> None:
    lists = []
    for name in ("one.csv", "other.csv"):
        assert run(["--quiet", "roster", str(roster), "--workspace", str(workspace), "-o", str(tmp_path / name)]) == 0
        lists.append((tmp_path / name).read_bytes())
    assert lists[0] == lists[1]


# What it says


@pytest.mark.parametrize(
    ("language", "said"), [("en", "which a row may have several"), ("zh", "一行可有几类，不能相加")]
)
def test_the_balance_is_said_in_both_languages(
    language: str, said: str, roster: Path, workspace: Path, tmp_path: Path, capsys: Capture
) -> None:
    _, told = checked(capsys, tmp_path, roster, "--workspace", workspace, language=language)
    assert said in told
    assert len([line for line in told.splitlines() if line.startswith(("roster:", "roster："))]) == 3


def test_one_file_given_twice_is_said(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    again = shutil.copy(roster, tmp_path / "again.csv")
    other = written(tmp_path / "other.csv", [entry(1)])
    _, told = checked(capsys, tmp_path, roster, other, again, "--exclusive", "--workspace", workspace)
    assert "roster, again: the files of these rosters have the same content" in told
    _, told = checked(capsys, tmp_path, roster, other, "--exclusive", "--workspace", workspace)
    assert "the same content" not in told


def test_nothing_found_is_said(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    found, told = checked(capsys, tmp_path, written(tmp_path / "roster.csv", [entry(1)]), "--workspace", workspace)
    assert found == []
    assert "roster: nothing found." in told


def test_a_screen_is_shown_masked_values(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "config.yaml").write_text(
        f"workspace: {workspace}\nsources:\n  名单: {{layout: roster, files: [roster.csv]}}\n"
        "lists: {whole_values: false}\n",
        encoding="utf-8",
    )
    written(tmp_path / "roster.csv", [entry(DIED), entry(8, 身份证号=number(8)[:-1] + "?")])
    found, told = checked(capsys, tmp_path, "--config", tmp_path / "config.yaml")
    everything = json.dumps(found, ensure_ascii=False) + told
    assert len(found) == 2
    for whole in (number(DIED), number(8), named(DIED), named(8)):
        assert whole not in everything


def test_no_finding_speaks_of_entitlement() -> None:
    """Facts only: the list must never say who may have what."""
    import tomllib

    import reconcile

    text = (Path(reconcile.__file__).parent / "locales" / "zh" / "roster.toml").read_text(encoding="utf-8")
    findings = json.dumps(tomllib.loads(text)["finding"], ensure_ascii=False)
    for word in ("冒领", "骗", "资格", "应享受", "不符合条件", "停发", "追回", "违规", "有权"):
        assert word not in findings


# What it refuses


def test_files_that_are_no_rosters(workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    nameless = written(tmp_path / "nameless.csv", [{"地区": "府城镇", "人数": 3}])
    headed = tmp_path / "headed.csv"
    headed.write_text("姓名,身份证号\n", encoding="utf-8")
    nothing = written(tmp_path / "nothing.csv", [{"姓名": "无", "身份证号": "无"}])
    for path in (empty, nameless, headed, nothing, tmp_path / "missing.csv"):
        code, told = refused(capsys, path, "--workspace", workspace)
        assert (code, path.name in told) == (3, True), told


def test_arguments_that_do_not_fit(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "sub").mkdir()
    again = shutil.copy(roster, tmp_path / "sub" / "roster.csv")
    (tmp_path / "config.yaml").write_text("sources:\n  a: {layout: roster, files: [roster.csv]}\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text(
        f"sources:\n  a: {{layout: residents, files: [{workspace.parent / 'residents.csv'}]}}\n", encoding="utf-8"
    )
    for words, said in (
        ([], "no roster to check"),
        ([roster, again], "would both be called 'roster'"),
        ([roster, "--against", "births"], "no register 'births'"),
        ([roster, "--against", ","], "no register"),
        ([roster, "--exclusive"], "at least two"),
        ([roster, "--run", workspace, "--residents", workspace.parent / "residents.csv"], "cannot go together"),
        ([roster, "--residents", workspace.parent / "residents.csv", "--against", "household"], "no register to hold"),
        ([roster, again, "--config", tmp_path / "config.yaml"], "Name as many files"),
        (["--config", tmp_path / "none.yaml"], "no source of the layout roster"),
        ([roster, "-o", roster], "one of the files to be read"),
        ([roster, "-o", tmp_path / "checked.docx"], "format"),
    ):
        code, told = refused(capsys, *words)
        assert (code, said in told) == (2, True), told


def test_runs_that_cannot_be_used(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    assert refused(capsys, roster, "--workspace", tmp_path / "nowhere")[0] == 3
    assert refused(capsys, roster, "--run", tmp_path)[0] == 3
    damaged = shutil.copytree(workspace / "runs" / "2026-10", tmp_path / "run")
    (damaged / "frames" / "standardised_household.parquet").write_bytes(b"PAR1")
    code, told = refused(capsys, roster, "--run", damaged)
    assert (code, "standardised_household.parquet" in told) == (4, True)


def test_a_run_without_the_register_is_told(roster: Path, tmp_path: Path, capsys: Capture) -> None:
    births = [{"出生证编号": "A000000001", "新生儿姓名": "王小", "出生时间": "2026-10-01 08:00", "母亲姓名": "李丽"}]
    path = written(tmp_path / "births.csv", births)
    assert run(["--quiet", "run", "--births", str(path), "-o", str(tmp_path / "work")]) == 0
    capsys.readouterr()
    code, told = refused(capsys, roster, "--workspace", tmp_path / "work")
    assert (code, "has none of these registers" in told) == (3, True)


def test_a_monthly_run_refuses_a_roster(roster: Path, workspace: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "month.yaml").write_text(
        f"sources:\n  residents: {{layout: residents, files: [{workspace.parent / 'residents.csv'}]}}\n"
        "  补贴: {layout: roster, files: [roster.csv]}\n",
        encoding="utf-8",
    )
    assert run(["--lang", "en", "run", str(tmp_path / "month.yaml")]) == 2
    told = capsys.readouterr().err
    assert "'补贴' is a roster" in told
    assert "reconcile roster" in told


def test_names_that_the_registers_have_twice_tell_nobody(tmp_path: Path, capsys: Capture) -> None:
    """A name only, and two people of that name in the village: nobody can say which."""
    twins = [resident(1), resident(4, 姓名=named(1), 村居=resident(1)["村居"]), *(resident(n) for n in range(5, 40))]
    files = [written(tmp_path / "residents.csv", twins)]
    files.append(written(tmp_path / "household.csv", [registered(n) for n in range(5, 40)]))
    row = written(tmp_path / "roster.csv", [person(1, 身份证号="", 出生日期="", 性别="")])
    found, _ = checked(capsys, tmp_path, row, "--residents", files[0], "--household", files[1])
    assert [r["finding"] for r in found] == ["possibly in the registers", "ID number not usable"]
    assert "2 people of this name, and nothing tells which" in found[0]["reason"]


def test_a_pipe_gets_csv(roster: Path, workspace: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["--quiet", "--lang", "zh", "roster", str(roster), "--workspace", str(workspace)]) == 0
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8-sig"))))
    assert [row["问题类型"] for row in rows] == ["登记库已死亡注销", "登记库查无此人"]
