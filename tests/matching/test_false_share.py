"""The share of false matches: by the model's probabilities, and from records that match several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.matching.false_share import collisions, cut_of_share, shares

CHANCES = st.lists(st.floats(0.01, 1, allow_nan=False), min_size=1, max_size=40).map(np.array)


def test_false_and_missed_are_sums_of_chances():
    found = shares(np.array([1.0, 0.9, 0.6, 0.4, 0.1]), 0.5)
    assert found.above == 3
    assert found.false == pytest.approx(0.5)
    assert found.missed == pytest.approx(0.5)


@given(CHANCES, st.floats(0.001, 0.3))
def test_the_cut_keeps_the_share_and_no_lower_cut_does(chances, most):
    cut = cut_of_share(chances, most, 0.05)
    above = chances[chances >= cut]
    assert cut >= 0.05
    assert not len(above) or (1 - above).mean() <= most + 1e-9
    for lower in sorted(c for c in chances if 0.05 <= c < cut):
        assert (1 - chances[chances >= lower]).mean() > most - 1e-9


@pytest.mark.parametrize(
    ("what", "chances", "most", "cut"),
    [
        ("good enough as it is", [0.99, 0.98], 0.05, 0.5),
        ("nothing is compared", [], 0.01, 0.5),
    ],
)
def test_the_cut_is_never_below_the_one_given(what, chances, most, cut):
    assert cut_of_share(np.array(chances), most, 0.5) == cut


def test_where_nothing_is_sure_enough_the_cut_is_above_everything():
    assert cut_of_share(np.array([0.6, 0.7]), 0.01, 0.5) > 0.7


@pytest.mark.parametrize(("true", "rate"), [(0.9, 0.001), (0.8, 0.02), (0.3, 0.1), (0.95, 0.3)])
def test_collisions_tell_a_known_share_of_false_matches(true, rate):
    draw = np.random.default_rng(7)
    matches = (draw.random(200_000) < true) + draw.poisson(rate, 200_000)
    found = collisions(matches.astype(np.int64))
    assert found.false_share == pytest.approx(rate / (rate + true), rel=0.15)
    assert found.low < rate / (rate + true) < found.high


def test_without_collisions_the_interval_says_how_little_is_known():
    few, many = collisions(np.array([1] * 20 + [0] * 5)), collisions(np.array([1] * 20_000 + [0] * 5_000))
    assert few.false_share == many.false_share == 0
    assert 0 < many.high < 0.001 < few.high


def test_without_matches_nothing_is_said():
    assert collisions(np.zeros(5, dtype=np.int64)).false_share is None


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_shares_stay_between_none_and_all(matches):
    found = collisions(np.array(matches))
    if found.false_share is not None:
        assert 0 <= found.low <= found.false_share <= found.high <= 1
