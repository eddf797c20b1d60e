"""Who is who: the matching stages in order, for a whole run and for the single jobs alike."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.config import MatchingConfig
from reconcile.core.progress import Progress
from reconcile.matching.false_share import cut_of_share
from reconcile.matching.judgements import judgements_of
from reconcile.matching.linkage import Linkage
from reconcile.matching.linked import Linked, described, with_bands
from reconcile.matching.model import load_model
from reconcile.matching.others import with_others
from reconcile.matching.score import probability


def link_records(
    records: Mapping[str, pl.DataFrame],
    matching: MatchingConfig,
    progress: Progress,
    judgements: pl.DataFrame | None = None,
) -> Linked:
    """Resolves the standardised records of all sources into persons, by the plan in `matching`.

    `judgements`: frames.JUDGEMENTS, free of contradictions; those in the plan's file when not
    given.
    """
    with progress.stage("settle"):
        judged = judgements_of(matching.judgements) if judgements is None else judgements
        linkage = Linkage(records, matching, load_model(matching.model), judged)
        linkage.meet_strangers()
    with progress.stage("compare"):
        found = linkage.narrow()
    with progress.stage("compare_wide"):
        found += linkage.wide(found)
    with progress.stage("resolve"):
        weighed = linkage.estimated([*found, *linkage.doubles()])
        scored = pl.concat([f.scored for f in weighed], how="diagonal")
        linkage.matching = with_cut(matching, scored)
        resolved = linkage.resolved(scored)
        scored = pl.concat([scored, resolved.judged], how="diagonal")
        scored = with_others(
            scored, linkage.certain, resolved.persons["person"], linkage.population.source
        )
        scored = linkage.constraints.banded(with_bands(scored, linkage.matching))
    with progress.stage("describe"):
        return described(linkage, found, scored, resolved)


def with_cut(matching: MatchingConfig, scored: pl.DataFrame) -> MatchingConfig:
    """`matching` with the match_probability that its `max_false_share` asks for of these pairs,
    never below the one given; unchanged where it asks for none."""
    if matching.max_false_share is None:
        return matching
    match = probability(scored.filter(~pl.col("barred"))["match_weight"].to_numpy())
    cut = cut_of_share(match, matching.max_false_share, matching.match_probability)
    return matching.model_copy(update={"match_probability": cut})
