"""Which pairs are found, and what happens to blocks that are too large."""

import numpy as np
import polars as pl
import pytest

from reconcile.config import LinkConfig
from reconcile.stages.block import block
from tests.people import population

NO_HOMES = pl.DataFrame(schema={"node": pl.UInt32, "home": pl.UInt64})


def link(*rules, sources=("residents", "household"), cap=1000):
    return LinkConfig(sources=sources, blocking=[list(r) for r in rules], comparisons=["name"], max_block=cap)


def found(people, plan, probes=None, homes=NO_HOMES):
    flags = np.ones(len(people), dtype=bool) if probes is None else np.isin(np.arange(len(people)), probes)
    return block(people, plan, plan.blocking, homes, flags)


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
    homes = pl.DataFrame({"node": [0, 0, 4], "home": [7, 8, 8]}, schema=NO_HOMES.schema)
    assert pairs(found(population(**TWO), link(["home"]), homes=homes)) == {(0, 4)}


def test_a_block_over_the_cap_is_split_by_the_next_key():
    rows = [{"name": "王伟", "born": f"19{year}-05-01"} for year in range(50, 60)]
    result = found(population(residents=rows, household=rows), link(["name_std"], cap=2))
    assert pairs(result) == {(i, 10 + i) for i in range(10)}
    assert result.reports[0].refused_blocks == 0


def test_a_block_that_cannot_be_split_is_refused_and_said():
    rows = [{"name": "王伟", "born": "1950-05-01", "sex": 1, "town": "甲", "village": "乙"} for _ in range(5)]
    report = found(population(residents=rows, household=rows), link(["name_std"], cap=2)).reports[0]
    assert (report.pairs, report.refused_blocks, report.largest_refused) == (0, 1, 5)
