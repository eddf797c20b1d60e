"""Every word for an area: its name, its short and former names and its codes, and what is in force
of it today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from reconcile.areas.forms import (
    Form,
    district_form,
    district_short,
    plain,
    town_form,
    town_short,
    village_form,
    village_short,
)
from reconcile.areas.rows import valid_on
from reconcile.core.frames import Schema, conform

# How a word means an area, the surest first; then what else may be said of the area of a record.
KINDS = ("code", "exact", "alias", "former")
HOW = (*KINDS, "context", "address", "ambiguous", "unknown", "absent")
How = pl.Enum(HOW)

# What a record may say in one column, in one of two forms: `whole` (向阳社区) and `short` (向阳).
COLUMNS = ("district", "town", "village")
FORMS: dict[str, tuple[Form, Form]] = {
    "district": (district_form, district_short),
    "town": (town_form, town_short),
    "village": (village_form, village_short),
}
_LEVELS_OF = {"district": ("city", "district"), "town": ("town",), "village": ("village", "estate")}

# A word of `column` (in `form`: code, whole or short) for the area that had the code `own` and is
# `now` today (null: it is no more). `own_…` and `now_…`: in which district and town it lay, and
# lies.
NAMES: Schema = {
    "column": pl.String,
    "form": pl.String,
    "word": pl.String,
    "kind": pl.Enum(KINDS),
    "own": pl.String,
    "now": pl.String,
    "own_district": pl.String,
    "own_town": pl.String,
    "now_district": pl.String,
    "now_town": pl.String,
}


def names_of(
    rows: pl.DataFrame, day: date, chains: pl.DataFrame, now: pl.DataFrame, areas: pl.DataFrame
) -> pl.DataFrame:
    """NAMES of the rows (areas.rows.ROWS) as of `day`, each word of an area of today once, as its
    surest kind."""
    begun = rows.filter((pl.col("valid_from") <= day).fill_null(True)).with_columns(
        present=valid_on(day)
    )
    words = pl.concat(_words(begun)).drop_nulls("word").unique()
    own = chains.select(own="code", own_district="district", own_town="town")
    today = areas.select(now="code", now_district="district_code", now_town="town_code")
    found = (
        words.join(now.rename({"code": "own"}), on="own", how="left")
        .join(own, on="own", how="left")
        .join(today, on="now", how="left")
    )
    key = ["column", "form", "word", "own", "now"]
    return conform(found, NAMES).sort(*key, "kind").unique(key, keep="first", maintain_order=True)


def _words(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for column, (whole, short) in FORMS.items():
        of_column = rows.filter(pl.col("level").is_in(_LEVELS_OF[column]))
        yield _said(of_column["name"], of_column, column, whole, "whole", "exact")
        yield _said(of_column["name"], of_column, column, short, "short", "alias")
        for names, kind in (("short_names", "alias"), ("former_names", "former")):
            listed = of_column.explode(names)
            yield _said(listed[names], listed, column, whole, "whole", kind)
            yield _said(listed[names], listed, column, short, "short", kind)
    for column in COLUMNS:
        # A clerk may write the code of any level in any of the columns.
        yield _said(rows["code"], rows, column, plain, "code", "code")


def _said(
    words: pl.Series, rows: pl.DataFrame, column: str, form: Form, name: str, kind: str
) -> pl.DataFrame:
    """The words in this form; those of a row that is no longer in force are former ones."""
    former = ~rows["present"] & (kind != "code")
    return pl.DataFrame(
        {
            "column": pl.repeat(column, rows.height, eager=True, dtype=pl.String),
            "form": pl.repeat(name, rows.height, eager=True, dtype=pl.String),
            "word": form(words),
            "kind": pl.select(
                pl.when(former).then(pl.lit("former")).otherwise(pl.lit(kind)).cast(pl.Enum(KINDS))
            ).to_series()
            if rows.height
            else pl.Series(dtype=pl.Enum(KINDS)),
            "own": rows["code"],
        }
    )
