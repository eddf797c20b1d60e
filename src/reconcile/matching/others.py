"""What other records say of a pair: rivals take from it, a third record of the person gives to it.

A record has one match in another register, so what speaks for one candidate speaks against the
others: the chance of a pair is its odds among those of all that either record may be, and of being
nobody's. And records that a third one holds together are one person as surely as the weaker of the
two pairs with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

_PAIR = ("node_l", "node_r")
# Bits beyond which more odds change nothing.
_MOST = 60
_CERTAIN = 1000 * _MOST
# Records between the two of a pair.
_STEPS = 2


def with_others(
    scored: pl.DataFrame, certain: pl.DataFrame, person: pl.Series, source: npt.NDArray[np.uint8]
) -> pl.DataFrame:
    """The pairs with `others` (Int32, 1/1000 bit), which is added to their match_weight.

    `scored`: node_l, node_r, match_weight, barred. `certain`: node_l, node_r of pairs closed by
    joins. `person`: of each node; `source`: its position.
    """
    given = _through(scored, certain, person)
    taken = _rivals(scored, person, source)
    others = pl.Series("others", np.where(given > 0, given, taken).astype(np.int32))
    return scored.with_columns(others).with_columns(pl.col("match_weight") + pl.col("others"))


def _rivals(
    scored: pl.DataFrame, person: pl.Series, source: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    """What rivals take, in pairs of two registers: records of the one's register that the other may
    be as well, and that are not of the one's person."""
    weight = (pl.col("match_weight").cast(pl.Float64) / 1000).clip(-_MOST, _MOST)
    odds = pl.when("barred").then(0.0).otherwise((weight * float(np.log(2))).exp())
    pairs = scored.select(
        *_PAIR,
        odds.alias("odds"),
        *_of_sides("source", pl.Series(source), scored),
        *_of_sides("person", person, scored),
    )
    total = pl.lit(0.0)
    for own, other in (("l", "r"), ("r", "l")):
        everyone = pl.col("odds").sum().over(f"node_{own}", f"source_{other}")
        the_same = pl.col("odds").sum().over(f"node_{own}", f"source_{other}", f"person_{other}")
        total = total + (everyone - the_same).clip(0)
    lost = (
        pl.when(pl.col("source_l") != pl.col("source_r"))
        .then(-1000 * (1 + total).log(2))
        .otherwise(0.0)
    )
    return pairs.select(lost.round().cast(pl.Int64)).to_series().to_numpy()


def _of_sides(name: str, by_node: pl.Series, scored: pl.DataFrame) -> Sequence[pl.Series]:
    return [by_node.gather(scored[f"node_{side}"]).alias(f"{name}_{side}") for side in ("l", "r")]


def _through(
    scored: pl.DataFrame, certain: pl.DataFrame, person: pl.Series
) -> npt.NDArray[np.int64]:
    """By how much the heaviest way through other records of the person is heavier than the pair
    itself; 0 where it is not, and in persons of two."""
    size = person.gather(scored["node_l"]).to_frame("person")
    large = pl.Series(np.bincount(person.to_numpy(), minlength=len(person)) > 2)
    same = size["person"] == person.gather(scored["node_r"])
    at = np.flatnonzero((same & large.gather(size["person"]) & ~scored["barred"]).to_numpy())
    given = np.zeros(len(scored), dtype=np.int64)
    if len(at):
        inside = scored[at].select(*_PAIR, pl.col("match_weight").cast(pl.Int64).alias("weight"))
        closed = certain.select(*_PAIR, weight=pl.lit(_CERTAIN, dtype=pl.Int64))
        edges = pl.concat([inside, closed])
        edges = pl.concat(
            [
                edges,
                edges.select(
                    pl.col("node_r").alias("node_l"), pl.col("node_l").alias("node_r"), "weight"
                ),
            ]
        )
        edges = edges.filter(pl.Series(large.gather(person.gather(edges["node_l"]))))
        best = edges.group_by(*_PAIR).agg(pl.col("weight").max())
        for _ in range(_STEPS):
            best = _one_further(best, edges)
        found = inside.join(best, on=_PAIR, how="left", maintain_order="left", suffix="_best")
        given[at] = (found["weight_best"] - found["weight"]).clip(0).to_numpy()
    return given


def _one_further(best: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The heaviest ways of one edge more."""
    further = best.join(edges, left_on="node_r", right_on="node_l", suffix="_next").select(
        "node_l",
        pl.col("node_r_next").alias("node_r"),
        weight=pl.min_horizontal("weight", "weight_next"),
    )
    return pl.concat([best, further]).group_by(*_PAIR).agg(pl.col("weight").max())
