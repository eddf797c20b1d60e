"""The truth about the children of the months: who was born, where each is written down, and why not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from reconcile.quality.evaluation import read_truth
from reconcile.sample import write_sample
from reconcile.sample.truth import CHILDREN

SOURCES = ("births", "residents", "household")


@pytest.fixture(scope="module", params=["modern", "independent"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    write_sample(folder, 20_000, seed=3, birth_months=36, form="plain", preset=request.param)
    return folder


@pytest.fixture
def children(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / CHILDREN, try_parse_dates=True)


def test_a_child_is_held_where_an_export_has_a_record_of_it(folder: Path, children: pl.DataFrame) -> None:
    assert not children["entity_id"].is_duplicated().any()
    for source in SOURCES:
        entities = pl.read_csv(folder / f"truth_{source}.csv", infer_schema=False)["entity_id"]
        assert children["entity_id"].is_in(entities.implode()).cast(pl.Int64).equals(children[source])
    cells = children.select(
        pl.concat_str(
            pl.when(pl.col(source) == 1).then(pl.lit(letter)).otherwise(pl.lit(""))
            for source, letter in zip(SOURCES, "HRP", strict=True)
        )
    ).to_series()
    assert cells.equals(children["cell"].fill_null(""), check_names=False)


def test_every_child_of_the_hospitals_list_is_there(folder: Path, children: pl.DataFrame) -> None:
    births = pl.read_csv(folder / "truth_births.csv", infer_schema=False)["entity_id"]
    assert set(births) <= set(children["entity_id"])


def test_a_child_has_a_reason_exactly_where_a_list_lacks_it(children: pl.DataFrame) -> None:
    on_all = children["cell"].fill_null("") == "HRP"
    assert children["why"].is_null().equals(on_all, check_names=False)


@pytest.mark.parametrize(
    ("why", "lacks"),
    [
        ("early_death", ("residents", "household")),
        ("mother_elsewhere", ("residents", "household")),
        ("born_elsewhere", ("births",)),
        ("registered_elsewhere", ("household",)),
        ("resident_not_yet", ("residents",)),
        ("household_not_yet", ("household",)),
        ("births_missed", ("births",)),
        ("residents_missed", ("residents",)),
        ("household_missed", ("household",)),
    ],
)
def test_a_reason_says_which_lists_lack_the_child(children: pl.DataFrame, why: str, lacks: tuple[str, ...]) -> None:
    told = children.filter(pl.col("why").str.split("|").list.contains(why))
    assert told.select(pl.col(lacks).sum()).row(0) == (0,) * len(lacks)


def test_twins_stand_beside_each_other_with_their_places(children: pl.DataFrame) -> None:
    twins = children.filter(pl.col("children_delivered") == 2)
    assert twins.height > 10
    assert twins["place_in_delivery"].to_list() == [1, 2] * (twins.height // 2)
    assert twins[::2].select("mother_entity", "birth_date").equals(twins[1::2].select("mother_entity", "birth_date"))


def test_some_mothers_give_birth_twice_within_the_months(children: pl.DataFrame) -> None:
    deliveries = children.drop_nulls("mother_entity").select("mother_entity", "birth_date").unique()
    again = deliveries.sort("mother_entity", "birth_date").with_columns(
        apart=pl.col("birth_date").diff().over("mother_entity").dt.total_days()
    )
    apart = again["apart"].drop_nulls()
    assert apart.len() > 5
    assert (apart > 280).all()


def test_the_children_are_not_taken_for_a_source(folder: Path) -> None:
    assert set(read_truth(folder)) == set(SOURCES)
