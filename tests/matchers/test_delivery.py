"""Two rows of one day: the only child of a delivery, the same one of twins, its twin, or nothing is known."""

import numpy as np
import pytest

from reconcile.matchers import load_matcher
from reconcile.population.deliveries import with_deliveries
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from tests.people import population

DAY = "2026-10-05"
BIRTH = {"born": DAY, "mother": "陈秀英", "mother_id": "M", "father": "李强", "issue": "首次", "sex": 1}
ROW = {"born": DAY, "house": "1", "sex": 1}
TWINS = [{**BIRTH, "place": 1}, {**BIRTH, "place": 2}]
BOY_AND_GIRL = [{**BIRTH, "place": 1}, {**BIRTH, "place": 2, "sex": 2}]
SONS = [{**ROW, "relation": 22, "name": "李小宝"}, {**ROW, "relation": 23, "name": "李小贝"}]
SON_AND_DAUGHTER = [{**ROW, "relation": 22}, {**ROW, "relation": 32, "sex": 2}]

# births, residents, and the level of record `left` with record `right`, counted through births, then residents.
DELIVERY = [
    ("an only child and its row", [BIRTH], [{**ROW, "name": "李小宝"}], 0, 1, "only_child"),
    ("the first twin and the first son", TWINS, SONS, 0, 2, "same_child"),
    ("the first twin and the second son", TWINS, SONS, 0, 3, "other_child"),
    ("one twin and the other certificate", TWINS, SONS, 0, 1, "other_child"),
    ("the first and the second son", TWINS, SONS, 2, 3, "other_child"),
    ("a boy and the son", BOY_AND_GIRL, SON_AND_DAUGHTER, 0, 2, "same_child"),
    ("a boy and the daughter", BOY_AND_GIRL, SON_AND_DAUGHTER, 0, 3, "other_child"),
    ("the son and the daughter", [BIRTH], SON_AND_DAUGHTER, 1, 2, "other_child"),
    ("the son and the daughter, one sex not said", [BIRTH], [{"born": DAY, "house": "1", "relation": 22}, SON_AND_DAUGHTER[1]], 1, 2, "other_child"),
    ("one name as a son and as a daughter", [BIRTH], [{**row, "name": "李小宝", "sex": 1} for row in SON_AND_DAUGHTER], 1, 2, "missing"),
    ("a son and a daughter of two households", [BIRTH], [SON_AND_DAUGHTER[0], {**SON_AND_DAUGHTER[1], "house": "2"}], 1, 2, "missing"),
    ("two grandsons and a twin", TWINS, [{**row, "relation": 41} for row in SONS], 0, 2, "missing"),
    ("an elder brother", [BIRTH], [{**ROW, "born": "2023-10-05"}], 0, 1, "missing"),
]  # fmt: skip

CERTIFICATES = [
    ("one number twice", {"key": "A1", "issue": "首次"}, {"key": "A1", "issue": "首次"}, "same_number"),
    ("two first issues", {"key": "A1", "issue": "首次签发"}, {"key": "A2", "issue": "首次签发"}, "both_first"),
    ("a lost one issued again", {"key": "A1", "issue": "首次"}, {"key": "A2", "issue": "补发"}, "reissue"),
    ("an exchanged one", {"key": "A1", "issue": "换发"}, {"key": "A2", "issue": "首次"}, "reissue"),
    ("one that does not say", {"key": "A1", "issue": "首次"}, {"key": "A2"}, "missing"),
]


def level(name, known, left, right):
    none = np.zeros(0, dtype=np.uint32)
    nodes = (np.array([node], dtype=np.uint32) for node in (left, right))
    matcher = load_matcher(name)
    return matcher.LEVELS[matcher.levels(Pairs(known, *nodes, Homes.of(len(known), none, none)))[0]]


@pytest.mark.parametrize(
    ("births", "residents", "left", "right", "expected"), [c[1:] for c in DELIVERY], ids=[c[0] for c in DELIVERY]
)
def test_delivery(births, residents, left, right, expected):
    known = with_deliveries(population(births=births, residents=residents))
    assert level("delivery", known, left, right) == expected
    assert level("delivery", known, right, left) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"), [case[1:] for case in CERTIFICATES], ids=[case[0] for case in CERTIFICATES]
)
def test_certificate(one, other, expected):
    known = population(births=[{"id": "a", **one}, {"id": "b", **other}])
    assert level("certificate", known, 0, 1) == level("certificate", known, 1, 0) == expected
