"""What peers are given of a person."""

from __future__ import annotations

import datetime as dt

import polars as pl
from benchmarks.peers.columns import febrl_keys, people

from reconcile.population.population import COLUMNS


def standardised(*records: dict[str, object]) -> pl.DataFrame:
    """Standardised records of a register, empty but for what is given."""
    return pl.DataFrame(records, schema=dict(COLUMNS))


def seen(*records: dict[str, object]) -> list[dict[str, object]]:
    """The records as a peer sees them."""
    return people({"household": standardised(*records)})["household"].to_dicts()


def member(relation: int, name: str, sex: int, number: str) -> dict[str, object]:
    """A record of the one household."""
    told = {"relation_std": relation, "name_std": name, "sex_std": sex, "id_number_std": number}
    return {"household_no_std": "7", **told}


HEAD, WIFE, SON = member(2, "王强", 1, "1"), member(12, "刘丽", 2, "2"), member(20, "王小明", 1, "3")


def test_a_household_tells_who_the_parents_are() -> None:
    son = seen(HEAD, WIFE, SON)[2]
    assert (son["father_name"], son["father_id"]) == ("王强", "1")
    assert (son["mother_name"], son["mother_id"], son["mother_reading"]) == ("刘丽", "2", "liu li")
    assert (son["head_name"], son["spouse_name"]) == ("王强", None)


def test_what_a_row_says_itself_stands() -> None:
    son = seen(HEAD, WIFE, {**SON, "mother_name_std": "李梅"})[2]
    assert (son["mother_name"], son["mother_reading"]) == ("李梅", "li mei")


def test_households_of_two_registers_have_nothing_in_common() -> None:
    frames = people({"household": standardised(HEAD, WIFE), "residents": standardised(SON)})
    assert frames["residents"]["father_name"].to_list() == [None]


def test_household_number_relation_and_addresses_are_given_as_they_are() -> None:
    given = {"household_no_std": "7", "dwelling_std": "友谊路167-8-1503", "relation_std": 2}
    row = seen({**given, "registered_dwelling_std": "友谊路9-1", "building_std": "友谊路167-8"})[0]
    assert (row["household_no"], row["relation"], row["building"]) == ("7", 2, "友谊路167-8")
    assert (row["dwelling"], row["registered_dwelling"]) == ("友谊路167-8-1503", "友谊路9-1")


def test_dates_come_in_the_parts_that_errors_leave_alone() -> None:
    row = seen({"birth_date_std": dt.date(1990, 3, 5)})[0]
    assert (row["birth_year"], row["birth_month"], row["birth_day_of_year"]) == (1990, "1990-03", "03-05")
    assert row["birth_swapped"] == dt.date(1990, 5, 3)


def test_a_day_that_is_no_month_cannot_be_swapped() -> None:
    assert seen({"birth_date_std": dt.date(1990, 3, 25)})[0]["birth_swapped"] is None


def test_relatives_have_readings() -> None:
    assert seen({"mother_name_std": "刘丽"})[0]["mother_reading"] == "liu li"


def test_febrl_without_a_given_name_has_no_name_to_join_on() -> None:
    raw = pl.DataFrame(
        {"rec_id": ["r1", "r2"], "given_name": ["ann", None], "surname": ["lee", "lee"]}
        | {"soc_sec_id": ["1", "2"], "date_of_birth": ["19900305", None]}
    )
    assert febrl_keys(raw)["name"].to_list() == ["ann lee", None]
