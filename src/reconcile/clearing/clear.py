"""Clear: hold what this run found against the cases of the ledger, and say what has happened to
each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from reconcile.clearing.scope import Scope, could_see, ended_how, of_untold
from reconcile.core.frames import (
    CASE_EVENTS,
    CLOSED_BY_ANSWER,
    DISCREPANCIES,
    conform,
    empty,
)
from reconcile.ledger.judged_cases import judged_cases

# What a case may change in while it stays the same case.
_CHANGES = ("severity", "town", "village", "subjects", "evidence")
_FOUND = ("key", "code", *_CHANGES)
# A run in figures: carried + new + reopened = closed + open; of the open ones, those that it could
# not see.
CLEARANCE = ("carried", "new", "reopened", "closed", "open", "unseen")
_ABSENT = {"answer": "", "how": "", "due": ""}  # what a case that comes back starts without


@dataclass(frozen=True)
class Cleared:
    """`events`: frames.CASE_EVENTS without run, sorted by key. `at_rest`: key and how (of
    frames.CLOSED_BY_ANSWER) of what was found again although an answer has closed it, on the same
    evidence: not to be reported. `standing`: key, state, answer and first_seen of what is to be
    reported. `counts`: by CLEARANCE."""

    events: pl.DataFrame
    at_rest: pl.DataFrame
    standing: pl.DataFrame
    counts: dict[str, int]

    def reported(self, discrepancies: pl.DataFrame) -> pl.DataFrame:
        """frames.DISCREPANCIES without what answers have closed, each with where it stands."""
        shown = discrepancies.filter(~pl.col("key").is_in(self.at_rest["key"].implode()))
        told = shown.drop(self.standing.columns[1:]).join(
            self.standing, on="key", how="left", maintain_order="left"
        )
        return conform(told, DISCREPANCIES)


def known_cases(cases: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """frames.CASES with `subjects` as a sorted list under the records' present keys, `told` as they
    are booked, `were` as a list under their keys until now, and `open`; the `previous` of
    `check`."""
    decoded = pl.col("subjects").str.json_decode(pl.List(pl.String))
    lists = cases.with_columns(told="subjects", subjects=decoded, were=decoded)
    old = pl.concat_str("source", pl.lit(":"), "old")
    new = aliases.select(subjects=old, new=pl.concat_str("source", pl.lit(":"), "new"))
    renamed = (
        lists.select("key", "subjects")
        .explode("subjects")
        .join(new, on="subjects", how="left")
        .select("key", subjects=pl.coalesce("new", "subjects"))
        .sort("key", "subjects")
        .group_by("key", maintain_order=True)
        .agg("subjects")
    )
    followed = lists.drop("subjects").join(renamed, on="key", how="left", maintain_order="left")
    return followed.with_columns(open=pl.col("state") != "closed")


def clear(known: pl.DataFrame, discrepancies: pl.DataFrame, scope: Scope) -> Cleared:
    """`known`: of `known_cases`. `discrepancies`: frames.DISCREPANCIES whose keys are carried on.

    New, unchanged, changed, come back, said to be corrected but still there; and of what is not
    found: closed, when the run could have seen it, else not seen.
    """
    found = _found(discrepancies)
    # A case that only the run knew which this one replaces has its number, and perhaps an answer,
    # but is new.
    booked = known.filter(pl.col("first_seen") != "")
    both = booked.join(found, on="key", how="inner", suffix="_now", maintain_order="left")
    absent = known.join(found, on="key", how="anti", maintain_order="left").filter(
        pl.col("state") != ""
    )
    new = found.join(booked, on="key", how="anti", maintain_order="left").join(
        known.select("key", "seen", "how", standing="state"),
        on="key",
        how="left",
        maintain_order="left",
    )
    rests = _at_rest(both, (pl.col("seen") == pl.col("evidence_now")) | of_untold(scope))
    new_rests = _at_rest(new, pl.col("seen") == pl.col("evidence")).fill_null(False)
    # What no run stands by any more is withdrawn, whether or not this one could have seen it. So is
    # the coming back of a case in the run that this one replaces, of which only what people have
    # done since is left.
    back = pl.col("open") & (pl.col("how") != "")
    seen = could_see(scope) | (pl.col("first_seen") == "") | back
    gone = absent.filter("open").with_columns(
        checked=seen, how=ended_how(scope, judged_cases(absent, scope.judged))
    )
    events = [
        _new(new.filter(~new_rests)),
        new.filter(new_rests).select(*_FOUND, kind=pl.lit("found")),
        _carried(both.filter(pl.col("open") & ~back), scope.answered),
        _come_back(both.filter(~pl.col("open") & ~rests)),
        _back_again(both.filter(back & ~rests)),
        both.filter(back & rests).select("key", kind=pl.lit("closed"), state=pl.lit("closed")),
        gone.filter("checked").select("key", "how", kind=pl.lit("closed"), state=pl.lit("closed")),
        gone.filter(~pl.col("checked")).select("key", kind=pl.lit("unseen")),
        _renamed(pl.concat([absent, both.filter(~pl.col("open") & rests).select(absent.columns)])),
    ]
    told = pl.concat([empty(CASE_EVENTS), *(conform(part, CASE_EVENTS) for part in events)])
    in_order = told.with_columns(period=pl.lit(scope.period)).sort("key", "kind")
    resting = [both.filter((~pl.col("open") | back) & rests), new.filter(new_rests)]
    at_rest = pl.concat([part.select("key", "how") for part in resting]).sort("key")
    standing = _standing(found, known, in_order, scope.period)
    return Cleared(in_order, at_rest, standing, _counts(booked, in_order, int(new_rests.sum())))


def _counts(booked: pl.DataFrame, events: pl.DataFrame, at_rest: int) -> dict[str, int]:
    """Cases by CLEARANCE, `at_rest` of the new ones closed by answers before. What is withdrawn
    never was."""
    kinds = dict(events.filter(pl.col("how").ne_missing("withdrawn"))["kind"].value_counts().rows())
    counts = {
        "carried": booked.filter(pl.col("open") & (pl.col("how") == "")).height,
        "new": kinds.get("found", 0),
        "reopened": kinds.get("reopened", 0),
        "closed": kinds.get("closed", 0) + at_rest,
        "unseen": kinds.get("unseen", 0),
    }
    counts["open"] = counts["carried"] + counts["new"] + counts["reopened"] - counts["closed"]
    return counts


def _standing(
    found: pl.DataFrame, known: pl.DataFrame, events: pl.DataFrame, period: str
) -> pl.DataFrame:
    """key, state, answer, first_seen of every case that was found, as it stands after the
    events."""
    now = events.drop_nulls("state").select("key", now="state", said="answer")
    text = pl.col("first_seen")
    before = known.select("key", "state", "answer", first_seen=pl.when(text != "").then(text))
    told = found.select("key").join(before, on="key", how="left").join(now, on="key", how="left")
    return told.select(
        "key",
        state=pl.coalesce("now", "state"),
        answer=pl.coalesce("said", "answer", pl.lit("")),
        first_seen=pl.coalesce("first_seen", pl.lit(period)),
    )


def _found(discrepancies: pl.DataFrame) -> pl.DataFrame:
    """key, code and `_CHANGES` of every case that the run found, each once."""
    first = discrepancies.unique("key", keep="first", maintain_order=True)
    return first.select(
        "key",
        "code",
        pl.col("severity").cast(pl.String),
        pl.col("town", "village").fill_null(""),
        subjects=json_list(pl.col("subjects")),
        evidence="digest",
    )


def json_list(texts: pl.Expr) -> pl.Expr:
    """A list of texts as JSON."""
    return pl.struct(a=texts).struct.json_encode().str.strip_prefix('{"a":').str.strip_suffix("}")


def _at_rest(cases: pl.DataFrame, same: pl.Expr) -> pl.Series:
    """Of each case whether an answer has closed it, and it rests on what it rested on then, as far
    as can be said."""
    return cases.select(pl.col("how").is_in(CLOSED_BY_ANSWER) & same).to_series()


def _new(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases that no run stands by yet. What people said of one that the run before had found still
    holds, unless it closed it: then it was about other evidence."""
    standing = pl.col("standing").fill_null("")
    closed = standing == "closed"
    return cases.select(
        *_FOUND,
        kind=pl.lit("found"),
        state=pl.when(closed | (standing == "")).then(pl.lit("new")),
        **{name: pl.when(closed).then(pl.lit(value)) for name, value in _ABSENT.items()},
    )


def _carried(both: pl.DataFrame, answered: Collection[str]) -> pl.DataFrame:
    """Cases that are still there: an event where something has changed, or where it was said to be
    corrected before this export was made."""
    said = (pl.col("state") == "corrected") & ~pl.col("key").is_in(sorted(answered))
    now = {name: f"{name}_now" for name in _CHANGES}
    before = {**{name: name for name in _CHANGES}, "subjects": "told"}
    differs = {name: pl.col(before[name]) != pl.col(now[name]) for name in _CHANGES}
    return both.filter(pl.any_horizontal(said, *differs.values())).select(
        "key",
        kind=pl.when(said).then(pl.lit("returned")).otherwise(pl.lit("changed")),
        state=pl.when(said).then(pl.lit("returned")),
        **{name: pl.when(differ).then(now[name]) for name, differ in differs.items()},
    )


def _come_back(both: pl.DataFrame) -> pl.DataFrame:
    """Cases that were closed and are there again, under their old numbers."""
    return both.select(
        "key",
        kind=pl.lit("reopened"),
        state=pl.lit("reopened"),
        **{name: pl.col(f"{name}_now") for name in _CHANGES},
        **{name: pl.lit(value) for name, value in _ABSENT.items()},
    )


def _back_again(both: pl.DataFrame) -> pl.DataFrame:
    """Cases that came back in the run that this one replaces, and again now. What people have done
    since stands; one that is out with a town has no answer yet, for the old one is about what it
    was closed for."""
    out = pl.col("state").is_in(["dispatched", "deferred"])
    events = _come_back(both).drop("state", "answer", "due")
    return events.with_columns(both.select(answer=pl.when(out).then(pl.lit(""))).to_series())


def _renamed(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases that the run did not find, whose records go on under new keys: they must be recognised
    later."""
    subjects = json_list(pl.col("subjects"))
    return cases.filter(subjects != pl.col("told")).select(
        "key", subjects=subjects, kind=pl.lit("changed")
    )
