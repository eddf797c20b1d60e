"""Month after month through the real command line."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

from reconcile.core.frames import CASE_EVENTS, conform
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.pipelines.small_months import SEX, SURNAMES, City, Row, id_number, police, resident

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace after `City.begin`, made once."""
    city = City(tmp_path_factory.mktemp("begun"))
    city.begin()
    return city.work


@pytest.fixture
def city(tmp_path: Path, begun: Path) -> City:
    return City(tmp_path, begun)


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


ELSEWHERE = "registered_elsewhere"
TABLE = """区划代码,名称,曾用名
460102,府城区,
460102101,府城镇,
460102101201,东门村,老东门村
460102101202,西门村,老西门村
460102101203,南门村,
"""


def with_areas(city: City, text: str = TABLE) -> tuple[str, str]:
    """Options for a run with this table of areas."""
    path = city.folder / "areas.csv"
    path.write_text(text, encoding="utf-8")
    return "--areas", str(path)


def live_elsewhere(city: City) -> None:
    """R004 to R006 live in 西门; the police write the villages of all by their former names."""
    for key in ("R004", "R005", "R006"):
        city.resident(key, 村居="西门村")
    city.household = [{**row, "村居": "老东门村"} for row in city.household]


def settle(city: City, record: str) -> None:
    """The place of registration says that it is so."""
    workspace, case = Workspace(city.work), city.case(ELSEWHERE, record)
    told = {"key": case["key"], "kind": "answered", "state": "closed", "answer": "confirmed", "how": "settled"}
    with workspace.lock(), open_ledger(workspace) as ledger, ledger.booking("feedback") as booking:
        events = pl.DataFrame([{**told, "seen": case["evidence"], "period": ledger.latest_period()}])
        ledger.append(conform(events, CASE_EVENTS), booking)


def told_of(city: City, period: str) -> str:
    return (city.work / "runs" / period / "summary.json").read_text(encoding="utf-8")


def test_without_the_table_of_areas_nothing_of_areas_is_new_closed_or_reopened(city: City) -> None:
    live_elsewhere(city)
    table = with_areas(city)
    city.run("2026-08", *table, sources="residents household")
    before = city.cases("key", "state", code=ELSEWHERE)
    assert [state for _, state in before] == ["new"] * 3
    settle(city, "R004")
    settled = city.cases("key", "state", "evidence", code=ELSEWHERE)
    for period in ("2026-09", "2026-10"):  # the table is left out
        assert city.run(period, sources="residents household") == 0
        assert city.cases("key", "state", "evidence", code=ELSEWHERE) == settled
        assert ELSEWHERE not in city.listed(period)
        assert "areas_missing" in told_of(city, period)
        counts = city.tally(period)
        assert counts["carried"] + counts["new"] + counts["reopened"] == counts["closed"] + counts["open"]
    city.resident("R005", 村居="东门村")  # he has moved home
    city.run("2026-11", *table, sources="residents household")
    assert city.case(ELSEWHERE, "R004")["how"] == "settled"
    assert city.case(ELSEWHERE, "R005")["how"] == "corrected"
    assert city.case(ELSEWHERE, "R006")["state"] == "new"
    assert "areas_missing" not in told_of(city, "2026-11")


def test_a_table_that_tells_less_closes_nothing(city: City) -> None:
    live_elsewhere(city)
    city.run("2026-08", *with_areas(city), sources="residents household")
    settle(city, "R004")
    less = with_areas(city, TABLE.replace("460102101202", "46010210120"))  # a row that cannot be used
    city.run("2026-09", *less, sources="residents household")
    assert "areas_rejected" in told_of(city, "2026-09")
    assert [state for (state,) in city.cases("state", code=ELSEWHERE)].count("new") == 2
    assert city.case(ELSEWHERE, "R004")["how"] == "settled"
    city.run("2026-10", *with_areas(city), sources="residents household")
    assert sorted(city.cases("state", "how", code=ELSEWHERE)) == [("closed", "settled"), ("new", ""), ("new", "")]


def test_who_never_had_a_table_of_areas_is_not_told_that_it_is_missing(city: City) -> None:
    for key in ("R004", "R005"):
        city.resident(key, 村居="西门村")
    city.household = [{**row, "村居": "西门村"} if row["户籍记录号"] == "H007" else row for row in city.household]
    city.run("2026-08", sources="residents household")
    city.resident("R005", 村居="东门村")
    city.run("2026-09", sources="residents household")
    assert city.case(ELSEWHERE, "R005")["how"] == "corrected"
    assert "areas_missing" not in told_of(city, "2026-09")


RUINED = {"身份证号": "4.60102E+17"}
EMPTY = {"身份证号": ""}


@pytest.mark.parametrize("damage", [RUINED, EMPTY])
def test_a_column_that_is_lost_clears_nothing_for_two_months(city: City, damage: Row) -> None:
    city.resident("R005", 身份证号="46010219550615")  # another fault of the column
    city.resident("R003", 性别="女")
    city.run("2026-08")
    whole = city.residents
    for period in ("2026-09", "2026-10"):
        city.residents = [{**row, **damage} for row in whole]
        assert city.run(period) == 0
        for code, record in ((SEX, "R003"), ("id_invalid", "R005")):
            case = city.case(code, record)
            assert (case["state"], case["last_seen"]) == ("new", "2026-08"), (period, code)
        assert "column_lost" in (city.work / "runs" / period / "summary.json").read_text(encoding="utf-8")
    city.residents = whole
    city.resident("R003", 性别="男")
    city.run("2026-11")
    assert (city.case(SEX, "R003")["state"], city.case(SEX, "R003")["how"]) == ("closed", "corrected")
    assert city.case("id_invalid", "R005")["last_seen"] == "2026-11"
    assert "column_lost" not in (city.work / "runs" / "2026-11" / "summary.json").read_text(encoding="utf-8")
    ruined = "id_ruined" if damage is RUINED else "id_missing"
    assert set(city.cases("state", "how", code=ruined)) == {("closed", "corrected")}


def test_cases_of_other_columns_are_closed_though_one_is_lost(city: City) -> None:
    city.begin()
    city.residents = [{**row, "母亲姓名": ""} for row in city.residents]
    city.resident("R003", 性别="男")
    city.run("2026-09")
    assert (city.case(SEX)["state"], city.case(SEX)["how"]) == ("closed", "corrected")


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
