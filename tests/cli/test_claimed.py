"""`reconcile claimed` through the real command line, against a run of made-up files."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.frames import LINKS, conform
from tests.crosschecks.figure_files import Rows, id_number, write_csv, write_xlsx

BIRTHS = [
    "出生证编号", "新生儿姓名", "性别", "出生时间", "母亲姓名", "母亲证件号码", "住址", "区县", "镇街", "签发日期", "签发类型",
    "新生儿状况",
    "父亲姓名",
    "父亲证件号码",
]  # fmt: skip
RESIDENTS = [
    "个人编码",
    "姓名",
    "性别",
    "出生日期",
    "母亲姓名",
    "母亲身份证号",
    "现居住地址",
    "区县",
    "镇街",
    "登记日期",
    "父亲姓名",
    "父亲身份证号",
]
HOME = "海北市{district}{town}民生路{place}号"
DISTRICTS = {"府城镇": "琼山区", "云龙镇": "琼山区", "海秀镇": "秀英区", "石山镇": "秀英区"}
NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def birth(place: int, born: str, town: str = "府城镇", **other: str) -> list[str]:
    told = {
        "出生证编号": f"A{place:09d}",
        "新生儿姓名": named(place),
        "性别": "男女"[place % 2],
        "出生时间": f"{born} 08:30",
    }
    told |= {
        "母亲姓名": f"{NAMES[place % 20]}{chr(0x4E10 + place)}",
        "母亲证件号码": id_number(place),
        "签发日期": born,
    }
    told |= {
        "住址": home(place, town),
        "区县": DISTRICTS[town],
        "镇街": town,
        "签发类型": "首次",
        "新生儿状况": "存活",
    }
    told |= {"父亲姓名": father(place), "父亲证件号码": id_number(500 + place)} | other
    return [told[header] for header in BIRTHS]


def resident(place: int, born: str, registered: str, town: str = "府城镇", **other: str) -> list[str]:
    told = {"个人编码": f"R{place:05d}", "姓名": named(place), "性别": "男女"[place % 2], "出生日期": born}
    told |= {"母亲姓名": f"{NAMES[place % 20]}{chr(0x4E10 + place)}", "母亲身份证号": id_number(place)}
    told |= {"现居住地址": home(place, town), "区县": DISTRICTS[town], "镇街": town, "登记日期": registered}
    told |= {"父亲姓名": father(place), "父亲身份证号": id_number(500 + place)} | other
    return [told[header] for header in RESIDENTS]


def named(place: int) -> str:
    return f"{NAMES[place % 20]}{chr(0x5010 + 3 * place)}{chr(0x6010 + 5 * place)}"


def father(place: int) -> str:
    return f"{NAMES[place % 20]}{chr(0x7010 + 7 * place)}"


def home(place: int, town: str) -> str:
    return HOME.format(district=DISTRICTS[town], town=town, place=place)


def births() -> Rows:
    rows = [birth(place, f"2026-10-{place + 1:02d}", "海秀镇") for place in range(6)]  # as plain as they come
    rows += [
        birth(10, "2026-10-05"),
        birth(11, "2026-10-06"),
        birth(11, "2026-10-06", 出生证编号="B000000011", 签发类型="补发", 签发日期="2026-11-20"),
        birth(12, "2026-10-30", 签发日期="2026-11-02"),
        birth(13, "2026-09-28", 签发日期="2026-10-03"),
        birth(14, "2026-10-08", 新生儿状况="死亡"),
        birth(15, "2026-10-09", 住址="湖南省长沙市岳麓区麓山路15号"),
        birth(17, "2026-10-12"),
        birth(18, "2026-10-13"),
        birth(19, "2026-10-14", "海秀镇"),
    ]
    return [BIRTHS, *rows]


def residents() -> Rows:
    rows = [resident(place, f"2026-10-{place + 1:02d}", "2026-10-20", "海秀镇") for place in range(6)]
    rows += [
        resident(10, "2026-10-05", "2026-10-20"),
        resident(11, "2026-10-06", "2026-10-20"),
        resident(12, "2026-10-30", "2026-11-10"),
        resident(13, "2026-09-28", "2026-10-08"),
        resident(16, "2026-10-10", "2026-10-21"),  # no certificate
        resident(17, "2026-09-12", "2026-10-20"),  # another month
        resident(18, "2026-10-13", "2026-10-20", "云龙镇"),  # another town
        resident(19, "2026-10-14", "2026-10-20", "海秀镇", 性别="男"),  # another sex
        resident(40, "1990-01-01", "2026-10-20"),  # moved in: no birth
    ]
    rows += [resident(50, "1980-01-01", "2020-01-01", "石山镇")]  # a town without births
    return [RESIDENTS, *rows]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    words = ["--residents", write_csv(folder / "residents.csv", residents())]
    words += ["--births", write_xlsx(folder / "births.xlsx", births()), "-o", folder / "work", "--period", "2026-10"]
    assert run(["--quiet", "run", *map(str, words)]) == 0
    return folder / "work" / "runs" / "2026-10"


def checked(
    rows: Rows, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """The figures, the records, and what stderr says."""
    table, records = write_csv(tmp_path / "上报.csv", rows), tmp_path / "records.ndjson"
    words = ["claimed", table, "--run", finished, "--records", records, "--format", "ndjson"]
    assert run(["--lang", "zh", *map(str, words)]) == 0
    streams = capsys.readouterr()
    told = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in streams.out.splitlines()], told, streams.err


def kinds(figure: dict[str, Any]) -> dict[str, int]:
    return {name.removeprefix("n_"): count for name, count in figure.items() if name.startswith("n_") and count}


def test_a_town_is_made_anew_under_every_definition(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["镇街", "月份", "上报数"], ["府城镇", "2026-10", "8"]]
    [figure], records, said = checked(rows, finished, tmp_path, capsys)
    # Births of October by certificate: 10, 11, 12, 14, 15, 17, 18; issued then: these but 12, with 13;
    # registered then: 10, 11, 13, 16, 17; by any source: as by certificate, with 16.
    definitions = [figure[name] for name in ("hospital", "certificates", "registered", "any_source")]
    assert definitions == [7, 7, 5, 8]
    assert (figure["closest"], figure["recomputed"], figure["gap"], figure["share"]) == ("任一来源", 8, 0, 0.0)
    assert kinds(figure) == {
        "reissued": 1, "late_in": 1, "no_hospital": 1, "mother_elsewhere": 1, "early_death": 1, "late_out": 1,
        "dated_out": 1, "area_out": 1,
    }  # fmt: skip
    found = {record["reason"]: record["record_id"] for record in records}
    assert found["换发补发重复计"] in ("A000000011", "B000000011")
    del found["换发补发重复计"]
    assert found == {
        "他月出生、本月签发或登记": "A000000013", "登记有、医院没有": "R00016", "母亲是外地的": "A000000015",
        "出生后不久死亡": "A000000014", "本月出生、他月签发或登记": "A000000012", "登记的出生月份是他月": "A000000017",
        "登记在他地、医院写本地": "A000000018",
    }  # fmt: skip
    assert "不得公布" in said


def test_the_other_side_of_a_record_is_told_where_it_would_count(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ["地区", "月份", "性别", "上报数"],
        ["云龙镇", "10月", "", "1"],
        ["琼山区", "9月", "", "2"],
        ["秀英区", "10月", "男", "5"],
    ]
    figures, records, _ = checked(rows, finished, tmp_path, capsys)
    assert [figure["hospital"] for figure in figures] == [0, 1, 3]
    assert [kinds(figure) for figure in figures] == [
        {"area_in": 1},
        {"late_out": 1, "dated_in": 1},
        {"sex_in": 1},
    ]
    assert [record["other_record_id"] for record in records if record["reason"].startswith("登记为")] == ["R00019"]


def test_a_town_without_births_has_none(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["地区", "月份", "上报数"], ["石山镇", "2026-10", "2"]]
    [figure], _, _ = checked(rows, finished, tmp_path, capsys)
    assert (figure["hospital"], figure["gap"], figure["share"]) == (0, 2, 1.0)


def test_months_may_be_added_up(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["地区", "月份", "上报数"], ["琼山区", "2026年9-10月", "10"], ["全市", "2026年1-12月", "20"]]
    figures, _, said = checked(rows, finished, tmp_path, capsys)
    assert [figure["hospital"] for figure in figures] == [8, 15]
    assert [figure["claimed_month"] for figure in figures] == ["2026-09…2026-10", "2026-01…2026-12"]
    assert "2 个上报数不是 2026-10 一个月的" in said


def test_sexes_are_told_apart_down_to_the_district_only(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["地区", "月份", "男", "女"], ["琼山区", "2026-10", "4", "3"], ["府城镇", "2026-10", "4", "3"]]
    figures, _, said = checked(rows, finished, tmp_path, capsys)
    told = [(figure["claimed_area"], figure["sex"], figure["claimed"], figure["hospital"]) for figure in figures]
    assert told == [("琼山区", "合计", 7, 7), ("琼山区", "男", 4, 4), ("琼山区", "女", 3, 3), ("府城镇", "合计", 7, 7)]
    assert "1 行是镇街的男女分列" in said
    rows = [["地区", "性别", "上报数"], ["府城镇", "男", "4"], ["琼山区", "女", "3"]]
    figures, _, said = checked(rows, finished, tmp_path, capsys)
    assert [(figure["claimed_area"], figure["sex"]) for figure in figures] == [("琼山区", "女")]
    assert "上报.csv 第 2 行没有采用" in said
    assert "镇街一级不分性别" in said


def test_rows_that_cannot_be_used_are_told_with_their_place(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["地区", "月份", "上报数"]
    rows = [
        header,
        ["府城镇", "2026-10", "7"],
        ["府城镇", "2026-10", "-7"],
        ["府城镇", "上月", "7"],
        ["", "2026-10", "7"],
    ]
    rows += [["府城镇", "2026-10", "约7"], ["不知镇", "2026-10", "3"], ["琼山区小计", "2026-10", "3"]]
    figures, _, said = checked(rows, finished, tmp_path, capsys)
    assert [figure["claimed_area"] for figure in figures] == ["府城镇", "不知镇"]
    assert figures[1]["recomputed"] is None
    assert "没有这个地区" in figures[1]["reason"]
    for place, why in ((3, "负数"), (4, "看不出是哪个月"), (5, "没有地区"), (6, "不是数字")):
        assert f"上报.csv 第 {place} 行没有采用" in said
        assert why in said
    assert "不知镇" in said


def test_workbooks_in_and_out(finished: Path, tmp_path: Path) -> None:
    table = write_xlsx(
        tmp_path / "上报.xlsx", [["某市上报出生数"], ["地区", "月份", "上报数"], ["府城镇", "2026-10", 9]]
    )
    out, records = tmp_path / "checked.xlsx", tmp_path / "records.xlsx"
    words = ["claimed", table, "--run", finished, "-o", out, "--records", records, "--list-lang", "en"]
    assert run(["--quiet", *map(str, words)]) == 0
    figures = fastexcel.read_excel(out).load_sheet(0).to_polars()
    assert figures.row(0, named=True)["gap"] == 1
    assert fastexcel.read_excel(records).load_sheet(0).to_polars().height == 8
    assert out.stat().st_mode & 0o777 == 0o600


def test_keys_are_masked_where_the_config_says_so(finished: Path, tmp_path: Path) -> None:
    """A register whose keys are ID numbers."""
    folder = shutil.copytree(finished, tmp_path / "run")
    number = id_number(16)
    for frame, columns in (
        ("standardised_residents", ["record_id"]),
        ("persons", ["record_id"]),
        ("children", ["residents"]),
    ):
        path = folder / "frames" / f"{frame}.parquet"
        pl.read_parquet(path).with_columns(pl.col(columns).replace("R00016", number)).write_parquet(path)
    table = write_csv(tmp_path / "t.csv", [["镇街", "接生数"], ["府城镇", "8"]])
    config = tmp_path / "c.yaml"
    config.write_text(
        "sources: {reported: {layout: claimed, files: [t.csv], columns: {claimed: 接生数}}}\n"
        "lists: {whole_values: false}\n",
        encoding="utf-8",
    )
    out, records = tmp_path / "o.csv", tmp_path / "r.csv"
    words = ["claimed", "--config", config, "--run", folder, "-o", out, "--records", records]
    assert run(["--quiet", *map(str, words)]) == 0
    masked = records.read_text(encoding="utf-8-sig")
    assert number not in masked
    assert f"{number[:3]}********{number[-4:]}" in masked
    config.write_text(config.read_text(encoding="utf-8").replace("false", "true"), encoding="utf-8")
    assert run(["--quiet", *map(str, words), str(table)]) == 0
    assert number in records.read_text(encoding="utf-8-sig")


class Screen(BytesIO):
    """Standard output that is a terminal."""

    encoding = "utf-8"

    @property
    def buffer(self) -> Screen:
        return self

    def isatty(self) -> bool:
        return True


def test_a_screen_is_shown_masked_keys_whatever_the_config_says(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    number = id_number(16)
    for frame, column in (("standardised_residents", "record_id"), ("persons", "record_id"), ("children", "residents")):
        path = folder / "frames" / f"{frame}.parquet"
        pl.read_parquet(path).with_columns(pl.col(column).replace("R00016", number)).write_parquet(path)
    table = write_csv(tmp_path / "t.csv", [["镇街", "上报数"], ["府城镇", "8"]])
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", "200")
    words = ["claimed", table, "--run", folder, "-o", tmp_path / "o.csv", "--records", "-"]
    assert run(["--quiet", *map(str, words)]) == 0
    shown = screen.getvalue().decode()
    assert "R00012" in shown
    assert f"{number[:3]}********{number[-4:]}" in shown
    assert number not in shown


def test_a_run_of_an_earlier_version_lacks_reasons_only(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    (folder / "frames" / "children.parquet").unlink()
    [figure], _, _ = checked([["镇街", "月份", "上报数"], ["府城镇", "2026-10", "8"]], folder, tmp_path, capsys)
    assert figure["hospital"] == 7
    assert {"mother_elsewhere", "early_death"}.isdisjoint(kinds(figure))


def test_a_link_that_waits_for_review_is_told(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a child that the register lacks (15), not of one that it has (10)."""
    folder = shutil.copytree(finished, tmp_path / "run")
    path = folder / "frames" / "links.parquet"
    links = [
        {
            "source": "births",
            "record_id": f"A{place:09d}",
            "contender_source": "residents",
            "contender_record_id": "R00016",
        }
        for place in (10, 15)
    ]
    review = conform(pl.DataFrame(links).with_columns(band=pl.lit("review")), LINKS)
    pl.concat([pl.read_parquet(path), review]).write_parquet(path)
    rows = [["镇街", "月份", "上报数"], ["府城镇", "2026-10", "8"]]
    [figure], records, _ = checked(rows, folder, tmp_path, capsys)
    assert kinds(figure)["possible"] == 1
    assert [record["record_id"] for record in records if "疑似" in record["reason"]] == ["A000000015"]


def test_the_latest_run_is_taken_without_a_run(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_csv(tmp_path / "t.csv", [["镇街", "上报数"], ["府城镇", "7"]])
    assert run(["claimed", str(table), "--workspace", str(finished.parents[1])]) == 0
    assert "府城镇,2026-10,合计,7,7,0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "没有上报数的表"),
        (["none.csv", "--run", "RUN"], 3, "none.csv"),
        (["TABLE", "--run", "nowhere"], 3, "nowhere"),
        (["TABLE", "--workspace", "nowhere"], 3, "nowhere"),
        (["TABLE", "--run", "RUN", "-o", "x.doc"], 2, "x.doc"),
        (["TABLE", "--run", "RUN", "-o", "TABLE"], 2, "不能覆盖"),
        (["TABLE", "--run", "RUN", "--records", "TABLE"], 2, "不能覆盖"),
        (["TABLE", "--run", "RUN", "--records", "x.doc"], 2, "x.doc"),
        (["TABLE", "--run", "RUN", "-o", "x.csv", "--records", "x.csv"], 2, "不能是同一个文件"),
        (["TABLE", "--run", "RUN", "--config", "none.yaml"], 2, "none.yaml"),
        (["PEOPLE", "--run", "RUN"], 3, "上报数"),
        (["BAD", "--run", "RUN"], 3, "负数"),
        (["MONTHLESS", "--run", "RUN"], 3, "看得出"),
    ],
)
def test_bad_arguments(
    words: list[str], code: int, said: str, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    tables: dict[str, Rows] = {
        "TABLE": [["镇街", "上报数"], ["府城镇", "7"]],
        "PEOPLE": residents(),
        "BAD": [["镇街", "上报数"], ["府城镇", "-7"]],
        "MONTHLESS": [["镇街", "月份", "上报数"], ["府城镇", "上月", "7"]],
    }
    named = {name: str(write_csv(tmp_path / f"{name}.csv", rows)) for name, rows in tables.items()} | {
        "RUN": str(finished)
    }
    assert run(["--lang", "zh", "claimed", *(named.get(word, word) for word in words)]) == code
    streams = capsys.readouterr()
    assert streams.out == ""
    assert said in streams.err


def test_a_damaged_run_is_told(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write_csv(tmp_path / "t.csv", [["镇街", "上报数"], ["府城镇", "7"]])
    for damage in ("summary.json", "frames/standardised_births.parquet", "frames/links.parquet"):
        folder = shutil.copytree(finished, tmp_path / damage.replace("/", "_"))
        (folder / damage).write_text("{}", encoding="utf-8")
        assert run(["--lang", "zh", "claimed", str(table), "--run", str(folder)]) == 4
        assert Path(damage).name in capsys.readouterr().err


def test_a_run_without_births_is_refused(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write_csv(tmp_path / "t.csv", [["镇街", "上报数"], ["府城镇", "7"]])
    folder = shutil.copytree(finished, tmp_path / "run")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    summary["sources"] = [source for source in summary["sources"] if source["layout"] != "births"]
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    assert run(["--lang", "zh", "claimed", str(table), "--run", str(folder)]) == 3
    assert "没有出生医学证明" in capsys.readouterr().err
