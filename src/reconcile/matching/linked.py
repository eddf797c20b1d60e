"""What linking comes to: persons over all registers, and what led to them, by record ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reconcile.config import MatchingConfig
from reconcile.core.frames import BANDS
from reconcile.matching import saved
from reconcile.matching.block import RuleReport
from reconcile.matching.constraints import JUDGED, Constraints
from reconcile.matching.dead_keys import DeadKeys
from reconcile.matching.link_runs import Found
from reconcile.matching.linkage import Linkage
from reconcile.matching.resolve import Resolved
from reconcile.matching.score import probability
from reconcile.matching.weak_edges import weak_edges_frame


@dataclass(frozen=True)
class Linked:
    """Persons over all registers, and what led to them; frames by record id as `frames.py` has
    them.

    `matching`: the plan with the cut that this run took. `unsearched_doubles`: of sources that the
    plan does not compare with themselves, how many further records of one person turned up. Of the
    judgements that name a record which is not in the run: `unknown_judgements`, rows of the file,
    and `idle_judgements`, how many of the ledger.
    """

    persons: pl.DataFrame
    best: pl.DataFrame  # source, record_id, person_probability
    links: pl.DataFrame
    scored_pairs: pl.DataFrame
    mentions: pl.DataFrame
    homes: pl.DataFrame
    weak_edges: pl.DataFrame
    judgements: pl.DataFrame
    unknown_judgements: tuple[int, ...]
    idle_judgements: int
    matching: MatchingConfig
    dead_keys: tuple[DeadKeys, ...]
    shares: Sequence[Mapping[str, object]]
    unsearched_doubles: Mapping[str, int]
    blocking: tuple[RuleReport, ...]
    tangles: int
    greedy: int
    split: int


def _with_certain(certain: pl.DataFrame, scored: pl.DataFrame, judged: Constraints) -> pl.DataFrame:
    """The scored pairs, the certain ones, and those that only a judgement joins, each once.

    A certain pair has no levels and a probability of 1, unless a tangle wanted it weighed; then it
    has both.
    """
    pair = ["node_l", "node_r"]
    closed = certain.with_columns(pl.concat_str(pl.lit("exact: "), "match_key").alias("match_key"))
    unfound = judged.unfound(pl.concat([closed.select(pair), scored.select(pair)]))
    closed = pl.concat([closed, unfound.with_columns(pl.lit(JUDGED).alias("match_key"))])
    weighed = scored.join(
        closed.rename({"match_key": "exact"}), on=pair, how="left", maintain_order="left"
    )
    alone = closed.join(scored, on=pair, how="anti", maintain_order="left").with_columns(
        pl.lit(1.0).alias("match_probability"), pl.lit("match", dtype=pl.Enum(BANDS)).alias("band")
    )
    named = weighed.with_columns(pl.coalesce("exact", "match_key").alias("match_key")).drop("exact")
    return pl.concat([alone, named], how="diagonal")


def with_bands(scored: pl.DataFrame, matching: MatchingConfig) -> pl.DataFrame:
    """Adds match_probability and band; a barred pair is at most 'review'."""
    chance = pl.Series("match_probability", probability(scored["match_weight"].to_numpy())).round(6)
    banded = saved.band(
        pl.col("match_probability"), matching.match_probability, matching.review_probability
    )
    return (
        scored.with_columns(chance)
        .with_columns(
            band=pl.when(pl.col("barred") & (banded == "match"))
            .then(pl.lit("review", dtype=pl.Enum(BANDS)))
            .otherwise(banded)
        )
        .drop("barred", "link")
    )


def described(
    linkage: Linkage, found: Sequence[Found], scored: pl.DataFrame, resolved: Resolved
) -> Linked:
    """What a linkage that is resolved says, by record ids."""
    population, persons = linkage.population, resolved.persons
    every_pair, naming = (
        _with_certain(linkage.certain, scored, linkage.constraints),
        saved.Naming(population),
    )
    return Linked(
        persons=saved.persons_frame(naming, persons),
        best=_best(naming, persons),
        links=saved.links_frame(naming, persons, scored),
        scored_pairs=saved.scored_pairs_frame(naming, every_pair),
        mentions=saved.mentions_frame(naming, population, persons),
        homes=saved.homes_frame(naming, linkage.homes),
        weak_edges=weak_edges_frame(naming, resolved.weakest),
        judgements=linkage.judgements,
        unknown_judgements=linkage.constraints.unknown,
        idle_judgements=linkage.constraints.idle,
        matching=linkage.matching,
        dead_keys=linkage.dead_keys(),
        unsearched_doubles=_doubles(linkage, persons),
        shares=linkage.shares(),
        blocking=tuple(report for f in found for report in f.candidates.reports),
        tangles=resolved.tangles,
        greedy=resolved.greedy,
        split=resolved.split,
    )


def _doubles(linkage: Linkage, persons: pl.DataFrame) -> dict[str, int]:
    """Of each source that is not searched for doubles, how many were found all the same; none left
    out."""
    found, source = {}, pl.Series(linkage.population.source)
    for run in linkage.unsearched:
        name = run.link.sources[0]
        mine = persons["person"].filter(source == linkage.population.sources.index(name))
        found[name] = len(mine) - mine.n_unique()
    return {name: count for name, count in found.items() if count}


def _best(naming: saved.Naming, persons: pl.DataFrame) -> pl.DataFrame:
    """`person_probability`: that of each record's heaviest edge in its person, 1 where joins or
    people closed it."""
    best = persons["best"].cast(pl.Float64).fill_null(0.0)
    chance = pl.Series("chance", probability(best.to_numpy())).round(6)
    probable = (
        pl.when(pl.col("how") == "alone")
        .then(None)
        .when(pl.col("how").is_in(["exact", "judgement"]))
        .then(1.0)
        .otherwise("chance")
    )
    told = pl.DataFrame([persons["how"], chance]).select(person_probability=probable)
    return pl.DataFrame([naming.source.alias("source"), naming.record_id, *told.get_columns()])
