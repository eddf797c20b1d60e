"""Who is named as a candidate for whom: small registers, linked by the shipped plan."""

from __future__ import annotations

import polars as pl
import pytest

from reconcile.completion.job import completion
from tests.completion.registers import Named, Row, completed, crowd, linked, named, number, person

pytestmark = pytest.mark.slow

WANG = person("王晓明", "46010519800512015")
CHEN = person("陈秀英", "46010519750308002")
LI = person("李建国", "46010519660723003")
OTHERS = [CHEN, LI]


def without(row: Row, text: str = "", **more: str) -> dict[str, str]:
    """The row as it stands in a register where the number is `text`."""
    return {**row, "id_number": text, **more}


def swapped(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


MISSING = [
    ("everything else agrees", without(WANG), WANG),
    ("the name sounds the same", without(WANG, name="王小明"), WANG),
    ("the birth date is the first of January", without(WANG, birth_date="1980-01-01"), WANG),
    ("the register says 不详", without(WANG, "不详"), WANG),
    ("the household record is cancelled", without(WANG), {**WANG, "cancelled": "是"}),
]  # fmt: skip


@pytest.mark.parametrize(("resident", "household"), [case[1:] for case in MISSING], ids=[case[0] for case in MISSING])
def test_a_resident_without_a_number_is_offered_that_of_the_same_person(resident: Row, household: Row) -> None:
    found = completed([*OTHERS, resident], [*OTHERS, household])
    assert named(found) == [Named("R3", 1, "H3", None, False)]
    assert found.candidates["match_probability"].item() > 0.85
    assert found.candidates["id_number"].item() == WANG["id_number"]
    assert found.figures.wanting["absent"] == found.figures.likely + found.figures.possible == 1


RUINED = [
    ("in scientific notation", f"{WANG['id_number'][0]}.{WANG['id_number'][1:6]}E+17", "leading_digits"),
    ("the last digits became zeros", WANG["id_number"][:15] + "000", "zeros_at_end"),
    ("the last digits lost", WANG["id_number"][:16], "last_digits_lost"),
    ("a letter for a zero", WANG["id_number"].replace("0", "O", 1), "letters"),
    ("two digits swapped", swapped(WANG["id_number"], 8), "swap"),
    ("one digit wrong", WANG["id_number"][:15] + "9" + WANG["id_number"][16:], "one_digit"),
    ("the old form", WANG["id_number"][:6] + WANG["id_number"][8:17], "old_form"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "how"), [case[1:] for case in RUINED], ids=[case[0] for case in RUINED])
def test_a_ruined_number_is_repaired_where_one_number_alone_fits(text: str, how: str) -> None:
    found = completed([*OTHERS, without(WANG, text)], [*OTHERS, WANG])
    assert named(found) == [Named("R3", 1, "H3", how, True)]
    assert found.figures.repaired == {how: 1}


STRANGER = person("赵铁柱", "46010519800512005")
NOT_REPAIRED = [
    ("nobody in the register has such a number", WANG["id_number"][:15] + "000", [CHEN]),
    ("the digits fit a stranger of another name", WANG["id_number"][:15] + "000", [STRANGER]),
    (
        "the digits fit a woman",
        WANG["id_number"][:16],
        [person("王晓明", WANG["id_number"][:16] + "2")],
    ),
    (
        "the digits fit somebody of another birth date",
        WANG["id_number"][:6] + "19810512" + WANG["id_number"][14:],
        [person("王晓明", "46010519910915001")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "household"), [c[1:] for c in NOT_REPAIRED], ids=[c[0] for c in NOT_REPAIRED])
def test_nothing_is_repaired_from_digits_alone(text: str, household: list[Row]) -> None:
    found = completed([without(WANG, text)], [*household, LI])
    assert not any(one.repaired for one in named(found))


def test_two_numbers_that_fit_are_two_candidates_and_no_repair() -> None:
    twin = person("王小明", WANG["id_number"][:16] + "3")
    found = completed([without(WANG, WANG["id_number"][:15] + "000")], [WANG, twin, LI])
    told = named(found)
    assert [(one.rank, one.repaired) for one in told] == [(1, False), (2, False)]
    assert {one.how for one in told} == {"zeros_at_end"}
    assert told[0].candidate == "H1"


def test_a_number_that_another_resident_holds_is_not_offered() -> None:
    brother = person("王晓明", WANG["id_number"][:17], village="西村")
    found = completed([without(WANG), brother], [brother, LI])
    assert named(found) == []
    assert found.figures.none == 1


def test_a_record_that_certainly_is_another_residents_is_not_offered() -> None:
    settled = without(WANG, village="西村")  # has no number either, but all else agrees
    found = completed([without(WANG, name="王晓鸣"), settled], [{**WANG, "village": "西村"}, LI])
    assert [one.record for one in named(found)] == ["R2"]


def test_a_double_of_the_same_person_is_no_other_resident() -> None:
    wang = {**WANG, "mother_name": "张桂兰", "father_name": "王德发", "spouse_name": "孙丽娟"}
    found = completed([without(wang), wang, *crowd(300)], [wang, *crowd(300)])
    assert named(found) == [Named("R1", 1, "H1", None, False)]


def test_what_people_judged_to_be_two_persons_is_not_offered() -> None:
    registers = [without(WANG), LI], [WANG, LI]
    assert [one.candidate for one in named(completed(*registers))] == ["H1"]
    assert named(completed(*registers, [("R1", "H1", "different")])) == []


def test_what_people_judged_to_be_one_person_is_offered() -> None:
    found = completed([without(WANG, name="胡二", birth_date="1999-09-09"), LI], [WANG, LI], [("R1", "H1", "same")])
    assert named(found) == [Named("R1", 1, "H1", None, False)]
    assert found.candidates["match_probability"].item() > 0.9


def test_the_other_twin_is_not_offered_as_likely() -> None:
    birth = {"birth_date": "2024-03-05", "mother_name": "陈秀英", "father_name": "王晓明"}
    elder = {**person("王大宝", "46010520240305001"), **birth}
    younger = {**person("王小花", "46010520240305002"), **birth}
    found = completed([without(elder), without(younger), *crowd(200)], [elder, *crowd(200)]).candidates
    of_younger = found.filter(pl.col("record_id") == "R2", pl.col("match_probability") > 0.5)
    assert of_younger.is_empty()
    assert found.filter(record_id="R1")["household_record_id"].to_list() == ["H1"]


def test_a_number_of_two_household_records_is_one_candidate_of_the_one_in_force() -> None:
    found = completed([without(WANG), LI], [{**WANG, "cancelled": "是"}, WANG, LI])
    assert [(one.rank, one.candidate) for one in named(found)] == [(1, "H2")]


@pytest.mark.parametrize(
    "household",
    [without(WANG), {**WANG, "birth_date": "1971-02-03"}, without(WANG, WANG["id_number"][:15] + "000")],
    ids=["it has none", "it disagrees with the row", "it is ruined too"],
)
def test_only_a_number_that_can_be_trusted_is_a_candidate(household: Row) -> None:
    assert named(completed([without(WANG), LI], [household, LI])) == []


def test_cancelled_residents_and_those_with_a_number_are_not_asked_about() -> None:
    found = completed([WANG, without(LI, cancelled="是"), CHEN], [WANG, LI, CHEN])
    assert sum(found.figures.wanting.values()) == found.candidates.height == 0


def test_an_old_form_with_the_wrong_digit_is_offered_the_number_of_the_person() -> None:
    wrong = number(WANG["id_number"][:14] + "777")
    old = wrong[:6] + wrong[8:17]
    found = completed([without(WANG, old), LI], [WANG, LI])
    assert named(found) == [Named("R1", 1, "H1", None, False)]
    assert found.figures.wanting["old_form"] == 1


def test_at_most_three_and_each_number_once() -> None:
    many = [person("王晓明", f"460105198005120{n}1", village=f"{n}村") for n in range(1, 7)]
    found = completed([without(WANG, village="别村")], many).candidates
    assert found.height <= 3
    assert found["id_number"].is_unique().all()
    assert found["match_probability"].sum() <= 1


def test_what_agrees_is_told_in_the_order_of_a_clerk() -> None:
    resident = without(WANG, name="王小明", mother_name="张桂兰")
    [agreement] = completed([resident, LI], [{**WANG, "mother_name": "张桂兰"}, LI]).candidates["agreement"].to_list()
    assert agreement[:3] == ["name.same_reading", "birth_date.equal", "sex.equal"]
    assert "mother.same_name" in agreement
    assert not any(word.startswith(("spouse.", "father.")) for word in agreement)  # nobody said


def test_every_resident_is_counted_once() -> None:
    residents = [without(WANG), without(CHEN, "4.60105E+17"), without(LI, "12"), person("周杰", "46010519900101007")]
    figures = completed(residents, [WANG, CHEN]).figures
    assert figures.wanting == {"absent": 1, "ruined": 1, "malformed": 1, "checksum": 0, "old_form": 0}
    assert (figures.likely, figures.possible, figures.none) == (2, 0, 1)


def test_a_run_without_both_registers_completes_nothing() -> None:
    view, found = linked([WANG], [WANG])
    alone = type(view)({"residents": view.records["residents"]}, {"residents": "residents"}, view.links)
    assert completion(alone, found) is None
