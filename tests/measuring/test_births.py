"""What the benchmarks for births count, on small frames."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from benchmarks.births.accuracy import child_scores
from benchmarks.births.cells import found_cells
from benchmarks.births.coverage import as_table, estimate, first_whole_month, true_births
from benchmarks.births.twin_data import evidence, possible


def persons(**of: str) -> pl.DataFrame:
    """Records called by their source's letter and a number, each with its person."""
    sources = {"b": "births", "r": "residents"}
    rows = [(sources[record[0]], record, person) for record, person in of.items()]
    return pl.DataFrame(rows, schema=["source", "record_id", "person_id"], orient="row")


TRUTH = {
    # b2 is the reissued certificate of child 1
    "births": pl.DataFrame({"record_id": ["b1", "b2", "b3", "b4"], "entity_id": ["1", "1", "2", "9"]}),
    "residents": pl.DataFrame({"record_id": ["r1", "r2"], "entity_id": ["1", "2"]}),
}


@pytest.mark.parametrize(
    ("of", "counts"),
    [
        ({"b1": "A", "b2": "A", "r1": "A", "b3": "B", "r2": "B", "b4": "C"}, (2, 2, 2)),  # a reissue counts once
        ({"b1": "A", "b2": "X", "r1": "A", "b3": "B", "r2": "B", "b4": "C"}, (2, 1, 1)),  # split: missed
        ({"b1": "A", "b2": "A", "r1": "A", "b3": "B", "r2": "D", "b4": "C"}, (2, 1, 1)),
        ({"b1": "A", "b2": "A", "r2": "A", "b3": "B", "r1": "B", "b4": "C"}, (2, 2, 0)),  # the other's
        ({"b1": "A", "b2": "A", "r1": "A", "b3": "B", "r2": "C", "b4": "C"}, (2, 2, 1)),  # b4 has no row of its own
    ],
)
def test_a_child_counts_once(of: dict[str, str], counts: tuple[int, int, int]) -> None:
    scores = child_scores(persons(**of), TRUTH)
    assert scores.select("true_pairs", "found", "correct").row(0) == counts


def test_a_child_is_in_one_cell_or_split_or_mixed_or_nowhere() -> None:
    truth = {
        source: pl.DataFrame({"record_id": [f"{source[0]}{n}" for n in range(1, 6)], "entity_id": list("12345")})
        for source in ("births", "residents", "household")
    }
    found = pl.DataFrame(
        {
            "births": ["b1", "b2", "b3", None],
            "residents": ["r1", None, "r4", None],
            "household": ["h1", None, None, "h2"],
            "cell": ["HRP", "H", "HR", "P"],
        }
    )
    found = pl.concat([found, pl.DataFrame([{"births": None, "residents": None, "household": "h5", "cell": "P"}])])
    found = found.with_columns(paired=pl.lit(False))
    born = pl.DataFrame({"entity_id": list("12346"), "cell": ["HRP", "HP", "H", "R", ""]})
    told, others = found_cells(born, found, truth)
    assert dict(told.select("entity_id", "found").iter_rows()) == {
        "1": "HRP",
        "2": "split",
        "3": "mixed",
        "4": "mixed",
        "6": "none",
    }
    assert told["true"].to_list() == ["HRP", "HP", "H", "R", "none"]
    assert others == 1  # child 5 was not born in these months


def test_a_twin_that_nothing_tells_from_the_other_is_its_certificates_child() -> None:
    truth = {
        source: pl.DataFrame({"record_id": [f"{source[0]}1", f"{source[0]}2"], "entity_id": ["1", "2"]})
        for source in ("births", "residents", "household")
    }
    crossed = {"births": ["b1", "b2"], "residents": ["r2", "r1"], "household": [None, None], "cell": ["HR", "HR"]}
    born = pl.DataFrame({"entity_id": ["1", "2"], "cell": ["HR", "HR"]})
    for paired, found in ((True, "HR"), (False, "split")):
        rows = pl.DataFrame(crossed, schema_overrides={"household": pl.String}).with_columns(paired=pl.lit(paired))
        assert set(found_cells(born, rows, truth)[0]["found"]) == {found}


def twins(**said: object) -> pl.DataFrame:
    """A pair with certificates and rows that say nothing but `said`."""
    kinds = {"record_id": pl.String, "name": pl.String, "sex": pl.Int8, "place": pl.Int32, "minute": pl.Int16}
    kinds |= {"relation": pl.Int8}
    schema = {f"{name}_{side}": kind for side in ("b1", "b2", "r1", "r2") for name, kind in kinds.items()}
    ids = {f"record_id_{side}": side for side in ("b1", "b2", "r1", "r2")}
    return pl.DataFrame([{**dict.fromkeys(schema), **ids, **said}], schema=schema)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ""),
        ({"sex_b1": 1, "sex_b2": 2, "sex_r1": 1, "sex_r2": 2}, "sex"),
        ({"sex_b1": 1, "sex_b2": 2, "sex_r1": 2, "sex_r2": 2}, ""),  # a wrong sex decides nothing
        ({"sex_b1": 1, "sex_b2": 2, "sex_r1": 1, "record_id_r2": None}, "sex"),
        ({"sex_b1": 1, "sex_b2": 1, "sex_r1": 1, "sex_r2": 1}, ""),
        ({"name_b1": "王一", "name_r1": "王一"}, "name"),
        ({"name_b2": "王二", "name_r2": "王二", "name_r1": "王一"}, "name"),
        ({"name_b1": "王一", "name_r1": "王一", "name_r2": "王一"}, ""),
        ({"name_b1": "王一", "name_r2": "王二"}, ""),
        ({"place_b1": 1, "place_b2": 2, "place_r1": 1, "place_r2": 2}, "place"),
        ({"place_b1": 1, "place_r2": 2}, "place"),
        ({"place_b1": 1, "place_b2": 2}, ""),  # the rows say nothing
        ({"minute_b1": 600, "minute_b2": 610, "relation_r1": 22, "relation_r2": 23}, "place"),
        ({"minute_b1": 600, "minute_b2": 610, "relation_r1": 23, "relation_r2": 22}, ""),
        ({"minute_b1": 600, "minute_b2": 610, "relation_r1": 22, "relation_r2": 33}, ""),  # 长子 and 次女
        ({"minute_b1": 600, "minute_b2": 610, "relation_r1": 22}, ""),
    ],
)
def test_what_tells_twins_apart(said: dict[str, object], expected: str) -> None:
    assert evidence(twins(**said)).to_list() == [expected]


def test_a_possible_match_counts_from_either_side() -> None:
    links = pl.DataFrame(
        {
            "source": ["births", "residents", "residents"],
            "record_id": ["b1", "r2", "r3"],
            "contender_source": ["residents", "births", "household"],
            "contender_record_id": ["r1", "b1", "h1"],
        }
    )
    assert possible(links).rows() == [("b1", "r1"), ("b1", "r2")]


def test_births_that_no_list_could_hold_are_not_estimated() -> None:
    reasons = ["", "births_missed|residents_missed", "early_death", "mother_elsewhere", "born_elsewhere|births_missed"]
    born = pl.DataFrame({"why": reasons, "birth_date": [date(2024, 11, 1)] * 5})
    assert true_births(born, date(2024, 11, 1)) == 2
    assert true_births(born, date(2024, 11, 2)) == 0


@pytest.mark.parametrize(("months", "first"), [(1, date(2026, 10, 1)), (10, date(2026, 1, 1)), (24, date(2024, 11, 1))])
def test_whole_months_begin_on_the_first(months: int, first: date) -> None:
    assert first_whole_month(months) == first


def test_the_estimate_is_the_citys_and_there_is_one() -> None:
    rows = pl.DataFrame(
        {"statistic": ["dual", "dual", "triple"], "level": ["city", "district", "city"]}
        | {"value": [100.0, 50.0, 99.0], "low": [98.0, 48.0, 97.0], "high": [103.0, 55.0, 101.0], "note": [None] * 3}
    )
    assert estimate(rows) == {"value": 100.0, "low": 98.0, "high": 103.0, "note": None}
    with pytest.raises(pl.exceptions.PolarsError):
        estimate(rows.filter(statistic="triple"))


def test_coverage_counts_intervals_that_hold_the_truth() -> None:
    results = pl.DataFrame(
        {"preset": ["independent", "independent", "dependent"], "seed": [1, 2, 1], "true": [100, 100, 100]}
        | {"value": [101.0, 99.0, None], "low": [98.0, 101.0, None], "high": [104.0, 103.0, None]}
        | {"note": [None, None, "dependent"]}
    )
    lines = as_table(results).splitlines()
    assert lines[2] == "| independent | 2 | 1 | 100 | 1.0 | 0.04 | 0 |"
    assert lines[3].startswith("| dependent | 1 | 0 |")
    assert lines[3].endswith("| 1 |")
