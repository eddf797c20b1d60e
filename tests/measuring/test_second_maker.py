"""The second maker's city is what it says: whole in its truth, wrong as often as asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.exact_joins import exact_scores
from benchmarks.second_maker import lunar
from benchmarks.second_maker.cuts import cuts
from benchmarks.second_maker.make import make
from stdnum.iso7064 import mod_11_2 as iso7064

from reconcile.core.layouts import load_layout

SOURCES = ("residents", "household", "births")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("modern")
    make(folder, 3000, seed=5)
    return folder


def rows(city: Path, name: str) -> pl.DataFrame:
    """A file's rows under the layout's names."""
    raw = pl.read_csv(city / f"{name}.csv", infer_schema=False).fill_null("")
    columns = load_layout(name).columns
    return raw.rename({h: c.name for c in columns for h in c.headers if h in raw.columns})


def truth(city: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(city / f"truth_{name}.csv", infer_schema=False).fill_null("")


def test_the_same_arguments_give_the_same_bytes(city: Path, tmp_path: Path) -> None:
    make(tmp_path / "same", 3000, seed=5)
    make(tmp_path / "other", 3000, seed=6)
    for path in sorted(city.glob("*.csv")):
        assert (tmp_path / "same" / path.name).read_bytes() == path.read_bytes()
        assert (tmp_path / "other" / path.name).read_bytes() != path.read_bytes()


@pytest.mark.parametrize("source", SOURCES)
def test_the_truth_has_each_record_once(city: Path, source: str) -> None:
    records = rows(city, source)["record_key"]
    known = truth(city, source)["record_id"]
    assert known.is_unique().all()
    assert sorted(known) == sorted(records)


def test_the_registers_state_what_such_registers_state(city: Path) -> None:
    residents, household, births = (set(rows(city, source).columns) for source in SOURCES)
    assert not {"household_no", "relation"} & residents
    assert {"head_name", "father_name", "mother_name", "spouse_name", "mother_id"} <= residents
    assert {"household_no", "relation", "head_name", "address", "town", "village"} <= household
    assert {"mother_name", "mother_id", "father_name", "address"} <= births
    assert not {"town", "village", "district"} & births


def test_ids_without_a_noted_slip_are_valid_and_ones_own(city: Path) -> None:
    clean = (
        rows(city, "household")
        .join(truth(city, "household"), left_on="record_key", right_on="record_id")
        .filter(~pl.col("errors").str.contains("id_") & (pl.col("id_number").str.len_chars() == 18))
    )
    assert len(clean) > 2000
    assert all(iso7064.is_valid(number) for number in clean["id_number"])
    by_person = clean.select("entity_id", "id_number").unique()
    assert by_person["id_number"].is_unique().all()
    noted = clean["errors"].str.contains("sex_|date_")
    right = clean.filter(~noted).with_columns(
        day=pl.col("birth_date").str.replace_all("[-.年月日]", ""),
        odd=pl.col("id_number").str.slice(16, 1).cast(pl.Int32) % 2 == 1,
    )
    assert (right["id_number"].str.slice(6, 8) == right["day"]).all()
    assert (right["odd"] == (right["sex"] == "1")).all()


@pytest.mark.parametrize(
    ("hard", "without_number", "links", "doubles"),
    [(False, (0.03, 0.08), (0.955, 0.985), (0.65, 0.95)), (True, (0.34, 0.42), (0.89, 0.95), (0.45, 0.85))],
)
def test_as_much_is_wrong_as_asked(
    tmp_path: Path,
    hard: bool,
    without_number: tuple[float, float],
    links: tuple[float, float],
    doubles: tuple[float, float],
) -> None:
    make(tmp_path, 6000, seed=1, hard=hard)
    scores = dict(exact_scores(tmp_path).select("task", "f1").iter_rows())
    missing = (rows(tmp_path, "residents")["id_number"] == "").mean()
    assert without_number[0] < missing < without_number[1]
    assert links[0] < scores["links residents → household"] < links[1]
    assert doubles[0] < scores["duplicates residents"] < doubles[1]


def test_who_is_in_one_register_only(city: Path) -> None:
    residents, household = (truth(city, source) for source in SOURCES[:2])
    here = ~residents["entity_id"].is_in(household["entity_id"].implode())
    gone = ~household["entity_id"].is_in(residents["entity_id"].implode())
    assert 0.05 < here.mean() < 0.13
    assert 0.03 < gone.mean() < 0.10
    assert 0.008 < residents["entity_id"].is_duplicated().mean() / 2 < 0.022


def test_slips_meet_in_one_row(city: Path) -> None:
    """More often than if each fell where it would."""
    kinds = truth(city, "residents")["errors"]
    name, date = kinds.str.contains("name_h|name_m|name_v"), kinds.str.contains("date_")
    assert (name & date).mean() > 2 * name.mean() * date.mean()


@pytest.mark.parametrize(
    ("solar", "farmers"),
    [("2026-02-17", "2026-01-01"), ("1985-03-12", "1985-01-21"), ("2023-04-20", "2023-03-01")],
)
def test_lunar_dates(solar: str, farmers: str) -> None:
    day = np.array([np.datetime64(solar, "D").astype(int)])
    assert str(lunar.as_written(day).astype("datetime64[D]")[0]) == farmers


def pair(left: str, right: str, probability: float, same: bool) -> tuple[object, ...]:
    return ("residents", left, "household", right, probability, same)


def scored(*pairs: tuple[object, ...]) -> pl.DataFrame:
    columns = ["source_l", "record_id_l", "source_r", "record_id_r", "match_probability", "same"]
    return pl.DataFrame(pairs, schema=columns, orient="row")


def test_the_best_cut_in_hindsight() -> None:
    people = pl.DataFrame(
        {
            "source": ["residents"] * 3 + ["household"] * 3,
            "record_id": ["a", "b", "c", "x", "y", "z"],
            "person_id": ["1", "2", "3", "1", "2", "4"],
        }
    )
    known = {
        "residents": pl.DataFrame({"record_id": ["a", "b", "c"], "entity_id": ["A", "B", "C"]}),
        "household": pl.DataFrame({"record_id": ["x", "y", "z"], "entity_id": ["A", "B", "C"]}),
    }
    task = "links residents → household"
    scores = pl.DataFrame({"task": [task], "true_pairs": [3], "f1": [0.8]})
    # a is settled by an exact key, b is joined by its weight, c would be by a lower cut
    table = cuts(people, known, scored(pair("b", "y", 0.9, True), pair("c", "z", 0.3, True)), scores)
    assert table.row(0, named=True) == pytest.approx(
        {"task": task, "f1": 0.8, "swept": 0.8, "best": 1.0, "best_cut": 0.3, "never": 0, "behind": 0.2}
    )
