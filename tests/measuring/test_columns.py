"""What peers are given of a person."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from benchmarks.peers.columns import febrl_keys, people


def standardised(**values: object) -> pl.DataFrame:
    """One standardised record of a register, empty but for `values`."""
    texts = ["record_id", "id_number_std", "id_number_core", "id_number_status", "name_std", "former_name_std"]
    texts += ["name_reading", "surname", "given", "town_std", "village_std", "address_std", "head_name_std"]
    texts += [f"{role}_{what}_std" for role in ("mother", "father", "spouse") for what in ("name", "id")]
    schema = {**dict.fromkeys(texts, pl.String), "birth_date_std": pl.Date, "sex_std": pl.Int8}
    return pl.DataFrame([{**dict.fromkeys(schema), **values}], schema=schema)


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("西岭区古华街道友谊路167号8栋1503室", "友谊路167号8栋1503室"),
        ("海临市西岭区友谊路167号8栋1503室", "友谊路167号8栋1503室"),
        ("北岭镇东风村三组12号", "东风村三组12号"),
        ("北岭镇东风村", None),
        (None, None),
    ],
)
def test_the_door_is_what_both_registers_write_alike(address: str | None, door: str | None) -> None:
    assert people(standardised(address_std=address))["door"].to_list() == [door]


def test_dates_come_in_the_parts_that_errors_leave_alone() -> None:
    row = people(standardised(birth_date_std=dt.date(1990, 3, 5))).row(0, named=True)
    assert (row["birth_year"], row["birth_month"], row["birth_day_of_year"]) == (1990, "1990-03", "03-05")
    assert row["birth_swapped"] == dt.date(1990, 5, 3)


def test_a_day_that_is_no_month_cannot_be_swapped() -> None:
    assert people(standardised(birth_date_std=dt.date(1990, 3, 25)))["birth_swapped"].to_list() == [None]


def test_relatives_have_readings() -> None:
    assert people(standardised(mother_name_std="刘丽"))["mother_reading"].to_list() == ["liu li"]


def test_febrl_without_a_given_name_has_no_name_to_join_on() -> None:
    raw = pl.DataFrame(
        {"rec_id": ["r1", "r2"], "given_name": ["ann", None], "surname": ["lee", "lee"]}
        | {"soc_sec_id": ["1", "2"], "date_of_birth": ["19900305", None]}
    )
    assert febrl_keys(raw)["name"].to_list() == ["ann lee", None]
