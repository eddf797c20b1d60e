"""Dual-system estimate of all births from two lists, mended for errors of linkage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import gammaln

from reconcile.core.frames import Schema
from reconcile.statistics import TAIL, Z

DUAL: Schema = {
    "value": pl.Float64,  # estimate of all births
    "low": pl.Float64,  # 95 % interval
    "high": pl.Float64,
    "variance": pl.Float64,  # of sampling and linkage together
    "matched": pl.Float64,  # births in both lists once linkage is mended
    "note": pl.String,  # no_overlap, few_matched, or null
}

# Seven and more in both lists: with 95 % confidence the estimate has next to no bias (Robson &
# Regier, 1964).
LEAST_MATCHED = 7.0

MISSED_SHARES = (0.0, 0.005, 0.01, 0.02)
FALSE_SHARES = (0.005, 0.01)

# Beyond so many unseen births the exact quantiles give way to their approximation, which is close
# there.
_MOST_UNSEEN = 5_000

Floats = npt.NDArray[np.float64]


_ROUNDING = 1e-6  # of a birth


def dual_system(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    both: npt.ArrayLike,
    missed: npt.ArrayLike = 0.0,
    false: npt.ArrayLike = 0.0,
    missed_sd: npt.ArrayLike | None = None,
    false_sd: npt.ArrayLike | None = None,
    least: float = LEAST_MATCHED,
) -> pl.DataFrame:
    """DUAL: how many births there are, given how many the `first` list, the `second` and `both`
    hold. One row each.

    Estimate N = (n1+1)(n2+1)/(m+1) - 1 (Chapman, 1951), variance
    (n1+1)(n2+1)(n1-m)(n2-m)/((m+1)²(m+2)) (Seber, 1970). `missed` true matches that linkage did not
    find and `false` ones among `both` (expected counts) mend m before (Ding & Fienberg, 1994): m =
    both + missed - false, at most the smaller list. Their standard deviations, √(count + ½) where
    none are given, add (dN/dm)²(sd² + sd²) to the variance (delta method).

    Interval of the unseen births: quantiles of a generalized Waring distribution (after Rivest &
    Yauck, 2023) with the parameters n1-m+½, n2-m+½, m+½; the halves are our choice, and of the
    intervals tried it is the narrowest that keeps its 95 % when few or none are unseen
    (benchmarks/birth_intervals.py). Linkage widens it by variance estimates recovery (Zou & Donner,
    2008); it never goes below the longer list. Null with a note when fewer than `least` are in
    both. ValueError for impossible counts.
    """
    arrays = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(x, dtype=float)) for x in (first, second, both))
    )
    n1, n2, found = (np.array(array) for array in arrays)
    missed, false = (
        np.broadcast_to(np.asarray(x, dtype=float), found.shape) for x in (missed, false)
    )
    if (np.array([n1, n2, found, missed, false]) < 0).any() or (found > np.minimum(n1, n2)).any():
        raise ValueError("counts below 0, or more births in both lists than in one")
    m = np.clip(found + missed - false, 0.0, np.minimum(n1, n2))
    linkage = _variance(missed, missed_sd) + _variance(false, false_sd)
    said = (m > 0) & (m >= least)
    safe = np.where(said, m, np.maximum(np.minimum(n1, n2), 1.0))  # what is not said is not counted
    value = (n1 + 1) * (n2 + 1) / (safe + 1) - 1
    sampling = (
        (n1 + 1) * (n2 + 1) * np.abs((n1 - safe) * (n2 - safe)) / ((safe + 1) ** 2 * (safe + 2))
    )
    by_linkage = ((n1 + 1) * (n2 + 1) / (safe + 1) ** 2) ** 2 * linkage
    low, high = (np.full(found.shape, np.nan) for _ in range(2))
    low[said], high[said] = _sampling_interval(n1[said], n2[said], m[said])
    low = np.maximum(
        value - np.sqrt(np.maximum(value - low, 0) ** 2 + Z**2 * by_linkage), np.maximum(n1, n2)
    )
    high = value + np.sqrt(np.maximum(high - value, 0) ** 2 + Z**2 * by_linkage)
    note = np.where(said, None, np.where(m > 0, "few_matched", "no_overlap"))  # type: ignore[call-overload]
    low, high = np.floor(low + _ROUNDING), np.ceil(high - _ROUNDING)  # births are whole
    columns = {
        "value": value,
        "low": low,
        "high": high,
        "variance": sampling + by_linkage,
        "matched": m,
    }
    frame = pl.DataFrame(
        {**columns, "note": pl.Series(note.tolist(), dtype=pl.String)}, schema=DUAL
    )
    unsaid = pl.col("note").is_not_null()
    return frame.with_columns(
        pl.when(~unsaid).then(pl.col(name)).alias(name)
        for name in ("value", "low", "high", "variance")
    )


def sensitivity(
    first: float, second: float, both: float, least: float = LEAST_MATCHED
) -> pl.DataFrame:
    """kind (missed, false), share, value, note: the estimate when linkage missed this share of the
    true matches, or when this share of the matches that it made is false. Null where it cannot be
    said."""
    missed = [both * share / (1 - share) for share in MISSED_SHARES]
    false = [both * share for share in FALSE_SHARES]
    lacking, extra = missed + [0.0] * len(false), [0.0] * len(missed) + false
    estimated = dual_system(first, second, [both] * len(lacking), lacking, extra, least=least)
    kinds = ["missed"] * len(missed) + ["false"] * len(false)
    shares = pl.DataFrame({"kind": kinds, "share": [*MISSED_SHARES, *FALSE_SHARES]})
    return pl.concat([shares, estimated.select("value", "note")], how="horizontal")


def _variance(count: Floats, sd: npt.ArrayLike | None) -> Floats:
    """Of a count that is only expected: a Poisson count's, and up to a half more because counts are
    whole; without that half the intervals of small areas hold the truth too seldom
    (benchmarks/birth_intervals.py)."""
    if sd is None:
        return np.asarray(count + np.minimum(count, 0.5))
    return np.broadcast_to(np.asarray(sd, dtype=float) ** 2, count.shape)


def _sampling_interval(n1: Floats, n2: Floats, m: Floats) -> tuple[Floats, Floats]:
    """Both ends of the 95 % interval of all births under perfect linkage."""
    a, b, c = n1 - m + 0.5, n2 - m + 0.5, m + 0.5
    seen = n1 + n2 - m
    mean = a * b / np.maximum(c - 1, 0.5)
    spread = np.sqrt(mean * (1 + mean / np.maximum(c - 2, 0.5)) * (1 + (a + b) / c))
    reach = mean + 12 * spread + 50
    low, high = _log_interval(a, b, c)
    near = reach <= _MOST_UNSEEN
    if near.any():
        low[near], high[near] = _waring_interval(
            a[near], b[near], c[near], int(reach[near].max()) + 1
        )
    return seen + low, seen + high


def _waring_interval(a: Floats, b: Floats, c: Floats, size: int) -> tuple[Floats, Floats]:
    """The 2.5 % and 97.5 % quantiles of the generalized Waring distribution, P(k) ∝
    Γ(a+k)Γ(b+k)/(Γ(a+b+c+k) k!)."""
    k = np.arange(size, dtype=float)[None, :]
    a, b, c = a[:, None], b[:, None], c[:, None]
    chances = gammaln(a + k) + gammaln(b + k) - gammaln(a + b + c + k) - gammaln(k + 1)
    summed = np.cumsum(np.exp(chances - chances.max(axis=1, keepdims=True)), axis=1)
    summed /= summed[:, -1:]
    return (summed < TAIL).sum(axis=1).astype(float), (summed < 1 - TAIL).sum(axis=1).astype(float)


def _log_interval(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Log-transformed about the unseen count, a half added to each cell (Chao, 1987; Sadinle,
    2009)."""
    unseen = a * b / c
    factor = np.exp(Z * np.sqrt(1 / a + 1 / b + 1 / c + c / (a * b)))
    return np.maximum(unseen / factor - 0.5, 0), unseen * factor - 0.5
