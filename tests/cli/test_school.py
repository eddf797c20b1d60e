"""`reconcile school` through the real command line, with real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from reconcile.cli.main import run
from reconcile.core.messages import LANGUAGES
from tests.crosschecks.figure_files import CERTIFICATES, Rows, certificate, write_csv, write_xlsx

pytestmark = pytest.mark.slow

HEADER = ["学年", "学校", "区县", "乡镇", "年级", "年龄", "性别", "人数"]
TOWNS = {"府城镇": ("琼山区", 60), "云龙镇": ("琼山区", 40), "海秀镇": ("秀英区", 70), "石山镇": ("秀英区", 50)}


def births() -> list[list[str]]:
    """220 births of the window of 2025, ten of a year later, and the reissue of one certificate."""
    rows = [list(CERTIFICATES)]
    for town, (district, size) in TOWNS.items():
        for _ in range(size):
            place = len(rows)
            born = f"{2018 if place % 12 >= 8 else 2019}-{place % 12 + 1:02d}-{place % 28 + 1:02d}"
            rows.append(certificate(place, born, "男女"[place % 2], district, town))
    rows += [certificate(300 + n, f"2020-03-{n + 1:02d}", "女", "琼山区", "府城镇") for n in range(10)]
    return [*rows, ["B000000001", *rows[1][1:-1], "补发"]]


def pupils(**sizes: int) -> list[list[str]]:
    rows = [HEADER]
    for town, (district, size) in TOWNS.items():
        half = sizes.get(town, size) // 2
        rows += [["2025-2026", f"{town}小学", district, town, "一年级", "6", sex, str(half)] for sex in "男女"]
    return rows


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_csv(tmp_path / "一年级.csv", pupils()), write_csv(tmp_path / "births.csv", births())


def told(words: list[Any], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, rows of the table, and what stderr says."""
    code = run(["--lang", "zh", "school", *map(str, words), "--format", "ndjson"])
    streams = capsys.readouterr()
    return code, [json.loads(line) for line in streams.out.splitlines()], streams.err


def test_first_graders_are_held_against_births(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, said = told([files[0], "--births", files[1], "--survival", "1"], capsys)
    assert code == 0
    whole = rows[0]
    assert (whole["level"], whole["births"], whole["enrolled"]) == ("全市", 220, 220)
    assert {row["town"]: (row["births"], row["enrolled"]) for row in rows if row["town"]} == {
        town: (size, size) for town, (_, size) in TOWNS.items()
    }
    assert {row["sex"] for row in rows if row["town"]} == {"合计"}
    assert "231 张出生证中有 1 张是同一个孩子的换发、补发" in said
    assert "230 个孩子中 10 个不是这些学年入学的" in said
    assert "迁入、迁出" in said
    assert all("迁入、迁出" in row["caution"] for row in rows)


def test_a_town_with_many_more_pupils_than_births_stands_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_xlsx(tmp_path / "一年级.xlsx", [["一年级统计"], *pupils(石山镇=160)])
    certificates = write_xlsx(tmp_path / "births.xlsx", births())
    code, rows, _ = told([table, "--births", certificates, "--births", certificates], capsys)
    assert code == 0
    assert [row["town"] for row in rows if row["reason"] == "明显偏高" and row["town"]] == ["石山镇"]


def test_the_table_goes_into_a_workbook_in_both_languages(files: tuple[Path, Path], tmp_path: Path) -> None:
    for language in LANGUAGES:
        target = tmp_path / f"{language}.xlsx"
        words = ["school", str(files[0]), "--births", str(files[1]), "-o", str(target), "--list-lang", language]
        assert run(["--quiet", *words]) == 0
        sheet = fastexcel.read_excel(target).load_sheet(0).to_polars()
        assert sheet.height == 1 + 2 + 3 * 2 + 4
        assert sheet.columns[0] == {"zh": "学年", "en": "school year"}[language]


def test_small_towns_are_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write_csv(tmp_path / "p.csv", pupils(石山镇=4))
    code, rows, _ = told([table, "--births", write_csv(tmp_path / "b.csv", births())], capsys)
    assert code == 0
    hidden = [row for row in rows if row["reason"] == "隐去"]
    assert [row["town"] for row in hidden] == ["海秀镇", "石山镇"]
    assert {row["enrolled"] for row in hidden} == {None}


def test_what_is_left_out_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*pupils(), ["2025", "一小", "琼山区", "龙塘镇", "一年级", "6", "男", "20"]]
    rows += [["2025", "一小", "琼山区", "府城镇", "一年级", "6", "男", "-20"], ["合计", *[""] * 6, "999"]]
    rows += [["2025", "一小", "琼山区", "府城镇", "二年级", "7", "男", "20"], ["2022", *rows[1][1:]]]
    code, found, said = told(
        [write_csv(tmp_path / "p.csv", rows), "--births", write_csv(tmp_path / "b.csv", births())], capsys
    )
    assert code == 0
    assert {row["school_year"] for row in found} == {"2025-2026", "2022-2023"}
    for sentence in ("p.csv 第 11 行没有采用", "-20", "负数", "龙塘镇", "1 行不是一年级", "合计、小计行"):
        assert sentence in said
    assert "2022 学年的学生应出生于 2015-09-01 至 2016-08-31，出生证明文件里有 12 个月没有出生" in said


def test_a_file_given_twice_counts_once_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = write_csv(tmp_path / "p.csv", pupils()), write_csv(tmp_path / "copy.csv", pupils())
    code, rows, said = told([one, other, one, "--births", write_csv(tmp_path / "b.csv", births())], capsys)
    assert (code, rows[0]["enrolled"]) == (0, 220)
    assert "“copy.csv”与“p.csv”内容完全相同" in said


def test_a_config_names_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = ["学年", "学校", "区县", "乡镇", "年级", "年龄", "性别", "本校娃娃"]
    table = write_csv(tmp_path / "p.csv", [header, *pupils()[1:]])
    certificates = write_csv(tmp_path / "b.csv", births())
    config = tmp_path / "school.yaml"
    config.write_text(
        f"sources:\n  first: {{layout: school, files: [{table}], columns: {{enrolled: 本校娃娃}}}}\n"
        f"  hospital: {{layout: births, files: [{certificates}]}}\n",
        encoding="utf-8",
    )
    assert run(["school", str(table), "--births", str(certificates)]) == 3
    assert "人数" in capsys.readouterr().err
    code, rows, _ = told(["--config", config], capsys)
    assert (code, rows[0]["enrolled"]) == (0, 220)
    other = write_csv(tmp_path / "q.csv", [header, *pupils(石山镇=60)[1:]])
    code, rows, _ = told([other, "--config", config], capsys)
    assert (code, rows[0]["enrolled"]) == (0, 230)
    config.write_text(f"sources:\n  hospital: {{layout: births, files: [{certificates}]}}\n", encoding="utf-8")
    assert run(["school", "--config", str(config)]) == 2
    assert "school" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "--births births.csv"),
        (["P"], 2, "--births births.csv"),
        (["P", "--births", "B", "--survival", "0"], 2, "--survival"),
        (["P", "--births", "B", "--survival", "nan"], 2, "--survival"),
        (["P", "--births", "B", "--survival", "99.2"], 2, "99.2"),
        (["P", "--births", "B", "--material", "-1"], 2, "--material"),
        (["P", "--births", "B", "--school-year", "1"], 2, "--school-year"),
        (["P", "--births", "B", "-o", "x.doc"], 2, "x.doc"),
        (["P", "--births", "B", "-o", "P"], 2, "不能覆盖"),
        (["P", "--births", "B", "-o", "nowhere/x.csv"], 2, "nowhere"),
        (["none.csv", "--births", "B"], 3, "none.csv"),
        (["P", "--births", "none.csv"], 3, "none.csv"),
        (["B", "--births", "P"], 3, "births.csv"),
        (["P", "--births", "B", "--config", "none.yaml"], 2, "none.yaml"),
    ],
)
def test_bad_arguments(
    files: tuple[Path, Path], words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"P": str(files[0]), "B": str(files[1])}
    assert run(["--lang", "zh", "school", *(named.get(word, word) for word in words)]) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert said in streams.err


def test_births_of_other_years_are_refused_with_the_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table: Rows = [["乡镇", "人数"], ["府城镇", "30"]]
    words = [
        "school",
        str(write_csv(tmp_path / "p.csv", table)),
        "--births",
        str(write_csv(tmp_path / "b.csv", births())),
    ]
    assert run(["--lang", "zh", *words]) == 3
    assert "--school-year" in capsys.readouterr().err
    assert run(["--lang", "zh", *words, "--school-year", "2010"]) == 3
    assert "2003-09-01 至 2004-08-31" in capsys.readouterr().err
