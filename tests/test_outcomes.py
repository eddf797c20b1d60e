"""Every kept row ends in one outcome, every child of the period in one cell."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.children import CELLS, children
from reconcile.outcomes import BIRTH_OUTCOMES, OUTCOMES, outcomes
from reconcile.statistics.cells import cells_table
from tests.views import view_of


def ended(view):
    return {record: outcome for _, record, outcome in outcomes(view).rows()}


def test_each_outcome():
    view = view_of(
        residents=[
            {"id": "same", "person": "A", "sex": 1},
            {"id": "double", "person": "A"},
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
        "double": "duplicate",
        "differs": "matched_fields_differ",
        "possible": "possible",
        "alone": "unmatched",
        "cancelled": "matched",
        "cancelled double": "matched",
        "alone twice": "unmatched",
        "alone twice too": "duplicate",
        "hA": "matched",
        "hB": "matched_fields_differ",
        "hC": "matched",
        "contender": "possible",
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
