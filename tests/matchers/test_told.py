"""Pairs of values as clerks abroad know them, and the level each must get from the matchers that are told their columns."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from reconcile.matchers import load_matcher
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import Population

TEXT = [
    ("STEPHEN", "STEPHEN", "equal", "the same"),
    ("STEPHEN", "STEPHNE", "one_slip", "neighbours swapped"),
    ("STEPHEN", "STEVHEN", "one_slip", "a letter wrong"),
    ("STEPHEN", "STPHEN", "one_slip", "a letter missing"),
    ("ISABELLA", "ISABE LLA", "one_slip", "a blank too many"),
    ("CATHERINE", "CATHERRIEN", "similar", "two slips in a long name"),
    ("MICHAEL", "MICHELLE", "similar", "two names that begin alike"),
    ("NICHOLAS", "NICOLE", "alike", "the same beginning"),
    ("AL", "AX", "different", "one of two letters is half of them"),
    ("JACK", "ELTON", "different", "another name"),
    (None, "ELTON", "missing", "nothing on one side"),
    (None, None, "missing", "nothing on either side"),
]
CODE = [
    ("4524218", "4524218", "equal", "the same"),
    ("3651643", "3651633", "one_slip", "a digit wrong"),
    ("2324", "2342", "one_slip", "neighbours swapped"),
    ("3150", "315", "one_slip", "a digit lost"),
    ("3651643", "3651333", "two_slips", "two digits wrong"),
    ("4524218", "5215850", "different", "another number"),
    ("4524218", None, "missing", "nothing on one side"),
]
WORDS = [
    ("LIGHT STREET", "LIGHT STREET", "equal", "the same"),
    ("PINEHILL", "PINE HILL", "same_words", "parted otherwise"),
    ("MARY STREET 12", "12 MARY STREET", "same_words", "in another order"),
    ("ELIZABETH CRESCENT", "ELIZABETH XRESCENT", "one_slip", "a letter wrong"),
    ("MANOR HOUSE", "MANORHOSE", "one_slip", "a letter missing beside a blank missing"),
    ("CENTENNIAL PARK", "CENTENIAL PRAK", "similar", "two slips in a long name"),
    ("FLAT 3 ROSEWOOD LODGE", "ROSEWOOD LODGE", "shared_words", "a part is missing"),
    ("BRIGHTON", "STANMORE", "different", "another suburb"),
    ("BRIGHTON", None, "missing", "nothing on one side"),
]
DATE = [
    ("1945-04-03", "1945-04-03", "equal", "the same"),
    ("1945-04-03", "1945-03-04", "swapped", "day and month"),
    ("1927-08-24", "1927-05-24", "one_slip", "a digit wrong"),
    ("1927-08-24", "1972-08-24", "one_slip", "neighbours swapped"),
    ("1927-08-31", "1927-08-13", "one_slip", "neighbours swapped in the day"),
    ("1927-08-24", "1951-08-24", "two_parts", "another year"),
    ("1927-08-24", "1927-11-02", "same_year", "another day of the year"),
    ("1927-08-24", "1970-12-17", "different", "another day"),
    (None, "1970-12-17", "missing", "nothing on one side"),
]
# A name's two columns on either side, and the level of the given name.
EXCHANGED = [
    (("RUBY", "VINCENT"), ("VINCENT", "RUBY"), "exchanged", "given name and surname exchanged"),
    (("JASSIM", "RYBAK"), ("RYBAK", "JASIM"), "exchanged", "and one of them misspelt"),
    (("RUBY", "VINCENT"), ("RUBY", "RUBY"), "equal", "the same name in its own place counts first"),
    ((None, "VINCENT"), ("VINCENT", "RUBY"), "missing", "a missing name is not exchanged"),
    (("RUBY", "VINCENT"), ("ANNA", "CLARK"), "different", "another person"),
]


def level(comparison, left, right):
    """The level's name of one pair, from columns that are one row a side."""
    frames = {side: pl.DataFrame({"record_id": ["1"], **columns}) for side, columns in (("l", left), ("r", right))}
    population = Population.stack(frames, [*left])
    nodes = np.array([0], dtype=np.uint32)
    none = np.zeros(0, dtype=np.uint32)
    matcher = load_matcher(comparison)
    found = matcher.levels(Pairs(population, nodes, nodes + np.uint32(1), Homes.of(2, none, none)))
    return matcher.LEVELS[found[0]]


def _cases(*tables):
    return [pytest.param(name, *case, id=f"{name}: {case[0]}-{case[1]}") for name, table in tables for case in table]


@pytest.mark.parametrize(
    ("matcher", "left", "right", "expected", "why"), _cases(("text", TEXT), ("code", CODE), ("words", WORDS))
)
def test_texts(matcher, left, right, expected, why):
    sides = [{"value_std": pl.Series([value], dtype=pl.String)} for value in (left, right)]
    assert level(f"{matcher}(value_std)", *sides) == expected, why
    assert level(f"{matcher}(value_std)", *reversed(sides)) == expected, "the other way round"


@pytest.mark.parametrize(("matcher", "left", "right", "expected", "why"), _cases(("date", DATE)))
def test_dates(matcher, left, right, expected, why):
    days = [date.fromisoformat(value) if value else None for value in (left, right)]
    sides = [{"day_std": pl.Series([day], dtype=pl.Date)} for day in days]
    assert level(f"{matcher}(day_std)", *sides) == expected, why
    assert level(f"{matcher}(day_std)", *reversed(sides)) == expected, "the other way round"


@pytest.mark.parametrize("matcher", ["text", "words"])
@pytest.mark.parametrize(("left", "right", "expected", "why"), EXCHANGED)
def test_two_columns_exchanged(matcher, left, right, expected, why):
    sides = [{c: pl.Series([v], dtype=pl.String) for c, v in zip("ab", side, strict=True)} for side in (left, right)]
    assert level(f"{matcher}(a, b)", *sides) == expected, why


def test_a_matcher_weighs_the_values_of_the_column_that_it_is_told():
    assert load_matcher("text(suburb_std)").FREQUENCIES == {"equal": "suburb_std"}
    assert load_matcher("text(given_name_std, family_name_std)").FREQUENCIES == {"equal": "given_name_std"}


@pytest.mark.parametrize(
    "comparison", ["text", "text()", "text(a, b, c)", "code(a, b)", "sex(a)", "nothing(a)", "_text(a)"]
)
def test_a_comparison_with_too_few_or_too_many_columns_is_none(comparison):
    with pytest.raises(KeyError):
        load_matcher(comparison)
