"""The triple-system estimate: published estimates, closed forms, choice of the model, sparse cells."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from reconcile.persons.children import CELLS
from reconcile.statistics.triple_system import MODELS, chosen, triple_system

# Hepatitis A in Taiwan, 1995, lists P, Q and E in the places of H, R and P: 271 cases (Chao et al., 2001).
HEPATITIS = {"HRP": 28, "HR": 21, "HP": 17, "H": 69, "RP": 18, "R": 55, "P": 63}

COUNTS = st.fixed_dictionaries({cell: st.integers(5, 400) for cell in CELLS})


def test_published_estimates_of_hepatitis_a() -> None:
    fits = triple_system(HEPATITIS).fits
    estimates = dict(fits.select("model", "value").iter_rows())
    assert round(estimates["independent"]) == 388
    assert round(estimates["HR+HP+RP"]) == 1313
    assert fits["df"].to_list() == [3, 2, 2, 2, 1, 1, 1, 0]
    assert fits["g2"][0] == pytest.approx(24.36, abs=0.01)
    assert fits["g2"][-1] == pytest.approx(0, abs=1e-9)
    assert fits["p"][-1] is None


def closed(n: dict[str, int]) -> dict[str, float]:
    """Births unseen (Bishop, Fienberg & Holland, 1975, ch. 6.4)."""
    return {
        "HR": (n["H"] + n["R"] + n["HR"]) * n["P"] / (n["HP"] + n["RP"] + n["HRP"]),
        "HP": (n["H"] + n["P"] + n["HP"]) * n["R"] / (n["HR"] + n["RP"] + n["HRP"]),
        "RP": (n["R"] + n["P"] + n["RP"]) * n["H"] / (n["HR"] + n["HP"] + n["HRP"]),
        "HR+HP": n["R"] * n["P"] / n["RP"],
        "HR+RP": n["H"] * n["P"] / n["HP"],
        "HP+RP": n["H"] * n["R"] / n["HR"],
        "HR+HP+RP": n["HRP"] * n["H"] * n["R"] * n["P"] / (n["HR"] * n["HP"] * n["RP"]),
    }


@settings(max_examples=25, deadline=None)
@given(COUNTS)
def test_fits_agree_with_their_closed_forms(counts: dict[str, int]) -> None:
    found = triple_system(counts)
    seen = sum(counts.values())
    estimates = dict(found.fits.select("model", "value").iter_rows())
    for model, unseen in closed(counts).items():
        assert estimates[model] == pytest.approx(seen + unseen, rel=1e-6), model
    # Independence: the share that no list holds is the product of those that each lacks (Darroch, 1958).
    births = estimates["independent"]
    lacking = math.prod(1 - sum(n for cell, n in counts.items() if letter in cell) / births for letter in "HRP")
    assert lacking == pytest.approx(1 - seen / births, abs=1e-7)
    assert found.low <= found.value
    assert found.high is None or found.value <= found.high
    assert found.low >= seen


@settings(max_examples=25, deadline=None)
@given(COUNTS)
def test_more_parameters_fit_better_and_the_least_bic_is_chosen(counts: dict[str, int]) -> None:
    found = triple_system(counts)
    g2 = dict(found.fits.select("model", "g2").iter_rows())
    for model in MODELS[1:]:
        for simpler in MODELS[:-1]:
            if simpler == "independent" or set(simpler.split("+")) < set(model.split("+")):
                assert g2[model] <= g2[simpler] + 1e-6
    assert found.fits.sort("bic")["model"][0] == found.model


def test_dependence_is_told() -> None:
    independent = {"HRP": 765, "HR": 85, "HP": 135, "RP": 135, "H": 15, "R": 15, "P": 24}  # .9, .85·.9, …
    assert not triple_system(independent).dependent
    tied = {
        "HRP": 756,
        "HR": 18,
        "HP": 18,
        "RP": 84,
        "H": 108,
        "R": 2,
        "P": 2,
    }  # H holds .9 of every pattern of R and P
    found = triple_system(tied)
    assert found.dependent
    assert found.note == "dependent"
    assert found.model == "RP"
    assert not found.depends_on("H")


def test_the_interval_ends_where_the_data_speak_against_the_number_at_5_per_cent() -> None:
    """R and P independent given H: the births outside H are a table of two by two, with the unseen ones as its last."""
    found = triple_system({"HRP": 800, "HR": 100, "HP": 40, "H": 5, "RP": 60, "R": 20, "P": 30})
    assert found.model == "HR+HP"
    assert found.value == pytest.approx(1055 + 20 * 30 / 60)
    for end in (found.low, found.high):
        outside = [[60, 20], [30, end - 1055]]
        against = chi2_contingency(outside, correction=False, lambda_="log-likelihood")
        assert against.pvalue == pytest.approx(0.05, abs=1e-5)


def test_of_equal_fits_the_model_first_in_order_is_chosen() -> None:
    alike = {"HRP": 500, "HR": 60, "HP": 60, "RP": 60, "H": 60, "R": 9, "P": 9}  # R and P may be exchanged
    fits = triple_system(alike).fits
    tied = fits.filter(pl.col("model").is_in(["HR", "HP"]))
    assert tied["bic"][0] == pytest.approx(tied["bic"][1], abs=1e-9)
    assert chosen(tied)["model"] == "HR"
    assert chosen(fits.with_columns(note=pl.lit("sparse"))) is None


@pytest.mark.parametrize(
    ("counts", "note"),
    [({}, "no_births"), ({"HRP": 100}, "sparse"), ({"H": 5, "R": 5, "P": 5}, "sparse"), ({"HR": 20, "H": 3}, "sparse")],
)
def test_what_no_model_fits_cannot_be_said(counts: dict[str, int], note: str) -> None:
    found = triple_system(counts)
    assert (found.note, found.value, found.low, found.high, found.model) == (note, None, None, None, None)
    assert set(found.fits["note"]) == {"sparse"}


def test_models_that_an_empty_cell_leaves_open_are_not_chosen() -> None:
    found = triple_system({"HRP": 1000, "HR": 20, "HP": 30, "RP": 50, "H": 0, "R": 1, "P": 3})
    open_models = set(found.fits.filter(found.fits["value"].is_null())["model"])
    assert open_models == {"RP", "HR+RP", "HP+RP", "HR+HP+RP"}
    assert found.model == "independent"


def test_a_model_that_would_need_endless_births_is_not_fitted() -> None:
    found = triple_system({"HRP": 200, "HR": 20, "HP": 30, "RP": 0, "H": 30, "R": 10, "P": 12})
    notes = dict(found.fits.select("model", "note").iter_rows())
    assert notes["HR+HP"] == notes["HR+HP+RP"] == "sparse"
    assert notes["independent"] is None


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        triple_system({"H": -1})


@pytest.mark.parametrize(("both", "model"), [(0.0, "independent"), (0.04, "RP")])
def test_intervals_hold_the_truth(both: float, model: str) -> None:
    """1,000 births on lists that hold .9, .85 and .85; `both`: how much more often the registers agree than by chance."""
    generator = np.random.default_rng(5)
    h, r, p, births = 0.9, 0.85, 0.85, 1000
    pair = {"RP": r * p + both, "R": r * (1 - p) - both, "P": (1 - r) * p - both, "": (1 - r) * (1 - p) + both}
    chances = {
        letter + cell: weight * chance for letter, weight in (("H", h), ("", 1 - h)) for cell, chance in pair.items()
    }
    taken, held = 0, 0
    for counts in generator.multinomial(births, list(chances.values()), size=120):
        found = triple_system(dict(zip(chances, counts.tolist(), strict=True)))
        taken += found.model == model
        held += found.low <= births <= (found.high or math.inf)
    assert taken > 0.85 * 120
    assert held > 0.87 * 120
