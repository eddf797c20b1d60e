"""Run the rules over the persons, and name what they find: key, severity, area."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from reconcile.config import RuleConfig
from reconcile.frames import DISCREPANCIES, SEVERITIES, conform, empty
from reconcile.rules import load_rule, rule_codes
from reconcile.view import View

# Crockford's base 32: no I, L, O, U. A key starts with a letter: no spreadsheet takes it for a number.
_DIGITS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)
_LETTERS = _DIGITS[10:26]
_KEY_LENGTH = 12


def check(view: View, rules: Mapping[str, RuleConfig], key: bytes, previous: pl.DataFrame | None) -> pl.DataFrame:
    """DISCREPANCIES of all rules that are switched on, sorted by area, severity, code, key and records.

    `rules`: by code; a rule that is not named runs with its own severity. `key`: the workspace's secret,
    at most 64 bytes. `previous`: the last run's discrepancies, whose keys are carried on.
    """
    found = [empty(DISCREPANCIES)]
    for code in rule_codes():
        config = rules.get(code, RuleConfig())
        if config.enabled:
            rule = load_rule(code)
            found.append(named(view, code, config.severity or rule.SEVERITY, rule.find(view), key, previous))
    return pl.concat(found).sort(
        "town", "village", "severity", "code", "key", "source_l", "record_id_l", "source_r", "record_id_r",
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
        town=pl.coalesce(left["town_std"], right["town_std"]),
        village=pl.coalesce(left["village_std"], right["village_std"]),
    )
    last = empty(DISCREPANCIES) if previous is None else previous.filter(pl.col("code") == code)
    keys = _with_keys(_cases(rows), code, key, last)
    return conform(
        rows.join(keys, on="case", maintain_order="left").with_columns(
            code=pl.lit(code),
            severity=pl.lit(severity, dtype=pl.Enum(SEVERITIES)),
            period=pl.lit(view.period, dtype=pl.String),
        ),
        DISCREPANCIES,
    )


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

    Where two cases would get one key, the later one's digest takes in all its subjects.
    """
    keyed = _carried(cases, previous)
    new = cases.join(keyed, on="case", how="anti")
    attempt = 0
    while new.height:
        subjects = new["subjects"]
        anchor = subjects.list.first() if attempt == 0 else subjects.list.join("\n") + f"\n{attempt}"
        tried = new.with_columns(key=_digests([f"{code}\n{subject}" for subject in anchor.to_list()], key))
        taken, contested = tried["key"].is_in(keyed["key"].implode()), tried["key"].is_duplicated()
        rivals = tried.filter(contested & ~taken).sort("subjects")
        first = rivals["key"].is_first_distinct()
        keyed = pl.concat([keyed, tried.filter(~contested & ~taken), rivals.filter(first)])
        new = pl.concat([tried.filter(taken), rivals.filter(~first)]).drop("key")
        attempt += 1
    return keyed


def _carried(cases: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """The cases that had a key in the last run: case, subjects, key.

    Each old key goes to the case that shares most subjects with it, one to one; ties to the smaller key, then
    to the case that sorts first.
    """
    old = previous.select("key", subject="subjects").explode("subject").unique()
    claims = (
        cases.select("case", subject="subjects")
        .explode("subject")
        .join(old, on="subject")
        .group_by("case", "key")
        .agg(shared=pl.len())
    )
    plain = claims["case"].is_unique() & claims["key"].is_unique()
    settled = [claims.filter(plain).select("case", "key")]
    rivals = (
        claims.filter(~plain)
        .join(cases, on="case")
        .sort("shared", "key", "subjects", descending=[True, False, False])
        .with_row_index("rank")
    )
    while rivals.height:
        # A claim holds when none before it is for the same key or the same case: greedy, many at a time.
        first_of = [pl.col("rank") == pl.col("rank").min().over(claimed) for claimed in ("key", "case")]
        good = rivals.filter(*first_of).select("case", "key")
        settled.append(good)
        rivals = rivals.join(good, on="key", how="anti").join(good, on="case", how="anti")
    return cases.join(pl.concat(settled), on="case")


def _digests(texts: list[str], key: bytes) -> pl.Series:
    """A keyed digest of each text: 59 bits as 12 characters. The loop is over cases, not rows: 1 µs each."""
    keyed = hashlib.blake2b(key=key, digest_size=8)
    digests = bytearray()
    for text in texts:
        digest = keyed.copy()
        digest.update(text.encode())
        digests += digest.digest()
    numbers = np.frombuffer(bytes(digests), dtype=">u8").astype(np.uint64)
    characters = np.empty((len(numbers), _KEY_LENGTH), dtype=np.uint8)
    characters[:, 0] = _LETTERS[numbers >> np.uint64(60)]
    for place in range(1, _KEY_LENGTH):
        characters[:, place] = _DIGITS[(numbers >> np.uint64(5 * (place - 1))) & np.uint64(31)]
    return pl.Series(characters.view(f"S{_KEY_LENGTH}").ravel()).cast(pl.String)
