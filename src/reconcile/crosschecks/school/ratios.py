"""The ratio of pupils to surviving births, its interval, and which cells stand out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from reconcile.core.frames import Schema
from reconcile.crosschecks.school.cells import CELLS, CITY
from reconcile.crosschecks.school.suppression import hidden

# Share of the newborn that live to enter school: 1 − 7.8 per thousand, the mortality under five of
# China in 2019 (National Health Commission, statistical bulletin on the development of health
# services in 2019).
SURVIVAL = 0.9922
MATERIAL = 0.10  # a ratio less than 10 % away from the city's is nothing to look into
CONFIDENCE = 0.95

HIGHER, LOWER, USUAL = "higher", "lower", "usual"
HIDDEN, NO_BIRTHS, NO_PUPILS = "hidden", "no_births", "no_pupils"

RATIOS: Schema = {
    **CELLS, "expected": pl.Int64, "ratio": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "city_ratio": pl.Float64, "finding": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What the ratios go by. `survival`: from birth to entering school, 0 to 1. `material`: the
    least deviation from the city's ratio that is worth a look, as a share of it."""

    survival: float = SURVIVAL
    material: float = MATERIAL


def ratios(cells: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """RATIOS of school.cells.CELLS; figures of hidden cells are null.

    ratio = enrolled / (births × survival). low and high: ratio × exp(±z √(1/enrolled + 1/births)),
    z = 1.96, the large-sample interval of a ratio of two Poisson counts (Rothman, Greenland and
    Lash, 2008, Modern Epidemiology, chapter 14). It takes the two counts for independent; many
    pupils are these very births, so it errs on the wide side.

    A cell stands out (`finding` higher or lower) when the interval excludes the city's ratio of the
    same school year and it is at least `material` away from it. For this the interval is widened by
    Bonferroni: with m cells compared in a school year, z is that of 1 − 0.05 / 2m, so that the
    chance of any false finding in a year is at most 5 %. The city's ratio is taken as fixed.
    """
    told = cells.with_columns(hidden=hidden(cells)).with_columns(
        pl.when(~pl.col("hidden")).then(pl.col(name)).alias(name) for name in ("births", "enrolled")
    )
    told = told.with_columns(
        expected=(pl.col("births") * terms.survival).round().cast(pl.Int64),
        ratio=pl.col("enrolled") / (pl.col("births") * terms.survival),
        error=(1 / pl.col("enrolled") + 1 / pl.col("births")).sqrt(),
    )
    whole = (pl.col("level") == CITY) & pl.col("sex").is_null()
    told = told.with_columns(
        low=_bound(-_z(1)),
        high=_bound(_z(1)),
        city_ratio=pl.col("ratio").filter(whole).first().over("year"),
    )
    compared = told.filter(~whole & pl.col("ratio").is_not_null()).group_by("year").len().with_columns(  # noqa: E501
        z=pl.col("len").map_elements(_z, return_dtype=pl.Float64)
    )  # fmt: skip
    told = told.join(compared.select("year", "z"), on="year", how="left", maintain_order="left")
    return told.with_columns(finding=_finding(terms)).select(RATIOS.keys())


def _z(compared: int) -> float:
    """The normal quantile of a two-sided interval that holds for all cells compared at once."""
    return NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * max(compared, 1)))


def _bound(z: float | pl.Expr) -> pl.Expr:
    return pl.col("ratio") * (pl.col("error") * z).exp()


def _finding(terms: Terms) -> pl.Expr:
    away = (pl.col("ratio") / pl.col("city_ratio")).log()
    material = away.abs() >= math.log1p(terms.material)
    above, below = (
        _bound(-pl.col("z")) > pl.col("city_ratio"),
        _bound(pl.col("z")) < pl.col("city_ratio"),
    )
    return (
        pl.when("hidden")
        .then(pl.lit(HIDDEN))
        .when(pl.col("births").is_null())
        .then(pl.lit(NO_BIRTHS))
        .when(pl.col("enrolled").is_null())
        .then(pl.lit(NO_PUPILS))
        .when(above & material)
        .then(pl.lit(HIGHER))
        .when(below & material)
        .then(pl.lit(LOWER))
        .otherwise(pl.lit(USUAL))
    )
