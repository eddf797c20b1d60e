"""A key of which a record has several values: the head of its household and its parents, by name."""

import numpy as np
import pytest

from reconcile.config import LinkConfig
from reconcile.matching.block import block
from reconcile.matching.several import share_one
from reconcile.population.homes import Homes
from tests.people import population

CHILD = {"born": "2026-10-05", "mother": "陈秀英", "father": "王大山"}
CASES = [
    ("the father is the head of the household", {"born": "2026-10-05", "head": "王大山"}, True),
    ("the mother is", {"born": "2026-10-05", "head": "陈秀英"}, True),
    ("both state the father", {"born": "2026-10-05", "father": "王大山"}, True),
    ("another head", {"born": "2026-10-05", "head": "张三"}, False),
    ("nobody is named", {"born": "2026-10-05"}, False),
    ("another day", {"born": "2026-10-06", "head": "王大山"}, False),
]


@pytest.mark.parametrize(("what", "row", "found"), CASES, ids=[case[0] for case in CASES])
def test_head_or_parent(what, row, found):
    people = population(births=[CHILD], residents=[row])
    nobody = Homes.of(2, np.zeros(0, np.uint32), np.zeros(0, np.uint32))
    key = ["head_or_parent", "birth_date_std"]
    link = LinkConfig(sources=("births", "residents"), blocking=[key], comparisons=["birth_date"])
    pairs = block(people, [link], [key], nobody, [np.ones(2, dtype=bool)]).pairs
    assert pairs.height == found
    left, right = np.array([0], dtype=np.uint32), np.array([1], dtype=np.uint32)
    shared = share_one("head_or_parent", people, nobody, left, right)[0]
    assert shared == (found or what == "another day")
