"""Deliveries: how many children were born together, and which of them a record is, as far as it
says or shows.

A certificate says it: children delivered, place among them; or shows it: minute of birth, number in
sequence. A register shows it: children of one birth date in one household, and who is called the
elder son. Twins of two sexes are told apart by that; places count among those of one sex, because
that is how registers count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.population.grouping import mixed
from reconcile.population.population import MISSING, Nodes, Population

# What makes a source one of certificates: it speaks of deliveries.
_OF_CERTIFICATES = (
    "children_delivered_std",
    "place_in_delivery_std",
    "birth_date_minute",
    "issue_type_std",
)
REISSUED = "换|补|再|废"
SONS_AND_DAUGHTERS = ((22, 26), (32, 36))  # GB/T 4761-2008: 长子 to 五子, 长女 to 五女
# Children of one delivery and one sex.
_SIBLINGS = ("delivery", "sex")

Numbers = npt.NDArray[np.int64]


def with_deliveries(population: Population) -> Population:
    """The population with the numbers `delivery_size`, `delivery_alike` and `delivery_place` of its
    children.

    Children born together with a record, itself included, as far as its source knows; those among
    them of its sex; its place among these, from 1. `MISSING` where nothing tells, and for everyone
    born before or after the certificates' days. `delivery_certified`: 1 for a certificate, whose
    source knows all children of a delivery; else 0.
    """
    frame = population.frame
    speaking = [s for s in population.sources if _speaks(frame, population.span(s))]
    certified = np.isin(
        population.source, [population.sources.index(source) for source in speaking]
    )
    days = population.numbers("birth_date_std")
    known = days[certified & (days != MISSING)]
    if not len(known):
        return population
    child = np.flatnonzero((days >= known.min()) & (days <= known.max())).astype(np.uint32)
    told = pl.concat(
        [
            _of_certificates(population, child[certified[child]]),
            _of_registers(population, child[~certified[child]]),
        ]
    )
    numbers = {"delivery_certified": certified.astype(np.int64)}
    for name in ("delivery_size", "delivery_alike", "delivery_place"):
        numbers[name] = _nothing(days)
        numbers[name][told["node"].to_numpy()] = told[name].fill_null(MISSING).to_numpy()
    return population.knowing(numbers)


def _nothing(days: Numbers) -> Numbers:
    return np.full(len(days), MISSING, dtype=np.int64)


def _speaks(frame: pl.DataFrame, span: slice) -> bool:
    return any(
        frame[column][span].null_count() < span.stop - span.start for column in _OF_CERTIFICATES
    )


def _children(
    population: Population, nodes: Nodes, mother: npt.NDArray[np.uint64], *columns: str
) -> pl.DataFrame:
    """node, delivery (one number for children of one mother or household and one day; none when
    unknown), sex and these columns."""
    delivery = mixed(
        population.codes("source")[nodes], mother, population.codes("birth_date_std")[nodes]
    )
    return (
        population.frame.select(
            "record_id", pl.col("sex_std").alias("sex"), "name_place", *columns
        )[nodes]
        .with_columns(
            node=pl.Series(nodes),
            delivery=pl.Series(delivery),
            name=pl.Series(population.codes("name_std")[nodes]),
        )
        .filter(pl.col("delivery") != 0)
    )


def _of_certificates(population: Population, nodes: Nodes) -> pl.DataFrame:
    """node, delivery_size, delivery_alike, delivery_place of certificates."""
    short = {
        "birth_date_minute": "minute",
        "children_delivered_std": "children_delivered",
        "place_in_delivery_std": "place_in_delivery",
    }
    children = _children(population, nodes, _mothers(population, nodes), *_OF_CERTIFICATES).rename(
        short
    )
    first = ~pl.col("issue_type_std").str.contains(REISSUED).fill_null(False)
    minutes = pl.col("minute").n_unique().over("delivery")
    timed = pl.col("minute").is_not_null().all().over("delivery")
    counted = pl.when(timed).then(minutes).otherwise(first.sum().over("delivery").clip(1))
    stated = pl.max_horizontal("children_delivered", "place_in_delivery").max().over("delivery")
    size = (
        pl.when(timed)
        .then(pl.max_horizontal(stated, minutes))
        .otherwise(pl.coalesce(stated, counted))
    )
    by_minute = pl.when(timed & (minutes > 1)).then(pl.col("minute").rank("dense").over("delivery"))
    sequence = pl.when(first & (first.sum().over("delivery") == pl.col("size"))).then(
        pl.col("record_id").rank("ordinal").over("delivery", first)
    )
    placed = children.with_columns(size=size.cast(pl.Int64)).with_columns(
        place=pl.coalesce("place_in_delivery", "name_place", by_minute, sequence).cast(pl.Int64)
    )
    # A reissue is the same child as the one in its place, or, for want of a place, as somebody.
    identity = pl.coalesce("place", pl.when(~first).then(0), pl.col("node").cast(pl.Int64) + 1000)
    return _placed(placed.with_columns(child=identity))


def _mothers(population: Population, nodes: Nodes) -> npt.NDArray[np.uint64]:
    """Who the mother is: by her number, by both parents' names, or of several children by hers; by
    the one that finds most children of the day."""
    number, name, father, day = (
        population.codes(column)[nodes]
        for column in ("mother_id_std", "mother_name_std", "father_name_std", "birth_date_std")
    )
    several = population.numbers("children_delivered_std")[nodes] > 1
    keys = np.stack([number, mixed(name, father), np.where(several, name, 0)])
    found = pl.DataFrame({"day": day, **{str(n): key for n, key in enumerate(keys)}})
    sizes = np.stack(
        [
            found.select(pl.len().over("day", str(n))).to_series().to_numpy()
            for n in range(len(keys))
        ]
    )
    return keys[np.where(keys == 0, 0, sizes).argmax(axis=0), np.arange(len(nodes))]


def _of_registers(population: Population, nodes: Nodes) -> pl.DataFrame:
    """node, delivery_size, delivery_alike, delivery_place of registers' rows."""
    household, mother = (
        population.codes(column)[nodes] for column in ("household_no_std", "mother_id_std")
    )
    children = _children(
        population, nodes, np.where(household != 0, household, mother), "relation_std"
    )
    several = pl.any_horizontal(
        pl.col("relation_std").is_between(*span) for span in SONS_AND_DAUGHTERS
    )
    relation = pl.when(several).then(pl.col("relation_std").cast(pl.Int64))
    placed = children.with_columns(
        child=pl.when(pl.col("name") != 0)
        .then(pl.col("name").cast(pl.UInt64))
        .otherwise(pl.col("node")),
    ).with_columns(size=pl.col("child").n_unique().over("delivery").cast(pl.Int64))
    alike = pl.col("child").n_unique().over(_SIBLINGS)
    by_relation = relation.is_not_null().all().over(_SIBLINGS) & (
        relation.n_unique().over(_SIBLINGS) == alike
    )
    word = pl.col("name_place").cast(pl.Int64)
    # Of two, who is not the elder is the younger.
    only_word = pl.when((alike == 2) & (word.count().over(_SIBLINGS) == 1)).then(
        3 - word.max().over(_SIBLINGS)
    )
    return _placed(
        placed.with_columns(
            place=pl.when(by_relation).then(relation).otherwise(pl.coalesce(word, only_word))
        )
    )


def _placed(children: pl.DataFrame) -> pl.DataFrame:
    """`children`: node, delivery, sex, size, child (one value a child), place (in any count, null
    when unknown)."""
    # A reissue that fits none of the others makes no further child.
    alike = pl.min_horizontal(pl.col("child").n_unique().over(_SIBLINGS), "size")
    # Two children in one place, or one without: their order is not known.
    sure = pl.col("place").is_not_null().all().over(_SIBLINGS) & (
        pl.col("place").n_unique().over(_SIBLINGS) == alike
    )
    rank = pl.when(sure).then(pl.col("place").rank("dense").over(_SIBLINGS))
    place = pl.when(pl.col("sex").is_not_null()).then(pl.when(alike == 1).then(1).otherwise(rank))
    return children.select(
        "node",
        delivery_size=pl.col("size").cast(pl.Int64),
        delivery_alike=alike.cast(pl.Int64),
        delivery_place=place.cast(pl.Int64),
    )
