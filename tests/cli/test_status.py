"""`reconcile status` through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from reconcile.cli.main import run
from tests.ledger.small_ledgers import on, year_end


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return year_end(tmp_path_factory.mktemp("ledger") / "w").folder


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with on("2026-11-20"):
        yield


def asked(place: Path, *words: str, language: str = "zh") -> int:
    return run(["--lang", language, "status", "--workspace", str(place), *words])


@pytest.mark.parametrize("by", ["city", "town", "village", "code"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_fits_80_columns_and_balances(
    place: Path, by: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(place, "--by", by, language=language) == 0
    page = capsys.readouterr().out
    assert max(cell_len(line) for line in page.splitlines()) <= 80
    balance = {
        "zh": "上月结转 5 ＋ 新发现 0 ＋ 复发 0 ＝ 已销号 1 ＋ 未销号 4",
        "en": "carried 5 + new 0 + reopened 0 = closed 1 + open 4",
    }
    assert balance[language] in page
    assert ("3 / 4" in page, "75.0%" in page, "2026-10-01" in page) == (True, True, True)


def test_a_rate_out_of_nothing_is_a_dash(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with on("2026-10-06"):
        assert asked(place, "--period", "2026-10", "--by", "village", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    [unsent] = [area for area in told["areas"] if area["town"] == ""]
    assert unsent["rates"]["answer"] == {"numerator": 0, "denominator": 0, "rate": None}
    assert asked(place, "--period", "2026-10", "--by", "city") == 0
    assert "–" in capsys.readouterr().out


def test_json_has_keys_that_stay(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(place, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["period", "before", "as_of", "city", "by", "least", "areas", "runs", "batches"]
    assert (told["period"], told["before"], told["as_of"], told["by"]) == ("2026-11", "2026-10", "2026-11-20", "town")
    assert list(told["city"]) == ["rank", "counts", "rates", "change"]
    assert told["city"]["rates"]["clearance"] == {"numerator": 1, "denominator": 5, "rate": 0.2}
    assert sum(area["counts"]["cases"] for area in told["areas"]) == told["city"]["counts"]["cases"]
    assert [run["sources"] for run in told["runs"]] == [{"residents": 1}]
    assert told["batches"] == [{"number": "2026-10-01", "due": "2026-10-10", "sent": 5, "waiting": 1, "days_over": 41}]


@pytest.mark.parametrize(
    ("language", "sheets", "city"),
    [
        ("zh", ["全市", "按镇街", "按村居", "按差异类型", "派发批次"], ("清零率（已销号／应办）", 1, 5, 0.2)),
        ("en", ["city", "by town", "by village", "by code", "batches"], ("clearance rate (closed / cases)", 1, 5, 0.2)),
    ],
)
def test_the_workbook(place: Path, tmp_path: Path, language: str, sheets: list[str], city: tuple[object, ...]) -> None:
    path = tmp_path / "status.xlsx"
    assert asked(place, "--output", str(path), language=language) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == sheets
    rows = {row[0]: row for row in book[sheets[0]].iter_rows(values_only=True, max_col=4)}
    assert rows[city[0]] == city
    towns = list(book[sheets[1]].iter_rows(values_only=True))
    assert len(towns) == 1 + 3
    named = [dict(zip(towns[0], row, strict=True)) for row in towns[1:]]
    carried = {"zh": "上月结转", "en": "carried"}[language]
    assert sum(row[carried] for row in named) == 5
    assert [row for row in named if row[towns[0][0]] is None] == []


def test_csv_in_a_pipe(place: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert asked(place, "--by", "code", "--format", "csv") == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert lines[0].startswith("差异类型,应办,上月结转,新发现,复发,已销号,未销号")
    assert [line.split(",")[:2] for line in lines[1:]] == [["重复登记", "1"], ["身份证号有误", "3"], ["人户分离", "1"]]


@pytest.mark.parametrize("name", ["status.csv", "status.json"])
def test_the_ending_of_the_file_says_the_format(place: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert asked(place, "-o", str(path)) == 0
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" if name.endswith("csv") else b"{")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--period", "2026-12"], 2, "2026-10, 2026-11"),
        (["--period", "October"], 2, "2026-10"),
        (["--output", "status.doc"], 2, ".xlsx"),
        (["--least", "0"], 2, "least"),
    ],
)
def test_what_cannot_be_shown(
    place: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(place, *words) == code
    assert said in capsys.readouterr().err


def test_a_workspace_without_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path) == 4
    assert "reconcile run" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
