"""Two rows' homes: by their households, their heads, where they live."""

import numpy as np
import polars as pl
import pytest

from reconcile.matchers import load_matcher
from reconcile.population.homes import homes
from reconcile.population.pairs import Pairs
from tests.people import population

NOBODY = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32})


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ({"head": "王大"}, {"head": "王大", "dwelling": "朝阳路12"}, "same_head"),
        ({"dwelling": "朝阳路12"}, {"dwelling": "朝阳路12"}, "same_dwelling"),
        (
            {"dwelling": "朝阳路12", "registered": "向阳3"},
            {"dwelling": "向阳3", "registered": "向阳3"},
            "same_dwelling",
        ),
        ({"head": "王大", "dwelling": "朝阳路12"}, {"head": "王小", "dwelling": "朝阳路12"}, "same_dwelling"),
        ({"father": "王大"}, {"head": "王大"}, "head_is_relative"),
        ({"mother": "李红"}, {"head": "李红", "building": "阳光3"}, "head_is_relative"),
        ({"building": "阳光3"}, {"building": "阳光3"}, "same_building"),
        ({"head": "王大", "building": "阳光3"}, {"head": "王小", "building": "阳光3"}, "same_building"),
        ({"head": "王大"}, {"head": "李二"}, "different"),
        ({"dwelling": "朝阳路12"}, {"dwelling": "向阳3"}, "missing"),  # people live elsewhere than they are registered
        ({"father": "王大"}, {"head": "李二"}, "missing"),
    ],
)
def test_levels(one, other, level):
    people = population(births=[one], residents=[other])
    for left, right in ((0, 1), (1, 0)):
        pairs = Pairs(people, np.array([left], np.uint32), np.array([right], np.uint32), homes(people, NOBODY))
        matcher = load_matcher("home")
        assert matcher.LEVELS[matcher.levels(pairs)[0]] == level
