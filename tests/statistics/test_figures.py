"""Shares, sex ratio, completeness, timeliness and heaping, as tables of worked cases."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from reconcile.statistics.completeness import completeness
from reconcile.statistics.dual_system import dual_system
from reconcile.statistics.heaping import heaping
from reconcile.statistics.proportions import share
from reconcile.statistics.sex_ratio import LEAST_BIRTHS, sex_ratio
from reconcile.statistics.timeliness import LAGS, lag, lags, timely
from tests.statistics.small_city import children


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_intervals_of_shares(count: int, of: int, low: float, high: float) -> None:
    found = pl.select(numerator=count, denominator=of).select(**share()).row(0)
    assert found == pytest.approx((count / of, low, high), abs=5e-5)


def test_a_share_of_nothing_is_null() -> None:
    assert pl.select(numerator=0, denominator=0).select(**share()).row(0) == (None, None, None)


def ratio(males: int, females: int) -> dict[str, object]:
    return sex_ratio(pl.DataFrame({"level": "city", "males": [males], "females": [females]})).row(0, named=True)


def test_sex_ratio_by_hand() -> None:
    found = ratio(1060, 1000)
    assert found["value"] == pytest.approx(106.0)
    assert found["low"] == pytest.approx(106 / 1.0902, abs=0.02)  # exp(1.96·√(1/1060 + 1/1000)) = exp(.08640)
    assert found["high"] == pytest.approx(106 * 1.0902, abs=0.02)
    assert (found["numerator"], found["denominator"], found["suppressed"], found["note"]) == (1060, 1000, False, None)


def test_sex_ratio_is_held_back_under_the_least_number_of_births() -> None:
    few = ratio(250, LEAST_BIRTHS - 251)
    assert few["suppressed"]
    assert few["note"] == "few_births"
    assert {few[name] for name in ("value", "low", "high", "numerator", "denominator")} == {None}
    assert ratio(250, LEAST_BIRTHS - 250)["value"] == 100
    assert ratio(0, 0)["note"] == "few_births"
    assert ratio(LEAST_BIRTHS, 0)["note"] == "one_sex"


def test_sex_ratio_refuses_towns() -> None:
    with pytest.raises(ValueError, match="below the districts"):
        sex_ratio(pl.DataFrame({"level": ["city", "town"], "males": [600, 600], "females": [600, 600]}))


def test_completeness_turns_the_interval_of_the_births_around() -> None:
    dual = dual_system([900, 50, 3], [850, 50, 2], [765, 50, 1])
    found = completeness(dual.select("value", "low", "high", "note").with_columns(registered=pl.Series([850, 50, 2])))
    assert found["value"][0] == pytest.approx(850 / dual["value"][0])
    assert found["low"][0] == pytest.approx(850 / dual["high"][0])
    assert found["high"][0] == pytest.approx(850 / dual["low"][0])
    assert found.row(1)[0] == 1
    assert found["suppressed"].to_list() == [False, False, True]
    assert (found["value"][2], found["numerator"][2], found["note"][2]) == (None, None, "few_matched")


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-1, "lag_before"), (0, "lag_0_7"), (7, "lag_0_7"), (8, "lag_8_30"), (30, "lag_8_30"), (31, "lag_31_90"),
        (90, "lag_31_90"), (91, "lag_91_365"), (365, "lag_91_365"), (366, "lag_over_365"), (None, "lag_unknown"),
    ],
)  # fmt: skip
def test_lags(days: int | None, name: str) -> None:
    born = date(2026, 1, 1)
    end = None if days is None else born + timedelta(days)
    assert pl.select(lag(pl.lit(born), pl.lit(end, dtype=pl.Date))).item() == name
    if days is not None:
        assert pl.select(lag(pl.lit(None, dtype=pl.Date), pl.lit(end))).item() == "lag_unknown"


def test_lags_of_a_source_add_up_to_the_children_that_it_holds() -> None:
    born = children(800)
    found = lags(born.with_columns(level=pl.lit("city")), ["level"])
    from_birth = found.filter(pl.col("statistic").is_in(LAGS))
    for source in ("births", "residents", "household"):
        rows = from_birth.filter(pl.col("source") == source)
        assert rows.height == len(LAGS)
        assert rows["numerator"].sum() == rows["denominator"][0] == born[source].count()
        assert rows["value"].sum() == pytest.approx(1)
    issued = found.filter(pl.col("statistic").str.starts_with("issue_"), pl.col("source") == "residents")
    assert issued["numerator"].sum() == born.filter(pl.col("births").is_not_null())["residents"].count()


def test_timely_counts_those_whose_dates_are_known_and_in_order() -> None:
    day = date(2026, 3, 1)
    after = [day + timedelta(days) for days in (0, 30, 31, 365, 366, -1)]
    born = pl.DataFrame({"birth_date": [day] * 7, "issued_on": [day] * 7, "residents_on": [*after, None]})
    born = born.with_columns(
        births=pl.lit(1),
        residents=pl.lit(1),
        household=pl.lit(None, dtype=pl.UInt32),
        household_on=pl.lit(None, dtype=pl.Date),
    )
    found = timely(born.with_columns(level=pl.lit("city")), ["level"])
    counts = {
        (s, source): (n, d)
        for s, source, n, d in found.select("statistic", "source", "numerator", "denominator").iter_rows()
    }
    assert counts["within_30", "residents"] == (2, 5)
    assert counts["within_365", "residents"] == (4, 5)
    assert counts["issue_within_30", "residents"] == (2, 5)
    assert counts["within_30", "births"] == (7, 7)
    assert ("within_30", "household") not in counts


def years(seed: int, size: int) -> pl.Series:
    days = np.random.default_rng(seed).integers(0, 7_305, size)  # twenty years
    return pl.select(pl.lit(date(2000, 1, 1)) + pl.duration(days=pl.Series(days))).to_series()


def test_heaping_is_flagged_when_dates_were_made_up() -> None:
    made_up = pl.concat([years(1, 20_000), pl.Series([date(1999, 1, 1)] * 100)])
    found = {row["statistic"]: row for row in heaping(made_up).iter_rows(named=True)}
    assert found["heaped_new_year"]["note"] == "beyond_chance"
    assert found["heaped_new_year"]["expected"] == pytest.approx(1 / 365.25)
    assert found["heaped_day_1"]["expected"] == pytest.approx(12 / 365.25)
    assert found["heaped_new_year"]["numerator"] > 100
    assert found["heaped_new_year"]["low"] < found["heaped_new_year"]["value"] < found["heaped_new_year"]["high"]


def test_heaping_is_seldom_flagged_by_chance() -> None:
    flags = pl.concat([heaping(years(seed, 2_000)) for seed in range(200)])["note"].count()
    assert flags <= 3  # of 400, at one in a thousand


def test_heaping_in_a_month_is_held_against_the_days_of_that_month() -> None:
    october = pl.Series([date(2026, 10, 1 + day % 30) for day in range(300)])
    found = heaping(october)
    assert found["statistic"].to_list() == ["heaped_day_1"]  # it has no 1 January
    assert found["expected"][0] == pytest.approx(1 / 31)
    assert found["note"][0] is None
    january = heaping(pl.Series([date(2026, 1, 1)] * 20 + [date(2026, 1, 9)] * 100))
    assert january["expected"].to_list() == pytest.approx([1 / 31, 1 / 31])
    assert january["note"].to_list() == ["beyond_chance"] * 2


def test_heaping_of_nothing_cannot_be_said() -> None:
    found = heaping(pl.Series([None], dtype=pl.Date))
    assert found["value"].to_list() == [None, None]
    assert set(found["note"]) == {"no_births"}
