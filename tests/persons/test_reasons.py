"""Why a child is not in all three registers: each reason with the column that states it, and without it open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.persons.children import LETTERS, children
from reconcile.persons.reasons import REASONS, exported_on
from tests.views import view_of

Row = dict[str, Any]
REGISTERS = {letter: layout for layout, letter in LETTERS.items()}
BORN = "2026-10-05"
HERE, ELSEWHERE = "海北市城东区文明镇3号", "湖南省长沙市岳麓区1号"

# People of the city, so that its addresses are known, and every register speaks of the new year.
CITY: dict[str, list[Row]] = {
    "residents": [{"id": "Rx", "person": "x", "born": "1990-01-01", "address": HERE, "registered": "2027-01-15"}],
    "household": [{"id": "Hx", "person": "x", "born": "1990-01-01", "address": HERE, "registered": "2027-01-15"}],
}


def child(cell: str, said: Row | None = None, **of: Row) -> dict[str, Any]:
    """The city and a child in these registers: `said` by all of them, `H`, `R`, `P` by one."""
    rows: dict[str, Any] = {"births": [], **{name: [*people] for name, people in CITY.items()}}
    for letter in cell:
        row = {"id": f"{letter}0", "person": "child", "born": BORN, **(said or {}), **of.get(letter, {})}
        rows[REGISTERS[letter]].append(row)
    if "H" not in cell:  # so that the hospitals' files cover the month
        rows["births"].append({"id": "Hp", "person": "other", "born": "2026-10-28"})
    return rows


def reason(rows: dict[str, Any], person: str = "child", **options: Any) -> str | None:
    view = view_of(**{"period": "2026-10", **options}, **rows)
    found = children(view)
    of_child = view.population.filter(person_id=person)["person"].to_list()
    [why] = found.filter(found["person"].is_in(of_child))["reason"].to_list()
    return why


# What one register says of a child in a cell, and the reason that it states; for the same cell without it: open.
STATED: list[tuple[str, str, str, Row, str]] = [
    # who says it: H, R or P
    ("died, says the status", "H", "H", {"status_of_newborn": "死亡"}, "early_death"),
    ("not alive, says the status", "H", "H", {"status_of_newborn": "否"}, "early_death"),
    ("did not survive, says the status", "HR", "H", {"status_of_newborn": "未存活"}, "early_death"),
    ("died young, says the status", "H", "H", {"status_of_newborn": "夭折"}, "early_death"),
    ("stillborn, says the remark", "H", "H", {"remark": "死产"}, "early_death"),
    ("died, says the remark", "HP", "H", {"remark": "新生儿死亡，已注销"}, "early_death"),
    ("died on its first day", "H", "H", {"died": BORN}, "early_death"),
    ("died after four weeks", "H", "H", {"died": "2026-11-02"}, "early_death"),
    ("died after four weeks and a day", "H", "H", {"died": "2026-11-03"}, "open"),
    ("died before it was born", "H", "H", {"died": "2026-10-04"}, "open"),
    ("alive, says the status", "H", "H", {"status_of_newborn": "存活"}, "open"),
    ("yes to whether alive", "H", "H", {"status_of_newborn": "是"}, "open"),
    ("healthy", "H", "H", {"status_of_newborn": "健康"}, "open"),
    ("not dead", "H", "H", {"status_of_newborn": "未死亡"}, "open"),
    ("a live birth", "H", "H", {"status_of_newborn": "活产"}, "open"),
    ("a remark about something else", "H", "H", {"remark": "剖宫产"}, "open"),
    ("cancelled for death within four weeks", "R", "R", {"cancelled_for": "死亡", "cancelled_on": "2026-10-20"}, "early_death"),
    ("cancelled for death later", "RP", "P", {"cancelled_for": "死亡", "cancelled_on": "2026-12-20"}, "open"),
    ("cancelled for death, no day", "P", "P", {"cancelled_for": "死亡"}, "open"),
    ("cancelled as a double", "R", "R", {"cancelled_for": "重复登记", "cancelled_on": "2026-10-20"}, "open"),
    ("born in another province", "R", "R", {"birth_place": "湖南省长沙市"}, "event_elsewhere"),
    ("born outside", "P", "P", {"birth_place": "外省"}, "event_elsewhere"),
    ("born in a hospital of another city", "RP", "P", {"birth_place": "海口市人民医院"}, "event_elsewhere"),
    ("born in a hospital of the city", "RP", "P", {"birth_place": "海北市人民医院"}, "open"),
    ("born in the hospital", "R", "R", {"birth_place": "市人民医院"}, "open"),
    ("born here though the hospital has it", "HR", "R", {"birth_place": "湖南省长沙市"}, "open"),
    ("the mother lives elsewhere", "H", "H", {"address": ELSEWHERE}, "mother_elsewhere"),
    ("the mother lives elsewhere, registered here", "H", "H", {"address": ELSEWHERE, "mother_address": HERE}, "mother_elsewhere"),
    ("the mother lives here, registered elsewhere", "H", "H", {"address": HERE, "mother_address": ELSEWHERE}, "open"),
    ("and only the police lack the child", "HR", "H", {"address": HERE, "mother_address": ELSEWHERE}, "mother_elsewhere"),
    ("no home address, the mother registered elsewhere", "H", "H", {"mother_address": ELSEWHERE}, "mother_elsewhere"),
    ("no home address, the mother registered here", "H", "H", {"mother_address": HERE}, "open"),
    ("the mother lives here", "H", "H", {"address": HERE}, "open"),
    ("the register's address is no mother's", "R", "R", {"address": ELSEWHERE}, "open"),
    ("at home", "R", "R", {"birth_place": "家中"}, "home_birth"),
    ("at its own home", "P", "P", {"birth_place": "自家"}, "home_birth"),
    ("home", "P", "P", {"birth_place": "家"}, "home_birth"),
    ("in a house", "P", "P", {"birth_place": "住宅"}, "home_birth"),
    ("a birth at home", "RP", "R", {"birth_place": "家庭分娩"}, "home_birth"),
    ("on the way", "RP", "P", {"birth_place": "途中"}, "home_birth"),
    ("in a village called home", "R", "R", {"birth_place": "家寨村卫生院"}, "open"),
    ("at home, says a certificate", "H", "H", {"birth_place": "家中"}, "open"),
    ("moved out", "R", "R", {"moved_out": "2026-12-01"}, "moved"),
    ("moved out, says the reason", "HP", "P", {"moved_out_for": "迁往市外"}, "moved"),
    ("cancelled for moving out", "HR", "R", {"cancelled_for": "迁出", "cancelled_on": "2026-12-01"}, "moved"),
    ("moved in after birth", "R", "R", {"moved_in": "2026-11-20"}, "moved"),
    ("moved in after birth, says the police", "RP", "P", {"moved_in": "2026-11-20", "moved_in_for": "投靠父母"}, "moved"),
    ("entered by birth", "P", "P", {"moved_in": "2026-11-20", "moved_in_for": "出生登记"}, "open"),
    ("entered as a newborn", "P", "P", {"moved_in": "2026-11-20", "moved_in_for": "新生儿入户"}, "open"),
    ("moved in on its birthday", "P", "P", {"moved_in": BORN}, "open"),
    ("registered elsewhere, and the police lack it", "HR", "R", {"registered_address": ELSEWHERE}, "registered_elsewhere"),
    ("registered elsewhere, no certificate", "R", "R", {"registered_address": ELSEWHERE}, "registered_elsewhere"),
    ("registered elsewhere, but the police have it", "RP", "R", {"registered_address": ELSEWHERE}, "open"),
    ("registered here", "HR", "R", {"registered_address": HERE}, "open"),
    ("moved in, and a certificate", "HP", "P", {"moved_in": "2026-11-20"}, "open"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "who", "said", "expected"), [case[1:] for case in STATED], ids=[case[0] for case in STATED]
)
def test_what_a_column_states(cell: str, who: str, said: Row, expected: str) -> None:
    assert reason(child(cell, **{who: said})) == expected


@pytest.mark.parametrize("cell", ["H", "R", "P", "HR", "HP", "RP"])
def test_what_no_column_states_is_open(cell: str) -> None:
    assert reason(child(cell)) == "open"


def test_a_child_in_all_three_registers_needs_no_reason() -> None:
    rows: dict[str, list[Row]] = {"births": [], **{name: [*people] for name, people in CITY.items()}}
    for number, (_, _, _, said, _) in enumerate(STATED):
        for letter, layout in REGISTERS.items():
            rows[layout].append({"id": f"{letter}{number}", "person": f"c{number}", "born": BORN, **said})
    found = children(view_of(period="2026-10", **rows))  # type: ignore[arg-type]
    assert found["reason"].to_list() == [None] * len(STATED)


# Two reasons at once, each in words that one register states; the first of REASONS counts.
AT_ONCE: list[tuple[str, dict[str, Row]]] = [
    ("early_death", {"H": {"status_of_newborn": "死亡", "address": ELSEWHERE}}),
    ("mother_elsewhere", {"H": {"address": ELSEWHERE}, "R": {"moved_out": "2026-12-01"}}),
    ("moved", {"H": {"issued": "2027-01-10"}, "R": {"moved_out": "2026-12-01"}}),
    ("moved", {"R": {"moved_out": "2026-12-01", "registered_address": ELSEWHERE}}),
    ("registered_elsewhere", {"H": {"issued": "2027-01-10"}, "R": {"registered_address": ELSEWHERE}}),
]


@pytest.mark.parametrize(("expected", "said"), AT_ONCE)
def test_the_first_reason_counts_with_a_certificate(expected: str, said: dict[str, Row]) -> None:
    assert reason(child("HR", **said)) == expected


NO_CERTIFICATE = [
    ("early_death", {"cancelled_for": "死亡", "cancelled_on": "2026-10-20", "birth_place": "外省"}, {}),
    ("event_elsewhere", {"birth_place": "外省", "moved_in": "2026-11-20"}, {"birth_place": "家中"}),
    ("home_birth", {"birth_place": "家中", "moved_in": "2026-11-20"}, {}),
]


@pytest.mark.parametrize(("expected", "resident", "police"), NO_CERTIFICATE)
def test_the_first_reason_counts_without_a_certificate(expected: str, resident: Row, police: Row) -> None:
    assert reason(child("RP", R=resident, P=police)) == expected


def linked(cell: str, other: str, band: str = "review", **of: Row) -> str | None:
    """The reason of a child in `cell` with a link to somebody else's record in the register `other`."""
    rows = child(cell, **of)
    rows[REGISTERS[other]].append({"id": "other", "person": "stranger", "born": "1990-10-07"})
    link = (f"{REGISTERS[cell[0]]}:{cell[0]}0", f"{REGISTERS[other]}:other", band, 0)
    return reason(rows, links=[link])


POSSIBLE = [
    ("H", "R", "review", "possible"),
    ("H", "P", "review", "possible"),
    ("RP", "H", "review", "possible"),
    ("R", "P", "match", "possible"),  # a match that lost a tie
    ("H", "R", "non-match", "open"),
    ("HR", "R", "review", "open"),  # a double of a register that has the child
]


@pytest.mark.parametrize(("cell", "other", "band", "expected"), POSSIBLE)
def test_a_link_to_a_register_that_lacks_the_child(cell: str, other: str, band: str, expected: str) -> None:
    assert linked(cell, other, band) == expected


def test_a_stated_reason_comes_before_a_possible_link_and_that_before_the_time_allowed() -> None:
    assert linked("H", "R", H={"status_of_newborn": "死亡"}) == "early_death"
    assert linked("H", "R", H={"issued": "2027-01-10"}) == "possible"


def registers(cell: str, residents: str | None, household: str | None, **of: Row) -> dict[str, Any]:
    """A child in a cell; when anything was last entered in both registers."""
    rows = child(cell, **of)
    for name, day in (("residents", residents), ("household", household)):
        rows[name] = [{**row, **({"registered": day} if row["id"][1] == "x" else {})} for row in rows[name]]
    return rows


# Born on 5 October, 30 days allowed: until 4 November. The last entries in both registers.
IN_TIME = [
    ("both end with the last day allowed", "H", "2026-11-04", "2026-11-04", "not_yet"),
    ("the residents go on for a day", "H", "2026-11-05", "2026-11-04", "open"),
    ("the police go on for a day", "H", "2026-11-04", "2026-11-05", "open"),
    ("the residents have it, whenever they end", "HR", "2027-01-15", "2026-11-04", "not_yet"),
    ("the residents have it, the police go on", "HR", "2026-11-01", "2026-11-05", "open"),
    ("the police have it", "HP", "2026-11-04", "2027-01-15", "not_yet"),
    ("without a certificate nothing is waited for", "R", "2026-11-01", "2026-11-01", "open"),
    ("in both registers, no certificate", "RP", "2026-11-01", "2026-11-01", "open"),
]


@pytest.mark.parametrize(
    ("cell", "residents", "household", "expected"), [case[1:] for case in IN_TIME], ids=[case[0] for case in IN_TIME]
)
def test_not_yet_by_the_day_up_to_which_each_register_speaks(
    cell: str, residents: str, household: str, expected: str
) -> None:
    assert reason(registers(cell, residents, household)) == expected


def test_a_register_without_dates_speaks_up_to_the_end_of_the_exports() -> None:
    assert reason(registers("H", None, None), as_of="2026-11-04") == "not_yet"
    assert reason(registers("H", None, None), as_of="2026-11-05") == "open"


# Certified or registered so late that the other registers may still follow. The registers end with 15 January.
LATE = [
    ("certified 30 days before the end", "H", {"H": {"issued": "2026-12-16"}}, "late"),
    ("certified 31 days before the end", "H", {"H": {"issued": "2026-12-15"}}, "open"),
    ("certified within the days allowed", "H", {"H": {"issued": "2026-11-04"}}, "open"),
    ("registered late, and lately", "HR", {"R": {"registered": "2027-01-02"}}, "late"),
    ("registered late, certified in time", "HR", {"H": {"issued": "2026-10-08"}, "R": {"registered": "2027-01-02"}}, "open"),
    ("no certificate", "R", {"R": {"registered": "2027-01-02"}}, "open"),
    ("no dates", "H", {}, "open"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "said", "expected"), [case[1:] for case in LATE], ids=[case[0] for case in LATE])
def test_late(cell: str, said: dict[str, Row], expected: str) -> None:
    assert reason(child(cell, **said)) == expected


def test_the_days_allowed_are_the_configs() -> None:
    until = registers("H", "2026-11-24", "2026-11-24")
    for allowed, expected in ((49, "open"), (50, "not_yet")):
        assert reason(until, births_config={"registration_days": allowed}) == expected
    for allowed, expected in ((14, "open"), (15, "late"), (30, "late"), (31, "open"), (46, "not_yet")):
        late = registers("H", "2026-11-20", "2026-11-20", H={"issued": "2026-11-05"})
        assert reason(late, births_config={"registration_days": allowed}) == expected
    assert reason(registers("H", "2026-11-05", "2026-11-05"), births_config={"registration_days": 0}) == "open"


def test_the_home_areas_are_the_configs() -> None:
    rows = child("H", H={"address": "长沙市岳麓区1号"})
    assert reason(rows) == "mother_elsewhere"
    assert reason(rows, births_config={"home_areas": ["海北市", "长沙市"]}) == "open"
    here = child("H", H={"address": HERE})
    assert reason(here) == "open"
    assert reason(here, births_config={"home_areas": ["长沙市"]}) == "mother_elsewhere"
    by_code = child("H", H={"address": "430102"})
    assert reason(by_code) == "open"
    assert reason(by_code, births_config={"home_areas": ["4601"]}) == "mother_elsewhere"


def test_a_city_that_no_address_names_keeps_everybody() -> None:
    rows = child("H", H={"address": ELSEWHERE})
    for name in ("residents", "household"):
        rows[name] = [{**row, "address": None} for row in rows[name]]
    assert reason(rows) == "open"


# The day up to which a register speaks.
EXPORTED = [
    ("the last registered", [{"registered": "2026-11-03"}, {"registered": "2026-11-09"}], "2026-11-09"),
    ("the last changed", [{"registered": "2026-11-03", "updated": "2026-11-12"}], "2026-11-12"),
    ("a slip after the export counts for nothing", [{"registered": "2026-11-03"}, {"registered": "2062-11-03"}], "2026-11-03"),
    ("a slip before the export among thousands", [*[{"registered": "2026-11-03"}] * 2000, {"registered": "2026-11-29"}], "2026-11-03"),
    ("no slip among few", [*[{"registered": "2026-11-03"}] * 1998, {"registered": "2026-11-29"}], "2026-11-29"),
    ("no dates: up to the export", [{}], "2026-11-30"),
    ("slips alone: up to the export", [{"registered": "2062-11-03"}], "2026-11-30"),
    ("no rows: up to the export", [], "2026-11-30"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "day"), [case[1:] for case in EXPORTED], ids=[case[0] for case in EXPORTED])
def test_the_day_up_to_which_a_register_speaks(rows: Sequence[Row], day: str) -> None:
    view = view_of(residents=rows, residents_2=[], as_of="2026-11-30")
    assert exported_on(view, "residents") == date.fromisoformat(day)
    assert exported_on(view, "household") == view.as_of


# Columns that no source has.
STATING = (
    "newborn_status_std", "remark_std", "died_on_std", "cancelled_reason_std", "cancelled_on_std", "birth_place_std",
    "address_std", "mother_address_std", "moved_out_on_std", "moved_out_reason_std", "moved_in_on_std",
    "moved_in_reason_std", "registered_address_std", "issued_on_std", "registered_on_std", "updated_on_std",
)  # fmt: skip


@pytest.mark.parametrize("cell", ["H", "R", "P", "HR", "HP", "RP"])
def test_without_the_columns_everything_is_open_and_nothing_breaks(cell: str) -> None:
    assert reason(child(cell), lacking=STATING) == "open"
    assert reason(child(cell), lacking=[*STATING, "id_number_std", "sex_std", "town_std", "district_std"]) == "open"


@pytest.mark.parametrize("column", STATING)
def test_without_one_column_nothing_breaks(column: str) -> None:
    assert reason(child("HP"), lacking=[column]) == "open"


@pytest.mark.parametrize("registers_of", [["births"], ["births", "residents"], ["births", "household"]])
def test_without_a_register_a_child_still_has_a_reason(registers_of: list[str]) -> None:
    rows = {name: of for name, of in child("H").items() if name in registers_of}
    assert reason(rows, as_of="2027-06-30") == "open"
    assert reason({**rows, "births": child("H", H={"status_of_newborn": "死亡"})["births"]}) == "early_death"


sayings = st.sampled_from([{}, *(case[3] for case in STATED)])
days = st.integers(0, 120).map(lambda n: (date(2026, 10, 1) + timedelta(days=n)).isoformat())


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(["H", "R", "P", "HR", "HP", "RP"]), sayings, sayings, sayings, days, days)
def test_more_that_is_stated_never_moves_a_reason_back(
    cell: str, hospital: Row, resident: Row, police: Row, first: str, second: str
) -> None:
    """What more columns say gives an earlier reason of REASONS or none; so does a register that ends earlier."""
    silent = registers(cell, *sorted([first, second]))
    said = registers(cell, *sorted([first, second]), H=hospital, R=resident, P=police)
    order = {name: place for place, name in enumerate(REASONS)}
    dated = any(key in ("issued", "registered", "updated") for row in (hospital, resident, police) for key in row)
    before, after = reason(silent), reason(said)
    assert before is not None
    assert after is not None
    assert before in ("open", "not_yet", "late")
    if not dated:
        assert order[after] <= order[before]
    later = reason(registers(cell, "2027-06-01", "2027-06-01", H=hospital, R=resident, P=police))
    assert later == ("open" if after in ("not_yet", "late") else after)
