"""The dual-system estimate: worked examples, its exact properties, and how often its interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from reconcile.statistics.dual_system import _log_interval, _waring_interval, dual_system, sensitivity


def one(*args: float, **options: float) -> dict[str, object]:
    return dual_system(*args, **options).row(0, named=True)


@pytest.mark.parametrize(
    ("first", "second", "both", "estimate", "variance"),
    [
        (10, 15, 5, 28.333, 34.921),  # turtles of a lake: 11·16/6 - 1, 11·16·5·10/(36·7)
        (135, 122, 49, 333.56, 823.67),  # hepatitis A, lists P and Q (Chao et al., 2001): 136·123/50 - 1
        (135, 126, 45, 374.478, 1266.07),  # P and E: 136·127/46 - 1
    ],
)
def test_worked_examples(first: int, second: int, both: int, estimate: float, variance: float) -> None:
    found = one(first, second, both, least=1)
    assert found["value"] == pytest.approx(estimate, rel=1e-4)
    assert found["variance"] == pytest.approx(variance, rel=1e-4)


def test_the_log_interval_of_the_turtles_is_22_to_65() -> None:
    low, high = _log_interval(np.array([5.5]), np.array([10.5]), np.array([5.5]))
    seen = 10 + 15 - 5
    assert (round(seen + low[0]), round(seen + high[0])) == (22, 65)


@pytest.mark.parametrize(("births", "first", "second"), [(20, 12, 9), (40, 30, 35), (100, 90, 85)])
def test_estimate_and_variance_are_unbiased_when_the_lists_must_overlap(births: int, first: int, second: int) -> None:
    both = np.arange(first + second - births, min(first, second) + 1)
    chance = hypergeom.pmf(both, births, first, second)
    found = dual_system(first, second, both, least=0)
    mean = (chance * found["value"].to_numpy()).sum()
    assert mean == pytest.approx(births)
    variance = (chance * (found["value"].to_numpy() - births) ** 2).sum()
    assert (chance * found["variance"].to_numpy()).sum() == pytest.approx(variance)


@pytest.mark.parametrize(
    ("first", "second", "both", "note"),
    [
        (0, 0, 0, "no_overlap"),
        (100, 0, 0, "no_overlap"),
        (100, 90, 0, "no_overlap"),
        (1, 1, 1, "few_matched"),
        (100, 6, 6, "few_matched"),
    ],
)
def test_what_cannot_be_said_is_null(first: int, second: int, both: int, note: str) -> None:
    found = one(first, second, both)
    assert found["note"] == note
    assert {found[name] for name in ("value", "low", "high", "variance")} == {None}


def test_false_matches_that_leave_none_cannot_be_said() -> None:
    assert one(100, 100, 10, false=10)["note"] == "no_overlap"


def test_lists_that_agree_wholly_have_no_unseen_births_but_an_interval() -> None:
    found = one(50, 50, 50)
    assert (found["value"], found["low"], found["variance"]) == (50, 50, 0)
    assert 50 <= found["high"] < 52


def test_more_missed_than_the_shorter_list_holds_means_that_all_of_it_is_matched() -> None:
    found = one(100, 90, 85, missed=20)
    assert (found["matched"], found["value"]) == (90, 100)
    assert found["low"] == 100


@pytest.mark.parametrize("counts", [(5, 9, 6), (-1, 3, 0), (5, 5, -1)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="counts"):
        dual_system(*counts)


def test_a_missed_per_cent_of_the_matches_adds_a_per_cent() -> None:
    true = one(9_000, 8_500, 7_650)["value"]
    blind = one(9_000, 8_500, 7_650 * 0.99)["value"]
    mended = one(9_000, 8_500, 7_650 * 0.99, missed=76.5)["value"]
    assert blind / true == pytest.approx(1.01, abs=2e-4)
    assert mended == pytest.approx(true)


def test_doubt_about_linkage_widens_the_interval_and_the_variance() -> None:
    sure = one(900, 850, 757, missed=8, missed_sd=0, false=4, false_sd=0)
    usual = one(900, 850, 757, missed=8, false=4)
    unsure = one(900, 850, 757, missed=8, missed_sd=8, false=4, false_sd=4)
    assert sure["value"] == usual["value"] == unsure["value"]
    assert sure["variance"] < usual["variance"] < unsure["variance"]
    assert sure["low"] > usual["low"] > unsure["low"]
    assert sure["high"] < usual["high"] < unsure["high"]
    slope = 901 * 851 / 762**2  # dN/dm at m = 757 + 8 - 4
    assert usual["variance"] - sure["variance"] == pytest.approx(slope**2 * (8.5 + 4.5))


def test_sensitivity_falls_with_what_was_missed_and_rises_with_what_is_false() -> None:
    table = sensitivity(900, 850, 765)
    assert table["kind"].to_list() == ["missed"] * 4 + ["false"] * 2
    assert table["share"].to_list() == [0, 0.005, 0.01, 0.02, 0.005, 0.01]
    none, *rest = table["value"]
    assert none == one(900, 850, 765)["value"]
    assert none > rest[0] > rest[1] > rest[2]
    assert none < rest[3] < rest[4]
    assert rest[1] / none == pytest.approx(0.99, abs=1e-3)
    assert sensitivity(900, 850, 0)["value"].null_count() == 6


@given(
    both=st.integers(7, 500), only_first=st.integers(0, 300), only_second=st.integers(0, 300),
    missed=st.floats(0, 20), false=st.floats(0, 5),
)  # fmt: skip
def test_properties(both: int, only_first: int, only_second: int, missed: float, false: float) -> None:
    first, second = both + only_first, both + only_second
    found = one(first, second, both, missed=missed, false=false, least=1)
    assert max(first, second) <= found["low"] <= found["value"] + 1e-9
    assert found["value"] <= found["high"] + 1e-9
    assert found["variance"] >= 0
    same = one(second, first, both, missed=missed, false=false, least=1)
    assert same["value"] == pytest.approx(found["value"])
    more = one(first, second, both, missed=missed + 1, false=false, least=1)
    assert more["value"] <= found["value"]


def test_the_quantiles_and_their_approximation_meet() -> None:
    """Beyond some thousand unseen births the interval is the log-transformed one."""
    a, b, c = (np.array([x]) for x in (4_000.5, 4_000.5, 6_000.5))
    exact, near = _waring_interval(a, b, c, 6_000), _log_interval(a, b, c)
    assert np.allclose(exact, near, rtol=2e-3)


def test_a_vast_unseen_count_is_estimated_in_little_memory() -> None:
    found = one(1_000_000, 1_000_000, 50)
    assert found["low"] < found["value"] < found["high"]


RATES = [(0.9, 0.85), (0.97, 0.95)]


@pytest.mark.parametrize("births", [300, 1000, 5000])
@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("missed", [0.0, 0.01])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    births: int, rates: tuple[float, float], missed: float
) -> None:
    generator = np.random.default_rng(20261)
    p, q = rates
    cells = generator.multinomial(births, [p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], size=2000)
    first, second = cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2]
    linked = generator.binomial(cells[:, 0], 1 - missed)
    found = dual_system(first, second, linked, missed=linked * missed / (1 - missed))
    assert ((found["low"] <= births) & (births <= found["high"])).mean() > 0.93
    if missed:
        blind = dual_system(first, second, linked)
        assert ((blind["low"] <= births) & (births <= blind["high"])).mean() < 0.75
