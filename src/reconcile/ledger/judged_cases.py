"""The cases that judgements end: they ask whether two records are one person, and people have
answered."""

from __future__ import annotations

import polars as pl

from reconcile.matching.judgements import with_people
from reconcile.rules import ended_by, rule_codes


def judged_cases(cases: pl.DataFrame, judged: pl.DataFrame) -> pl.Series:
    """The keys, sorted, of the cases (key, code, subjects as a list) whose rule says that such a
    decision about two of its records ends it.

    `judged`: frames.JUDGEMENTS. What a chain of `same` implies is decided as well.
    """
    if judged.is_empty():
        return pl.Series("key", [], dtype=pl.String)
    decisions = [(code, decision) for code in rule_codes() for decision in ended_by(code)]
    ends = pl.DataFrame(decisions, schema={"code": pl.String, "decision": pl.String}, orient="row")
    people = with_people(judged)
    named = [
        people.select(subject=_reference(side), person=f"person_{side}") for side in ("l", "r")
    ]
    rows = cases.select("key", "code", subject="subjects").explode("subject")
    rows = rows.join(pl.concat(named).unique(), on="subject")
    pairs = rows.join(rows, on=["key", "code"], suffix="_r").filter(
        pl.col("subject") < pl.col("subject_r")
    )
    different = people.filter(pl.col("decision") == "different")
    apart = pl.concat(
        [different.select(person=f"person_{a}", person_r=f"person_{b}") for a, b in ("lr", "rl")]
    )
    told = [
        pairs.filter(pl.col("person") == pl.col("person_r")).with_columns(decision=pl.lit("same")),
        pairs.join(apart, on=["person", "person_r"], how="semi").with_columns(
            decision=pl.lit("different")
        ),
    ]
    return pl.concat(told).join(ends, on=["code", "decision"], how="semi")["key"].unique().sort()


def _reference(side: str) -> pl.Expr:
    return pl.concat_str(f"source_{side}", f"record_id_{side}", separator=":")
