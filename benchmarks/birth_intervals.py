"""How often the intervals of the births hold the truth, by simulation: the grounds for
statistics/dual_system and triple_system.

    PYTHONPATH=src python benchmarks/birth_intervals.py [--runs 4000]

Prints: coverage and width of four intervals of the dual system under perfect linkage; those of
dual_system with and without missed matches; what AIC and BIC choose of the models of the triple
system.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from reconcile.persons.children import CELLS
from reconcile.statistics import Z
from reconcile.statistics.dual_system import _log_interval, dual_system
from reconcile.statistics.triple_system import triple_system

Floats = npt.NDArray[np.float64]
Ends = tuple[Floats, Floats]
BIRTHS = (50, 300, 1000, 5000)
RATES = ((0.9, 0.85), (0.97, 0.95))


def drawn(
    generator: np.random.Generator, births: int, rates: tuple[float, float], runs: int
) -> tuple[Floats, ...]:
    """Sizes of two independent lists, and of their overlap."""
    p, q = rates
    chances = [p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)]
    cells = generator.multinomial(births, chances, size=runs).astype(float)
    return cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2], cells[:, 0]


def normal(n1: Floats, n2: Floats, m: Floats) -> Ends:
    """Estimate ± 1.96 standard deviations (Seber, 1970)."""
    found = dual_system(n1, n2, m, least=0)
    value, reach = found["value"].to_numpy(), Z * found["variance"].sqrt().to_numpy()
    return value - reach, value + reach


def log_normal(n1: Floats, n2: Floats, m: Floats) -> Ends:
    """Log-transformed about the unseen count (Chao, 1987); without unseen births no interval at
    all."""
    found = dual_system(n1, n2, m, least=0)
    seen = n1 + n2 - m
    unseen = np.maximum(found["value"].to_numpy() - seen, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(Z * np.sqrt(np.log1p(found["variance"].to_numpy() / unseen**2)))
    factor = np.where(unseen > 0, factor, 1)
    return seen + unseen / factor, seen + unseen * factor


def half_added(n1: Floats, n2: Floats, m: Floats) -> Ends:
    """The same with a half added to each cell (Sadinle, 2009)."""
    low, high = _log_interval(n1 - m + 0.5, n2 - m + 0.5, m + 0.5)
    return n1 + n2 - m + low, n1 + n2 - m + high


def waring(n1: Floats, n2: Floats, m: Floats) -> Ends:
    """Quantiles of a generalized Waring distribution (after Rivest & Yauck, 2023): the one in
    use."""
    found = dual_system(n1, n2, m, least=0)
    return found["low"].to_numpy(), found["high"].to_numpy()


def intervals(runs: int) -> None:
    ways: tuple[Callable[[Floats, Floats, Floats], Ends], ...] = (
        normal,
        log_normal,
        half_added,
        waring,
    )
    print("perfect linkage: coverage (median width)")
    for births in BIRTHS:
        for rates in RATES:
            lists = drawn(np.random.default_rng(births), births, rates, runs)
            told = []
            for way in ways:
                low, high = way(*lists)
                held = ((low <= births) & (births <= high)).mean()
                told.append(f"{way.__name__} {held:.3f} ({np.median(high - low):.1f})")
            print(f"  N {births:5}  {rates}  " + "  ".join(told))


def linkage(runs: int) -> None:
    print(
        "dual_system: coverage, mean width, bias; in brackets coverage and bias when nobody "
        "says what was missed"
    )
    for births in BIRTHS[1:]:
        for rates in RATES:
            for missed in (0.0, 0.01):
                generator = np.random.default_rng(births + 1)
                first, second, both = drawn(generator, births, rates, runs)
                linked = generator.binomial(both.astype(int), 1 - missed)
                found = dual_system(first, second, linked, missed=linked * missed / (1 - missed))
                blind = dual_system(first, second, linked)
                held, unsaid = (
                    ((d["low"] <= births) & (births <= d["high"])).mean() for d in (found, blind)
                )
                width = (found["high"] - found["low"]).mean()
                print(
                    f"  N {births:5}  {rates}  missed {missed:.0%}  {held:.3f}  {width:.1f}"
                    f"  {found['value'].mean() - births:+.2f}  ({unsaid:.3f}, "
                    f"{blind['value'].mean() - births:+.2f})"
                )


def models(runs: int) -> None:
    """Lists that hold .95, .9 and .85; `extra`: how much more often the two registers agree than by
    chance."""
    print(
        "triple_system: share of runs with a dependence chosen, root mean square error, "
        "coverage of the interval"
    )
    for births in BIRTHS[2:]:
        for extra in (0.0, 0.03):
            h, r, p = 0.95, 0.9, 0.85
            both, neither = r * p + extra, (1 - r) * (1 - p) + extra
            pair = {"RP": both, "R": r - both, "P": p - both, "": neither}
            chances = {
                one + two: w * c for one, w in (("H", h), ("", 1 - h)) for two, c in pair.items()
            }
            counts = np.random.default_rng(births).multinomial(
                births, list(chances.values()), size=runs
            )
            errors: dict[str, list[float]] = {"aic": [], "bic": []}
            tied, held = dict.fromkeys(errors, 0), 0
            for drawn_counts in counts:
                cells = dict(zip(chances, drawn_counts.tolist(), strict=True))
                found = triple_system({cell: cells[cell] for cell in CELLS})
                usable = found.fits.filter(found.fits["note"].is_null())
                for by, listed in errors.items():
                    best = usable.sort(by).row(0, named=True)
                    tied[by] += best["model"] != "independent"
                    listed.append((best["value"] - births) ** 2)
                held += found.value is not None and found.low <= births <= (found.high or np.inf)
            told = (f"{by} {tied[by] / runs:.3f} {np.mean(errors[by]) ** 0.5:.2f}" for by in errors)
            print(
                f"  N {births:5}  extra {extra}  "
                + "  ".join(told)
                + f"  coverage {held / runs:.3f}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    asked = parser.parse_args()
    intervals(asked.runs)
    linkage(asked.runs)
    models(max(asked.runs // 10, 1))
