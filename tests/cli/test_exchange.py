"""People registered elsewhere, from the run to the rates: run, dispatch, feedback, exchange, and the month after."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from benchmarks.year.clerks import fill_in

from reconcile.cli.main import run
from reconcile.ledger.store import open_ledger
from reconcile.ledger.verify import verify
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import on
from tests.pipelines.small_months import City

pytestmark = pytest.mark.slow

ELSEWHERE = "registered_elsewhere"
FAR = "广东省南岭市平安路3号"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """R001 and R002 live in another village than they are registered in, R003 is registered outside."""
    city = City(tmp_path)
    city.resident("R001", 村居="西门")
    city.resident("R002", 镇街="云龙镇", 村居="云阁")
    city.resident("R003", 户籍地址=FAR)
    city.household = [row for row in city.household if row["户籍记录号"] != "H003"]
    with on("2026-10-05"):
        assert city.run("2026-10", sources="residents household") == 0
    return city


def reconcile(city: City, *words: str) -> int:
    return run(["--lang", "zh", "--quiet", *words, "--workspace", str(city.work)])


def send(city: City, name: str, *options: str) -> Path:
    folder = city.folder / name
    assert reconcile(city, "dispatch", "--code", ELSEWHERE, "--out", str(folder), *options) == 0
    return folder


def states(city: City) -> dict[str, tuple[str, str]]:
    """State and how of the cases by the resident that each is about."""
    rows = city.cases("subjects", "state", "how", code=ELSEWHERE)
    return {subjects.split("residents:")[1][:4]: (state, how) for subjects, state, how in rows}


def back(city: City, folder: Path, answers: dict[str, str]) -> None:
    """The workbooks come back with these answers, by resident."""
    with open_ledger(Workspace(city.work)) as ledger:
        about = dict(ledger.cases().filter(code=ELSEWHERE).select("key", "subjects").rows())
    for workbook in sorted(folder.rglob("*.xlsx")):
        filled = workbook.with_name(f"back_{workbook.name}")
        said = fill_in(
            workbook, filled, lambda key: answers.get(about[key].split("residents:")[1][:4]), "2026-10-06"
        )  # fmt: skip
        if said:
            assert reconcile(city, "feedback", str(filled)) == 0


def rates(city: City, *options: str) -> list[tuple[object, ...]]:
    """Area, round, sent, answered and confirmed, as `exchange -o FILE` has them."""
    target = city.folder / "exchange.csv"
    assert reconcile(city, "exchange", "-o", str(target), *options) == 0
    table = pl.read_csv(target)
    return table.select("镇街", "批次", "已派发", "已反馈", "属实").rows()


def test_each_receiving_area_gets_its_people(city: City) -> None:
    with on("2026-10-06"):
        folder = send(city, "out")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx")}
    assert files == {"府城镇_2026-10-01.xlsx", "外地/广东南岭市_2026-10-01.xlsx", "2026-10-01_派发汇总.xlsx"}
    form, told = openpyxl.load_workbook(folder / "府城镇_2026-10-01.xlsx").worksheets
    words = {cell.value for row in form.iter_rows() for cell in row}
    assert "人户分离（同一镇街、不同村居）：居住在府城镇 西门，户籍在府城镇 东门。" in words
    assert "人户分离（跨镇街）：居住在云龙镇 云阁，户籍在府城镇 东门。" in words
    assert any("不是差错" in str(cell.value) for cell in told["B"])


def test_from_the_run_to_the_rates_and_the_month_after(city: City) -> None:
    assert set(states(city)) == {"R001", "R002", "R003"}
    with on("2026-10-06"):
        back(city, send(city, "out", "--due", "2026-10-10"), {"R001": "confirmed", "R003": "unverifiable"})
    assert states(city) == {"R001": ("closed", "settled"), "R002": ("dispatched", ""), "R003": ("answered", "")}
    with on("2026-10-12"):
        assert rates(city) == [
            ("府城镇", "2026-10-01", 2, 1, 1),
            ("外地 广东南岭市", "2026-10-01", 1, 1, 0),
            ("合计", "全部批次（每件一次）", 3, 2, 1),
        ]
        again = send(city, "again", "--overdue")
        back(city, again, {"R002": "moved_out"})
        assert rates(city) == [
            ("府城镇", "2026-10-01", 2, 1, 1),
            ("府城镇", "2026-10-02", 1, 1, 0),
            ("府城镇", "全部批次（每件一次）", 2, 2, 1),
            ("外地 广东南岭市", "2026-10-01", 1, 1, 0),
            ("外地 广东南岭市", "全部批次（每件一次）", 1, 1, 0),
            ("合计", "2026-10-01", 3, 2, 1),
            ("合计", "2026-10-02", 1, 1, 0),
            ("合计", "全部批次（每件一次）", 3, 3, 1),
        ]
        assert rates(city, "--code", "人户分离") == rates(city, "--code", "Registered elsewhere") == rates(city)
        assert rates(city, "--round", "2026-10-02")[-1] == ("合计", "全部批次（每件一次）", 1, 1, 0)

    # Nothing has changed: what was settled stays away. Then one of them moves, and the other's family is corrected.
    with on("2026-11-05"):
        assert city.run("2026-11", sources="residents household") == 0
        assert states(city) == {"R001": ("closed", "settled"), "R002": ("closed", "settled"), "R003": ("answered", "")}
        assert ELSEWHERE not in {code for code, state in city.listed("2026-11").items() if state != "answered"}
        city.resident("R001", 村居="南门")
        city.resident("R002", 母亲姓名="林氏")
    with on("2026-12-05"):
        assert city.run("2026-12", sources="residents household") == 0
        assert states(city)["R001"] == ("reopened", "")
        assert states(city)["R002"] == ("closed", "settled")
        with open_ledger(Workspace(city.work)) as ledger:
            assert verify(ledger) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--code", "no_such"], "no_such"),
        (["--batch", "2026-12-09"], "2026-12-09"),
        (["--period", "december"], "december"),
        (["-o", "exchange.doc"], ".csv"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_next_step(
    city: City, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", "zh", "exchange", "--workspace", str(city.work), *options]) == 2
    assert told in capsys.readouterr().err


def test_before_anything_was_sent(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "exchange", "--workspace", str(city.work), "--format", "table"]) == 0
    told = capsys.readouterr()
    assert "have not been sent out yet" in told.err
    assert "Total" in told.out


def test_without_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["exchange", "--workspace", str(tmp_path)]) == 4
    assert capsys.readouterr().out == ""
