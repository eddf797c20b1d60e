"""What a fitted model says of the registers it was fitted to: in counts and shares, no record
named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.config import LinkConfig
from reconcile.matching.false_share import Collisions, Shares, collisions, cut_of_share, shares
from reconcile.matching.key_coverage import (
    Recapture,
    RuleCoverage,
    key_coverage,
    recapture,
    rule_hits,
)
from reconcile.matching.link import with_cut
from reconcile.matching.linkage import Linkage
from reconcile.quality.fit.job import Fitted, match_chance
from reconcile.quality.fit.shares import certain_pairs

BIN = 2_000  # 1/1000 bit
# Shares of false matches for which the report names a cut.
TARGETS = (0.001, 0.002, 0.005, 0.01)


@dataclass(frozen=True)
class LinkReport:
    """One link of the plan. `certain`: pairs closed by exact keys; `compared`: candidate pairs;
    `histogram`: lower end of each bin of match weights (1/1000 bit) and its pairs, without gaps;
    `collisions`: None inside one register."""

    link: LinkConfig
    certain: int
    compared: int
    shares: Shares
    collisions: Collisions | None
    rules: tuple[RuleCoverage, ...]
    recapture: Recapture
    histogram: tuple[tuple[int, int], ...]

    @property
    def recall(self) -> float | None:
        """The share of matches that exact keys or some rule finds, at best; None when nothing can
        be said."""
        found, missed = self.certain + self.recapture.found, self.recapture.chao
        return None if missed is None else found / (found + missed)


@dataclass(frozen=True)
class Cut:
    """The cut for at most this share of false matches, and what it does over all links."""

    share: float
    probability: float
    shares: Shares


@dataclass(frozen=True)
class FitReport:
    """`sizes`: rows by source."""

    fitted: Fitted
    sizes: dict[str, int]
    cut: float
    links: tuple[LinkReport, ...]
    cuts: tuple[Cut, ...]


def report(fitted: Fitted) -> FitReport:
    """The report of a fit, at the cut of its plan."""
    linkage = fitted.linkage
    counts = np.bincount(
        linkage.population.source, minlength=len(linkage.population.sources)
    ).tolist()
    weights = pl.concat([f.scored.select("match_weight", "barred") for f in fitted.found])
    cut = with_cut(linkage.matching, weights).match_probability
    chances = np.concatenate([match_chance(f.scored) for f in fitted.found])
    targets = [(share, cut_of_share(chances, share, cut)) for share in TARGETS]
    return FitReport(
        fitted,
        dict(zip(linkage.population.sources, counts, strict=True)),
        cut,
        tuple(_links(fitted, cut)),
        tuple(Cut(share, at, shares(chances, at)) for share, at in targets),
    )


def _links(fitted: Fitted, cut: float) -> Iterator[LinkReport]:
    doubles = _doubles(fitted)
    for run in fitted.linkage.runs:
        scored = pl.concat([f.scored for f in fitted.found if f.run is run])
        for position, link in enumerate(run.links):
            yield _link(
                fitted.linkage, link, scored.filter(pl.col("link") == position), doubles, cut
            )


def _link(
    linkage: Linkage,
    link: LinkConfig,
    scored: pl.DataFrame,
    doubles: npt.NDArray[np.int32],
    cut: float,
) -> LinkReport:
    chance = match_chance(scored)
    likely = scored.filter(pl.Series(chance >= cut))
    # Rivals take from one another: a record that matches several people does so as its pairs are
    # weighed alone.
    alone = scored.with_columns(pl.col("match_weight") - pl.col("others"))
    alone = alone.filter(pl.Series(match_chance(alone) >= cut))
    left, right = likely["node_l"].to_numpy(), likely["node_r"].to_numpy()
    rules = [*link.blocking, *link.wide]
    hits = rule_hits(linkage.population, linkage.homes, rules, left, right)
    return LinkReport(
        link,
        len(certain_pairs(linkage, link)),
        scored.height,
        shares(chance, cut),
        _collisions(linkage, link, alone, doubles) if not link.inside else None,
        tuple(key_coverage(rules, hits)),
        recapture(rules, hits),
        _histogram(scored["match_weight"]),
    )


def _doubles(fitted: Fitted) -> npt.NDArray[np.int32]:
    """A number for each node: records of one register that may be one person have the same."""
    source = fitted.linkage.population.source
    review = fitted.linkage.matching.review_probability
    likely = [f.scored.filter(pl.Series(match_chance(f.scored) >= review)) for f in fitted.found]
    left, right = (
        np.concatenate([pairs[side].to_numpy() for pairs in likely])
        for side in ("node_l", "node_r")
    )
    inside = source[left] == source[right]
    ones = np.ones(int(inside.sum()), dtype=np.int8)
    graph = coo_array((ones, (left[inside], right[inside])), shape=(len(source), len(source)))
    numbers: npt.NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return numbers


def _collisions(
    linkage: Linkage, link: LinkConfig, likely: pl.DataFrame, doubles: npt.NDArray[np.int32]
) -> Collisions:
    """The check of `false_share.collisions` on the link's left records that exact keys do not
    settle: for these, every record of the right register was looked through."""
    nodes = linkage.population.nodes_of(link.sources[0])
    people = likely.select(
        "node_l", person=pl.Series(doubles[likely["node_r"].to_numpy()])
    ).unique()
    matches = np.bincount(people["node_l"].to_numpy(), minlength=len(linkage.population))
    return collisions(matches[nodes[linkage.free[nodes]]])


def _histogram(weights: pl.Series) -> tuple[tuple[int, int], ...]:
    if weights.is_empty():
        return ()
    bins = np.floor_divide(weights.to_numpy(), BIN).astype(np.int64)
    counts = np.bincount(bins - bins.min())
    return tuple((int((bins.min() + i) * BIN), int(count)) for i, count in enumerate(counts))
