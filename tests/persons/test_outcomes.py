"""Every kept row ends in one outcome, every child of the period in one cell."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.lists.outcomes import published
from reconcile.persons.children import CELLS, children
from reconcile.persons.outcomes import BIRTH_OUTCOMES, OUTCOMES, outcomes
from reconcile.statistics.cells import cells_table
from reconcile.statistics.outcomes import COUNTS, outcome_counts
from tests.balanced import assert_adds_up
from tests.views import view_of


def ended(view):
    return dict(outcomes(view).select("record_id", "outcome").rows())


def test_each_outcome():
    view = view_of(
        residents=[
            {"id": "same", "person": "A", "sex": 1, "name": "王伟"},
            {"id": "double", "person": "A"},
            {"id": "differing double", "person": "A", "sex": 2},
            {"id": "differs", "person": "B", "sex": 1},
            {"id": "possible"},
            {"id": "alone"},
            {"id": "cancelled", "person": "C", "cancelled": True},
            {"id": "cancelled double", "person": "B", "cancelled": True},
            {"id": "alone twice", "person": "D"},
            {"id": "alone twice too", "person": "D"},
        ],
        household=[
            {"id": "hA", "person": "A", "sex": 1},
            {"id": "hB", "person": "B", "sex": 2},
            {"id": "hC", "person": "C"},
            {"id": "contender"},
        ],
        links=[("residents:possible", "household:contender", "review", 0)],
    )
    assert ended(view) == {
        "same": "matched",
        "double": "matched",
        "differing double": "matched_fields_differ",
        "differs": "matched_fields_differ",
        "possible": "possible",
        "alone": "unmatched",
        "cancelled": "matched",
        "cancelled double": "matched",
        "alone twice": "unmatched",
        "alone twice too": "unmatched",
        "hA": "matched",
        "hB": "matched_fields_differ",
        "hC": "unmatched",
        "contender": "possible",
    }
    told = outcomes(view)
    doubles = {"double", "differing double", "alone twice too"}
    assert set(told.filter("duplicate")["record_id"]) == doubles
    reasons = dict(told.drop_nulls("reason").select("record_id", "reason").rows())
    assert reasons == {"alone": "no_id", "alone twice": "no_id", "alone twice too": "no_id", "hC": "cancelled_there"}


def test_a_further_row_has_the_reason_of_the_one_that_stands():
    view = view_of(
        residents=[
            {
                "id": "stands",
                "person": "A",
                "number": "460102199003072516",
                "registered_address": "湖南省长沙市岳麓区1号",
            },
            {"id": "further", "person": "A"},
            {"id": "once cancelled", "person": "A", "cancelled": True},
        ],
        household=[{}],
        births_config={"home_areas": ["海临市"]},
    )
    reasons = {record: (double, reason) for _, record, _, double, reason in outcomes(view).rows() if record != "H1"}
    assert reasons == {
        "stands": (False, "registered_outside"),
        "further": (True, "registered_outside"),
        "once cancelled": (False, "cancelled_here"),
    }


def test_without_another_register_there_is_nothing_to_match():
    assert ended(view_of(residents=[{"id": "R"}], births=[{"id": "B"}])) == {"R": "single", "B": "H"}
    assert ended(view_of(residents=[{"id": "R"}], household=[])) == {"R": "unmatched"}


def test_another_layout_is_held_against_both_registers():
    view = view_of(
        roster=[{"id": "in one", "person": "A"}, {"id": "in none"}, {"id": "in both", "person": "B"}],
        residents=[{"person": "B"}],
        household=[{"person": "A"}, {"person": "B"}],
    )
    told = ended(view)
    assert (told["in one"], told["in both"], told["in none"]) == ("matched", "matched", "unmatched")


@pytest.mark.parametrize(
    ("registers", "cell"),
    [((), "H"), (("residents",), "HR"), (("household",), "HP"), (("residents", "household"), "HRP")],
)
def test_a_birth_ends_in_its_cell(registers, cell):
    view = view_of(
        births=[{"id": "birth", "person": "A", "born": "2020-01-01"}],
        **{register: [{"person": "A"}] for register in registers},
        period="2026-10",
    )
    assert ended(view)["birth"] == cell


def test_cells_by_town():
    born = {"born": "2026-10-05"}
    view = view_of(
        births=[{**born, "person": "A", "town": "东镇"}, {**born, "person": "B"}, {"born": "2026-09-05"}],
        residents=[{**born, "person": "A", "town": "西镇"}, {**born, "town": "西镇"}, {"born": "1990-10-05"}],
        household=[{**born, "person": "B"}, {**born, "person": "B"}],
        period="2026-10",
    )
    told = cells_table(children(view)).filter(level="town")
    counts = {row["area"]: {cell: row[cell] for cell in CELLS if row[cell]} for row in told.to_dicts()}
    assert counts == {"东镇": {"HR": 1}, "西镇": {"R": 1}, None: {"HP": 1}}


rows = st.lists(
    st.fixed_dictionaries(
        {
            "person": st.sampled_from("ABCDEF"),
            "cancelled": st.booleans(),
            "sex": st.sampled_from([1, 2, None]),
        }
    ).flatmap(lambda row: st.sampled_from(["2026-09-30", "2026-10-01", None]).map(lambda born: {**row, "born": born})),
    max_size=8,
)


@settings(max_examples=20, deadline=None)
@given(rows, rows, rows, st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=4))
def test_totals_balance(residents, household, births, links):
    view = view_of(
        residents=residents,
        household=household,
        births=births,
        links=[(f"residents:R{left}", f"household:H{right}", "review", 0) for left, right in links],
        period="2026-10",
    )
    told = outcomes(view)
    assert told.select("source", "record_id").equals(
        view.population.select(pl.col("source").cast(pl.String), "record_id")
    )
    of_births = pl.col("source") == "births"
    assert set(told.filter(of_births)["outcome"]) <= set(BIRTH_OUTCOMES)
    assert set(told.filter(~of_births)["outcome"]) <= set(OUTCOMES)
    people = {row["person"] for row in [*residents, *household, *births] if row["born"] == "2026-10-01"}
    table = cells_table(children(view))
    counted = children(view).height
    for level in ("city", "district", "town"):
        of_level = table.filter(level=level)
        assert of_level.select(pl.sum_horizontal(CELLS).sum()).item() == of_level["total"].sum() == counted
    assert counted <= len(people)
    agreed = {
        person
        for person in people
        if all(row["born"] == "2026-10-01" for row in [*residents, *household, *births] if row["person"] == person)
    }
    assert counted >= len(agreed)


areas = st.sampled_from(
    [("东区", "东镇"), ("东区", "西镇"), ("西区", "东镇"), ("西区", None), (None, "东镇"), (None, None)]
)
rows_of_areas = st.builds(
    lambda person, area, number: {"person": person, "district": area[0], "town": area[1], "number": number},
    st.sampled_from("ABCDEFG"),
    areas,
    st.sampled_from([None, "460102199003072516", "460102199003072524"]),
)


@settings(max_examples=20, deadline=None)
@given(
    *[st.lists(st.tuples(rows_of_areas, st.booleans()), max_size=6)] * 2,
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=3),
)
def test_outcomes_and_reasons_balance_in_every_area(residents, household, links):
    view = view_of(
        residents=[{**row, "cancelled": cancelled} for row, cancelled in residents],
        household=[{**row, "cancelled": cancelled} for row, cancelled in household],
        births=[{"person": "A"}],
        links=[(f"residents:R{left}", f"household:H{right}", "review", 0) for left, right in links],
    )
    told = outcomes(view)
    assert told["reason"].is_not_null().equals(told["outcome"] == "unmatched", null_equal=False)
    counts = outcome_counts(view, told)
    assert_adds_up(counts, {"residents": len(residents), "household": len(household)})


def test_a_published_table_gives_no_small_count_away():
    towns = [("东镇", 3), ("西镇", 7), ("北镇", 11)]
    view = view_of(
        residents=[
            {"district": "东区", "town": town, "number": "460102199003072516" if place % 2 else None}
            for town, count in towns
            for place in range(count)
        ],
        household=[{"person": "somebody"}],
    )
    counts = outcome_counts(view, outcomes(view))
    held_back = published(counts)
    small = pl.all_horizontal(pl.col(*COUNTS, "total").is_null() | ~pl.col(*COUNTS, "total").is_between(1, 4))
    assert held_back.select(small.all()).item()
    of_west = held_back.filter(area="西镇").row(0, named=True)
    assert (of_west["no_id"], of_west["unmatched"]) == (None, None)
