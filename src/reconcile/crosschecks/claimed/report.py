"""The two tables: reported figures with what the records give, and the records that may explain a
gap."""

from __future__ import annotations

import polars as pl

from reconcile.core.masking import mask_ids_within
from reconcile.core.messages import column_text, text
from reconcile.crosschecks.claimed.definitions import DEFINITIONS
from reconcile.crosschecks.claimed.explanations import KINDS
from reconcile.crosschecks.figures import area_width
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable

_Layout = dict[str, tuple[ColumnKind, int]]

_CLAIM: _Layout = {"claimed_area": ("text", 8), "claimed_month": ("text", 7), "sex": ("text", 4)}
_NUMBER: tuple[ColumnKind, int] = ("number", 8)
_ANSWER: _Layout = {
    "claimed": ("number", 6), "recomputed": ("number", 6), "gap": ("number", 4),
    "share": ("percent", 7),
    "closest": ("text", 14), **dict.fromkeys(DEFINITIONS, _NUMBER), "reason": ("text", 60),
}  # fmt: skip
_FROM: _Layout = {"row": ("number", 6)}
_RECORD: _Layout = {
    "reason": ("text", 30), "effect": ("text", 8), "source": ("text", 12), "record_id": ("id", 22),
    "other_source": ("text", 12), "other_record_id": ("id", 22), "birth_date": ("date", 12),
    "noted_on": ("date", 12),
}  # fmt: skip


def build_figures(figures: pl.DataFrame, explained: pl.DataFrame, language: str) -> ListTable:
    """`figures` (definitions.figures) in the order of the file, with the kinds of `explained` and
    how many records each has: in words in one column, and as a number in a column of its own where
    any figure has some."""
    kinds = [kind for kind in KINDS if explained.filter(pl.col("kind") == kind).height]
    counted = explained.group_by("claim", "kind").len().sort("claim", "kind")
    frame = _said(figures, language).join(
        _worded(counted, language), on="claim", how="left", maintain_order="left"
    )
    for kind in kinds:
        number = counted.filter(pl.col("kind") == kind).select(
            "claim", pl.col("len").cast(pl.Int64).alias(f"n_{kind}")
        )
        frame = frame.join(number, on="claim", how="left", maintain_order="left")
    frame = frame.with_columns(reason=_answer(language), closest=_closest(language))
    layout = {**_CLAIM, **_ANSWER, **{f"n_{kind}": _NUMBER for kind in kinds}, **_FROM}
    return _table("claimed_totals", "claimed.title", layout, frame, language)


def build_records(
    figures: pl.DataFrame,
    explained: pl.DataFrame,
    labels: dict[str, str],
    language: str,
    masked: bool,
) -> ListTable:
    """`explained` (explanations.EXPLAINED) with the figure that each record is about, by figure,
    kind and record.

    `labels`: what people call each source. `masked`: numbers as long as an ID number are masked in
    the keys.
    """
    names = {kind: text(f"claimed.kind.{kind}", language) for kind in KINDS}
    effects = {1: text("claimed.more", language), -1: text("claimed.less", language)}
    claim = _said(figures, language).select("claim", "row", "claimed_area", "claimed_month", "sex")
    keys = ("record_id", "other_record_id")
    frame = explained.join(claim, on="claim", how="left", maintain_order="left").with_columns(
        reason=pl.col("kind").cast(pl.String).replace(names),
        effect=pl.col("effect").replace_strict(effects, return_dtype=pl.String),
        source=pl.col("source").replace(labels),
        other_source=pl.when(pl.col("other_record_id").is_not_null()).then(
            pl.col("other_source").replace(labels)
        ),
        birth_date=pl.col("birth_date").cast(pl.String),
        noted_on=pl.col("noted_on").cast(pl.String),
        **{name: mask_ids_within(pl.col(name)) if masked else pl.col(name) for name in keys},
    )
    return _table(
        "claimed_records", "claimed.records_title", {**_CLAIM, **_RECORD, **_FROM}, frame, language
    )


def _said(figures: pl.DataFrame, language: str) -> pl.DataFrame:
    """The figures with their row, area, month and sex as people write them."""
    last = pl.col("end").dt.offset_by("-1mo").dt.strftime("%Y-%m")
    first = pl.col("start").dt.strftime("%Y-%m")
    sexes = {1: text("claimed.sex.1", language), 2: text("claimed.sex.2", language)}
    return figures.with_columns(
        pl.col("row").cast(pl.Int64),
        claimed_area=pl.col("area").fill_null(text("claimed.whole", language)),
        claimed_month=pl.when(first == last).then(first).otherwise(pl.format("{}…{}", first, last)),
        sex=pl.col("sex").replace_strict(
            sexes, default=text("claimed.sex.both", language), return_dtype=pl.String
        ),
    )


def _worded(counted: pl.DataFrame, language: str) -> pl.DataFrame:
    """claim, told: every kind of a figure with its number, the most frequent first."""
    names = {kind: text(f"claimed.kind.{kind}", language) for kind in KINDS}
    sign = (
        pl.col("kind")
        .cast(pl.String)
        .replace_strict({k: "+" if e > 0 else "−" for k, e in KINDS.items()})
    )
    word = pl.format("{} {}{}", pl.col("kind").cast(pl.String).replace(names), sign, pl.col("len"))
    ordered = counted.sort("claim", "len", "kind", descending=[False, True, False])
    separator = text("claimed.separator", language)
    return ordered.group_by("claim", maintain_order=True).agg(told=word.str.join(separator))


def _answer(language: str) -> pl.Expr:
    return (
        pl.when(pl.col("level").is_null())
        .then(pl.lit(text("claimed.unknown_area", language)))
        .otherwise(pl.col("told").fill_null(text("claimed.no_explanation", language)))
    )


def _closest(language: str) -> pl.Expr:
    return pl.col("closest").replace(
        {name: text(f"claimed.definition.{name}", language) for name in DEFINITIONS}
    )


def _table(code: str, title: str, layout: _Layout, frame: pl.DataFrame, language: str) -> ListTable:
    widths = {name: area_width(frame[name], least) if name == "claimed_area" else least
              for name, (_, least) in layout.items()}  # fmt: skip
    columns = tuple(
        ListColumn(name, _header(name, language), kind, widths[name])
        for name, (kind, _) in layout.items()
    )
    rows = frame.select(*layout, pl.lit([], dtype=pl.List(pl.String)).alias(DIFFERS))
    return ListTable(code, text(title, language), language, columns, rows)


def _header(name: str, language: str) -> str:
    if name in DEFINITIONS:
        return text(f"claimed.definition.{name}", language)
    if name.startswith("n_"):
        return text(f"claimed.kind.{name[2:]}", language)
    return (
        column_text(name, language) if name in _CALLED else text(f"claimed.column.{name}", language)
    )


_CALLED = ("claimed_area", "claimed_month", "sex", "claimed", "birth_date")
