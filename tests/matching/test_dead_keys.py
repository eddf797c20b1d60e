"""What of a plan is dead for columns that a register lacks or hardly fills."""

import numpy as np
import pytest

from reconcile.config.models import LinkConfig
from reconcile.matching.dead_keys import DeadKeys, Lacking, dead_keys
from reconcile.population.homes import Homes
from reconcile.population.relatives import with_relatives
from tests.people import population

BETWEEN = ("residents", "household")
PERSON = {
    "name": "王晓明",
    "born": "1980-05-01",
    "number": "A",
    "mother": "陈秀英",
    "mother_id": "M",
    "village": "东村",
}


def link(*keys, sources=BETWEEN, comparisons=("name", "mother")):
    rules = [key.split(" + ") for key in keys]
    return LinkConfig(
        sources=sources, parameters="people", blocking=rules[:1], wide=rules[1:], comparisons=list(comparisons)
    )


def without(*columns):
    return {key: value for key, value in PERSON.items() if key not in columns}


def found(link, *, homes=None, **registers):
    people = with_relatives(population(**registers))
    nodes = np.array(homes or [], dtype=np.uint32)
    at_home = Homes.of(len(people), nodes, np.zeros(len(nodes), dtype=np.uint32))
    dead = dead_keys(people, at_home, np.ones(len(people), dtype=bool), [link])
    return dead[0] if dead else None


NUMBER, NAME, MOTHER, NAMED = (
    "id_number_core",
    "name_std + birth_date_std",
    "mother_name_std + birth_year",
    "given + birth_date_std",
)
MOTHERS = Lacking("mother_name", ("residents",), 1)

CASES = [
    ("everything is there", [PERSON] * 60, [PERSON] * 60, None),
    ("no mother's name: her number still compares", [without("mother")] * 60, [PERSON] * 60,
     DeadKeys(BETWEEN, 4, 1, (), (MOTHERS,), ())),
    ("no mother at all", [without("mother", "mother_id")] * 60, [PERSON] * 60,
     DeadKeys(BETWEEN, 4, 1, ("mother",), (MOTHERS, Lacking("mother_id", ("residents",), 0)), ())),
    ("one mother in sixty is as good as none", [PERSON, *[without("mother", "mother_id")] * 59], [PERSON] * 60,
     DeadKeys(BETWEEN, 4, 1, ("mother",), (MOTHERS, Lacking("mother_id", ("residents",), 0)), ())),
    ("two of sixty are not", [PERSON, PERSON, *[without("mother", "mother_id")] * 58], [PERSON] * 60, None),
    ("neither has numbers", [without("number")] * 60, [without("number")] * 60,
     DeadKeys(BETWEEN, 4, 1, (), (Lacking("id_number", BETWEEN, 1),), ("birth_date",))),
    ("one lacks numbers, the other mothers", [without("mother")] * 60, [without("number")] * 60,
     DeadKeys(BETWEEN, 4, 2, (), (Lacking("id_number", ("household",), 1), MOTHERS), ("name", "birth_date"))),
    ("no name: its parts are one column", [without("name")] * 60, [PERSON] * 60,
     DeadKeys(BETWEEN, 4, 2, ("name",), (Lacking("name", ("residents",), 2),), ())),
    ("no birth date", [without("born", "number")] * 60, [PERSON] * 60,
     DeadKeys(BETWEEN, 4, 4, (), (Lacking("id_number", ("residents",), 1), Lacking("birth_date", ("residents",), 3)), ())),
]  # fmt: skip


@pytest.mark.parametrize(("what", "residents", "household", "expected"), CASES, ids=[case[0] for case in CASES])
def test_dead_keys(what, residents, household, expected):
    assert found(link(NUMBER, NAME, NAMED, MOTHER), residents=residents, household=household) == expected


def test_a_register_held_against_itself_lacks_a_column_once():
    inside = link(NUMBER, MOTHER, sources=("residents", "residents"))
    assert found(inside, residents=[without("mother")] * 60).lacking == (MOTHERS,)


def test_what_the_household_tells_is_not_lacking():
    family = [
        {**without("mother", "mother_id"), "house": "1", "relation": r, "sex": s} for r, s in ((2, 1), (10, 2), (20, 1))
    ]
    told = found(link(NUMBER, MOTHER), residents=family, household=[PERSON] * 3)
    assert told is None


@pytest.mark.parametrize(("homes", "lacking"), [([], BETWEEN), ([0], ("household",)), ([0, 1], None)])
def test_a_home_is_what_both_sides_need(homes, lacking):
    told = found(link(NUMBER, "home + birth_year"), residents=[PERSON], household=[PERSON], homes=homes)
    assert (told and told.lacking) == (lacking and (Lacking("home", lacking, 1),))
