"""Pairs as a sheet to be filled in: both records side by side, differences marked, a column for the
decision."""

from __future__ import annotations

import polars as pl

from reconcile.casework.review.pairs import WEAK
from reconcile.casework.review.run import Reviewed
from reconcile.casework.review.sides import DIFFERS as MARK
from reconcile.casework.review.sides import Sides, side_by_side
from reconcile.core.fields import field_header
from reconcile.core.frames import DECISIONS
from reconcile.core.masking import masked_column, masked_text
from reconcile.core.messages import text
from reconcile.lists.wording import worded
from reconcile.lists.writers.list_table import DIFFERS, ColumnKind, ListColumn, ListTable
from reconcile.matching.judgements import PAIR

FILLED_IN = ("decision", "why", "who")
_ABOUT = ("key", "town", "village", "reason", "match_probability")
_WIDTHS = {"reason": 40, "why": 24, "decision": 14, "key": 15}
_SIDES = ("l", "r")


def build_sheet(reviewed: Reviewed, language: str, masked: bool = False) -> ListTable:
    """The sheet of these pairs, in their order. `masked`: names, numbers and addresses are
    masked."""
    pairs = reviewed.pairs
    shown = shown_sides(side_by_side(reviewed.folder, pairs), masked)
    fields = shown.fields
    values = [
        getattr(shown, place).select(pl.all().name.suffix(f"_{side}")) for place, side in _places()
    ]
    about = pairs.select(*PAIR, "key", "town", "village", "match_probability").with_columns(
        _reasons(pairs, language)
    )
    frame = pl.concat([about, *values], how="horizontal").with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in FILLED_IN), _differing(shown)
    )
    columns = [_about_column(name, language) for name in _ABOUT]
    columns += [_filled_in(name, language) for name in FILLED_IN]
    columns += [
        _column(f"{name}_{side}", name, side, language) for name in fields for side in _SIDES
    ]
    columns += [
        ListColumn(name, text(f"judgements.column.{name}", language), "id", 14) for name in PAIR
    ]
    title = text("review.title", language, period=reviewed.period)
    return ListTable(
        "review", title, language, tuple(columns), frame.select(*(c.name for c in columns), DIFFERS)
    )


def shown_sides(sides: Sides, masked: bool) -> Sides:
    """The values as a sheet or a screen shows them."""
    if not masked:
        return sides
    left, right = (
        side.with_columns(masked_column(name) for name in sides.fields)
        for side in (sides.left, sides.right)
    )
    return Sides(sides.fields, left, right, sides.marks)


def reasons(pairs: pl.DataFrame, language: str) -> pl.Series:
    """Why each pair is asked about, in words."""
    return _reasons(pairs, language)


def _places() -> tuple[tuple[str, str], ...]:
    return (("left", "l"), ("right", "r"))


def _reasons(pairs: pl.DataFrame, language: str) -> pl.Series:
    told = [pl.DataFrame(schema={"at": pl.UInt32, "reason": pl.String})]
    for (code,), group in (
        pairs.with_row_index("at").partition_by("code", as_dict=True, maintain_order=True).items()
    ):
        if code == WEAK:
            told.append(group.select("at", reason=pl.lit(text("review.weak", language))))
        else:
            words = worded(str(code), group, language)["reason"]
            told.append(group.select("at").with_columns(words))
    return pl.concat(told).sort("at")["reason"]


def _differing(sides: Sides) -> pl.Series:
    """The columns of the sheet to be marked in each row."""
    marked = [
        pl.when(pl.col(name) == MARK)
        .then(pl.lit([f"{name}_l", f"{name}_r"]))
        .otherwise(pl.lit([], pl.List(pl.String)))
        for name in sides.fields
    ]
    if not marked:
        return pl.Series(DIFFERS, [], dtype=pl.List(pl.String))
    return sides.marks.select(pl.concat_list(marked).alias(DIFFERS)).to_series()


def _about_column(name: str, language: str) -> ListColumn:
    kinds: dict[str, ColumnKind] = {"key": "id", "match_probability": "percent"}
    return ListColumn(
        name, text(f"lists.{name}", language), kinds.get(name, "text"), _WIDTHS.get(name, 12)
    )


def _filled_in(name: str, language: str) -> ListColumn:
    choices = (
        tuple(text(f"judgements.decision.{d}", language) for d in DECISIONS)
        if name == "decision"
        else ()
    )
    return ListColumn(
        name, text(f"judgements.column.{name}", language), "text", _WIDTHS.get(name, 12), choices
    )


def _column(column: str, name: str, side: str, language: str) -> ListColumn:
    return ListColumn(
        column, field_header(name, text(f"review.side.{side}", language), language), "id", 16
    )


def shown_reference(source: str, record_id: str, revealed: bool) -> str:
    """A record as a screen names it: a source may use ID numbers as its keys."""
    named = f"{source}:{record_id}"
    return named if revealed else masked_text(named)
