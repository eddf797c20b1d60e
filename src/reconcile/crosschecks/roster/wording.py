"""What a finding says and what to do about it, in words; each distinct wording is made once.

The texts are `reason` and `action` in the table `finding.<code>` of `locales/*/roster.toml`, with
finer wordings where the catalog has them: `reason_<variant>`, `action_<remedy>`. They never hold a
person's values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from reconcile.core.labels import source_label
from reconcile.core.messages import column_text, has_text, text

_WORDS = {"reason": pl.String, "fields": pl.String, "action": pl.String}


def worded(cases: pl.DataFrame, labels: Mapping[str, str], language: str) -> pl.DataFrame:
    """`reason`, `fields` (their names, null without any) and `action` of each finding (code,
    evidence, fields).

    They are in the findings' order. `labels`: what people call each source. Of a row without a code
    there is nothing to say.
    """
    listed = pl.col("fields").list.join(",").fill_null("")
    told = cases.select(pl.col("code").cast(pl.String), "evidence", listed=listed)
    distinct = told.unique(maintain_order=True)
    words = [
        _words(code, said, names, labels, language) for code, said, names in distinct.iter_rows()
    ]
    known = distinct.hstack(pl.DataFrame(words, _WORDS, orient="row"))
    keys = ["code", "evidence", "listed"]
    return told.join(known, on=keys, how="left", nulls_equal=True, maintain_order="left").select(
        *_WORDS
    )


def _words(
    code: str | None, evidence: str | None, listed: str, labels: Mapping[str, str], language: str
) -> tuple[str, str | None, str | None]:
    if code is None:
        return text("roster.nothing", language), None, None
    values = json.loads(evidence or "{}")
    named = text("lists.separator", language).join(
        column_text(name, language) for name in listed.split(",") if name
    )
    spoken = {name: labels.get(str(value), value) for name, value in values.items()}
    spoken["register"] = source_label(values.get("layout") or "", language)
    spoken["fields"] = named
    reason = text(_wording(code, "reason", values.get("variant"), language), language, **spoken)
    action = text(
        _wording(code, "action", values.get("remedy") or values.get("variant"), language),
        language,
        **spoken,
    )
    return reason, named or None, action


def _wording(code: str, what: str, finer: str | None, language: str) -> str:
    key = f"roster.finding.{code}.{what}"
    return f"{key}_{finer}" if finer and has_text(f"{key}_{finer}", language) else key
