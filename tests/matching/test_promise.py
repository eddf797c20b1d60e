"""A look at a pair never says less than comparing it, but for relatives who are written in two ways."""

import numpy as np
import pytest

from reconcile.config import default_matching
from reconcile.matching.compare import compare
from reconcile.matching.model import load_model
from reconcile.matching.promise import promising
from reconcile.matching.score import Scorer
from reconcile.matching.settle import settle
from reconcile.population.homes import homes
from reconcile.population.pairs import Pairs
from reconcile.population.relatives import with_relatives
from tests.people import population

WANG = {
    "name": "王晓明", "born": "1980-05-01", "sex": 1, "number": "460100198005010011", "town": "甲镇", "village": "东村",
    "head": "王大山", "mother": "李秀英", "father": "王大山", "spouse": "陈红",
}  # fmt: skip
SLIPS = [
    {"name": "王小明"}, {"name": "王明"}, {"name": "王晓红"}, {"name": "汪晓明"}, {"name": "刘晓明"}, {"name": "张建国"},
    {"born": "1980-01-01"}, {"born": "1980-01-05"}, {"born": "1981-05-01"}, {"born": "1980-06-03"},
    {"village": "西村"}, {"town": "乙镇", "village": "西村"}, {"sex": 2}, {"number": None}, {"mother": None},
    {"number": "460100198005010012", "trusted": False}, {"number": "460100199905010038"}, {"head": "王太山"},
]  # fmt: skip


@pytest.mark.parametrize("first", SLIPS, ids=str)
@pytest.mark.parametrize("second", SLIPS, ids=str)
def test_no_pair_is_dropped_that_weighs_enough(first, second):
    other = {key: value for key, value in {**WANG, **first, **second}.items() if value is not None}
    people = with_relatives(population(residents=[WANG], household=[other]))
    link = default_matching({"residents": "residents", "household": "household"}).links[0]
    at_home = homes(people, settle(people, []))
    left, right = np.array([0], dtype=np.uint32), np.array([1], dtype=np.uint32)
    model = load_model("default")
    levels = compare(people, at_home, left, right, link.comparisons)
    evidence = Scorer(people, [link], model).score(left, right, np.zeros(1, dtype=np.uint8), levels)["evidence"][0]
    pair = Pairs(people, left, right, at_home)
    needed = np.array([evidence / 1000 - 0.01])
    assert promising(pair, link.comparisons, model, "people", needed).all()


def test_strangers_are_dropped():
    stranger = {"name": "陈红", "born": "1951-11-30", "sex": 2, "town": "乙镇", "village": "西村", "head": "陈立"}
    people = with_relatives(population(residents=[WANG], household=[stranger]))
    link = default_matching({"residents": "residents", "household": "household"}).links[0]
    pair = Pairs(people, np.array([0], np.uint32), np.array([1], np.uint32), homes(people, settle(people, [])))
    assert not promising(pair, link.comparisons, load_model("default"), "people", np.array([0.0])).any()
