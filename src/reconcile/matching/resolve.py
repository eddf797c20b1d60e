"""resolve: persons, groups of records over all registers. Scored pairs → persons and links."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.core.frames import PERSONS
from reconcile.core.stacked import rows_by_frame
from reconcile.matching.components import components
from reconcile.matching.constraints import NONE, UNWEIGHED, Constraints
from reconcile.matching.solver import EXACT, Solution, solve
from reconcile.matching.tangles import IMPOSSIBLE, Tangles, first_places
from reconcile.matching.weak_edges import weak_edges
from reconcile.population.population import Codes, Nodes, Population

# What it is worth, beside its levels, that a pair's exact key is held by these two alone.
_EXACT = 4_000
# The margin of a record that no other grouping can have.
_NO_OTHER = 2**31 - 1

# Judges pairs that no blocking rule found: node_l, node_r → the scored columns.
Judge = Callable[[pl.DataFrame], pl.DataFrame]
# What each node says in a comparison, as `values.value_codes`.
Values = Callable[[str, Nodes], Codes]
# Cells of tangles that are weighed at a time.
_CELLS = 2_000_000


@dataclass(frozen=True)
class Resolved:
    """`persons`: one row a node: person (its smallest node), how, margin, best (heaviest edge
    inside the person).

    `judged`: the pairs that were compared here because a tangle needed them. `weakest`: the weakest
    edge of each person of three and more (see `weak_edges`). `tangles`, `greedy`, `split`: how many
    tangles there were, how many were too large to be solved exactly, and how many had to be taken
    apart first.
    """

    persons: pl.DataFrame
    judged: pl.DataFrame
    weakest: pl.DataFrame
    tangles: int
    greedy: int
    split: int


def resolve(
    population: Population,
    certain: pl.DataFrame,
    scored: pl.DataFrame,
    price: npt.NDArray[np.int64],
    cut: int,
    judge: Judge,
    values: Values,
    constraints: Constraints = NONE,
) -> Resolved:
    """Groups the population's records into persons.

    `certain`: node_l, node_r of pairs closed by joins. `scored`: node_l, node_r, evidence, prior,
    match_weight, barred, and `w_<comparison>`, what each comparison weighs. `price`: by source, of
    a second record of one person (negative). `cut`: the weight from which on a pair is a match.
    `values`: what records say. Weights are in 1/1000 bit. `constraints`: what people judged, above
    all weights.
    """
    edges = constraints.applied(_edges(scored, cut))
    joined = pl.concat([certain.select("node_l", "node_r"), constraints.same])
    useful = edges.filter((pl.col("evidence") + pl.col("prior") > 0) | (pl.col("match_weight") > 0))
    component, split = components(len(population), joined, useful)
    sizes = np.bincount(component, minlength=1)
    group = _clear_groups(component, sizes, joined, useful)
    margin = np.full(len(population), -1, dtype=np.int64)
    tangled = np.flatnonzero(sizes[component] > 2).astype(np.uint32)
    members = pl.DataFrame({"node": tangled, "tangle": component[tangled]})
    inside = _pairs_inside(members)
    judged = judge(inside.join(edges, on=["node_l", "node_r"], how="anti").sort("node_l", "node_r"))
    edges = pl.concat([edges, _edges(judged, cut, scored.height)], how="vertical_relaxed")
    weighed = _weighed(
        _with_exact(edges.join(inside, on=["node_l", "node_r"], how="semi"), certain),
        scored,
        judged,
    )
    for nodes, solution in _solve(members, weighed, population, price, values):
        group[nodes] = np.take_along_axis(nodes, solution.group, axis=1)
        margin[nodes] = solution.margin
    tangle_sizes = sizes[sizes > 2]
    return Resolved(
        _described(group, margin, certain, edges, constraints.same, cut),
        judged,
        weak_edges(_smallest(group), joined, edges).with_columns(pl.col("match_weight") + cut),
        len(tangle_sizes),
        int((tangle_sizes > EXACT).sum()),
        split,
    )


def _edges(scored: pl.DataFrame, cut: int, first_row: int = 0) -> pl.DataFrame:
    """Scored pairs as the solver takes them: the smaller node first, the cut taken off; `row`,
    where they stand."""
    return scored.select(
        pl.min_horizontal("node_l", "node_r").alias("node_l"),
        pl.max_horizontal("node_l", "node_r").alias("node_r"),
        "evidence",
        pl.col("prior") - cut,
        pl.col("match_weight") - cut,
        "barred",
        (pl.int_range(pl.len(), dtype=pl.UInt32) + first_row).alias("row"),
    )


def _weighed(edges: pl.DataFrame, *scored: pl.DataFrame) -> pl.DataFrame:
    """The edges with `agreement`, the prior and all that speaks for them, and `w_<comparison>`,
    what speaks against.

    `scored`: where their rows stand, one frame after the other.
    """
    names = sorted({name for frame in scored for name in frame.columns if name.startswith("w_")})
    told = []
    for frame, (places, rows) in zip(
        scored, rows_by_frame(edges["row"].to_numpy(), map(len, scored)), strict=True
    ):
        own = [name for name in names if name in frame.columns]
        told.append(frame.select(own)[rows].with_columns(edges["row"].gather(places)))
    against = pl.concat(told, how="diagonal").select(
        "row", pl.col(names).fill_null(0).clip(upper_bound=0)
    )
    found = edges.join(against, on="row", how="left", maintain_order="left").with_columns(
        pl.col(names).fill_null(0)
    )
    said = pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *names)
    # Where more speaks for a pair than against it, it is a weaker edge and no contradiction.
    counted = pl.max_horizontal(pl.min_horizontal("evidence", 0), said)
    shares = [
        (pl.col(name).cast(pl.Int64) * -counted // -said).fill_null(0).alias(name) for name in names
    ]
    found = found.with_columns(
        pl.when(said < 0).then(share).otherwise(0).alias(name)
        for name, share in zip(names, shares, strict=True)
    )
    return found.with_columns(agreement=pl.col("prior") + pl.col("evidence") - said)


def _with_exact(edges: pl.DataFrame, certain: pl.DataFrame) -> pl.DataFrame:
    """The edges, those of certain pairs heavier: what others contend for is no doubt about these
    two."""
    ordered = certain.select(
        pl.min_horizontal("node_l", "node_r").alias("node_l"),
        pl.max_horizontal("node_l", "node_r").alias("node_r"),
    ).with_columns(exact=pl.lit(_EXACT))
    joined = edges.join(
        ordered.unique(), on=["node_l", "node_r"], how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col("evidence") + pl.col("exact").fill_null(0)).drop("exact")


def _clear_groups(
    component: npt.NDArray[np.int32],
    sizes: npt.NDArray[np.int64],
    certain: pl.DataFrame,
    useful: pl.DataFrame,
) -> npt.NDArray[np.int64]:
    """The smallest node of each node's person where it is clear: alone, or a pair with one edge."""
    group = np.arange(len(component))
    good = useful.filter((pl.col("match_weight") > 0) & ~pl.col("barred"))
    for pairs in (good, certain):
        left, right = pairs["node_l"].to_numpy(), pairs["node_r"].to_numpy()
        clear = (sizes[component[left]] == 2) & (component[left] == component[right])
        group[np.maximum(left, right)[clear]] = np.minimum(left, right)[clear]
    return group


def _pairs_inside(members: pl.DataFrame) -> pl.DataFrame:
    """Every pair of records of one tangle, smaller node first."""
    return (
        members.rename({"node": "node_l"})
        .join(members.rename({"node": "node_r"}), on="tangle")
        .filter(pl.col("node_l") < pl.col("node_r"))
        .select("node_l", "node_r")
    )


def _solve(
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    population: Population,
    price: npt.NDArray[np.int64],
    values: Values,
) -> Iterator[tuple[Nodes, Solution]]:
    """Yields (nodes, solution) for the tangles of each size."""
    placed = members.sort("tangle", "node").with_columns(
        place=pl.int_range(pl.len()).over("tangle"), size=pl.len().over("tangle")
    )
    for size in placed["size"].unique().sort().to_list():
        nodes = placed.filter(pl.col("size") == size)["node"].to_numpy().reshape(-1, size)
        step = max(1, _CELLS // size**2)
        for start in range(0, len(nodes), step):
            part = nodes[start : start + step]
            yield part, solve(_tangles(part, pairs, population, price, values))


def _tangles(
    nodes: Nodes,
    pairs: pl.DataFrame,
    population: Population,
    price: npt.NDArray[np.int64],
    values: Values,
) -> Tangles:
    count, size = nodes.shape
    places = pl.DataFrame(
        {
            "node": nodes.ravel(),
            "tangle": np.repeat(np.arange(count), size),
            "i": np.tile(np.arange(size), count),
        }
    )
    placed = pairs.join(places.rename({"node": "node_l"}), on="node_l").join(
        places.select(pl.col("node").alias("node_r"), pl.col("i").alias("j")), on="node_r"
    )
    tangle, i, j = (placed[column].to_numpy() for column in ("tangle", "i", "j"))
    names = [name for name in pairs.columns if name.startswith("w_")]
    agreement = np.full((count, size, size), IMPOSSIBLE, dtype=np.int64)
    barred = np.zeros((count, size, size), dtype=bool)
    against = np.zeros((count, size, size, len(names)), dtype=np.int64)
    for ends in ((tangle, i, j), (tangle, j, i)):
        agreement[ends] = placed["agreement"].to_numpy()
        barred[ends] = placed["barred"].to_numpy()
        against[ends] = placed.select(names).to_numpy()
    said = [values(name.removeprefix("w_"), nodes) for name in names]
    value = first_places(np.stack(said, axis=2))
    source = population.source[nodes].astype(np.int64)
    return Tangles(agreement, against, value, barred, source, price[source])


def _described(
    group: npt.NDArray[np.int64],
    margin: npt.NDArray[np.int64],
    certain: pl.DataFrame,
    scored: pl.DataFrame,
    same: pl.DataFrame,
    cut: int,
) -> pl.DataFrame:
    """Persons with how each record came to them, and its heaviest edge there."""
    size, person = len(group), _smallest(group)
    best = np.full(size, UNWEIGHED, dtype=np.int64)
    left, right, weight = (scored[c].to_numpy() for c in ("node_l", "node_r", "match_weight"))
    inside = person[left] == person[right]
    for side in (left, right):
        np.maximum.at(best, side[inside], weight[inside])
    members = np.bincount(person, minlength=size)[person]
    ways = [members == 1, _touched(person, same), _touched(person, certain), best > 0]
    how = pl.Series(np.select(ways, range(len(ways)), default=len(ways)).astype(np.uint8))
    weakest = np.where(margin >= 0, margin, np.where(best > UNWEIGHED, np.abs(best), -1))
    return pl.DataFrame(
        {
            "node": np.arange(size, dtype=np.uint32),
            "person": person.astype(np.uint32),
            "how": how.cat.to(PERSONS["how"]),
            "margin": weakest,
            "best": best,
        }
    ).with_columns(
        pl.when(pl.col("margin").is_between(0, _NO_OTHER, closed="left"))
        .then("margin")
        .cast(pl.Int32)
        .alias("margin"),
        pl.when(pl.col("best") > UNWEIGHED).then(pl.col("best") + cut).cast(pl.Int32).alias("best"),
    )


def _touched(person: npt.NDArray[np.int64], pairs: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """The nodes that one of these pairs joins with another record of their person."""
    touched = np.zeros(len(person), dtype=bool)
    left, right = (pairs[side].to_numpy() for side in ("node_l", "node_r"))
    inside = person[left] == person[right]
    for end in (left, right):
        touched[end[inside]] = True
    return touched


def _smallest(group: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The same groups, each named by its smallest node."""
    named = np.arange(len(group))
    np.minimum.at(named, group, np.arange(len(group)))
    return named[group]
