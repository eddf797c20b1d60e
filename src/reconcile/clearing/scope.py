"""What a run could see of the cases known before: what it could not see is not cleared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field

import polars as pl

from reconcile.clearing.follow import NOTHING, Followed
from reconcile.core.frames import (
    JUDGEMENTS,
    empty,
)
from reconcile.rules import rests_on, rule_codes, says


@dataclass(frozen=True)
class Scope:
    """What a run could see: a case that it could not see is not cleared by its absence.

    `sources`: those of this run. `before`: those of the booked runs, by period. `codes`: the rules
    that are on. `judged`: frames.JUDGEMENTS that bound this run. `answered`: cases that people have
    answered since this month was first run: its export is older than what they say. `lost`: by
    period the (source, column) that its run could use and this one cannot. `untold`: records
    (source:record_id) whose area the table of areas does not tell: they say nothing of cases whose
    evidence is of areas.
    """

    period: str
    sources: Set[str]
    before: Mapping[str, Collection[str]] = field(default_factory=dict)
    codes: Collection[str] = ()
    followed: Followed = NOTHING
    judged: pl.DataFrame = field(default_factory=lambda: empty(JUDGEMENTS))
    answered: Collection[str] = ()
    lost: Mapping[str, Set[tuple[str, str]]] = field(default_factory=dict)
    untold: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))

    @property
    def whole(self) -> set[str]:
        """The sources that are here with all their records."""
        return set(self.sources) - set(self.followed.incomplete)

    @property
    def richer(self) -> list[str]:
        """The booked periods in which there was a source that is not here now. One that is not
        whole, such as births of one month only, lets every rule run."""
        return sorted(
            period for period, sources in self.before.items() if set(sources) - set(self.sources)
        )


def could_see(scope: Scope) -> pl.Expr:
    """Whether the run would have found the case, were it still there: its rule is on, the sources
    of its records came whole, none of its records is missing with its file, and unless the records
    alone decide, all other sources that were there when it was last seen; nor is a column lost that
    it rests on, or the area of a record not told."""
    alone = [code for code in rule_codes() if says(code, "ALONE")]
    undelivered = subjects(scope.followed.vanished.filter(~pl.col("delivered")))
    of_sources = pl.col("subjects").list.eval(
        pl.element().str.splitn(":", 2).struct.field("field_0")
    )
    return (
        pl.col("code").is_in(sorted(scope.codes))
        & of_sources.list.eval(pl.element().is_in(sorted(scope.whole))).list.all()
        & (pl.col("code").is_in(alone) | ~pl.col("last_seen").is_in(scope.richer))
        & ~any_of("were", undelivered)
        & ~rests_on_lost(scope)
        & (~of_untold(scope) | any_of("were", subjects(scope.followed.vanished)))
    )


def rests_on_lost(scope: Scope) -> pl.Expr:
    """Whether the case was last seen in a run that could use a column, in the source of one of its
    records, which this run cannot use and its rule needs."""
    found = pl.lit(False)
    for period, columns in sorted(scope.lost.items()):
        for source, column in sorted(columns):
            codes = [code for code in rule_codes() if column in rests_on(code)]
            of_source = (
                pl.col("subjects").list.eval(pl.element().str.starts_with(f"{source}:")).list.any()
            )
            found |= (pl.col("last_seen") == period) & pl.col("code").is_in(codes) & of_source
    return found


def of_untold(scope: Scope) -> pl.Expr:
    """Whether the case rests on areas, and the table does not tell that of one of its records."""
    by_area = [code for code in rule_codes() if says(code, "BY_AREA")]
    return pl.col("code").is_in(by_area) & any_of("subjects", scope.untold)


def ended_how(scope: Scope, judged: pl.Series) -> pl.Expr:
    """Why a case is gone: it was of its month, its record is gone, people decided (keys of
    `judged`), or the record is right now."""
    passing = [code for code in rule_codes() if says(code, "PASSES")]
    removed = subjects(scope.followed.vanished)
    return (
        pl.when((pl.col("first_seen") == "") | (pl.col("how") != ""))
        .then(pl.lit("withdrawn"))
        .when(pl.col("code").is_in(passing))
        .then(pl.lit("past"))
        .when(any_of("were", removed))
        .then(pl.lit("removed"))
        .when(pl.col("key").is_in(judged.implode()))
        .then(pl.lit("judged"))
        .otherwise(pl.lit("corrected"))
    )


def subjects(records: pl.DataFrame) -> pl.Series:
    return records.select(pl.concat_str("source", pl.lit(":"), "record_id")).to_series()


def any_of(column: str, values: pl.Series) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().is_in(values.implode())).list.any()
