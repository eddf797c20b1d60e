"""What comes of a run by a model, told without knowing who is who; and whether a fit has made it
worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from reconcile.matching.false_share import Collisions, collisions
from reconcile.matching.linkage import Linkage
from reconcile.matching.others import with_others
from reconcile.matching.score import probability

# So many false matches are too many, by the model's own word or by collisions.
MOST_FALSE = 0.05
# More false ones than by the starting model by this factor and this share are clearly more.
_CLEARLY, _SLACK = 1.5, 0.01
# Collisions count pairs as they are weighed alone, most of which are parted by their rivals: so
# many more are borne.
_COLLIDING = 0.25
# A share of matched records that changes by more than this factor, and this share, is another
# population.
_CHANGED, _CHANGED_LEAST = 1.5, 0.05


@dataclass(frozen=True)
class Quality:
    """`matched`: the share of records that are in a person with another one. `joined`: compared
    pairs from the cut on; `false`: the share of these that the model expects to be false.
    `collisions`: of the free records of the smaller register of each link between two, all
    together; None where there is no such link."""

    matched: float
    joined: int
    false: float
    collisions: Collisions | None


@dataclass(frozen=True)
class Problem:
    """What is wrong with a fit: a text `fit.check.<kind>` and its values."""

    kind: str
    values: Mapping[str, str]


def quality(linkage: Linkage, scored: pl.DataFrame) -> Quality:
    """Of scored pairs, weighed as the linkage stands, and the persons that come of them."""
    cut, source = linkage.matching.match_probability, linkage.population.source
    person = linkage.resolved(scored).persons["person"]
    told = with_others(scored, linkage.certain, person, source).filter(~pl.col("barred"))
    chance = probability(told["match_weight"].to_numpy())
    above = chance[chance >= cut]
    number = person.to_numpy()
    return Quality(
        float(np.mean(np.bincount(number)[number] > 1)) if len(number) else 0.0,
        len(above),
        float(np.mean(1 - above)) if len(above) else 0.0,
        _collisions(linkage, scored, number, cut),
    )


def _collisions(
    linkage: Linkage, scored: pl.DataFrame, person: npt.NDArray[np.uint32], cut: float
) -> Collisions | None:
    likely = scored.filter(
        ~pl.col("barred") & pl.Series(probability(scored["match_weight"].to_numpy()) >= cut)
    )
    sides = ("l", "r")
    pairs = likely.select("node_l", "node_r").with_columns(
        pl.Series(f"person_{side}", person[likely[f"node_{side}"].to_numpy()]) for side in sides
    )
    counts = list(_people_matched(linkage, pairs))
    return collisions(np.concatenate(counts)) if counts else None


def _people_matched(linkage: Linkage, pairs: pl.DataFrame) -> Iterator[npt.NDArray[np.int64]]:
    """Of each link between two registers: how many people of the larger one each free record of the
    other matches."""
    population = linkage.population
    source = [population.source[pairs[side].to_numpy()] for side in ("node_l", "node_r")]
    for link in (link for run in linkage.runs for link in run.links):
        sides = [population.sources.index(name) for name in link.sources]
        if sides[0] == sides[1]:
            continue
        mine = pairs.filter(pl.Series((source[0] == sides[0]) & (source[1] == sides[1])))
        nodes = [population.nodes_of(name) for name in link.sources]
        own, other = ("l", "r") if len(nodes[0]) <= len(nodes[1]) else ("r", "l")
        people = mine.select(f"node_{own}", f"person_{other}").unique()
        matches = np.bincount(people[f"node_{own}"].to_numpy(), minlength=len(population))
        asked = min(nodes, key=len)
        yield matches[asked[linkage.free[asked]]]


def problems(before: Quality, after: Quality) -> list[Problem]:
    """What speaks against taking the fitted model; nothing where it is no worse than the one
    before."""
    found = []
    if after.false > MOST_FALSE or _clearly_more(before.false, after.false):
        found.append(Problem("false", _describe(before.false, after.false)))
    shares = [of.collisions and of.collisions.false_share for of in (before, after)]
    if after.collisions and (after.collisions.low or 0.0) > (shares[0] or 0.0) + _COLLIDING:
        found.append(Problem("collisions", _describe(shares[0] or 0.0, shares[1] or 0.0)))
    if _another(before.matched, after.matched):
        found.append(Problem("matched", _describe(before.matched, after.matched)))
    return found


def _clearly_more(before: float, after: float) -> bool:
    return after > _CLEARLY * before + _SLACK


def _another(before: float, after: float) -> bool:
    fewer, more = sorted((before, after))
    return more > _CHANGED * fewer + _CHANGED_LEAST


def _describe(before: float, after: float) -> dict[str, str]:
    return {"before": f"{before:.1%}", "after": f"{after:.1%}", "most": f"{MOST_FALSE:.0%}"}
