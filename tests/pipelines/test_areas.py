"""A run with a table of areas, from the command line: what it reads, says and writes; and one without."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.core.messages import text
from reconcile.sample import write_sample
from reconcile.workspace import ALL
from tests.pipelines.cities import (
    KEY,
    PERIOD,
    digests,
    files_of,
    is_whole,
    plain_city,
    read_json,
    run_command,
    shell,
)

pytestmark = pytest.mark.slow

BAD_ROW = "46010,坏社区,,,,,,\n"
Row = dict[str, str]
CODES = ("unresolved_areas", "households_without_residents", "residents_without_household", "area_coverage")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("areas") / "city"
    write_sample(folder, 500, seed=6, form="plain", areas=True)
    with (folder / "areas.csv").open("a", encoding="utf-8") as table:
        table.write(BAD_ROW)
    return folder


def run_folder(city: Path, workspace: Path, *options: str, **environment: str) -> Path:
    workspace.mkdir()
    (workspace / "key").write_bytes(KEY)
    done = shell(run_command(city, workspace, "--format=csv", *options), **environment)
    assert done.returncode == 0, done.stderr.decode()
    return workspace / "runs" / PERIOD


def options_of(city: Path) -> tuple[str, ...]:
    return (f"--areas={city / 'areas.csv'}", "--split-by=town")


@pytest.fixture(scope="module")
def placed(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder(city, tmp_path_factory.mktemp("with") / "work", *options_of(city))


@pytest.fixture(scope="module")
def plain(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_folder(city, tmp_path_factory.mktemp("without") / "work")


def frame(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / "frames" / f"{name}.parquet")


def test_records_have_the_areas_of_the_table_and_lists_agree_with_it(city: Path, placed: Path) -> None:
    truth = pl.read_csv(city / "areas_truth.csv", infer_schema=False).rename({"area_code": "true"})
    names = set(pl.read_csv(city / "areas.csv", infer_schema=False)["名称"])
    for source in ("residents", "household", "births"):
        records = frame(placed, f"standardised_{source}")
        told = records.join(truth.filter(source=source), on="record_id").drop_nulls("true")
        listed = told["area_how"].is_in(["ambiguous", "unknown"])
        assert (told.filter(~listed).select(pl.col("area_code") == pl.col("true")).to_series()).mean() > 0.99
        assert set(records.filter(pl.col("area_code").is_not_null())["town_std"].drop_nulls()) <= names


def test_what_is_not_told_is_listed_and_counted(placed: Path) -> None:
    records = pl.concat(
        [frame(placed, f"standardised_{s}").select("area_how") for s in ("residents", "household", "births")]
    )
    listed = records.filter(pl.col("area_how").is_in(["ambiguous", "unknown"])).height
    assert frame(placed, "unresolved_areas")["rows"].sum() == listed > 0
    notices = {notice["kind"]: notice["values"] for notice in read_json(placed / "summary.json")["notices"]}
    assert notices["areas_unresolved"]["count"] == listed
    assert notices["areas_rejected"] == {"count": 1}
    shown = pl.read_csv(placed / "lists" / "对不上的地区.csv", infer_schema=False)
    assert shown["行数"].cast(pl.Int64).sum() == listed
    assert set(shown["情况"]) <= {text(f"areas.how.{how}", "zh") for how in ("ambiguous", "unknown")}


def test_a_row_of_the_table_that_cannot_be_used_is_with_the_rows_not_used(placed: Path) -> None:
    unused = pl.read_csv(placed / "lists" / "未采用的行.csv", infer_schema=False)
    [row] = unused.filter(pl.col("来源") == text("lists.sources.areas", "zh")).rows(named=True)
    assert (row["来源文件"], row["原因"]) == ("areas.csv", text("areas.reason.area_code_odd", "zh"))


def test_the_table_is_an_input_of_the_run(city: Path, placed: Path, plain: Path) -> None:
    sources = [file["source"] for file in read_json(placed / "manifest.json")["inputs"]]
    assert sources == ["areas", "births", "household", "residents"]
    assert "areas" not in [file["source"] for file in read_json(plain / "manifest.json")["inputs"]]
    assert is_whole(placed)


def test_without_a_table_areas_stay_as_they_are_written(plain: Path) -> None:
    assert "area_code" not in frame(plain, "standardised_residents").columns
    assert frame(plain, "unresolved_areas").is_empty()
    codes = {file["code"] for file in read_json(plain / "summary.json")["lists"]}
    assert codes & set(CODES) == set(CODES) - {"unresolved_areas"}


def test_coverage_has_every_village_of_the_table_the_empty_ones_too(city: Path, placed: Path) -> None:
    table = pl.read_csv(city / "areas.csv", infer_schema=False)
    villages = table.filter(pl.col("级别") == "村居", pl.col("撤销日期").is_null())
    covered = frame(placed, "area_coverage")
    assert sorted(covered["code"]) == sorted(villages["区划代码"])
    assert covered.filter(finding="none").height >= 2
    assert covered.height == pl.read_csv(placed / "lists" / "地区覆盖情况.csv").height


def test_lists_of_households_go_to_their_towns(placed: Path) -> None:
    lists = [file for file in read_json(placed / "summary.json")["lists"] if file["code"] in CODES]
    split = {"households_without_residents", "residents_without_household"}
    assert all((file["area"] is not None) == (file["code"] in split) for file in lists)
    rows = {code: sum(file["rows"] for file in lists if file["code"] == code) for code in split}
    assert rows == {code: frame(placed, code).height for code in split}


def test_threads_change_nothing(city: Path, placed: Path, tmp_path: Path) -> None:
    again = run_folder(city, tmp_path / "work", *options_of(city), POLARS_MAX_THREADS="1")
    assert digests(again) == digests(placed)


def config_of(city: Path, folder: Path, **areas: Any) -> Path:
    sources = {name: {"layout": name, "files": [str(city / f"{name}.csv")]} for name in ("residents", "household")}
    path = folder / "config.yaml"
    path.write_text(json.dumps({"workspace": "work", "sources": sources, "areas": areas}), encoding="utf-8")
    return path


def test_a_config_names_the_table_for_runs_and_single_jobs(city: Path, tmp_path: Path, capsys: Any) -> None:
    config = config_of(city, tmp_path, files=[str(city / "areas.csv")])
    assert run(["--lang", "en", "run", str(config), "--dry-run"]) == 0
    assert "areas.csv" in capsys.readouterr().out
    assert run(["--lang", "en", "link", "--config", str(config), "-o", str(tmp_path / "linked.csv")]) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "are not told by the area table" in said


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("区划代码,名称\n46010,坏\n", 3, "none can be used"),
        ("区划代码,名称\n", 3, "areas.csv"),
        ("名称,上级\n甲,乙\n", 3, "areas.csv"),
        ("区划代码,名称\n320105,某某区\n320105001,某某街道\n", 3, "another city"),
        (None, 2, "areas.csv"),
    ],
)
def test_a_table_that_cannot_be_used_is_an_error_that_names_it(
    content: str | None, code: int, said: str, city: Path, tmp_path: Path, capsys: Any
) -> None:
    table = tmp_path / "areas.csv"
    if content is not None:
        table.write_text(content, encoding="utf-8")
    config = config_of(city, tmp_path, files=["areas.csv"])
    assert run(["--lang", "en", "run", str(config)]) == code
    assert said in capsys.readouterr().err


def rewritten(file: Path, keep: Callable[[Row], bool], left_out: Sequence[str] = ()) -> list[Row]:
    """The rows that a file had; it keeps those of `keep`, without some of its columns."""
    with file.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read))
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, [name for name in rows[0] if name not in left_out], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(filter(keep, rows))
    return rows


def test_certificates_without_a_town_have_that_of_their_address(tmp_path: Path) -> None:
    city = plain_city(tmp_path / "city", 600, seed=9)
    files = {source: paths[0] for source, paths in files_of(city).items()}
    certificates = rewritten(files["births"], lambda row: True, ("区县", "镇街", "村居"))
    rewritten(files["residents"], lambda row: row["出生日期"] < "2016")
    options = [f"--{source}={file}" for source, file in files.items()]
    assert run(["--quiet", "run", *options, "-o", str(tmp_path / "work"), "--format=csv"]) == 0
    folder = tmp_path / "work" / "runs" / ALL

    told = frame(folder, "standardised_births").filter("area_from_address")
    stated = {row["出生证编号"]: row["镇街"] for row in certificates}
    assert dict(told.select("record_key", "town_std").iter_rows()).items() <= stated.items()
    assert told.height > 0.8 * sum(1 for town in stated.values() if town)

    cases = frame(folder, "discrepancies").filter(code="birth_without_resident")
    towns = dict(told.select("record_id", "town_std").iter_rows())
    assert cases["town"].to_list() == [towns.get(record_id) for record_id in cases["record_id_l"]]
    assert cases["town"].count() > 0.8 * cases.height > 0

    notices = read_json(folder / "summary.json")["notices"]
    [counted] = [notice["values"] for notice in notices if notice["kind"] == "areas_from_addresses"]
    assert counted["told"] == told.height
    assert not [n for n in notices if n["kind"] == "no_column" and n["values"]["column"] == "town"]
