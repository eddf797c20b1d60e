"""Who knows a number: what a miss weighs as a register fills up, and that nothing breaks off on the way."""

import random
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from reconcile.config import default_matching
from reconcile.core.progress import Progress
from reconcile.matchers import graded_levels, load_matcher
from reconcile.matching.link import link_records
from reconcile.matching.model import load_model
from reconcile.population.corroboration import corroboration
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from tests.people import frame, population

NUMBER = "460100198005010011"
OTHER = "460100198005010038"
A, B = {"number": NUMBER}, {"number": OTHER}
TABLE = load_model("default").comparisons["people"]["id_number"]


def numbered(count, prefix="A"):
    return [{"number": f"{prefix}{i:017}"} for i in range(count)]


def weight(missing):
    """What a number that nobody else knows weighs beside one that is held, and among kin, when the other register
    lacks this share of numbers."""
    held = [row for i, row in enumerate(numbered(1000)) if i >= 1000 * missing]
    crowd = population(residents=[B, *numbered(1000)], household=[*held, {}])
    return bits(crowd, np.array([0], np.uint32), np.array([1000], np.uint32))


def bits(people, left, right):
    m, u, k = graded_levels("id_number")["unconfirmed"](TABLE, people, left, right)
    return float(np.log2(m / u).item()), float(np.log2(k / u).item())


MISSING = (0, 0.02, 0.05, 0.09, 0.11, 0.2, 0.38, 0.6, 0.9, 0.99)


def test_a_miss_weighs_less_the_more_numbers_a_register_lacks_and_never_breaks_off():
    against_strangers, of_kin = zip(*map(weight, MISSING), strict=True)
    assert all(there <= here for here, there in pairwise(against_strangers))
    assert weight(0.09)[0] - weight(0.11)[0] < 0.5
    assert weight(0.99)[0] < -16
    # Brothers' numbers are missed as often as strangers'.
    assert max(of_kin) - min(of_kin) < 0.01


def test_a_miss_never_speaks_for_one_person_more_than_a_suspect_number():
    suspect = TABLE["suspect"]
    assert weight(0)[0] + 1 < np.log2(suspect.m / suspect.u)  # + 1: both may be missed


CHILD = {"mother_id": NUMBER}
LEVELS = [
    ("no other register", {"residents": [A, B]}, "contradiction"),
    ("no other register, a child states one", {"residents": [A, B, CHILD]}, "unconfirmed"),
    ("the other register has no numbers", {"residents": [A, B], "household": [{}]}, "contradiction"),
    ("the other register has numbers of other people only", {"residents": [A, B], "household": numbered(3)}, "contradiction"),
    ("the other register holds both", {"residents": [A, B], "household": [A, B]}, "contradiction"),
    ("it holds both, a child states one", {"residents": [A, B, CHILD], "household": [A, B]}, "contradiction"),
    ("the other register holds one", {"residents": [A, B], "household": [A]}, "unconfirmed"),
    ("it holds one, and lacks most others", {"residents": [A, B, *numbered(8)], "household": [B, *[{}] * 9]}, "unconfirmed"),
    ("it holds neither, but others", {"residents": [A, B, *numbered(4)], "household": numbered(4)}, "unconfirmed"),
    ("of two registers one holds both", {"residents": [A, B], "household": [A], "births": [A, B]}, "contradiction"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "registers", "expected"), LEVELS, ids=[case[0] for case in LEVELS])
def test_two_valid_numbers(what, registers, expected):
    people = population(**registers)
    nothing = np.zeros(0, dtype=np.uint32)
    pairs = Pairs(people, np.array([0], np.uint32), np.array([1], np.uint32), Homes.of(len(people), nothing, nothing))
    matcher = load_matcher("id_number")
    assert matcher.LEVELS[matcher.levels(pairs)[0]] == expected


def test_where_no_other_register_can_tell_the_model_s_chances_stand():
    nodes = np.arange(2, dtype=np.uint32)
    level = TABLE["unconfirmed"]
    expected = (np.log2(level.m / level.u), np.log2(level.k / level.u))
    assert bits(population(residents=[A, B, CHILD]), nodes[:1], nodes[1:]) == pytest.approx(expected)


def test_two_numbers_that_are_both_missed_say_more_than_one():
    nodes = np.arange(3, dtype=np.uint32)
    people = population(residents=[A, B, *numbered(40)], household=numbered(40))
    assert bits(people, nodes[:1], nodes[1:2]) > bits(people, nodes[:1], nodes[2:])


def test_each_register_is_asked_for_its_own_numbers():
    # Every resident is in the roster's register, hardly anybody of it in the roster.
    people = population(residents=numbered(1000), roster=numbered(10))
    residents, roster = corroboration(people).share
    assert residents > 0.98
    assert roster < 0.1


SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "建国文志海春明伟芳娜敏静丽强磊军洋勇艳杰涛超秀英华慧巧美"
LEAVING_OUT = ((), ("mother",), ("village",), ("mother", "village"))


def city(size=1500):
    """People of whom more and less is known."""
    draw = random.Random(4)
    people = []
    for i in range(size):
        village = draw.randrange(40)
        person = {
            "name": draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN),
            "mother": draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN),
            "born": f"19{40 + draw.randrange(60)}-{1 + draw.randrange(12):02}-{1 + draw.randrange(28):02}",
            "sex": 1 + draw.randrange(2), "town": f"{village % 5}镇", "village": f"{village}村",
        }  # fmt: skip
        people.append({key: value for key, value in person.items() if key not in LEAVING_OUT[i % 4]})
    return people


def under_two_numbers(missing, *, inside):
    """Of 100 people under two valid numbers, how many are joined: twice in the residents, or one number in each register.

    `missing`: the share of the other people's numbers that the household register lacks.
    """
    draw, residents, household = random.Random(9), [], []
    for i, person in enumerate(city()):
        residents.append({**person, "id": f"r{i}", "number": f"A{i:017}"})
        registered = {**person, "id": f"h{i}", "number": f"A{i:017}"}
        if i >= 100:
            if draw.random() < missing:
                del registered["number"]
        elif inside:
            residents.append({**person, "id": f"s{i}", "number": f"B{i:017}"})
        else:
            registered["number"] = f"B{i:017}"
        household.append(registered)
    records = {"residents": frame(residents), "household": frame(household)}
    linked = link_records(records, default_matching({name: name for name in records}), Progress(quiet=True))
    person_of = dict(linked.persons.select(pl.col("record_id"), "person_id").iter_rows())
    return sum(person_of[f"r{i}"] == person_of[f"{'s' if inside else 'h'}{i}"] for i in range(100))


@pytest.mark.slow
@pytest.mark.parametrize("inside", [True, False], ids=["twice in one register", "one number in each register"])
def test_people_under_two_numbers_are_joined_the_less_the_emptier_the_other_register(inside):
    joined = [under_two_numbers(missing, inside=inside) for missing in (0, 0.05, 0.12, 0.2, 0.38, 0.6)]
    assert joined[0] >= 75
    assert joined[2] >= joined[1] - 10  # it broke off between these
    assert all(there <= here for here, there in pairwise(joined))
    assert max(here - there for here, there in pairwise(joined)) <= 50  # two of four kinds of people at most
