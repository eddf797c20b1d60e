"""A made-up city with many errors: what holds of every candidate."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.pipelines.cities import files_of, plain_city, read_json, run_city

pytestmark = pytest.mark.slow

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    city = plain_city(folder / "city", 600, seed=8, preset="seed2012", error_scale=1.5)
    files = {name: [path for path in paths if path.suffix == ".csv"] for name, paths in files_of(city).items()}
    return run_city(files, folder / "work").folder


@pytest.fixture(scope="module")
def frames(run_folder: Path) -> Frames:
    names = ("completions", "standardised_residents", "standardised_household", "persons")
    return {name: pl.read_parquet(run_folder / "frames" / f"{name}.parquet") for name in names}


def test_at_most_three_numbers_each_once_and_no_more_than_certain(frames: Frames) -> None:
    of_each = frames["completions"].group_by("record_id").agg(
        pl.len(), pl.col("rank").max(), pl.col("id_number").n_unique().alias("numbers"), pl.col("match_probability").sum()
    )  # fmt: skip
    assert of_each.height > 100
    assert of_each.filter((pl.col("len") > 3) | (pl.col("rank") != pl.col("len"))).is_empty()
    assert of_each.filter(pl.col("numbers") != pl.col("len")).is_empty()
    assert of_each["match_probability"].max() <= 1  # type: ignore[operator]


def test_every_number_stands_in_the_household_register_and_agrees_with_its_row(frames: Frames) -> None:
    trusted = frames["standardised_household"].filter("id_number_trusted")
    found = frames["completions"].join(
        trusted, left_on=["household_record_id", "id_number"], right_on=["record_id", "id_number_std"], how="anti"
    )
    assert found.is_empty()


def test_no_number_is_that_of_another_resident(frames: Frames) -> None:
    persons = frames["persons"].filter(source="residents").select("record_id", "person_id")
    residents = frames["standardised_residents"].filter("id_number_trusted").join(persons, on="record_id")
    asked = frames["completions"].join(persons, on="record_id")
    both = asked.join(residents, left_on="id_number", right_on="id_number_std", suffix="_holder")
    assert both.filter(pl.col("person_id") != pl.col("person_id_holder")).is_empty()


def test_a_repaired_number_is_the_only_one_that_fits(frames: Frames) -> None:
    repaired = frames["completions"].filter("repaired")
    assert repaired.height > 3
    assert repaired["record_id"].is_unique().all()
    assert repaired["how"].null_count() == 0


def test_the_summary_counts_every_resident_without_a_number(run_folder: Path, frames: Frames) -> None:
    counted = read_json(run_folder / "summary.json")["completion"]
    residents = frames["standardised_residents"].filter(~pl.col("cancelled_std").fill_null(False))
    by_status = dict(residents.group_by(pl.col("id_number_status").cast(pl.String)).len().iter_rows())
    told = {status: count for status, count in counted["wanting"].items() if status != "old_form" and count}
    assert told == {status: count for status, count in by_status.items() if status != "valid"}
    with_candidate = frames["completions"]["record_id"].n_unique()
    assert counted["likely"] + counted["possible"] == with_candidate
    assert counted["none"] == sum(counted["wanting"].values()) - with_candidate
