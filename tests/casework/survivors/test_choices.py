"""Which record stays and which value it takes: every ground, and every conflict that a person must decide."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.casework.survivors.registers import Row, id_number, proposed, view_of

BORN = "19900307"
MAN, BROTHER, WOMAN = id_number(BORN, 251), id_number(BORN, 333), id_number(BORN, 252)
OF_ANOTHER_DAY = id_number("19881120", 251)
WRONG = MAN[:-1] + ("1" if MAN[-1] != "1" else "2")
PLAIN: Row = {"name": "王小明", "sex": "男", "birth_date": "1990-03-07", "town": "府城镇", "village": "东门"}


def listed(one: Row, other: Row, police: Row | None = None, *, births: Row | None = None) -> pl.DataFrame:
    """What is proposed for two resident rows of one person; the first is the survivor unless it is the poorer."""
    residents = [{**PLAIN, "key": "R1", **one}, {**PLAIN, "key": "R2", **other}]
    registers: dict[str, Any] = {"residents": residents}
    if police is not None:
        registers["household"] = [{**PLAIN, "key": "H1", **police}]
    return proposed(view_of(**registers))


def of_column(rows: pl.DataFrame, column: str) -> list[tuple[str, str | None, str | None, str | None, str]]:
    """(action, old, new, from, reason) of the rows about this column."""
    return rows.filter(column=column).select("action", "old", "new", "from_record_id", "reason").rows()


# (what is tried, column, first row, second row, the police's row, what is to be found)
CASES: list[tuple[str, str, Row, Row, Row | None, list[tuple[str, str | None, str | None, str | None, str]]]] = [
    ("both say the same", "name", {}, {}, None, []),
    ("written differently, the same", "sex", {"sex": "男"}, {"sex": "1"}, None, []),
    ("only the survivor has one", "phone", {"phone": "13800000001"}, {}, None, []),
    ("only the other has one", "mother_name", {"phone": "1", "ethnicity": "汉"}, {"mother_name": "李芳"}, None,
     [("change", None, "李芳", "R2", "only")]),
    # names
    ("the police have one of the names", "name", {"name": "王晓明", "phone": "1"}, {}, {},
     [("change", "王晓明", "王小明", "R2", "confirmed")]),
    ("the police have the survivor's name", "name", {"phone": "1"}, {"name": "王晓明"}, {},
     [("keep", "王小明", "王小明", "R1", "confirmed")]),
    ("the other row has it as the former name", "name", {"phone": "1", "ethnicity": "汉"},
     {"name": "王大明", "former_name": "王小明"}, None,
     [("change", "王小明", "王大明", "R2", "renamed")]),
    ("a newborn without a name and its name", "name", {"name": "李芳之子", "phone": "1", "ethnicity": "汉"}, {}, None,
     [("change", None, "王小明", "R2", "only")]),
    ("two names, nobody knows", "name", {"phone": "1"}, {"name": "王晓明"}, None,
     [("decide", "王小明", "王晓明", "R2", "names")]),
    # numbers
    ("one number, the other blank", "id_number", {}, {"id_number": MAN}, None, []),
    ("the valid number is the other's", "id_number", {"id_number": WRONG, "updated_on": "2026-01-01"},
     {"id_number": MAN, "updated_on": "2020-01-01"}, None, [("keep", MAN, MAN, "R2", "valid")]),
    ("two valid numbers, nobody knows", "id_number", {"id_number": MAN, "phone": "1"}, {"id_number": BROTHER}, None,
     [("decide", MAN, BROTHER, "R2", "numbers")]),
    ("two valid numbers, the police have one", "id_number", {"id_number": MAN}, {"id_number": BROTHER},
     {"id_number": BROTHER}, [("keep", BROTHER, BROTHER, "R2", "confirmed")]),
    ("two valid numbers, one of another birth date", "id_number", {"id_number": OF_ANOTHER_DAY, "phone": "1"},
     {"id_number": MAN}, None, [("change", OF_ANOTHER_DAY, MAN, "R2", "fits")]),
    ("two numbers, neither valid", "id_number", {"id_number": WRONG, "phone": "1"}, {"id_number": WRONG[:-2]}, None,
     [("decide", WRONG, WRONG[:-2], "R2", "numbers")]),
    ("the old form of one number", "id_number", {"id_number": MAN, "phone": "1"},
     {"id_number": MAN[:6] + MAN[8:17]}, None, []),
    # birth dates
    ("the number says which day", "birth_date", {"id_number": MAN, "birth_date": "1990-07-03", "phone": "1"},
     {"id_number": MAN}, None, [("change", "1990-07-03", "1990-03-07", "R2", "of_number")]),
    ("the police say which day", "birth_date", {"birth_date": "1990-07-03", "phone": "1"}, {}, {},
     [("change", "1990-07-03", "1990-03-07", "R2", "confirmed")]),
    ("the first of January stands for a day that nobody knew", "birth_date",
     {"birth_date": "1990-01-01", "phone": "1"}, {}, None, [("change", "1990-01-01", "1990-03-07", "R2", "fuller")]),
    ("two plausible days", "birth_date", {"birth_date": "1990-07-03", "phone": "1"}, {}, None,
     [("decide", "1990-07-03", "1990-03-07", "R2", "dates")]),
    ("the number and the police say two different days", "birth_date",
     {"id_number": MAN, "birth_date": "1990-07-03", "phone": "1"}, {"id_number": MAN}, {"birth_date": "1990-07-03"},
     [("decide", "1990-07-03", "1990-03-07", "R2", "against")]),
    ("a number that a person must decide decides nothing", "birth_date",
     {"id_number": id_number("19900703", 251), "birth_date": "1990-07-03", "phone": "1"}, {"id_number": MAN}, None,
     [("decide", "1990-07-03", "1990-03-07", "R2", "dates")]),
    # sexes
    ("the number says which sex", "sex", {"id_number": WOMAN, "phone": "1"}, {"id_number": WOMAN, "sex": "女"}, None,
     [("change", "男", "女", "R2", "of_number")]),
    ("the police say which sex", "sex", {"phone": "1"}, {"sex": "女"}, {"sex": "女"},
     [("change", "男", "女", "R2", "confirmed")]),
    ("two sexes, nobody knows", "sex", {"phone": "1"}, {"sex": "女"}, None, [("decide", "男", "女", "R2", "sexes")]),
    ("a sex that is not known says nothing", "sex", {"sex": "9", "phone": "1", "ethnicity": "汉"}, {}, None,
     [("change", "9", "男", "R2", "readable")]),
    ("a sex that cannot be read", "sex", {"sex": "见备注", "phone": "1", "ethnicity": "汉"}, {}, None,
     [("change", "见备注", "男", "R2", "readable")]),
    # homes
    ("moved, and the other row was updated last", "address",
     {"address": "解放路1号", "village": "西门", "updated_on": "2020-01-01", "phone": "1", "ethnicity": "汉"},
     {"address": "海府路9号", "updated_on": "2026-05-01"}, None,
     [("change", "解放路1号", "海府路9号", "R2", "latest_home")]),
    ("moved: the village goes with the address", "village",
     {"address": "解放路1号", "village": "西门", "updated_on": "2020-01-01", "phone": "1", "ethnicity": "汉"},
     {"address": "海府路9号", "updated_on": "2026-05-01"}, None,
     [("change", "西门", "东门", "R2", "latest_home")]),
    ("moved: a household number of the old home is not filled in", "household_no",
     {"address": "海府路9号", "updated_on": "2026-05-01", "phone": "1", "ethnicity": "汉"},
     {"address": "解放路1号", "household_no": "A17", "updated_on": "2020-01-01"}, None,
     [("decide", None, "A17", "R2", "homes")]),
    ("two homes on one day", "address",
     {"address": "解放路1号", "updated_on": "2026-05-01", "phone": "1"},
     {"address": "海府路9号", "updated_on": "2026-05-01"}, None,
     [("decide", "解放路1号", "海府路9号", "R2", "homes")]),
    ("two homes, no dates", "address", {"address": "解放路1号", "phone": "1"}, {"address": "海府路9号"}, None,
     [("decide", "解放路1号", "海府路9号", "R2", "homes")]),
    ("the same address with its room", "address", {"address": "解放路1号", "phone": "1", "ethnicity": "汉"},
     {"address": "解放路1号2栋301室"}, None, [("change", "解放路1号", "解放路1号2栋301室", "R2", "fuller")]),
    # what changes in a life, and what is not worth a question
    ("the later telephone number", "phone", {"phone": "13800000001", "updated_on": "2020-01-01", "ethnicity": "汉"},
     {"phone": "13900000002", "updated_on": "2026-05-01"}, None,
     [("change", "13800000001", "13900000002", "R2", "latest")]),
    ("two telephone numbers without dates", "phone", {"phone": "13800000001", "ethnicity": "汉"},
     {"phone": "13900000002"}, None, [("keep", "13800000001", "13800000001", "R1", "survivor")]),
    ("the later spouse", "spouse_name", {"spouse_name": "李芳", "updated_on": "2020-01-01", "ethnicity": "汉"},
     {"spouse_name": "陈静", "updated_on": "2026-05-01"}, None, [("change", "李芳", "陈静", "R2", "latest")]),
    ("two spouses without dates", "spouse_name", {"spouse_name": "李芳", "ethnicity": "汉"},
     {"spouse_name": "陈静"}, None, [("decide", "李芳", "陈静", "R2", "differ")]),
    ("two mothers: later is no better", "mother_name", {"mother_name": "李芳", "updated_on": "2020-01-01", "phone": "1"},
     {"mother_name": "李方", "updated_on": "2026-05-01"}, None, [("decide", "李芳", "李方", "R2", "differ")]),
    ("the mother's number that is one", "mother_id", {"mother_id": WRONG, "phone": "1", "ethnicity": "汉"},
     {"mother_id": WOMAN}, None, [("change", WRONG, WOMAN, "R2", "valid")]),
    ("registered first", "registered_on", {"registered_on": "2015-02-03", "phone": "1"},
     {"registered_on": "2009-08-01"}, None, [("change", "2015-02-03", "2009-08-01", "R2", "earliest")]),
    ("the day of an update is the row's own", "updated_on", {"updated_on": "2020-01-01", "phone": "1"},
     {"updated_on": "2026-05-01"}, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("tried", "column", "one", "other", "police", "wanted"), CASES, ids=[c[0] for c in CASES])
def test_a_value_comes_from_where_it_is_best_known(
    tried: str, column: str, one: Row, other: Row, police: Row | None, wanted: list[Any]
) -> None:
    assert of_column(listed(one, other, police), column) == wanted, tried


@pytest.mark.parametrize(
    ("one", "other", "police", "survivor", "why"),
    [
        ({"id_number": MAN}, {"id_number": BROTHER}, {"id_number": BROTHER}, "R2", "stands_confirmed"),
        ({"id_number": WRONG, "phone": "1", "ethnicity": "汉"}, {"id_number": MAN}, None, "R2", "stands_valid"),
        ({}, {"phone": "13800000001"}, None, "R2", "stands_filled"),
        ({"updated_on": "2020-01-01"}, {"updated_on": "2026-01-01"}, None, "R2", "stands_updated_on"),
        ({}, {}, None, "R1", "stands_record_id"),
    ],
)
def test_the_record_that_stays_says_why(one: Row, other: Row, police: Row | None, survivor: str, why: str) -> None:
    rows = listed(one, other, police)
    kept = rows.filter(pl.col("column").is_null(), action="keep")
    assert kept.select("record_id", "reason").rows() == [(survivor, why)]
    [gone] = {"R1", "R2"} - {survivor}
    cancelled = rows.filter(action="cancel").select("record_id", "from_record_id", "reason").rows()
    assert cancelled == [(gone, survivor, "duplicate")]


def test_a_cancelled_row_is_no_part_of_it() -> None:
    cancelled: Row = {"phone": "13800000001", "mother_name": "李芳", "cancelled_on": "2025-01-01", "cancelled": "是"}
    residents = [{**PLAIN, "key": "R1"}, {**PLAIN, "key": "R2"}, {**PLAIN, "key": "R3", **cancelled}]
    rows = proposed(view_of(residents=residents))
    assert rows.select("action", "record_id").rows() == [("keep", "R1"), ("cancel", "R2")]


def test_of_three_rows_each_value_that_is_not_the_survivors_is_asked_about() -> None:
    rows = [{**PLAIN, "key": f"R{n}", "name": name} for n, name in enumerate(("王小明", "王晓明", "王筱明"), 1)]
    told = proposed(view_of(residents=rows))
    assert of_column(told, "name") == [
        ("decide", "王小明", "王晓明", "R2", "names"),
        ("decide", "王小明", "王筱明", "R3", "names"),
    ]
    assert told.filter(action="cancel")["record_id"].to_list() == ["R2", "R3"]


def test_a_household_row_is_confirmed_by_the_residents() -> None:
    twice = [{**PLAIN, "key": "H1", "name": "王晓明", "police_station": "府城所"}, {**PLAIN, "key": "H2"}]
    rows = proposed(view_of(household=twice, residents=[{**PLAIN, "key": "R1"}]), "household")
    assert of_column(rows, "name") == [("change", "王晓明", "王小明", "H2", "confirmed")]
    assert rows.filter(column="name")["confirmed"].to_list() == ["residents"]
