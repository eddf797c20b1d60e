"""Rivals: whom else a pair's records may belong with, and how much that takes from the pair.

A record has one match in another register, so what speaks for one candidate speaks against the others. The chance of a
pair is its odds among those of all that either record may be, and of being nobody's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_MOST = 60.0


def with_rivals(scored: pl.DataFrame, person: pl.Series, population_source: npt.NDArray[np.uint8]) -> pl.DataFrame:
    """The pairs (node_l, node_r, match_weight, barred, …) with `rivals` (Int32, 1/1000 bit, never above 0), added to
    their match_weight.

    A rival of j beside i is a record of j's register that i may be as well, and that is not of j's person.
    """
    weight = pl.col("match_weight").cast(pl.Float64) / 1000
    odds = pl.when(pl.col("barred")).then(0.0).otherwise((weight.clip(-_MOST, _MOST) * float(np.log(2))).exp())
    pairs = scored.select("node_l", "node_r", odds.alias("odds")).with_columns(
        *(
            pl.Series(name, values)
            for side in ("l", "r")
            for name, values in (
                (f"source_{side}", population_source[scored[f"node_{side}"].to_numpy()]),
                (f"person_{side}", person.gather(scored[f"node_{side}"])),
            )
        )
    )
    across = pl.col("source_l") != pl.col("source_r")
    total = pl.lit(0.0)
    for own, other in (("l", "r"), ("r", "l")):
        everyone = pl.col("odds").sum().over(f"node_{own}", f"source_{other}")
        same = pl.col("odds").sum().over(f"node_{own}", f"person_{other}", f"source_{other}")
        total = total + (everyone - same)
    lost = pairs.select(
        pl.when(across).then(-1000 * (1 + total.clip(0)).log(2)).otherwise(0).round().cast(pl.Int32).alias("rivals")
    )
    return scored.with_columns(lost["rivals"]).with_columns(pl.col("match_weight") + pl.col("rivals"))
