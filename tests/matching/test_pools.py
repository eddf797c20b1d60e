"""Shares and chances of a run, from pairs whose truth is known because they were drawn by it."""

import numpy as np
import polars as pl
import pytest

from reconcile.matchers.shared.levels import Level
from reconcile.matching.model import Model, Shares
from reconcile.matching.pools import Pool, estimated, patterns, shifts, without_settled

RELATIVES = ("mother", "father", "spouse")
LEVELS = ("same_number", "same_name", "similar_name", "other_number", "different")
NAMES = ("equal", "similar", "different")
USUAL = (0.5, 0.4, 0.06, 0.02, 0.02)
STRANGERS = (0.0002, 0.0008, 0.004, 0.001, 0.994)


def model(m, levels=LEVELS, u=STRANGERS):
    table = {name: Level(a, b, 0.01) for name, a, b in zip(levels, m, u, strict=False)}
    tables = dict.fromkeys(RELATIVES if levels is LEVELS else ("name", "mother"), table)
    return Model("made", 0.0, {"people": Shares(0.9, 0.01)}, {"people": tables})


def drawn(matches, others, m):
    """Levels of pairs whose three comparisons agree independently, the matches first."""
    draw = np.random.default_rng(1)
    levels = {
        name: np.concatenate([1 + draw.choice(5, matches, p=m), 1 + draw.choice(5, others, p=STRANGERS)])
        for name in RELATIVES
    }
    return pl.DataFrame(levels, schema=dict.fromkeys(RELATIVES, pl.Int8))


def scored(levels, by):
    bits = np.zeros(len(levels))
    for name in levels.columns:
        weights = [np.log2(level.m / level.u) for level in by.comparisons["people"][name].values()]
        bits += np.array([0.0, *weights])[levels[name].to_numpy()]
    return levels.with_columns(evidence=pl.Series(np.rint(1000 * bits).astype(np.int32)))


def found_in(matches, others, truth, start, size=None, chances=True, weight=0.01):
    levels = drawn(matches, others, truth)
    pool = Pool(size or matches + others, 100.0, 100.0, weight, start)
    return estimated(pool, patterns(scored(levels, start), levels.columns, pool), "people", chances)


@pytest.mark.parametrize("matches", [200, 2_000, 20_000])
def test_the_share_of_matches_is_found_whatever_it_is(matches):
    pool = found_in(matches, 50_000, USUAL, model(USUAL))
    assert pool.matches == pytest.approx(matches, rel=0.05)


def test_the_chances_go_half_way_to_what_the_pairs_show():
    pool = found_in(20_000, 50_000, (0.4, 0.3, 0.24, 0.02, 0.04), model(USUAL))
    similar = pool.model.comparisons["people"]["mother"]["similar_name"].m
    assert similar == pytest.approx((0.06 * 0.24) ** 0.5, rel=0.15)


def test_chances_stay_where_only_shares_are_asked_for():
    start = model(USUAL)
    assert found_in(20_000, 50_000, (0.4, 0.3, 0.24, 0.02, 0.04), start, chances=False).model is start


def test_few_records_leave_the_say_to_the_model():
    """Of a dozen pairs nothing is learnt: the expectation counts for ten times as much."""
    pool = found_in(3, 9, USUAL, model(USUAL), weight=10.0)
    assert 80 < pool.matches < 100


def test_where_nearly_everybody_has_a_match_two_that_are_left_over_are_likely_to_belong_together():
    by_all = Pool(1000.0 * 1000, 900, 900, 0.02, model(USUAL), (1000, 1000))
    by_none = Pool(1000.0 * 1000, 9, 9, 0.02, by_all.model, (1000, 1000))
    assert by_all.odds_of_unmatched - by_all.odds == pytest.approx(2 * np.log2(10), abs=0.01)
    assert by_none.odds_of_unmatched - by_none.odds < 0.1


def test_matches_that_exact_keys_leave_free_agree_less_in_what_the_keys_compare():
    start = model((0.9, 0.08, 0.02), NAMES)
    free = without_settled(start, "people", ["name"], 0.8)
    tables = free.comparisons["people"]
    assert tables["name"]["equal"].m == pytest.approx(0.5)
    assert tables["name"]["similar"].m == pytest.approx(0.4)
    assert tables["mother"] == start.comparisons["people"]["mother"]


@pytest.mark.parametrize("settled", [0.0, 0.5, 0.95, 0.9999, 1.0])
def test_chances_of_free_matches_are_chances(settled):
    levels = without_settled(model((0.9, 0.08, 0.02), NAMES), "people", ["name"], settled).comparisons["people"]["name"]
    assert sum(level.m for level in levels.values()) == pytest.approx(1)
    assert all(0 < level.m <= 1 for level in levels.values())


def test_a_missing_level_moves_nothing():
    moves = shifts(model(USUAL), model((0.4, 0.3, 0.2, 0.05, 0.05)), "people", "mother")
    assert moves[0] == 0
    assert (moves[1:] != 0).all()
