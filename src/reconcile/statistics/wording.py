"""The statistics in words: a line each with value, interval, counts and caveat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from reconcile.core.labels import source_labels
from reconcile.core.messages import has_text, language, text

# How a value is written; any other statistic is a share in per cent.
_COUNTS = ("dual", "triple")
_RATIOS = ("sex_ratio",)


class StatisticText(NamedTuple):
    """One statistic as it is read: each part a text, empty where there is nothing to say."""

    area: str
    name: str
    value: str  # with its interval, or why it cannot be said
    counts: str  # numerator and denominator
    caveat: str

    @property
    def line(self) -> str:
        return "  ".join(filter(None, self))


def statistic_texts(
    frame: pl.DataFrame, lang: str | None = None, layouts: Mapping[str, str] | None = None
) -> list[StatisticText]:
    """Each row of births.STATISTICS in words, in the order of the frame. `layouts`: the layout of
    each source that has another name than its layout."""
    sources = frame["source"].drop_nulls().unique().sort()
    labels = source_labels(
        {source: (layouts or {}).get(source, source) for source in sources}, lang or language()
    )
    return [_statistic_text(row, labels, lang) for row in frame.iter_rows(named=True)]


def model_texts(fits: pl.DataFrame, lang: str | None = None) -> list[StatisticText]:
    """Each log-linear model (births.model_fits) in words: which lists depend on each other, the
    estimate, the fit."""
    return [_model_text(row, lang) for row in fits.iter_rows(named=True)]


def _model_text(row: Mapping[str, Any], lang: str | None) -> StatisticText:
    fitted = row["value"] is not None
    value = (
        _written("triple", row["value"])
        if fitted
        else text(f"statistics.unsaid.{row['note']}", lang)
    )
    p = "–" if row["p"] is None else f"{row['p']:.2f}"
    figures = {
        "df": row["df"],
        "p": p,
        **{name: f"{row[name]:.1f}" for name in ("g2", "aic", "bic") if fitted},
    }
    model = text(f"statistics.model.{row['model'].replace('+', '_')}", lang)
    return StatisticText(
        area=text("statistics.city", lang),
        name=text("statistics.model.name", lang, model=model),
        value=value,
        counts=text("statistics.model.fit", lang, **figures) if fitted else "",
        caveat=text(f"statistics.model.{'chosen' if row['chosen'] else 'not_chosen'}", lang),
    )


def caveat(code: str, dependent: bool = False, lang: str | None = None) -> str:
    """What to keep in mind about a statistic, one sentence; `dependent`: the three lists show that
    the hospital's list and a register depend on each other."""
    if dependent and has_text(f"statistics.caveat.{code}_dependent", lang):
        return text(f"statistics.caveat.{code}_dependent", lang)
    return text(f"statistics.caveat.{_family(code)}", lang)


def name(code: str, lang: str | None = None) -> str:
    """What the office calls a statistic."""
    prefix = "issue_" if code.startswith("issue_") else ""
    bare = text(f"statistics.name.{code.removeprefix(prefix)}", lang)
    return text("statistics.since_issue", lang, name=bare) if prefix else bare


def _family(code: str) -> str:
    """The statistics of one kind share their caveat."""
    bare = code.removeprefix("issue_")
    families = ("dual_missed", "dual_false", "within", "lag", "heaped")
    return next((family for family in families if bare.startswith(f"{family}_")), bare)


def _statistic_text(
    row: Mapping[str, Any], labels: Mapping[str, str], lang: str | None
) -> StatisticText:
    code, note = row["statistic"], row["note"]
    named = name(code, lang)
    if row["source"]:
        named = text("statistics.of_source", lang, name=named, source=labels[row["source"]])
    return StatisticText(
        area=_area(row, lang),
        name=named,
        value=_value(row, lang),
        counts=_counts(row, lang),
        caveat=caveat(code, dependent=note == "dependent", lang=lang),
    )


def _area(row: Mapping[str, Any], lang: str | None) -> str:
    if row["level"] == "city":
        return text("statistics.city", lang)
    if row["level"] == "town" and row["district"]:
        return text("statistics.town", lang, district=row["district"], town=row["area"])
    return str(row["area"])


def _value(row: Mapping[str, Any], lang: str | None) -> str:
    code, note = row["statistic"], row["note"]
    if row["value"] is None:
        return text(f"statistics.unsaid.{note or 'few_matched'}", lang)
    value = _written(code, row["value"])
    if row["low"] is not None:
        low, high = (_written(code, row[end]) for end in ("low", "high"))
        value = text("statistics.interval", lang, value=value, low=low, high=high)
    if row["expected"] is not None:
        value = text("statistics.against", lang, value=value, expected=f"{row['expected']:.2%}")
    if note == "beyond_chance":
        value = text("statistics.beyond_chance", lang, value=value)
    return value


def _written(code: str, value: float | None) -> str:
    if value is None:  # no upper end
        return "–"
    if code.startswith(_COUNTS):
        return f"{value:,.0f}"
    if code in _RATIOS:
        return f"{value:.1f}"
    return f"{value:.2%}" if code.startswith("heaped") else f"{value:.1%}"


def _counts(row: Mapping[str, Any], lang: str | None) -> str:
    numerator, denominator = row["numerator"], row["denominator"]
    if numerator is None or denominator is None:
        return ""
    key = f"statistics.counts.{row['statistic']}"
    key = key if has_text(key, lang) else "statistics.counts.share"
    return text(key, lang, numerator=f"{numerator:,.0f}", denominator=f"{denominator:,.0f}")
