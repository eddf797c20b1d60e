"""Sex ratio at birth: a signal of the quality of the data, never under 500 births, never below the
districts."""

from __future__ import annotations

import polars as pl

from reconcile.statistics import Z, result

# The interval is some ±9 around 105 at this number already; fewer births say nothing (DOMAIN §1).
LEAST_BIRTHS = 500
LEVELS = ("city", "district")


def sex_ratio(births: pl.DataFrame) -> pl.DataFrame:
    """Columns of `births` other than males and females, then RESULT: boys to 100 girls.

    Interval ratio × exp(±1.96 √(1/M + 1/F)): the variance of a log odds (Woolf, 1955). numerator:
    boys, denominator: girls. Under LEAST_BIRTHS all figures are null and `suppressed` is true.
    ValueError for a level below the districts.
    """
    if "level" in births.columns and not set(births["level"]) <= set(LEVELS):
        raise ValueError("no figure is split by sex below the districts")
    males, females = pl.col("males").cast(pl.Float64), pl.col("females").cast(pl.Float64)
    few = males + females < LEAST_BIRTHS
    said = ~few & (males > 0) & (females > 0)
    ratio = 100 * males / females
    factor = (Z * (1 / males + 1 / females).sqrt()).exp()
    figures = {
        "value": pl.when(said).then(ratio),
        "low": pl.when(said).then(ratio / factor),
        "high": pl.when(said).then(ratio * factor),
        "numerator": pl.when(~few).then(males),
        "denominator": pl.when(~few).then(females),
        "suppressed": few,
        "note": pl.when(few).then(pl.lit("few_births")).when(~said).then(pl.lit("one_sex")),
    }
    kept = [name for name in births.columns if name not in ("males", "females")]
    return result(births.with_columns(**figures), *kept)
