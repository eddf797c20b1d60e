"""How pairs agree that the matching closed without weighing them, or never looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import polars as pl

from reconcile.config import LinkConfig
from reconcile.config.plan import default_matching
from reconcile.core.stacked import rows_by_frame
from reconcile.matching.compare import compare
from reconcile.matching.linkage import plan_columns
from reconcile.matching.linked import Linked
from reconcile.matching.model import load_model
from reconcile.matching.score import Scorer
from reconcile.persons.view import View
from reconcile.population.homes import Homes
from reconcile.population.population import Nodes, Population


def looked_at(
    view: View, linked: Linked, pairs: pl.DataFrame, comparisons: Sequence[str]
) -> pl.DataFrame:
    """For each of the pairs (resident, household), in their order: the levels of these comparisons
    (Int8), weight and w_id_number (Int32, 1/1000 bit), by the link of the plan that compares the
    two registers.

    Only the records of these pairs are read; relatives are those that the rows state themselves.
    """
    links = _links(view, linked)
    nodes = np.unique(np.concatenate([pairs["resident"].to_numpy(), pairs["household"].to_numpy()]))
    population = Population.stack(_rows(view, nodes), plan_columns(links))
    left, right = (
        np.searchsorted(nodes, pairs[side].to_numpy()).astype(np.uint32)
        for side in ("resident", "household")
    )
    compared = tuple(dict.fromkeys([*links[0].comparisons, *comparisons]))
    levels = compare(population, _homes(view, linked, nodes), left, right, compared)
    model = load_model(linked.matching.model)
    scored = Scorer(population, links, model).score(
        left, right, _link_of(population, links, left, right), levels
    )
    # The chance of any two records of the registers, not of the few that are read here.
    size = sum(view.records[source].height for source in view.of_layout("household"))
    prior = round(1000 * np.log2(model.shares[links[0].parameters].linked / max(size, 1)))
    identity = pl.col("w_id_number") if "w_id_number" in scored.columns else pl.lit(0)
    return scored.select(
        *comparisons,
        identity.cast(pl.Int32).alias("w_id_number"),
        weight=(pl.col("evidence") + prior).cast(pl.Int32),
    )


def _links(view: View, linked: Linked) -> list[LinkConfig]:
    """How residents and household records are compared: a link for each pair of their sources."""
    residents, household = view.of_layout("residents"), view.of_layout("household")
    both = {frozenset(pair) for pair in product(residents, household)}
    found = [link for link in linked.matching.links if frozenset(link.sources) in both]
    if not found:
        found = default_matching({residents[0]: "residents", household[0]: "household"}).links[:1]
    return [found[0].model_copy(update={"sources": pair}) for pair in product(residents, household)]


def _link_of(
    population: Population, links: Sequence[LinkConfig], left: Nodes, right: Nodes
) -> np.ndarray:
    """The position of each pair's link."""
    at = np.zeros((len(population.sources),) * 2, dtype=np.uint8)
    for position, link in enumerate(links):
        at[tuple(population.sources.index(source) for source in link.sources)] = position
    found: np.ndarray = at[population.source[left], population.source[right]]
    return found


def _rows(view: View, nodes: Nodes) -> dict[str, pl.DataFrame]:
    """The records at these nodes (sorted) by source."""
    heights = [frame.height for frame in view.records.values()]
    found = zip(view.records.items(), rows_by_frame(nodes, heights), strict=True)
    return {source: frame[rows] for (source, frame), (_, rows) in found}


def _homes(view: View, linked: Linked, nodes: Nodes) -> Homes:
    """The homes of the records at these nodes (sorted), numbered by position."""
    wanted = (
        view.population[nodes]
        .select(pl.col("source").cast(pl.String), "record_id")
        .with_row_index("place")
    )
    homes = wanted.join(linked.homes, on=["source", "record_id"]).with_columns(
        pl.col("home").rank("dense").cast(pl.UInt32)
    )
    return Homes.of(len(nodes), homes["place"].to_numpy(), homes["home"].to_numpy())
