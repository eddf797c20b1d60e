"""Coverage of blocking rules, and matches that none finds, on captures whose truth is known."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from reconcile.matching.key_coverage import chao, chapman, key_coverage, recapture, rule_hits
from reconcile.population.homes import homes
from reconcile.population.population import Population
from tests.people import frame

RULES = [["id_number_std"], ["name_reading", "birth_date_std"], ["name_std", "birth_date_std"], ["home", "sex_std"]]

NO_PAIRS = pl.DataFrame(schema={"node_l": pl.UInt32, "node_r": pl.UInt32, "match_key": pl.String})


def test_every_rule_that_finds_a_pair_is_known_not_only_the_first():
    people = {
        "residents": [
            {"name": "王伟", "born": "1980-05-01", "number": "1", "house": "7", "sex": 1, "mother_id": "9"},
            {"name": "李娜", "born": "1990-05-01"},
        ],
        "household": [
            {"name": "王伟", "born": "1980-05-01", "number": "2", "sex": 1, "mother_id": "9"},
            {"name": "李娜", "born": "1990-05-01", "number": "1"},
            {"id": "m", "name": "陈英", "number": "9", "house": "1"},
        ],
    }
    population = Population.stack({source: frame(rows) for source, rows in people.items()})
    left, right = np.array([0, 1, 0], dtype=np.uint32), np.array([2, 3, 3], dtype=np.uint32)
    hits = rule_hits(population, homes(population, NO_PAIRS), RULES, left, right)
    assert hits.tolist() == [
        [False, True, True, True],  # they share the mother's home
        [False, True, True, False],  # a number on one side only is no hit
        [True, False, False, False],
    ]


def test_coverage_counts_what_a_rule_finds_and_what_only_it_finds():
    hits = np.array([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], dtype=bool)
    found = [(rule.rule, rule.found, rule.only) for rule in key_coverage(RULES, hits)]
    assert found == [
        ("id_number_std", 2, 1),
        ("name_reading + birth_date_std", 2, 1),
        ("name_std + birth_date_std", 0, 0),
        ("home + sex_std", 1, 1),
    ]


@pytest.mark.parametrize(("first", "second"), [(0.9, 0.8), (0.6, 0.5), (0.3, 0.4)])
def test_two_independent_rules_tell_how_many_there_are(first, second):
    draw = np.random.default_rng(1)
    caught, again = draw.random(20_000) < first, draw.random(20_000) < second
    assert chapman(caught.sum(), again.sum(), (caught & again).sum()) == pytest.approx(20_000, rel=0.03)


def test_too_few_in_common_say_nothing():
    assert chapman(50, 60, 3) is None


@pytest.mark.parametrize("chances", [(0.5, 0.5, 0.5, 0.5), (0.7, 0.6, 0.5, 0.3)])
def test_captures_tell_a_lower_bound_of_what_was_never_caught(chances):
    draw = np.random.default_rng(2)
    times = (draw.random((50_000, len(chances))) < np.array(chances)).sum(axis=1)
    never = (times == 0).sum()
    assert 0.5 * never < chao(times[times > 0]) < 1.5 * never


def test_mixed_catchability_makes_it_a_lower_bound():
    draw = np.random.default_rng(3)
    hard = draw.random(50_000) < 0.2
    times = (draw.random((50_000, 5)) < np.where(hard, 0.1, 0.8)[:, None]).sum(axis=1)
    assert chao(times[times > 0]) < (times == 0).sum()


def test_recapture_takes_rules_of_the_same_columns_as_one():
    draw = np.random.default_rng(4)
    by_number, by_name = draw.random(10_000) < 0.8, draw.random(10_000) < 0.7
    hits = np.stack([by_number, by_name, by_name & (draw.random(10_000) < 0.9), np.zeros(10_000, dtype=bool)], axis=1)
    found = recapture(RULES, hits)
    assert found.found == (by_number | by_name).sum()
    assert found.pairs_of_rules == 1
    assert found.chapman == pytest.approx(10_000 - found.found, rel=0.15)


def test_nothing_caught_says_nothing():
    found = recapture(RULES, np.zeros((5, 4), dtype=bool))
    assert (found.found, found.chapman, found.chao) == (0, None, None)


def test_more_caught_once_means_more_missed():
    missed = [chao(np.array([1] * once + [2] * 50 + [3] * 100)) for once in (0, 5, 20, 80)]
    assert all(a <= b for a, b in pairwise(missed))
