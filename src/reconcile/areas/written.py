"""What records write of their area: each wording once, taken apart, and the areas that it may
mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from reconcile.areas.forms import (
    codes,
    district_form,
    plain,
    town_form,
    village_form,
    village_of_group,
    village_short,
)
from reconcile.areas.names import COLUMNS, KINDS

# What each column is looked up as: the words of the table in `form` by the text made so. A town is
# not looked up without its end: 城东镇 need not be 城东街道; a village is, for its end is a matter
# of custom.
_LOOKUPS = {
    "district": (("code", codes), ("whole", district_form), ("short", district_form)),
    "town": (("code", codes), ("whole", town_form), ("short", town_form)),
    "village": (
        ("code", codes),
        ("whole", village_form),
        ("short", village_short),
        ("whole", village_of_group),
        ("short", village_of_group),
    ),
}


def distinct_words(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """triple (UInt32) and COLUMNS: what is written, each combination once; null where nothing is,
    or no such column."""
    frames = [frame.select(*written(frame)).unique() for frame in records.values()]
    return pl.concat(frames).unique().sort(*COLUMNS, nulls_last=True).with_row_index("triple")


def written(frame: pl.DataFrame) -> list[pl.Expr]:
    """The raw columns of the area, as String."""
    return [
        (
            pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, dtype=pl.String)
        ).alias(name)
        for name in COLUMNS
    ]


def taken_apart(triples: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The triples with plain words, each in its column: 西岭区城东街道向阳村 in the column of the
    village is three.

    A column that says something keeps its own word. A level that the table has no areas of counts
    as not written.
    """
    whole = names.filter(pl.col("form") == "whole")
    known = {
        column: whole.filter(pl.col("column") == column)["word"].unique() for column in COLUMNS
    }
    parts = triples.with_columns(plain(triples[column]).alias(column) for column in COLUMNS)
    for column, above in (("village", "town"), ("village", "district"), ("town", "district")):
        if known[above].len():
            parts = _split_off(parts, column, above, known)
    lacking = [column for column in COLUMNS if known[column].is_empty()]
    return parts.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in lacking)


def _split_off(
    parts: pl.DataFrame, column: str, above: str, known: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """Takes the area above out of the words of `column`, unless these are an area's name as they
    stand."""
    words = "|".join(
        re.escape(word) for word in sorted(known[above], key=lambda word: (-len(word), word))
    )
    office = "(?:办事处|办|人民政府|政府)?" if above == "town" else ""
    pattern = rf"^(.{{0,12}}?)({words}){office}(.{{2,}})$"
    form = village_form if column == "village" else town_form
    text = pl.col(column)
    split = text.str.contains(pattern) & ~pl.lit(form(parts[column]).is_in(known[column].implode()))
    front, found, rest = (text.str.extract(pattern, group) for group in (1, 2, 3))
    # Of 西岭区城东街道向阳村 the district goes to its column when the town has gone to its own.
    kept_front = (
        pl.when(pl.col(above).is_null()).then(pl.concat_str(front, found)).otherwise(pl.col(above))
    )
    return parts.with_columns(
        pl.when(split.fill_null(False)).then(kept_front).otherwise(pl.col(above)).alias(above),
        pl.when(split.fill_null(False)).then(rest).otherwise(text).alias(column),
    )


def candidates(parts: pl.DataFrame, names: pl.DataFrame, column: str) -> pl.DataFrame:
    """triple, kind, own, now and where these lie (as NAMES), for every area that the word in
    `column` may mean."""
    of_column = names.filter(pl.col("column") == column).drop("column")
    found = []
    for form, make in _LOOKUPS[column]:
        words = parts.select("triple", word=make(parts[column])).drop_nulls("word")
        found.append(
            words.join(of_column.filter(pl.col("form") == form), on="word").drop("word", "form")
        )
    stacked = pl.concat(found).with_columns(pl.col("kind").cast(pl.Enum(KINDS)))
    key = ["triple", "own", "now"]
    return stacked.sort(*key, "kind").unique(key, keep="first", maintain_order=True)
