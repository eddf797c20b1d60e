"""What each preset makes of a city."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from reconcile.sample import captures, city, presets, whereabouts, write_sample
from reconcile.sample.families import TODAY
from reconcile.sample.presets import Capture, Events


def rows(folder: Path, source: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{source}.csv", infer_schema=False)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    write_sample(folder, 5_000, seed=3, form="plain", preset="clean")
    return folder


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_whole(name: str) -> None:
    preset = presets.load(name)
    assert set(preset.rates) == {"residents", "household", "births", "rosters"}
    modern = presets.load("modern")
    assert set(preset.shares) == set(modern.shares)
    assert all(set(preset.shares[what]) >= set(modern.shares[what]) for what in modern.shares)


def test_a_preset_has_the_rest_from_the_one_it_is_like() -> None:
    dependent, independent = presets.load("dependent"), presets.load("independent")
    assert dependent.events == independent.events
    assert dependent.rates == presets.load("modern").rates
    assert dependent.capture is not None
    assert independent.capture == replace(dependent.capture, hidden=0.0, hidden_times=1.0)


def test_the_usual_events_are_those_of_modern() -> None:
    assert presets.load("modern").events == Events()


def test_a_clean_city_has_no_error(clean: Path) -> None:
    facts = {"moved", "not_registered", "registered_elsewhere", "home_birth", "born_elsewhere", "mother_elsewhere"}
    facts |= {"early_death", "unnamed", "cancelled", ""}
    for source in ("residents", "household", "births"):
        truth = rows(clean, f"truth_{source}")
        assert set(truth["errors"].drop_nulls().str.split("|").explode()) <= facts
        assert not truth["entity_id"].is_duplicated().any()
    assert rows(clean, "residents")["身份证号"].str.contains(r"^\d{17}[\dX]$").all()


def test_a_clean_city_leaves_no_column_empty_that_it_could_fill(clean: Path) -> None:
    births = rows(clean, "births")
    assert births.select(pl.col("胎数", "胎序", "孩次", "母亲姓名", "体重").null_count()).row(0) == (0, 0, 0, 0, 0)
    assert rows(clean, "residents")["母亲姓名"].is_null().mean() == 0


def test_newborns_of_a_clean_city_still_wait_for_a_name(clean: Path) -> None:
    unnamed = rows(clean, "truth_births")["errors"].str.contains("unnamed").fill_null(False).mean()
    assert 0.5 < unnamed < 0.7  # type: ignore[operator]


def test_twins_come_in_the_months_of_the_list_only() -> None:
    town = city.build(20_000, 24, np.random.Generator(np.random.PCG64(1)), Events(twin_deliveries=0.8))
    kin = town.families
    children = pl.DataFrame({"delivery": kin.delivery, "born": kin.born}).filter(pl.col("delivery") >= 0)
    counts = children.group_by("delivery").agg(pl.len(), pl.col("born").first())
    lately = pl.col("born") > TODAY - 730
    assert 0.7 < counts.filter(lately).select((pl.col("len") == 2).mean()).item() < 0.9
    assert counts.filter(~lately).select((pl.col("len") == 2).mean()).item() < 0.05


def test_registers_of_the_twins_preset_say_which_twin_a_nameless_one_is(tmp_path: Path) -> None:
    write_sample(tmp_path, 5_000, seed=3, form="plain", preset="twins")
    for source in ("residents", "births"):
        names = rows(tmp_path, source)["姓名" if source == "residents" else "新生儿姓名"]
        assert names.str.contains("（大）").any()
        assert names.str.contains("（小）").any()
    write_sample(tmp_path, 5_000, seed=3, form="plain")
    assert not rows(tmp_path, "residents")["姓名"].str.contains("（大）").any()


@cache
def captured(hidden: float, hidden_times: float) -> pl.DataFrame:
    """Of the children that all lists should have: whether each list misses them."""
    rng = np.random.Generator(np.random.PCG64(2))
    town = city.build(150_000, 60, rng)
    before = whereabouts.follow(town, 60, rng)
    capture = Capture(0.93, 0.90, 0.92, hidden, hidden_times)
    after = captures.capture_newborns(town, before, capture, rng)
    due = captures.due_on_all_lists(town, before)
    assert not any(missed[~due].any() for missed in after.missed.values())
    return pl.DataFrame({source: missed[due] for source, missed in after.missed.items()})


@pytest.mark.parametrize(("hidden", "hidden_times"), [(0.0, 1.0), (0.08, 0.3)])
def test_lists_hold_the_shares_that_the_preset_states(hidden: float, hidden_times: float) -> None:
    missed = captured(hidden, hidden_times)
    for source, share in (("births", 0.93), ("residents", 0.90), ("household", 0.92)):
        assert 1 - missed[source].mean() == pytest.approx(share, abs=0.012)  # type: ignore[operator]


def test_lists_miss_the_same_children_only_where_some_are_hidden() -> None:
    pairs = (("births", "residents"), ("births", "household"), ("residents", "household"))
    for one, other in pairs:
        independent, dependent = captured(0.0, 1.0), captured(0.08, 0.3)
        assert abs(independent.select(pl.corr(one, other)).item()) < 0.05
        assert dependent.select(pl.corr(one, other)).item() > 0.2
