"""Which pairs are found, and what happens to blocks that are too large."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.config import LinkConfig
from reconcile.matching.block import block
from reconcile.population.homes import Homes
from tests.people import population


def link(*rules, sources=("residents", "household"), cap=1000):
    return LinkConfig(sources=sources, blocking=[list(r) for r in rules], comparisons=["name"], max_block=cap)


def homes_of(people, *rows):
    node, home = (np.array([row[i] for row in rows], dtype=np.uint32) for i in (0, 1))
    return Homes.of(len(people), node, home)


def found(people, plan, probes=None, homes=()):
    flags = np.ones(len(people), dtype=bool) if probes is None else np.isin(np.arange(len(people)), probes)
    return block(people, [plan], plan.blocking, homes_of(people, *homes), [flags])


def pairs(result):
    return set(result.pairs.select("node_l", "node_r").iter_rows())


TWO = {
    "residents": [{"name": "王伟", "born": "1980-05-01"}, {"name": "李娜", "born": "1990-02-03"}, {"name": "王伟"}],
    "household": [
        {"name": "王伟", "born": "1980-05-01"},
        {"name": "李娜", "born": "1991-02-03"},
        {"born": "1980-05-01"},
    ],
}


def test_a_rule_finds_the_pairs_that_share_all_its_values():
    assert pairs(found(population(**TWO), link(["name_std", "birth_date_std"]))) == {(0, 3)}


def test_null_never_equals_null():
    assert (2, 5) not in pairs(found(population(**TWO), link(["birth_date_std"])))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (["birth_year"], {(0, 3), (0, 5)}),
        (["birth_month"], {(0, 3), (0, 5)}),
        (["birth_month_and_day"], {(0, 3), (0, 5), (1, 4)}),
        (["name_std"], {(0, 3), (2, 3), (1, 4)}),
    ],
)
def test_derived_keys(rule, expected):
    assert pairs(found(population(**TWO), link(rule))) == expected


def test_a_pair_keeps_the_first_rule_that_found_it_and_every_rule_reports():
    result = found(population(**TWO), link(["name_std", "birth_date_std"], ["name_std"]))
    assert dict(result.pairs.select(pl.concat_str("node_l", "node_r"), "rule").iter_rows()) == {
        "03": 0,
        "14": 1,
        "23": 1,
    }
    assert [(r.pairs, r.new_pairs) for r in result.reports] == [(1, 1), (3, 2)]


def test_settled_records_are_targets_but_no_probes():
    assert pairs(found(population(**TWO), link(["name_std"]), probes=[2])) == {(2, 3)}
    assert pairs(found(population(**TWO), link(["name_std"]), probes=[3])) == {(0, 3), (2, 3)}


def test_inside_one_source_each_pair_comes_once_smaller_first():
    people = population(residents=[{"name": "王伟"}, {"name": "王伟"}, {"name": "王伟"}])
    assert pairs(found(people, link(["name_std"], sources=("residents", "residents")))) == {(0, 1), (0, 2), (1, 2)}


def test_homes_are_a_key_of_which_a_record_may_have_several():
    assert pairs(found(population(**TWO), link(["home"]), homes=[(0, 7), (0, 8), (4, 8)])) == {(0, 4)}


def test_a_block_over_the_cap_is_split_by_the_next_key():
    rows = [{"name": "王伟", "born": f"19{year}-05-01"} for year in range(50, 60)]
    result = found(population(residents=rows, household=rows), link(["name_std"], cap=2))
    assert pairs(result) == {(i, 10 + i) for i in range(10)}
    assert result.reports[0].refused_blocks == 0


def test_a_block_that_cannot_be_split_is_refused_and_said():
    rows = [{"name": "王伟", "born": "1950-05-01", "sex": 1, "town": "甲", "village": "乙"} for _ in range(5)]
    report = found(population(residents=rows, household=rows), link(["name_std"], cap=2)).reports[0]
    assert (report.pairs, report.refused_blocks, report.largest_refused) == (0, 1, 10)


def test_a_column_that_nobody_has_loses_no_pair_of_a_large_block():
    rows = [{"name": "王伟", "village": str(i)} for i in range(5)]
    result = found(population(residents=rows, household=rows), link(["name_std"], cap=2))
    assert pairs(result) == {(i, 5 + i) for i in range(5)}


def test_a_large_block_of_people_without_any_further_column_is_said():
    rows = [{"house": "12"} for _ in range(5)]
    report = found(population(residents=rows, household=rows), link(["household_no_std"], cap=2)).reports[0]
    assert (report.pairs, report.refused_blocks, report.largest_refused) == (0, 1, 10)


def test_pairs_that_are_known_are_not_found_again():
    plan, people = link(["name_std"]), population(**TWO)
    known = pl.DataFrame({"node_l": [2], "node_r": [3]}, schema={"node_l": pl.UInt32, "node_r": pl.UInt32})
    again = block(people, [plan], plan.blocking, homes_of(people), [np.ones(len(people), dtype=bool)], known)
    assert pairs(again) == {(0, 3), (1, 4)}


PERSON = st.fixed_dictionaries({"name": st.sampled_from("王李"), "sex": st.sampled_from([1, 2, None])})
LINKS = (("residents", "household"), ("residents", "residents"), ("household", "household"))


@given(
    residents=st.lists(PERSON, min_size=1, max_size=6),
    household=st.lists(PERSON, min_size=1, max_size=6),
    free=st.lists(st.lists(st.booleans(), min_size=12, max_size=12), min_size=3, max_size=3),
    key=st.sampled_from([["name_std"], ["sex_std"], ["name_std", "sex_std"]]),
)
def test_several_links_at_once_find_what_each_should(residents, household, free, key):
    people = population(residents=residents, household=household)
    rows = [*residents, *household]
    probes = [np.array(flags[: len(rows)]) for flags in free]
    links = [link(key, sources=sources) for sources in LINKS]
    result = block(people, links, [key], homes_of(people), probes)
    columns = [column.removesuffix("_std") for column in key]

    def wanted(one, other):
        sources = tuple("residents" if node < len(residents) else "household" for node in (one, other))
        values = [(rows[one][c], rows[other][c]) for c in columns]
        position = LINKS.index(sources)
        same = all(a is not None and a == b for a, b in values)
        return same and (probes[position][one] or probes[position][other])

    assert pairs(result) == {pair for pair in combinations(range(len(rows)), 2) if wanted(*pair)}
    assert [r.pairs for r in result.reports] == [
        result.pairs.filter(pl.col("link") == position).height for position in range(3)
    ]


def test_who_is_no_target_is_not_found():
    people = population(residents=[{"name": "王伟"}], household=[{"name": "王伟"}, {"name": "王伟"}])
    plan, everybody, met = link(["name_std"]), np.ones(3, dtype=bool), np.array([True, False, True])
    result = block(people, [plan], plan.blocking, homes_of(people), [everybody], targets=[met])
    assert pairs(result) == {(0, 2)}
