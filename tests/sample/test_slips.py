"""What each slip makes of a value: a table in the domain's words, and what must never happen."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.sample import slips_of_names as names
from reconcile.sample import slips_of_numbers as numbers
from reconcile.sample.register import Change, Register


def outcomes(change: Change, value: str, times: int = 200) -> set[str]:
    """Everything that a slip makes of a value when it is made many times."""
    rng = np.random.Generator(np.random.PCG64(1))
    return set(change(pl.Series([value] * times, dtype=pl.String), rng))


@pytest.mark.parametrize(
    ("change", "value", "possible"),
    [
        (names.same_sound, "王伟", "王玮"),
        (names.same_look, "李未", "李末"),
        (names.variant, "王国强", "王國强"),
        (names.without_middle, "王小明", "王明"),
        (names.lost, "王小堃", "王小〓"),
        (names.pinyin, "王小明", "王小ming"),
        (names.pinyin, "王小明", "WANG XIAOMING"),
        (names.parts, "李赟", "李斌贝"),
        (names.spaced, "王伟", "王　伟"),
        (names.other_dot, "买买提·艾力", "买买提．艾力"),
        (names.other_dot, "买买提·艾力", "买买提艾力"),
        (names.cut, "阿卜杜拉·买买提", "阿卜杜拉·买"),
        (numbers.no_number, "460105198505173535", "无"),
        (numbers.short_form, "46000219850517353X", "460002850517353"),
        (numbers.short_form, "460105200505173535", "460105200505173535"),
        (numbers.ruined, "460105198505173535", "4.60105E+17"),
        (numbers.ruined, "460105198505173535", "460105198505173000"),
        (numbers.ruined, "46010519850517353X", "46010519850517353X"),
        (numbers.swapped, "2012-03-05", "2012-05-03"),
        (numbers.swapped, "2012-03-25", "2012-03-25"),
        (numbers.default, "2012-03-25", "2012-01-01"),
        (numbers.default, "2012-03-25", "2012-03-01"),
        (numbers.year_off, "2012-02-29", "2011-02-28"),
        (numbers.other_form, "2012-03-05", "2012.3.5"),
        (numbers.other_form, "2012-03-05", "2012年3月5日"),
        (numbers.other_form, "2012-03-05", "20120305"),
        (numbers.other_form, "2012-03-31", "40999"),
        (numbers.careless_text, "46010X", "４６０１０Ｘ"),
        (numbers.careless_text, "46010X", "'46010X"),
    ],
)
def test_a_slip_can_make(change: Change, value: str, possible: str) -> None:
    assert possible in outcomes(change, value)


@pytest.mark.parametrize("change", [numbers.other_digit, numbers.swapped_digits])
def test_a_mistyped_number_keeps_its_length(change: Change) -> None:
    made = outcomes(change, "460105198505173535")
    assert len(made) > 5
    assert {len(one) for one in made} == {18}


def test_a_homophone_leaves_the_surname_and_changes_one_character() -> None:
    for made in outcomes(names.same_sound, "王晓明") - {"王晓明"}:
        assert made[0] == "王"
        assert sum(a != b for a, b in zip(made, "王晓明", strict=True)) == 1


@given(st.dates(date(1930, 1, 1), date(2026, 10, 31)))
def test_the_lunar_date_is_weeks_before_the_solar_one(day: date) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    made = date.fromisoformat(numbers.lunar(pl.Series([day.isoformat()]), rng)[0])
    assert timedelta(days=14) <= day - made <= timedelta(days=55)


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        (date(2024, 2, 10), date(2024, 1, 1)),  # Spring Festival
        (date(2000, 9, 12), date(2000, 8, 15)),  # Mid-Autumn
        (date(1995, 6, 2), date(1995, 5, 5)),  # Dragon Boat
    ],
)
def test_the_lunar_date_is_right_within_a_day_or_two(solar: date, lunar: date) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    made = date.fromisoformat(numbers.lunar(pl.Series([solar.isoformat()]), rng)[0])
    assert abs((made - lunar).days) <= 2


@given(st.lists(st.text("王小明未国赟·ABC　", max_size=8), max_size=6))
def test_any_text_survives_every_slip_of_names(values: list[str]) -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    slips = (names.same_sound, names.same_look, names.variant, names.without_middle, names.lost, names.parts)
    for change in (*slips, names.pinyin, names.spaced, names.other_dot, names.cut):
        assert change(pl.Series(values, dtype=pl.String), rng).len() == len(values)


def test_an_error_counts_only_where_the_value_has_become_another() -> None:
    frame = pl.DataFrame({"name": ["王小明", "王明"], "record_key": ["1", "2"]})
    rng = np.random.Generator(np.random.PCG64(1))
    register = Register("residents", frame, {}, 1.0, rng)
    register.slip("missing_character", "name", names.without_middle, share=1.0)
    assert register.frame["name"].to_list() == ["王明", "王明"]
    assert register.error_texts().to_list() == ["missing_character", ""]
