"""Fitting: shares of levels from weighed pairs, held by a prior."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.matchers import load_matcher, ordered_levels
from reconcile.matching.fitting import PRIOR, Evidence, Strangers, falling, maximised, save_model
from reconcile.matching.model import load_model

SEX = {"equal": 1, "different": 2}


def levels(equal, different, missing=0):
    values = [SEX["equal"]] * equal + [SEX["different"]] * different + [0] * missing
    return pl.DataFrame({"sex": values}, schema={"sex": pl.Int8})


def fitted(evidence, drawn=()):
    return maximised(load_model("default"), evidence, drawn).comparisons["people"]["sex"]


def certain(frame):
    return Evidence("people", frame, np.ones(frame.height))


def strangers(frame):
    return Strangers("people", frame, np.ones(frame.height))


def test_many_matches_speak_for_themselves():
    assert fitted([certain(levels(90_000, 10_000))])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_missing_values_say_nothing():
    assert fitted([certain(levels(90_000, 10_000, missing=500_000))])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_pairs_count_by_their_chance_of_being_one_person():
    frame = levels(50_000, 50_000)
    chance = np.where(frame["sex"].to_numpy() == 1, 0.9, 0.1)
    assert fitted([Evidence("people", frame, chance)])["equal"].m == pytest.approx(0.9, abs=0.001)


def test_without_evidence_the_model_keeps_its_own_shares():
    before = load_model("default").comparisons["people"]["sex"]["equal"]
    after = fitted([])["equal"]
    assert (after.m, after.u) == (pytest.approx(before.m, rel=0.01), pytest.approx(before.u, rel=0.01))


def test_rare_matches_cannot_drift():
    before = load_model("default").comparisons["people"]["sex"]["equal"].m
    after = fitted([certain(levels(0, 5))])["equal"].m
    assert after > before * PRIOR / (PRIOR + 10)


def test_strangers_set_u_and_kin_stay():
    before = load_model("default").comparisons["people"]["sex"]["equal"]
    after = fitted([], [strangers(levels(60_000, 40_000))])["equal"]
    assert after.u == pytest.approx(0.6, abs=0.001)
    assert after.k == before.k


def test_drawn_pairs_that_are_matches_do_not_count_as_strangers():
    frame = levels(100, 900)
    apart = np.where(np.arange(1000) < 50, 0.0, 1.0)
    few = maximised(load_model("default"), [], [Strangers("people", frame, apart)]).comparisons["people"]["sex"]
    assert few["equal"].u < fitted([], [strangers(frame)])["equal"].u


# m/u falls along ordered levels

CHANCE = st.floats(1e-6, 1, allow_nan=False)


@given(st.lists(st.tuples(CHANCE, CHANCE), min_size=1, max_size=8))
def test_falling_keeps_the_sum_and_never_lets_a_ratio_rise(chances):
    m, u = (np.array(column) for column in zip(*chances, strict=True))
    found = falling(m, u)
    assert found.sum() == pytest.approx(m.sum())
    ratios = found / u
    assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(ratios))
    if all(later <= earlier for earlier, later in pairwise(m / u)):
        assert found == pytest.approx(m)


def test_a_level_that_speaks_more_than_the_one_before_it_shares_with_it():
    assert falling(np.array([0.2, 0.3, 0.5]), np.array([0.1, 0.1, 0.8])).tolist() == pytest.approx([0.25, 0.25, 0.5])


@pytest.mark.parametrize("name", ["name", "id_number", "birth_date", "area", "home", "mother"])
def test_ordered_levels_are_levels_in_their_order(name):
    levels_of = load_matcher(name).LEVELS
    positions = [levels_of.index(level) for level in ordered_levels(name)]
    assert positions == sorted(positions)
    assert len(positions) > 1


def test_a_fit_against_the_order_is_pooled():
    area = {"missing": 0, "same_village": 1, "same_town": 2, "different": 3}
    matches = pl.DataFrame(
        {"area": [area["same_village"]] * 100 + [area["different"]] * 9_900}, schema={"area": pl.Int8}
    )
    found = maximised(load_model("default"), [certain(matches)], []).comparisons["people"]["area"]
    ratios = [found[level].m / found[level].u for level in ("same_village", "same_town", "different")]
    assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(ratios))


def test_a_saved_model_is_read_back_the_same(tmp_path):
    model = load_model("default")
    save_model(model, tmp_path / "again.json")
    assert load_model(str(tmp_path / "again.json")) == model
