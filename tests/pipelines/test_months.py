"""Month after month through the real command line, on small files made by hand."""

from __future__ import annotations

import csv
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.cli.main import run
from reconcile.frames import CASE_EVENTS, conform
from reconcile.ledger.status import tally
from reconcile.ledger.store import open_ledger
from reconcile.messages import set_language
from reconcile.workspace import Workspace

RESIDENTS = ("个人编码", "姓名", "性别", "身份证号", "出生日期", "户编码", "镇街", "村居", "母亲姓名", "联系电话")
HOUSEHOLD = ("户籍记录号", "姓名", "性别", "公民身份号码", "出生日期", "户号", "镇街", "村居", "母亲姓名")
BIRTHS = ("出生证编号", "新生儿姓名", "性别", "出生时间", "母亲姓名", "母亲证件号码", "住址", "镇街", "签发日期")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES = "王李张刘陈杨赵黄周吴"

Row = dict[str, str]


def id_number(born: str, sequence: int) -> str:
    body = f"460102{born}{sequence:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def resident(place: int, **other: str) -> Row:
    """A person without a fault; an odd place is a man."""
    born = f"{1950 + place}{1 + place % 12:02d}{10 + place % 18:02d}"
    return {
        "个人编码": f"R{place:03d}", "姓名": f"{SURNAMES[place % 10]}{chr(0x5010 + 3 * place)}{chr(0x6010 + 5 * place)}",
        "性别": "女男"[place % 2], "身份证号": id_number(born, 100 + place),
        "出生日期": f"{born[:4]}-{born[4:6]}-{born[6:]}", "户编码": f"F{place:03d}", "镇街": "府城镇", "村居": "东门",
        "母亲姓名": f"林{chr(0x7010 + 7 * place)}", "联系电话": f"1380000{place:04d}", **other,
    }  # fmt: skip


def police(place: int, **other: str) -> Row:
    """The same person in the household register."""
    names = {"个人编码": "户籍记录号", "身份证号": "公民身份号码", "户编码": "户号"}
    told = {names.get(name, name): value for name, value in resident(place).items()}
    return {**told, "户籍记录号": f"H{place:03d}", **other}


class City:
    """A workspace, and the exports of its months."""

    def __init__(self, folder: Path, begun: Path | None = None) -> None:
        self.folder = folder
        self.work = folder / "work"
        self._begun = begun
        self.residents = [resident(place) for place in range(1, 25)]
        self.household = [police(place) for place in range(1, 25)]
        self.births: list[Row] | None = None

    def begin(self) -> None:
        """The first month, 2026-08, with one fault: a man whom the register calls a woman."""
        self.resident("R003", 性别="女")
        if self._begun is None:
            assert self.run("2026-08") == 0
        else:
            shutil.copytree(self._begun, self.work)

    def resident(self, key: str, **changes: str) -> None:
        """Changes a resident's row in the next export."""
        self.residents = [{**row, **changes} if row["个人编码"] == key else row for row in self.residents]

    def export(self, sources: str) -> list[str]:
        words = []
        for source in sources.split():
            rows, columns = {
                "residents": (self.residents, RESIDENTS),
                "household": (self.household, HOUSEHOLD),
                "births": (self.births or [], BIRTHS),
            }[source]
            path = self.folder / f"{source}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(rows)
            words += [f"--{source}", str(path)]
        return words

    def run(self, period: str, *options: str, sources: str = "residents") -> int:
        words = ["run", *self.export(sources), "-o", str(self.work), "--period", period, "--format", "csv", *options]
        return run(["--quiet", "--lang", "zh", *words])

    def cases(self, *columns: str, code: str | None = None) -> list[tuple[Any, ...]]:
        with open_ledger(Workspace(self.work)) as ledger:
            cases = ledger.cases()
        chosen = cases.filter(pl.col("code") == code) if code else cases
        return chosen.select(columns).rows()

    def case(self, code: str) -> dict[str, Any]:
        """The only case of a code."""
        with open_ledger(Workspace(self.work)) as ledger:
            [case] = ledger.cases().filter(pl.col("code") == code).to_dicts()
        return case

    def answer(self, code: str, answer: str) -> None:
        """What a town says of the only case of a code."""
        states = {"corrected": "corrected", "false_alarm": "closed"}
        case = self.case(code)
        told = {
            "key": case["key"], "kind": "answered", "state": states.get(answer, "answered"), "answer": answer,
            "seen": case["evidence"], "how": "false_alarm" if answer == "false_alarm" else None,
        }  # fmt: skip
        workspace = Workspace(self.work)
        with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("feedback") as booking:
            events = pl.DataFrame([{**told, "period": ledger.latest_period()}])
            ledger.append(conform(events, CASE_EVENTS), booking)

    def listed(self, period: str) -> dict[str, str]:
        """Of each code that is on a list of the month, the state it has there."""
        frame = pl.read_parquet(self.work / "runs" / period / "frames" / "discrepancies.parquet")
        return dict(frame.select("code", "state").rows())

    def tally(self, period: str) -> dict[str, int]:
        with open_ledger(Workspace(self.work)) as ledger:
            counts = tally(ledger, period)
        return {name: counts[name].sum() for name in ("carried", "new", "reopened", "closed", "open")}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after `City.begin`, made once."""
    city = City(tmp_path_factory.mktemp("begun"))
    city.begin()
    return city.work


@pytest.fixture
def city(tmp_path: Path, begun: Path) -> City:
    return City(tmp_path, begun)


@pytest.fixture(autouse=True)
def _no_language() -> Iterator[None]:
    yield
    set_language("")


SEX = "id_against_sex"  # of R003


def test_found_corrected_and_back_again(city: City) -> None:
    city.begin()
    found = city.case(SEX)
    assert (found["state"], found["first_seen"], found["subjects"]) == ("new", "2026-08", '["residents:R003"]')

    city.resident("R003", 性别="男")
    assert city.run("2026-09") == 0
    closed = city.case(SEX)
    assert (closed["state"], closed["how"], closed["closed_in"]) == ("closed", "corrected", "2026-09")
    assert SEX not in city.listed("2026-09")
    assert city.tally("2026-09")["closed"] > 0

    city.resident("R003", 性别="女")
    assert city.run("2026-10") == 0
    back = city.case(SEX)
    assert back["key"] == found["key"]
    assert (back["state"], back["reopened"], back["first_seen"], back["opened_in"]) == (
        "reopened",
        1,
        "2026-08",
        "2026-10",
    )
    assert city.listed("2026-10")[SEX] == "reopened"
    for period in ("2026-08", "2026-09", "2026-10"):
        counts = city.tally(period)
        assert counts["carried"] + counts["new"] + counts["reopened"] == counts["closed"] + counts["open"]


def test_the_record_is_followed_to_its_new_key(city: City) -> None:
    city.begin()
    key = city.case(SEX)["key"]
    city.resident("R003", 个人编码="N777", 联系电话="13911112222")
    city.run("2026-09")
    case = city.case(SEX)
    assert (case["key"], case["state"], case["subjects"]) == (key, "new", '["residents:N777"]')
    city.resident("N777", 性别="男", 个人编码="N888")
    city.run("2026-10")
    case = city.case(SEX)
    assert (case["key"], case["state"], case["how"]) == (key, "closed", "corrected")
    assert case["subjects"] == '["residents:N888"]'


def test_two_people_swap_their_keys(city: City) -> None:
    city.begin()
    key = city.case(SEX)["key"]
    one, other = {"个人编码": "R005"}, {"个人编码": "R003"}
    swap = {"R003": one, "R005": other}
    city.residents = [{**row, **swap.get(row["个人编码"], {})} for row in city.residents]
    city.run("2026-09")
    assert city.cases("key", "state", "subjects", code=SEX) == [(key, "new", '["residents:R005"]')]
    city.resident("R005", 性别="男")
    city.run("2026-10")
    assert city.cases("key", "state", "how", code=SEX) == [(key, "closed", "corrected")]


def test_the_key_of_one_who_is_gone_is_given_to_another_with_the_same_fault(city: City) -> None:
    city.begin()
    key = city.case(SEX)["key"]
    city.residents = [row for row in city.residents if row["个人编码"] != "R003"]
    city.residents.append(resident(41, 个人编码="R003", 性别="女"))
    city.run("2026-09")
    told = sorted(city.cases("key", "state", "how", "first_seen", code=SEX), key=lambda case: case[0] != key)
    assert [case[1:] for case in told] == [("closed", "removed", "2026-08"), ("new", "", "2026-09")]
    assert told[0][0] == key


def test_a_record_that_is_gone_is_not_called_corrected(city: City) -> None:
    city.begin()
    city.residents = [row for row in city.residents if row["个人编码"] != "R003"]
    city.run("2026-09")
    assert city.case(SEX)["how"] == "removed"


def test_said_to_be_corrected_and_still_there(city: City) -> None:
    city.begin()
    city.answer(SEX, "corrected")
    city.run("2026-09")
    assert city.case(SEX)["state"] == "returned"
    assert city.listed("2026-09")[SEX] == "returned"


def test_said_to_be_corrected_and_the_same_month_is_run_again(city: City) -> None:
    city.resident("R003", 性别="女")
    city.run("2026-07")
    city.run("2026-08")
    city.answer(SEX, "corrected")
    assert city.run("2026-08") == 0  # the export is older than the answer
    assert city.case(SEX)["state"] == "corrected"
    city.run("2026-09")
    assert city.case(SEX)["state"] == "returned"


@pytest.mark.parametrize("months_before", [0, 1])
def test_a_false_alarm_stays_away_until_its_evidence_changes(city: City, months_before: int) -> None:
    city.resident("R003", 性别="女")
    if months_before:
        city.run("2026-07")
    city.run("2026-08")
    city.answer(SEX, "false_alarm")
    assert city.run("2026-08") == 0  # again
    assert city.case(SEX)["state"] == "closed"
    assert SEX not in city.listed("2026-08")
    city.resident("R003", 联系电话="13900000000")  # no evidence
    city.run("2026-09")
    assert city.case(SEX)["state"] == "closed"
    assert SEX not in city.listed("2026-09")
    city.resident("R003", 身份证号=id_number("19530413", 303), 出生日期="1953-04-13")
    city.run("2026-10")
    assert city.case(SEX)["state"] == "reopened"


def test_a_source_that_is_missing_clears_nothing_for_two_months(city: City) -> None:
    city.residents.append(resident(30))  # the police do not know them
    city.resident("R003", 性别="女")
    city.run("2026-08", sources="residents household")
    assert city.case("unmatched_resident")["state"] == "new"
    for period in ("2026-09", "2026-10"):
        assert city.run(period, sources="residents") == 0
        assert city.case("unmatched_resident")["state"] == "new"
        assert city.case("unmatched_resident")["last_seen"] == "2026-08"
    assert city.case(SEX)["last_seen"] == "2026-10"  # their record alone decides
    city.household.append(police(30))
    city.run("2026-11", sources="residents household")
    assert (city.case("unmatched_resident")["state"], city.case("unmatched_resident")["how"]) == ("closed", "corrected")


def test_a_record_with_a_new_key_is_followed_over_a_month_without_its_source(city: City) -> None:
    city.begin()
    key = city.case(SEX)["key"]
    city.run("2026-09", sources="household")
    assert city.case(SEX)["state"] == "new"
    city.resident("R003", 个人编码="N777")
    city.run("2026-10")
    assert city.cases("key", "state", code=SEX) == [(key, "new")]


def test_a_town_that_is_missing_for_two_months_clears_nothing(city: City) -> None:
    city.residents += [resident(place, 镇街="云龙镇") for place in range(30, 55)]
    city.resident("R031", 性别="女")
    extra = [resident(place) for place in range(60, 160)]
    city.residents += extra
    city.run("2026-08", sources="residents")
    everyone = city.residents
    city.residents = [row for row in everyone if row["镇街"] != "云龙镇"]
    for period in ("2026-09", "2026-10"):
        city.run(period, sources="residents")
        assert city.case(SEX)["state"] == "new", period
    city.residents = [row for row in everyone if row["个人编码"] != "R031"]
    city.run("2026-11", sources="residents")
    assert (city.case(SEX)["state"], city.case(SEX)["how"]) == ("closed", "removed")


def test_a_month_is_skipped(city: City) -> None:
    city.begin()
    city.resident("R003", 性别="男")
    assert city.run("2026-11") == 0
    case = city.case(SEX)
    assert (case["state"], case["closed_in"]) == ("closed", "2026-11")
    summary = (city.work / "runs" / "2026-11" / "summary.json").read_text(encoding="utf-8")
    assert "months_skipped" in summary


def test_an_earlier_month_is_refused(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    city.run("2026-09")
    before = city.cases("key", "state")
    assert city.run("2026-08") == 2
    assert "2026-09" in capsys.readouterr().err
    assert city.cases("key", "state") == before
    assert not (city.work / "runs" / "2026-08").exists()


def test_the_same_month_with_the_same_files_changes_nothing(city: City) -> None:
    city.resident("R003", 性别="女")
    city.residents.append(resident(30))
    city.run("2026-08")
    city.answer(SEX, "confirmed")
    before = city.cases("key", "state", "answer", "first_seen", "last_seen", "opened_in", "reopened")
    assert city.run("2026-08") == 0
    assert city.cases("key", "state", "answer", "first_seen", "last_seen", "opened_in", "reopened") == before


def test_the_same_month_with_other_files_is_refused_without_being_told(city: City) -> None:
    city.begin()
    before = city.cases("key", "state")
    run_before = (city.work / "runs" / "2026-08" / "manifest.json").read_bytes()
    city.resident("R003", 性别="男")
    assert city.run("2026-08") == 2
    assert city.cases("key", "state") == before
    assert (city.work / "runs" / "2026-08" / "manifest.json").read_bytes() == run_before


def test_the_same_month_with_other_files_takes_the_place_of_the_first(city: City) -> None:
    city.run("2026-07")
    city.resident("R003", 性别="女")
    city.resident("R005", 性别="女")
    city.run("2026-08")
    assert len(city.cases("key", code=SEX)) == 2
    city.resident("R003", 性别="男")
    assert city.run("2026-08", "--replace") == 0
    # It never was: neither found nor cleared. The other keeps its number.
    assert city.cases("subjects", "state", code=SEX) == [('["residents:R005"]', "new")]
    counts = city.tally("2026-08")
    assert counts["closed"] == 0
    assert counts["carried"] + counts["new"] == counts["open"]


def test_what_was_answered_before_a_month_is_replaced_is_kept(city: City) -> None:
    city.begin()
    city.answer(SEX, "confirmed")
    city.resident("R005", 联系电话="13800009999")
    assert city.run("2026-08", "--replace") == 0
    case = city.case(SEX)
    assert (case["state"], case["answer"], case["first_seen"]) == ("answered", "confirmed", "2026-08")
    assert city.listed("2026-08")[SEX] == "answered"


def test_what_was_answered_and_never_was_is_withdrawn(city: City) -> None:
    city.begin()
    city.answer(SEX, "confirmed")
    city.resident("R003", 性别="男")
    assert city.run("2026-08", "--replace") == 0
    case = city.case(SEX)
    assert (case["state"], case["how"]) == ("closed", "withdrawn")


def test_who_sits_at_the_terminal_is_asked(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.run("2026-08")
    city.resident("R003", 性别="女")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    for answer, code, cases in ((False, 2, 0), (True, 0, 1)):
        monkeypatch.setattr("typer.confirm", lambda *_, answer=answer, **__: answer)
        assert city.run("2026-08") == code
        assert len(city.cases("key", code=SEX)) == cases


def birth(place: int, born: str) -> Row:
    return {
        "出生证编号": f"A{place:09d}", "新生儿姓名": f"{SURNAMES[place % 10]}{chr(0x5410 + place)}", "性别": "女男"[place % 2],
        "出生时间": f"{born} 08:30", "母亲姓名": f"林{chr(0x7410 + 7 * place)}", "母亲证件号码": id_number("19950101", 100 + 2 * place),
        "住址": "府城镇东门民生路1号", "镇街": "府城镇", "签发日期": born,
    }  # fmt: skip


def test_births_of_one_month_only_do_not_clear_those_of_the_last(city: City) -> None:
    """A births file that holds the month's births instead of all: the earlier ones are gone with their file. What
    concerns the registers alone is cleared all the same."""
    city.residents.append(resident(3, 个人编码="R903"))  # twice
    city.births = [birth(place, f"2026-08-{place:02d}") for place in range(1, 6)]
    city.run("2026-08", sources="residents household births")
    assert {row[0] for row in city.cases("state", code="birth_without_resident")} == {"new"}
    assert city.case("duplicate_person")["state"] == "new"
    city.residents.pop()
    city.births = [birth(place, f"2026-09-{place - 10:02d}") for place in range(11, 16)]
    city.run("2026-09", sources="residents household births")
    assert sorted(city.cases("first_seen", "state", code="birth_without_resident")) == [
        *[("2026-08", "new")] * 5,
        *[("2026-09", "new")] * 5,
    ]
    assert city.case("duplicate_person")["state"] == "closed"


# Two at once, and ledgers that cannot be used


_HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "a+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(city: City) -> Iterator[None]:
    """Another process holds the workspace's lock until the block ends."""
    words = [sys.executable, "-c", _HOLDER, str(city.work / "lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.communicate()


def test_the_second_of_two_processes_is_refused(city: City) -> None:
    city.begin()
    before = city.cases("key", "state")
    with held_by_another(city):
        assert city.run("2026-09") == 4
        assert city.cases("key", "state") == before  # reading needs no lock
    assert city.run("2026-09") == 0


def test_two_runs_at_once_end_with_one_booked(city: City) -> None:
    city.run("2026-08")
    words = city.export("residents")
    command = [sys.executable, "-m", "reconcile", "--quiet", "run", *words, "-o", str(city.work), "--period", "2026-09"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment) for _ in range(2)]
    codes = sorted(process.wait() for process in both)
    assert codes in ([0, 4], [0, 0])  # the second may have come when the first was done
    with open_ledger(Workspace(city.work)) as ledger:
        [row] = ledger.query("SELECT count(*) AS runs FROM runs WHERE period = '2026-09' AND replaced IS NULL")
    assert row["runs"] == 1


def test_a_transaction_of_another_program_is_waited_for_and_then_refused(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.run("2026-08")
    monkeypatch.setattr("reconcile.ledger.store._WAIT", 0.2)
    other = sqlite3.connect(city.work / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert city.run("2026-09") == 4
    finally:
        other.close()
    assert not (city.work / "runs" / "2026-09").exists()
    assert city.run("2026-09") == 0


def deleted(ledger: Path) -> None:
    for path in ledger.parent.glob("ledger.sqlite*"):
        path.unlink()


def emptied(ledger: Path) -> None:
    ledger.write_bytes(b"")


def scrambled(ledger: Path) -> None:
    ledger.write_bytes(b"not a database at all" * 300)


def torn(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:5000])


def newer(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def without_a_table(ledger: Path) -> None:
    with sqlite3.connect(ledger) as connection:
        connection.execute("DROP TABLE aliases")
    connection.close()


@pytest.mark.parametrize("harm", [deleted, emptied, scrambled, torn, newer, without_a_table])
def test_a_ledger_that_cannot_be_used_is_left_alone(
    city: City, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    city.begin()
    ledger = city.work / "ledger.sqlite"
    whole = city.folder / "whole.sqlite"
    shutil.copy(ledger, whole)
    harm(ledger)
    left = ledger.read_bytes() if ledger.exists() else None
    manifest = (city.work / "runs" / "2026-08" / "manifest.json").read_bytes()
    for period in ("2026-09", "2026-08"):
        assert city.run(period) == 4
        assert "ledger.sqlite" in capsys.readouterr().err
    assert (ledger.read_bytes() if ledger.exists() else None) == left
    assert (city.work / "runs" / "2026-08" / "manifest.json").read_bytes() == manifest
    assert not (city.work / "runs" / "2026-09").exists()
    # Put back, everything is there.
    for path in city.work.glob("ledger.sqlite-*"):
        path.unlink()
    shutil.copy(whole, ledger)
    assert city.case(SEX)["first_seen"] == "2026-08"


def test_a_run_that_fails_after_it_was_booked_half_leaves_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.begin()
    before = city.cases("key", "state", "last_seen")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr("reconcile.ledger.month._mark_seen", fails)
        city.resident("R003", 性别="男")
        assert city.run("2026-09") == 4
    assert city.cases("key", "state", "last_seen") == before
    assert not (city.work / "runs" / "2026-09").exists()
    assert city.run("2026-09") == 0
    assert city.case(SEX)["state"] == "closed"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_disk_that_cannot_be_written(city: City) -> None:
    city.run("2026-08")
    city.work.chmod(0o500)
    try:
        assert city.run("2026-09") == 4
    finally:
        city.work.chmod(0o700)
    assert city.run("2026-09") == 0


def test_a_ledger_that_is_read_only_is_said(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root sees a disk that is mounted read-only: SQLite says so when it is asked to write."""
    city.run("2026-08")

    def read_only(path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    with monkeypatch.context() as context:
        context.setattr("reconcile.ledger.store._connect", read_only)
        assert city.run("2026-09") == 4
    assert not (city.work / "runs" / "2026-09").exists()


def test_the_lock_is_given_back(city: City) -> None:
    city.run("2026-08")
    assert city.run("2026-07") == 2
    with (city.work / "lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
