"""What can be wrong: one file each, found by name; the file's name is the discrepancy's code.

A rule module has a docstring, `SEVERITY` (the config may set another), and `find(view)`, which
gives `FINDINGS`: columns that a rule does not give are filled with their defaults. A rule may also
say: `SHOWS`, see `shows`; `ABOUT_LEFT = True`, the case is about the record on the left alone, the
one on the right is there to help; `ALONE = True`, only the records of the case decide, whatever
else is in the run; `PASSES = True`, what it finds is of its month only; `STATED = True`, a case
rests on its evidence alone, whatever else its records say; `BY_AREA = True`, its evidence is the
names of areas: it is not run in a month without a table of areas after one with it; `ENDED_BY`, see
`ended_by`; `SETTLED_BY`, see `settled_by`; `RESTS_ON`, see `rests_on`. Its texts are `name`,
`reason` and `action` in the table of its code in `locales/*/rules.toml`, with finer wordings where
the catalog has them: `reason_<variant>` and `action_<variant>` for evidence with a `variant`;
before these `reason_<why>` and `action_<why>` for evidence with a `why`, which is no more than
likely, so that a case does not rest on it; `action_<remedy>` for evidence with a `remedy`;
`reason_differing` and `reason_<variant>_differing` where fields differ. Texts never hold a person's
values: these stand in the list's own columns, masked or whole as the config says.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

import polars as pl

from reconcile.config import Severity
from reconcile.core import messages
from reconcile.core.frames import Schema
from reconcile.core.messages import LANGUAGES, column_text
from reconcile.persons.view import View

# One row for each pair of records, or single record, that a case is about. Records are nodes of the
# view.
FINDINGS: Schema = {
    "node_l": pl.UInt32,
    "node_r": pl.UInt32,  # null: the finding is about one record
    "case": pl.UInt32,  # rows with one number are one case; the left node when not given
    "fields": pl.List(
        pl.String
    ),  # canonical columns whose values differ or are wrong; none when not given
    "evidence": pl.String,  # a JSON object of small values, see `evidence`; {} when not given
    "match_probability": pl.Float64,
}


class Rule(Protocol):
    """What a rule module offers."""

    SEVERITY: Severity

    def find(self, view: View) -> pl.DataFrame: ...


@cache
def rule_codes() -> tuple[str, ...]:
    """The codes of all rules, sorted."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    )


def as_codes(kinds: Iterable[str]) -> list[str]:
    """Kinds of cases, given by code or by name in either language, as codes; what is neither stays
    as it is."""
    named = {
        messages.text(f"rules.{code}.name", lang).casefold(): code
        for lang in LANGUAGES
        for code in rule_codes()
    }
    return [
        kind if kind in rule_codes() else named.get(kind.strip().casefold(), kind) for kind in kinds
    ]


@cache
def load_rule(code: str) -> Rule:
    """The rule with this code; KeyError when there is none."""
    if code not in rule_codes():
        raise KeyError(code)
    return cast(Rule, importlib.import_module(f"{__name__}.{code}"))


def shows(code: str) -> tuple[str, ...]:
    """What the list of this code shows of a record beside what every list does: the rule's `SHOWS`,
    if it has one."""
    return tuple(getattr(load_rule(code), "SHOWS", ())) if code in rule_codes() else ()


def says(code: str, attribute: str) -> bool:
    """Whether the rule with this code says so of itself: ABOUT_LEFT, ALONE, BY_AREA, PASSES or
    STATED."""
    return code in rule_codes() and bool(getattr(load_rule(code), attribute, False))


def ended_by(code: str) -> tuple[str, ...]:
    """The decisions about two of its records (of frames.DECISIONS) that end a case of this rule:
    its `ENDED_BY`."""
    return tuple(getattr(load_rule(code), "ENDED_BY", ()))


def settled_by(code: str) -> tuple[str, ...]:
    """The answers (of frames.ANSWERS) that close a case of this rule, since nothing is to be
    corrected: its `SETTLED_BY`."""
    return tuple(getattr(load_rule(code), "SETTLED_BY", ()))


# What tells who people are, so that every case of persons rests on it.
_WHO = ("name", "id_number", "birth_date", "sex", "mother_name", "mother_id")


def rests_on(code: str) -> tuple[str, ...]:
    """The canonical columns without which this rule cannot find its cases: its `RESTS_ON`, and
    unless the records alone decide, what tells who people are."""
    own = tuple(getattr(load_rule(code), "RESTS_ON", ()))
    return own if says(code, "ALONE") else tuple(dict.fromkeys([*_WHO, *own]))


def findings(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` as FINDINGS, with defaults for the columns that it lacks."""
    defaults = {
        "node_r": pl.lit(None),
        "case": pl.col("node_l"),
        "fields": pl.lit([], dtype=pl.List(pl.String)),
        "evidence": pl.lit("{}"),
        "match_probability": pl.lit(None),
    }
    lacking = {name: default for name, default in defaults.items() if name not in frame.columns}
    return frame.with_columns(**lacking).select(
        pl.col(name).cast(dtype) for name, dtype in FINDINGS.items()
    )


def evidence(**values: pl.Expr) -> pl.Expr:
    """The values as a JSON object with sorted keys; dates as YYYY-MM-DD."""
    return pl.struct(values[name].alias(name) for name in sorted(values)).struct.json_encode()


def columns(*names: str) -> pl.Expr:
    """A constant list of canonical columns, for `fields`."""
    return pl.lit(list(names), dtype=pl.List(pl.String))


def reason(
    code: str, fields: Sequence[str], evidence: Mapping[str, Any], lang: str | None = None
) -> str:
    """Why a row is on the list, in a clerk's words. `fields`: canonical columns, said by their
    names."""
    variant = [evidence["variant"]] if evidence.get("variant") else []
    wordings = ["_".join(["reason", *variant, "differing"])] if fields else []
    wordings += [f"reason_{evidence['why']}"] if evidence.get("why") else []
    return _text(
        code, [*wordings, "_".join(["reason", *variant]), "reason"], fields, evidence, lang
    )


def action(code: str, evidence: Mapping[str, Any], lang: str | None = None) -> str:
    """What to do about a row."""
    wordings = [f"action_{evidence.get(choice)}" for choice in ("remedy", "why", "variant")]
    return _text(code, [*wordings, "action"], (), evidence, lang)


def _text(
    code: str,
    wordings: Sequence[str],
    fields: Sequence[str],
    evidence: Mapping[str, Any],
    lang: str | None,
) -> str:
    """The first wording that the catalog has, with its values."""
    keys = [f"rules.{code}.{wording}" for wording in wordings]
    key = next((key for key in keys if messages.has_text(key, lang)), keys[-1])
    names = [column_text(name, lang) for name in fields]
    values = {**evidence, "fields": messages.text("rules.list.separator", lang).join(names)}
    return messages.text(key, lang, **values)
