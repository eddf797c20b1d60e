"""Run the rules over the persons, and name what they find: key, severity, area."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.config import RuleConfig
from reconcile.core.digests import keyed_digests
from reconcile.core.frames import DISCREPANCIES, SEVERITIES, conform, empty
from reconcile.persons.view import View
from reconcile.rules import load_rule, rule_codes, says
from reconcile.rules.checking.evidence_digests import evidence_digests


def check(
    view: View, rules: Mapping[str, RuleConfig], key: bytes, previous: pl.DataFrame | None
) -> pl.DataFrame:
    """DISCREPANCIES of all rules that are switched on, sorted by area, severity, code, key and
    records.

    `rules`: by code; a rule that is not named runs with its own severity. `key`: the workspace's
    secret, at most 64 bytes. `previous`: the cases known before, whose keys are carried on (see
    `carried`).
    """
    found = [empty(DISCREPANCIES)]
    for code in rule_codes():
        config = rules.get(code, RuleConfig())
        if config.enabled:
            rule = load_rule(code)
            found.append(
                named(view, code, config.severity or rule.SEVERITY, rule.find(view), key, previous)
            )
    return pl.concat(found).sort(
        "town", "village", "severity", "code", "key", "source_l", "record_id_l", "source_r",
        "record_id_r",
        nulls_last=True,
    )  # fmt: skip


def named(
    view: View,
    code: str,
    severity: str,
    found: pl.DataFrame,
    key: bytes,
    previous: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """rules.FINDINGS of one rule as DISCREPANCIES, in no order; `previous` as in `check`."""
    if not found.height:
        return empty(DISCREPANCIES)
    shown = view.population.select("source", "record_id", "town_std", "village_std")
    left, right = shown[found["node_l"]], shown[found["node_r"]]
    rows = found.with_columns(
        source_l=left["source"],
        record_id_l=left["record_id"],
        source_r=right["source"],
        record_id_r=right["record_id"],
        **_area(left, right),
    )
    known = _known(previous, code)
    about = rows.with_columns(source_r=None, record_id_r=None) if says(code, "ABOUT_LEFT") else rows
    keys = _with_keys(_cases(about), code, key, known)
    digests = evidence_digests(view, rows, code, key)
    return conform(
        rows.join(keys, on="case", maintain_order="left")
        .join(digests, on="case", maintain_order="left")
        .with_columns(
            code=pl.lit(code),
            severity=pl.lit(severity, dtype=pl.Enum(SEVERITIES)),
            period=pl.lit(str(view.period) if view.period else None, dtype=pl.String),
        ),
        DISCREPANCIES,
    )


def _area(left: pl.DataFrame, right: pl.DataFrame) -> dict[str, pl.Series]:
    """town and village of a case: the left record's, what it lacks from the right one; never
    another town's village."""
    town = pl.select(pl.coalesce(left["town_std"], right["town_std"])).to_series()
    same = (right["town_std"] == town).fill_null(True)
    return {
        "town": town,
        "village": pl.select(
            pl.coalesce(left["village_std"], pl.when(same).then(right["village_std"]))
        ).to_series(),
    }


def _cases(found: pl.DataFrame) -> pl.DataFrame:
    """case, subjects (sorted) of every case, in no order."""
    rows = found.select(
        "case",
        left=pl.concat_str("source_l", "record_id_l", separator=":"),
        right=pl.concat_str("source_r", "record_id_r", separator=":"),
    )
    one_row = rows["case"].is_unique()
    pair = pl.concat_list(pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right"))
    single = pl.col("right").is_null()
    clusters = (
        rows.filter(~one_row)
        .unpivot(["left", "right"], index="case", value_name="subjects")
        .select("case", "subjects")
        .drop_nulls()
        .unique()
        .sort("subjects")
        .group_by("case")
        .agg("subjects")
    )
    alone = rows.filter(one_row)
    return pl.concat(
        [
            alone.filter(single).select("case", subjects=pl.concat_list("left")),
            alone.filter(~single).select("case", subjects=pair),
            clusters,
        ]
    )


def _with_keys(cases: pl.DataFrame, code: str, key: bytes, previous: pl.DataFrame) -> pl.DataFrame:
    """case, subjects, key: the last run's key, else a digest of code and smallest subject.

    Where two cases would get one key, the later one's digest takes in all its subjects; the key of
    a case that was known before is never given to another.
    """
    keyed = carried(cases, previous)
    reserved = previous["key"].unique()
    new = cases.join(keyed, on="case", how="anti")
    attempt = 0
    while new.height:
        subjects = new["subjects"]
        anchor = (
            subjects.list.first() if attempt == 0 else subjects.list.join("\n") + f"\n{attempt}"
        )
        tried = new.with_columns(
            key=keyed_digests([f"{code}\n{subject}" for subject in anchor.to_list()], key)
        )
        taken, contested = tried["key"].is_in(reserved.implode()), tried["key"].is_duplicated()
        rivals = tried.filter(contested & ~taken).sort("subjects")
        first = rivals["key"].is_first_distinct()
        keyed = pl.concat([keyed, tried.filter(~contested & ~taken), rivals.filter(first)])
        reserved = pl.concat([reserved, keyed["key"]])
        new = pl.concat([tried.filter(taken), rivals.filter(~first)]).drop("key")
        attempt += 1
    return keyed


def carried(cases: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """The cases (case, subjects) that were known before: case, subjects, key.

    `previous`: key, subjects, open. Two records of a case must be the same, or all that the smaller
    one has: what is known of a pair says nothing of one of them beside a third. A closed case comes
    back only when one of the two holds all records of the other. Each old key goes to the case that
    shares most subjects with it, one to one; open ones first, ties to the smaller key, then to the
    case that sorts first.
    """
    old = previous.select("key", "open", before=pl.col("subjects").list.len(), subject="subjects")
    claims = (
        cases.select("case", now=pl.col("subjects").list.len(), subject="subjects")
        .explode("subject")
        .join(old.explode("subject"), on="subject")
        .group_by("case", "key", "open", "before", "now")
        .agg(shared=pl.len())
        .with_columns(smaller=pl.min_horizontal("before", "now"))
        .filter(
            pl.col("shared")
            >= pl.when("open").then(pl.min_horizontal("smaller", 2)).otherwise("smaller")
        )
    )
    plain = claims["case"].is_unique() & claims["key"].is_unique()
    settled = [claims.filter(plain).select("case", "key")]
    rivals = (
        claims.filter(~plain)
        .join(cases, on="case")
        .sort("open", "shared", "key", "subjects", descending=[True, True, False, False])
        .with_row_index("rank")
    )
    while rivals.height:
        # A claim holds when none before it is for the same key or the same case: greedy, many at a
        # time.
        first_of = [
            pl.col("rank") == pl.col("rank").min().over(claimed) for claimed in ("key", "case")
        ]
        good = rivals.filter(*first_of).select("case", "key")
        settled.append(good)
        rivals = rivals.join(good, on="key", how="anti").join(good, on="case", how="anti")
    return cases.join(pl.concat(settled), on="case")


def _known(previous: pl.DataFrame | None, code: str) -> pl.DataFrame:
    """key, subjects, open of the cases of this code that were known before, each once."""
    if previous is None:
        return pl.DataFrame(
            schema={"key": pl.String, "subjects": pl.List(pl.String), "open": pl.Boolean}
        )
    known = previous if "open" in previous.columns else previous.with_columns(open=pl.lit(True))
    return known.filter(pl.col("code") == code).select("key", "subjects", "open").unique("key")
