"""From nodes to record ids: the frames that a run saves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.core.frames import BANDS, HOMES, LINKS, MENTIONS, PERSONS, conform
from reconcile.population.homes import Homes
from reconcile.population.population import Nodes, Population

ROLES = ("father", "head", "mother", "spouse")


class Naming:
    """What the nodes are called outside, and in which order they are told.

    `source`, `record_id`: by node. `order`: the nodes by source and record id; `rank`: each node's
    place there.
    """

    def __init__(self, population: Population) -> None:
        self.source = pl.Series(population.sources, dtype=pl.String).gather(population.source)
        self.record_id = population.frame["record_id"]
        spans = [population.span(source) for source in sorted(population.sources)]
        parts = [
            self.record_id[span].arg_sort().to_numpy() + np.uint32(span.start) for span in spans
        ]
        self.order: Nodes = np.concatenate(parts).astype(np.uint32)
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(self.order), dtype=np.uint32)
        by_name = sorted(population.sources)
        self._source_rank = np.array([by_name.index(source) for source in population.sources])[
            population.source
        ]

    def of(self, nodes: Nodes, side: str = "") -> list[pl.Series]:
        """The columns `source` and `record_id` of these nodes; `side` is put behind their names."""
        return [
            self.source.gather(nodes).alias(f"source{side}"),
            self.record_id.gather(nodes).alias(f"record_id{side}"),
        ]

    def pairs_in_order(self, left: Nodes, right: Nodes) -> npt.NDArray[np.int64]:
        """The positions of pairs by left source, right source, left record id, right record id."""
        sources = self._source_rank[left].astype(np.uint64) << np.uint64(4) | self._source_rank[
            right
        ].astype(np.uint64)
        ranks = self.rank[left].astype(np.uint64) << np.uint64(28) | self.rank[right]
        return np.argsort(sources << np.uint64(56) | ranks, kind="stable")


def references(population: Population) -> pl.DataFrame:
    """`node`, `source`, `record_id`: what each node is called outside."""
    names = pl.Series(population.sources, dtype=pl.String)
    return pl.DataFrame(
        {
            "node": np.arange(len(population), dtype=np.uint32),
            "source": names.gather(population.source),
            "record_id": population.frame["record_id"],
        }
    )


def homes_frame(naming: Naming, homes: Homes) -> pl.DataFrame:
    """frames.HOMES: the homes of each record, sorted."""
    order = np.argsort(naming.rank[homes.node], kind="stable")
    return conform(
        pl.DataFrame([*naming.of(homes.node[order]), pl.Series("home", homes.home[order])]), HOMES
    )


def person_ids(naming: Naming, person: pl.Series) -> pl.Series:
    """`person_id`: what persons are called: source and record id of their first record. `person` is
    its node."""
    return (naming.source.gather(person) + ":" + naming.record_id.gather(person)).alias("person_id")


def persons_frame(naming: Naming, persons: pl.DataFrame) -> pl.DataFrame:
    """frames.PERSONS, sorted by source and record id; every record once."""
    told = [person_ids(naming, persons["person"]), persons["how"], persons["margin"]]
    return conform(
        pl.DataFrame([*naming.of(naming.order), *(column.gather(naming.order) for column in told)]),
        PERSONS,
    )


def scored_pairs_frame(naming: Naming, scored: pl.DataFrame) -> pl.DataFrame:
    """Every pair that was compared, by record ids, sorted; levels, weights, probability and band
    beside."""
    left, right = scored["node_l"].to_numpy(), scored["node_r"].to_numpy()
    order = naming.pairs_in_order(left, right)
    (source_l, id_l), (source_r, id_r) = naming.of(left[order], "_l"), naming.of(right[order], "_r")
    return pl.DataFrame(
        [source_l, id_l, source_r, id_r, *scored.drop("node_l", "node_r")[order].get_columns()]
    )


def band(probability: pl.Expr, match: float, review: float) -> pl.Expr:
    """The band of a match probability."""
    return (
        pl.when(probability >= match)
        .then(pl.lit("match"))
        .when(probability >= review)
        .then(pl.lit("review"))
        .otherwise(pl.lit("non-match"))
        .cast(pl.Enum(BANDS))
    )


def links_frame(naming: Naming, persons: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """frames.LINKS: for each record the contenders that it was not joined with, though they may be
    it."""
    person, margin = persons["person"], persons["margin"]
    lost = scored.filter(
        (pl.col("band") != "non-match")
        & (person.gather(scored["node_l"]) != person.gather(scored["node_r"]))
    )
    both = pl.concat(
        [
            lost.select(
                pl.col(a).alias("node"), pl.col(b).alias("contender"), "match_weight", "band"
            )
            for a, b in (("node_l", "node_r"), ("node_r", "node_l"))
        ]
    )
    rank = pl.Series(naming.rank)
    both = both.sort(rank.gather(both["node"]), rank.gather(both["contender"]))
    node, contender = both["node"].to_numpy(), both["contender"].to_numpy()
    return conform(
        pl.DataFrame(
            [
                *naming.of(node),
                *(column.alias(f"contender_{column.name}") for column in naming.of(contender)),
                person_ids(naming, persons["person"].gather(contender)),
                both["match_weight"],
                margin.gather(node).alias("margin"),
                both["band"],
            ]
        ),
        LINKS,
    )


def mentions_frame(naming: Naming, population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """frames.MENTIONS: the relatives each record names, resolved to persons where a number leads to
    just one."""
    numbers = [population.codes(f"{role}_id_std") for role in ROLES]
    names = [population.codes(f"{role}_name_std") for role in ROLES]
    said = [
        ((number | name) != 0)[naming.order] for number, name in zip(numbers, names, strict=True)
    ]
    place, role = np.nonzero(np.stack(said, axis=1))
    node = naming.order[place]
    number = np.stack(numbers, axis=1)[node, role]
    person = pl.DataFrame({"number": number}).join(
        _sole_holders(population, persons), on="number", how="left", maintain_order="left"
    )
    return conform(
        pl.DataFrame(
            [
                *naming.of(node),
                pl.Series("role", role.astype(np.uint8))
                .cat.to(pl.Enum(ROLES))
                .cast(MENTIONS["role"]),
                *(_stated(population, what, node, role) for what in ("name", "id")),
                person_ids(naming, person["person"]),
                person["margin"],
            ]
        ).rename({"id": "id_number"}),
        MENTIONS,
    )


def _sole_holders(population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """number (its code), person, margin (the least): the numbers that only one person holds."""
    held = persons.select("person", "margin").with_columns(
        number=pl.Series(population.codes("id_number_std"))
    )
    return (
        held.filter(pl.col("number") != 0)
        .group_by("number")
        .agg(pl.col("person").min(), pl.col("person").max().alias("last"), pl.col("margin").min())
        .filter(pl.col("person") == pl.col("last"))
        .drop("last")
    )


def _stated(
    population: Population, what: str, node: Nodes, role: npt.NDArray[np.int64]
) -> pl.Series:
    """The name or number that each node states for the relative in the role (its position in
    `ROLES`)."""
    by_role = np.argsort(role, kind="stable")
    values = [
        population.values(f"{name}_{what}_std", node[role == position])
        for position, name in enumerate(ROLES)
    ]
    back = np.empty_like(by_role)
    back[by_role] = np.arange(len(by_role))
    return pl.concat(values).gather(back).alias(what)
