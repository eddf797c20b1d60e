"""The table of areas beside a made-up city, and the rows that do not go by it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.core.errors import UsageError
from reconcile.core.layouts import load_layout
from reconcile.sample import write_sample
from reconcile.sample.areas import WAYS

SOURCES = ("residents", "household", "births")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("areas")
    write_sample(folder, 6_000, seed=3, form="plain", areas=True)
    return folder


def csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def named(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    layout = load_layout(source)
    return frame.rename({column.headers[0]: column.name for column in layout.columns}, strict=False)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sample(tmp_path / name, 200, seed=7, form="plain", areas=True)
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_without_the_option_the_people_are_the_same_and_there_is_no_table(city: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, 6_000, seed=3, form="plain")
    assert not (tmp_path / "areas.csv").exists()
    for source in SOURCES:
        areas = ("district", "town", "village", "address", "registered_address", "mother_address", "household_no",
                 "police_station", "birth_place")  # fmt: skip
        with_table, without = (named(csv(f / f"{source}.csv"), source) for f in (city, tmp_path))
        same = [column for column in without.columns if column not in areas]
        assert with_table.select(same).sort(same).equals(without.select(same).sort(same))


def test_rows_write_their_area_in_every_way_and_the_truth_names_the_village_of_the_table(city: Path) -> None:
    truth, table = csv(city / "areas_truth.csv"), csv(city / "areas.csv")
    assert set(truth["written"]) == set(WAYS)
    assert set(truth["area_code"].drop_nulls()) <= set(table.filter(pl.col("撤销日期").is_null())["区划代码"])
    for source in SOURCES:
        ids = csv(city / f"truth_{source}.csv")["record_id"].sort()
        assert truth.filter(source=source)["record_id"].sort().equals(ids)
    plain = truth.filter(source="household", written="plain")
    rows = named(csv(city / "household.csv"), "household").unique("record_key", keep="none")
    told = plain.join(rows, left_on="record_id", right_on="record_key")
    names = table.select(area_code="区划代码", area_name="名称")
    assert (told.join(names, on="area_code").select(pl.col("area_name") == pl.col("village")).to_series()).all()


def test_the_table_has_namesakes_areas_that_are_no_more_and_empty_ones(city: Path) -> None:
    table = csv(city / "areas.csv").filter(pl.col("级别") == "村居")
    present = table.filter(pl.col("撤销日期").is_null())
    twice = present.filter(pl.len().over("名称") > 1)
    assert twice["名称"].n_unique() == 2
    assert (twice.group_by("名称").agg(pl.col("上级").n_unique())["上级"] == 2).all()
    gone = table.filter(pl.col("撤销日期").is_not_null())
    assert set(gone["合并到"]) <= set(present["区划代码"])
    assert gone.filter(pl.col("名称").is_in(present["名称"].implode())).height == 1
    lived_in = set(csv(city / "areas_truth.csv")["area_code"].drop_nulls())
    assert len(set(present["区划代码"]) - lived_in) == 2


def test_a_table_is_for_a_single_month(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--areas"):
        write_sample(tmp_path, 100, months=3, areas=True)
