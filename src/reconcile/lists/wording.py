"""Why a case is on the list and what to do about it, in words; each distinct wording is made
once."""

from __future__ import annotations

import json
from string import Formatter

import polars as pl

from reconcile import rules
from reconcile.core.fields import field_header
from reconcile.core.messages import text, texts

_CHOOSES = {"variant", "remedy"}  # evidence that picks a wording, see reconcile.rules
_WORDS = {"reason": pl.String, "fields": pl.String, "action": pl.String}


def worded(code: str, cases: pl.DataFrame, language: str) -> pl.DataFrame:
    """`reason`, `fields` (their names, null without any) and `action` of each case, in the cases'
    order."""
    evidence = pl.col("evidence").fill_null("{}")
    spoken = {
        f"${name}": evidence.str.json_path_match(f"$.{name}") for name in _spoken_of(code, language)
    }
    listed = pl.col("fields").list.join(",").fill_null("")
    told = cases.select(evidence, listed.alias("$"), **spoken)
    tells_apart = told.columns[1:]
    distinct = told.unique(tells_apart, keep="first", maintain_order=True)
    words = [
        _words(code, found, names, language)
        for found, names in distinct.select("evidence", "$").rows()
    ]
    known = distinct.select(tells_apart).hstack(pl.DataFrame(words, _WORDS, orient="row"))
    joined = told.join(known, on=tells_apart, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(*_WORDS)


def _spoken_of(code: str, language: str) -> list[str]:
    """The names of the evidence on which the texts of this code depend; it may hold much more."""
    templates = texts(f"rules.{code}", language).values()
    named = {
        name for template in templates for _, name, _, _ in Formatter().parse(template) if name
    }
    return sorted((named - {"fields"}) | _CHOOSES)


def _words(code: str, evidence: str, listed: str, language: str) -> tuple[str, str | None, str]:
    values = json.loads(evidence)
    fields = listed.split(",") if listed else []
    named = text("lists.separator", language).join(
        field_header(name, "", language) for name in fields
    )
    reason = rules.reason(code, fields, values, language)
    return reason, named or None, rules.action(code, values, language)
