"""Triple-system estimate of all births: log-linear models over the seven cells of three lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import brentq
from scipy.stats import chi2

from reconcile.core.frames import Schema
from reconcile.persons.children import CELLS
from reconcile.statistics import TAIL

FITS: Schema = {
    "model": pl.String,  # one of MODELS
    "value": pl.Float64,  # estimate of all births; null when the model cannot be fitted
    "g2": pl.Float64,  # deviance over the seven cells
    "df": pl.Int8,
    "p": pl.Float64,  # chance of such a deviance; null without degrees of freedom
    "aic": pl.Float64,
    "bic": pl.Float64,
    "note": pl.String,  # sparse, or null
}

LISTS = "HRP"
PAIRS = ("HR", "HP", "RP")
# The pairs of lists that depend on each other, joined by +; the simplest models first, which
# settles ties.
MODELS = ("independent", "HR", "HP", "RP", "HR+HP", "HR+RP", "HP+RP", "HR+HP+RP")

_FAR = 30.0  # a cell fitted at e^-30, or e^30 times off: the likelihood has no maximum
_OFF = 1e9  # deviance of what cannot be fitted
_STEPS = 200
_TOLERANCE = 1e-10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TripleSystem:
    """The chosen model, its estimate with the 95 % interval, and every fit. None where it cannot be
    said, with a note of NOTES."""

    fits: pl.DataFrame
    model: str | None
    value: float | None
    low: float | None
    high: float | None
    note: str | None

    @property
    def dependent(self) -> bool:
        """Whether the chosen model has two lists that depend on each other."""
        return any(self.depends_on(letter) for letter in LISTS)

    def depends_on(self, letter: str) -> bool:
        """Whether the chosen model has this list (H, R or P) depend on another one."""
        return self.model in MODELS[1:] and letter in (self.model or "")


def triple_system(cells: Mapping[str, float]) -> TripleSystem:
    """How many births there are, from the counts of the seven CELLS.

    The eight hierarchical log-linear models without the interaction of all three lists (Fienberg,
    1972; Bishop, Fienberg & Holland, 1975, ch. 6; Cormack, 1989), fitted by iteratively reweighted
    least squares. A model whose likelihood has no maximum is `sparse` and never chosen (Chan,
    Silverman & Vincent, 2021).

    Chosen is the least BIC, -2 ln L + parameters × ln(births seen) (Schwarz, 1978): AIC finds a
    dependence in more than a third of the months that have none, BIC in 1 to 4 %
    (benchmarks/birth_intervals.py), and a needless one makes the estimate unsteady (Agresti, 1994).
    Ties: the model first in MODELS. The interval is that of the profile likelihood (Cormack, 1992)
    and takes the chosen model for true. ValueError for negative counts.
    """
    counts = np.array([float(cells.get(cell, 0)) for cell in CELLS])
    if (counts < 0).any():
        raise ValueError("counts below 0")
    fits = pl.DataFrame([_fitted(model, counts) for model in MODELS], schema=dict(FITS))
    best = chosen(fits)
    if best is None:
        return TripleSystem(fits, None, None, None, None, "sparse" if counts.sum() else "no_births")
    model, value = best["model"], best["value"]
    low, high = _profile(model, counts, value - counts.sum())
    return TripleSystem(
        fits, model, value, low, high, None if model == "independent" else "dependent"
    )


def chosen(fits: pl.DataFrame) -> dict[str, Any] | None:
    """The row of FITS with the least BIC, to nine decimals; of equals the first. None when no model
    was fitted."""
    usable = fits.filter(pl.col("note").is_null()).with_row_index("order")
    return next(usable.sort(pl.col("bic").round(9), "order").iter_rows(named=True), None)


def _design(model: str, cells: tuple[str, ...]) -> Floats:
    """A column for all, one for each list, and one for each pair of lists that depend on each
    other."""
    pairs = [] if model == "independent" else model.split("+")
    effects = ["", *LISTS, *pairs]
    return np.array([[float(set(effect) <= set(cell)) for effect in effects] for cell in cells])


def _fitted(model: str, counts: Floats) -> dict[str, object]:
    """One row of FITS."""
    design = _design(model, CELLS)
    parameters = design.shape[1]
    df = len(CELLS) - parameters
    row: dict[str, object] = {"model": model, "df": df}
    fit = _poisson_fit(design, counts)
    if fit is None or abs(fit[1][0]) > _FAR or fit[0].min() < np.exp(-_FAR / 2):
        return {**row, "note": "sparse"}
    means, effects = fit
    unseen = float(np.exp(effects[0]))  # none of the other effects is in the cell of no list
    g2 = _deviance(counts, means)
    lacking = -2 * float((counts * np.log(means) - means).sum())
    return {
        **row,
        "value": float(counts.sum()) + unseen,
        "g2": g2,
        "p": float(chi2.sf(g2, df)) if df else None,
        "aic": lacking + 2 * parameters,
        "bic": lacking + parameters * float(np.log(counts.sum())),
    }


def _poisson_fit(design: Floats, counts: Floats) -> tuple[Floats, Floats] | None:
    """The means and effects of a Poisson log-linear model (Nelder & Wedderburn, 1972); None when it
    does not settle."""
    linear: Floats = np.log(counts + 0.5)
    effects: Floats = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        means = np.exp(linear)
        root = np.sqrt(means)
        response = linear + (counts - means) / means
        new: Floats = np.asarray(
            np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0], dtype=float
        )
        linear = np.asarray(np.clip(design @ new, -2 * _FAR, 2 * _FAR))
        if np.abs(new - effects).max() < _TOLERANCE * (1 + np.abs(new).max()):
            return np.exp(linear), new
        if np.abs(linear).max() > 1.5 * _FAR:
            return None
        effects = new
    return None


def _deviance(counts: Floats, means: Floats) -> float:
    """G² = 2 Σ (n ln(n / mean) - n + mean)."""
    some = counts > 0
    logs = (counts[some] * np.log(counts[some] / means[some])).sum()
    return max(0.0, 2 * float(logs - (counts - means).sum()))


def _profile(model: str, counts: Floats, unseen: float) -> tuple[float, float | None]:
    """The numbers of births at which the deviance of all eight cells is chi² (95 %, 1 df) above its
    least."""
    design = _design(model, (*CELLS, ""))
    seen = float(counts.sum())
    least = _deviance_with(design, counts, unseen)
    allowed = float(chi2.isf(2 * TAIL, 1))

    def above(more: float) -> float:
        return _deviance_with(design, counts, more) - least - allowed

    low = 0.0 if above(0.0) <= 0 else brentq(above, 0.0, unseen, xtol=1e-6)
    far = 2 * unseen + 5
    while above(far) < 0:
        far *= 2
        if far > 1e3 * (seen + unseen):
            return seen + low, None
    return seen + low, seen + brentq(above, unseen, far, xtol=1e-6)


def _deviance_with(design: Floats, counts: Floats, unseen: float) -> float:
    """The deviance over eight cells, with so many unseen births."""
    all_counts = np.append(counts, unseen)
    fit = _poisson_fit(design, all_counts)
    return _deviance(all_counts, fit[0]) if fit else _OFF
