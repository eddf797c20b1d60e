"""Homes across registers: tied by people who are certainly the same."""

import numpy as np
import polars as pl
import pytest

from reconcile.population.homes import homes
from tests.people import population

RESIDENTS = [
    {"id": "r0", "number": "A", "house": "18"},
    {"id": "r1", "number": "B", "house": "18"},
    {"id": "r2", "house": "18"},
    {"id": "r3", "house": "19"},
]
HOUSEHOLD = [
    {"id": "p0", "number": "A", "house": "X"},
    {"id": "p1", "number": "B", "house": "Y"},
    {"id": "p2", "house": "Y"},
    {"id": "p3", "number": "C", "house": "18"},
]
BIRTHS = [{"id": "b0", "mother_id": "B"}, {"id": "b1", "mother_id": "nobody"}]


def certain(*pairs):
    return pl.DataFrame(pairs, schema={"node_l": pl.UInt32, "node_r": pl.UInt32}, orient="row")


def shared(found, one, other):
    return bool(found.shared(np.array([one]), np.array([other]))[0][0])


def test_a_certain_person_ties_two_households_so_that_the_rest_share_a_home():
    found = homes(population(residents=RESIDENTS, household=HOUSEHOLD), certain((1, 5)))
    assert shared(found, 2, 6)


def test_the_household_with_most_shared_members_wins():
    rows = [*HOUSEHOLD[:3], {"id": "p9", "number": "Z", "house": "X"}]
    found = homes(population(residents=RESIDENTS, household=rows), certain((0, 4), (1, 5), (2, 7)))
    assert shared(found, 2, 4)
    assert not shared(found, 2, 5)


def test_the_same_number_in_two_registers_is_not_the_same_home():
    found = homes(population(residents=RESIDENTS, household=HOUSEHOLD), certain())
    assert not shared(found, 0, 7)


def test_a_birth_is_at_home_where_its_mother_is():
    found = homes(population(residents=RESIDENTS, household=HOUSEHOLD, births=BIRTHS), certain((1, 5)))
    assert shared(found, 8, 2)
    assert shared(found, 8, 6)
    assert 9 not in found.node
    assert not found.shared(np.array([8]), np.array([9]))[1][0]


def test_every_home_once_and_sorted():
    found = homes(population(residents=RESIDENTS, household=HOUSEHOLD, births=BIRTHS), certain((1, 5)))
    rows = list(zip(found.node.tolist(), found.home.tolist(), strict=True))
    assert rows == sorted(set(rows))


FAMILY = [
    {"id": "f", "name": "王大", "spouse": "李红"},
    {"id": "m", "name": "李红", "spouse": "王大"},
    {"id": "c", "name": "王小", "father": "王大", "mother": "李红"},
    {"id": "d", "name": "王小妹", "father": "王大", "mother": "李红"},
]


def placed(rows, **place):
    return [{**row, **place} for row in rows]


@pytest.mark.parametrize(
    ("rows", "at_home"),
    [
        (placed([{"head": "王大"}] * 3, dwelling="朝阳路12", village="向阳"), True),
        (placed([{"head": "王大"}] * 3, village="向阳"), True),
        (placed([{"head": "王大"}] * 3), False),  # nobody says where
        (placed([{"head": "王大"}], village="向阳"), False),  # a home of one tells nothing
        (placed([{"head": "王大"}] * 31, village="向阳"), False),  # no family
        ([{"head": "王大", "dwelling": "朝阳路12"}, {"head": "王大", "dwelling": "朝阳路14"}], False),
        (placed(FAMILY, village="向阳"), True),
        (placed(FAMILY[2:], dwelling="朝阳路12"), True),
        (placed([FAMILY[0], {"name": "李红", "spouse": "王二"}], village="向阳"), False),
    ],
    ids=[
        "head and dwelling",
        "head and village",
        "no place",
        "one",
        "many",
        "two dwellings",
        "family",
        "children",
        "no couple",
    ],
)
def test_without_a_number_a_household_is_known_by_names_and_place(rows, at_home):
    found = homes(population(residents=rows), certain())
    assert shared(found, 0, len(rows) - 1) == at_home
    assert (len(found.node) == len(rows)) == at_home


def test_a_household_known_by_names_is_tied_to_a_numbered_one():
    rows = placed([{"number": "A", "head": "王大"}, {"head": "王大"}], village="向阳")
    found = homes(population(residents=rows, household=HOUSEHOLD[1:3]), certain((0, 2)))
    assert shared(found, 1, 3)


def test_homes_known_by_names_are_not_held_against_each_other():
    rows = placed(FAMILY, village="向阳")
    found = homes(population(residents=rows, household=rows, births=RESIDENTS[:2]), certain())
    assert [x[0] for x in found.shared(np.array([0]), np.array([4]))] == [False, False]
    assert [x[0] for x in found.shared(np.array([0]), np.array([8]))] == [False, False]
