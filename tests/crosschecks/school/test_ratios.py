"""Ratios, their intervals, what stands out, and what is hidden."""

from __future__ import annotations

import inspect
import math

import polars as pl
import pytest

from reconcile.cli.school import school
from reconcile.core.frames import conform
from reconcile.crosschecks.school.cells import CELLS, cells
from reconcile.crosschecks.school.enrolment import ENROLMENT
from reconcile.crosschecks.school.ratios import MATERIAL, SURVIVAL, Terms, ratios

Cell = tuple[str, str | None, str | None, int | None, int | None, int | None]


def frame(*rows: Cell, year: int = 2025) -> pl.DataFrame:
    """Cells: level, district, town, sex, births, pupils."""
    names = ["level", "district", "town", "sex", "births", "enrolled"]
    made = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return conform(made.with_columns(year=pl.lit(year)), CELLS)


def test_the_ratio_and_its_interval_are_those_of_the_formula() -> None:
    row = ratios(frame(("city", None, None, None, 1000, 950)), Terms(survival=0.99)).row(0, named=True)
    assert row["ratio"] == pytest.approx(950 / 990)
    spread = 1.959964 * math.sqrt(1 / 950 + 1 / 1000)
    assert (row["low"], row["high"]) == pytest.approx((950 / 990 * math.exp(-spread), 950 / 990 * math.exp(spread)))
    assert row["expected"] == 990
    assert row["finding"] == "usual"


def test_the_command_and_the_library_have_the_same_defaults() -> None:
    told = inspect.signature(school).parameters
    assert (told["survival"].default, told["material"].default) == (SURVIVAL, MATERIAL)


def findings(*towns: tuple[int, int], material: float = 0.10) -> list[str]:
    births, pupils = (sum(column) for column in zip(*towns, strict=True))
    rows: list[Cell] = [("town", "甲区", f"镇{place:02d}", None, b, e) for place, (b, e) in enumerate(towns)]
    found = ratios(frame(("city", None, None, None, births, pupils), *rows), Terms(1, material))
    return found["finding"].to_list()[1:]


def test_a_large_deviation_stands_out_in_its_direction() -> None:
    assert findings((2000, 2000), (1000, 1500), (1000, 600)) == ["usual", "higher", "lower"]


def test_a_deviation_that_is_sure_but_small_does_not_stand_out() -> None:
    assert findings((100_000, 100_000), (100_000, 106_000)) == ["usual", "usual"]
    assert findings((100_000, 100_000), (100_000, 106_000), material=0.02) == ["lower", "higher"]


def test_a_deviation_that_is_large_but_unsure_does_not_stand_out() -> None:
    assert findings((5000, 5000), (20, 26)) == ["usual", "usual"]


def test_more_cells_ask_for_more_certainty() -> None:
    """A town that stands out beside one other town does not beside forty."""
    odd, others = (300, 372), (10_000, 10_000)
    assert findings(others, odd)[-1] == "higher"
    assert findings(*[others] * 40, odd)[-1] == "usual"


def test_hidden_figures_are_gone_from_the_table() -> None:
    rows: list[Cell] = [("city", None, None, None, 60, 60), ("town", "甲区", "一镇", None, 4, 50)]
    row = ratios(frame(*rows), Terms()).row(1, named=True)
    assert {row[name] for name in ("births", "enrolled", "expected", "ratio", "low", "high")} == {None}
    assert row["finding"] == "hidden"


def test_cells_by_sex_end_at_the_district_and_districts_are_learnt_from_the_other_side() -> None:
    births = pl.DataFrame(
        {"year": [2025] * 3, "sex": [1, 2, None], "district": [None, None, "甲区"], "town": ["一镇", "一镇", "二镇"]},
        schema={"year": pl.Int32, "sex": pl.Int8, "district": pl.String, "town": pl.String},
    )
    pupils = conform(
        pl.DataFrame({"year": [2025], "district": ["甲区"], "town": ["一镇"], "sex": [1], "enrolled": [7]}), ENROLMENT
    )
    found = cells(births, pupils).select("level", "district", "town", "sex", "births", "enrolled").rows()
    assert sorted(found, key=str) == sorted(
        [
            ("city", None, None, None, 3, 7),
            ("city", None, None, 1, 1, 7),
            ("city", None, None, 2, 1, None),
            ("district", "甲区", None, None, 3, 7),
            ("district", "甲区", None, 1, 1, 7),
            ("district", "甲区", None, 2, 1, None),
            ("town", "甲区", "一镇", None, 2, 7),
            ("town", "甲区", "二镇", None, 1, None),
        ],
        key=str,
    )
