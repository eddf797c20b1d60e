"""Every statistic of a run's births, and how they are said."""

from __future__ import annotations

import re

import polars as pl
import pytest

from reconcile.core.messages import LANGUAGES, has_text, text
from reconcile.statistics import NOTES
from reconcile.statistics.births import CODES, NOT_REGISTRABLE, STATISTICS, births_statistics
from reconcile.statistics.dual_system import dual_system
from reconcile.statistics.wording import caveat, name, statistic_texts
from tests.statistics.small_city import children


def rows(frame: pl.DataFrame, statistic: str, level: str = "city") -> pl.DataFrame:
    return frame.filter(pl.col("statistic") == statistic, pl.col("level") == level)


@pytest.fixture(scope="module")
def born() -> pl.DataFrame:
    return children(2_000)


@pytest.fixture(scope="module")
def statistics(born: pl.DataFrame) -> pl.DataFrame:
    return births_statistics(born, {"births": born["birth_date"]}, missed=6, false=2)


def test_the_schema_holds_and_rows_stand_once_in_a_stable_order(born: pl.DataFrame, statistics: pl.DataFrame) -> None:
    assert statistics.schema == pl.Schema(dict(STATISTICS))
    assert set(statistics["statistic"]) <= set(CODES)
    assert set(statistics["note"].drop_nulls()) <= set(NOTES)
    keys = ["statistic", "level", "district", "area", "source"]
    assert not statistics.select(keys).is_duplicated().any()
    shuffled = born.sample(fraction=1, shuffle=True, seed=2)
    again = births_statistics(shuffled, {"births": shuffled["birth_date"]}, missed=6, false=2)
    assert again.equals(statistics)
    assert statistics["suppressed"].null_count() == 0
    assert statistics.filter("suppressed")["value"].null_count() == statistics["suppressed"].sum()


def test_dual_estimates_of_the_areas(born: pl.DataFrame, statistics: pl.DataFrame) -> None:
    hospital = born["births"].count()
    registered = born.filter(pl.col("cell") != "H").height
    both = born.filter(pl.col("births").is_not_null() & (pl.col("cell") != "H")).height
    city = rows(statistics, "dual").row(0, named=True)
    expected = dual_system(hospital, registered, both, 6, 2).row(0, named=True)
    assert {key: city[key] for key in ("value", "low", "high")} == {
        key: expected[key] for key in ("value", "low", "high")
    }
    assert (city["numerator"], city["denominator"]) == (both, born.height)
    districts, towns = rows(statistics, "dual", "district"), rows(statistics, "dual", "town")
    assert districts["area"].to_list() == ["D0", "D1"]
    assert towns.height == 8
    known = born.filter(pl.col("district").is_not_null())
    assert districts["denominator"].sum() == known.height
    # Errors of linkage are shared out, so that the areas together say what the city says, but for children of no area.
    assert districts["value"].sum() == pytest.approx(city["value"] * known.height / born.height, rel=2e-3)
    complete = rows(statistics, "completeness").row(0, named=True)
    assert complete["value"] == pytest.approx(registered / city["value"])
    assert complete["low"] < complete["value"] < complete["high"]


def test_children_whom_no_list_could_hold_are_not_in_the_estimate(born: pl.DataFrame) -> None:
    reason = pl.when(pl.col("cell") == "H")
    for name_of_reason in NOT_REGISTRABLE:
        changed = born.with_columns(reason=reason.then(pl.lit(name_of_reason)).otherwise("reason"))
        found = births_statistics(changed, {})
        assert rows(found, "dual")["value"][0] == pytest.approx((born["cell"] != "H").sum(), abs=1e-9), name_of_reason
        sexes = rows(found, "sex_ratio").row(0, named=True)
        counted = born.height if name_of_reason == "early_death" else (born["cell"] != "H").sum()
        assert sexes["numerator"] + sexes["denominator"] == counted
    home = born.with_columns(reason=reason.then(pl.lit("home_birth")).otherwise("reason"))
    assert rows(births_statistics(home, {}), "dual").equals(rows(births_statistics(born, {}), "dual"))


def test_small_towns_have_no_estimate(born: pl.DataFrame) -> None:
    found = births_statistics(born.head(60), {})
    towns = rows(found, "dual", "town")
    few = towns.filter("suppressed")
    assert 0 < few.height < towns.height
    assert set(few["note"]) <= {"few_matched", "no_overlap"}
    assert (
        few.select("value", "low", "high", "numerator", "denominator").null_count().sum_horizontal().item()
        == 5 * few.height
    )


def test_no_figure_is_split_by_sex_below_the_districts(statistics: pl.DataFrame) -> None:
    assert set(statistics.filter(pl.col("statistic") == "sex_ratio")["level"]) == {"city", "district"}


def test_a_dependence_of_the_hospital_is_told_with_every_estimate_from_two_lists() -> None:
    cells = {"HRP": 700, "HR": 80, "HP": 80, "RP": 60, "H": 15, "R": 40, "P": 40}
    cell = [cell for cell, count in cells.items() for _ in range(count)]
    born = children(len(cell)).with_columns(cell=pl.Series(cell))
    found = births_statistics(born, {})
    assert rows(found, "triple")["note"][0] == "dependent"
    said = found.filter(pl.col("statistic").is_in(["dual", "completeness"]), ~pl.col("suppressed"))
    assert set(said["note"]) == {"dependent"}
    for row in statistic_texts(found, "en"):
        if row.name == name("dual", "en"):
            assert row.caveat == caveat("dual", dependent=True, lang="en") != caveat("dual", lang="en")


def test_without_children_nothing_is_said_and_nothing_breaks(born: pl.DataFrame) -> None:
    found = births_statistics(born.clear(), {"births": born["birth_date"].clear()}, missed=3, false=1)
    assert found["value"].null_count() == found.height > 0
    for lang in LANGUAGES:
        assert all(row.value for row in statistic_texts(found, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statistic_and_note_has_its_words(statistics: pl.DataFrame, lang: str) -> None:
    for code in CODES:
        assert name(code, lang)
        assert caveat(code, lang=lang)
    assert caveat("dual", True, lang) != caveat("dual", False, lang)
    for note in set(NOTES) - {"dependent", "beyond_chance"}:
        assert has_text(f"statistics.unsaid.{note}", lang), note
    lines = statistic_texts(statistics, lang)
    assert len(lines) == statistics.height
    assert all(row.area and row.name and row.value and row.caveat for row in lines)
    names = {(row.area, row.name) for row in lines}
    assert len(names) == len(lines)  # no two statistics read alike


def test_a_line_has_value_interval_and_counts(statistics: pl.DataFrame) -> None:
    city = rows(statistics, "dual").row(0, named=True)
    line = statistic_texts(rows(statistics, "dual"), "en")[0]
    digits = [
        int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= |\)|$)", line.value.replace("95 %", ""))
    ]
    assert digits == [round(city[key]) for key in ("value", "low", "high")]
    assert line.counts == text(
        "statistics.counts.dual", "en", numerator=f"{city['numerator']:,.0f}", denominator="2,000"
    )
    assert line.line.startswith("whole city")


def test_sources_go_by_the_names_of_their_registers(statistics: pl.DataFrame) -> None:
    heaped = rows(statistics, "heaped_day_1").with_columns(source=pl.lit("east"))
    named = statistic_texts(heaped, "en", {"east": "household"})[0].name
    assert named == statistic_texts(heaped.with_columns(source=pl.lit("household")), "en")[0].name
    assert "east" in statistic_texts(heaped, "en")[0].name
