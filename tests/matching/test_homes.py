"""Homes across registers: tied by people who are certainly the same."""

import numpy as np
import polars as pl

from reconcile.matching.homes import homes
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
