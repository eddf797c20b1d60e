"""The rows of an area table as the office wrote them: codes, levels, days and names in one form."""

from __future__ import annotations

from datetime import date

import polars as pl

from reconcile.areas.forms import codes, plain
from reconcile.core.frames import Schema, conform
from reconcile.standardising.codes import standard_integers
from reconcile.standardising.dates import standard_dates
from reconcile.standardising.text import standard_text

LEVELS = ("city", "district", "town", "village", "estate")
Level = pl.Enum(LEVELS)

# `parent`, `successors`: codes or names as written. `odd_code`, `bad_date`: what cannot be read. By
# file and row.
ROWS: Schema = {
    "file": pl.String,
    "row": pl.UInt32,
    "code": pl.String,
    "name": pl.String,
    "parent": pl.String,
    "level": Level,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "former_names": pl.List(pl.String),
    "short_names": pl.List(pl.String),
    "successors": pl.List(pl.String),
    "expected_households": pl.Int64,
    "expected_people": pl.Int64,
    "odd_code": pl.Boolean,
    "bad_date": pl.String,
}

_SEPARATORS = r"[、,;/|\n]+"
_BY_LENGTH = {2: "city", 4: "city", 6: "district", 9: "town", 12: "village"}
# The first that a level's word speaks of: 社区 is no 区, 小区 no 社区.
_WORDS = (
    (r"小区|楼盘|自然村|小组|网格|estate", "estate"),
    (r"社区|村|居|village", "village"),
    (r"镇|乡|街|苏木|town", "town"),
    (r"区|县|旗|district|county", "district"),
    (r"市|省|州|盟|city", "city"),
)


def area_rows(records: pl.DataFrame) -> pl.DataFrame:
    """ROWS of the raw text columns of layout `areas`; nothing is judged yet."""

    def column(name: str) -> pl.Series:
        return (
            records[name]
            if name in records.columns
            else pl.Series(name, [None] * records.height, dtype=pl.String)
        )

    code, days = (
        codes(column("area_no")),
        {name: standard_dates(column(f"area_{name}")) for name in ("from", "to")},
    )
    parent = codes(column("area_parent"))
    frame = records.select("file", "row").with_columns(
        code=code,
        name=plain(column("area_name")),
        parent=parent.zip_with(parent.is_not_null(), plain(column("area_parent_name"))),
        level=_levels(code, column("area_level")),
        valid_from=days["from"]["std"],
        valid_to=_last_day(days["to"], column("area_to")),
        **{name: _several(column(f"area_{name}")) for name in ("former_names", "short_names")},
        successors=_several(column("area_successor")),
        expected_households=standard_integers(column("area_households")),
        expected_people=standard_integers(column("area_people")),
        odd_code=code.str.contains(r"^\d{1,12}$") & ~code.str.len_chars().is_in(list(_BY_LENGTH)),
        bad_date=_bad_date({f"area_{name}": parts["flag"] for name, parts in days.items()}),
    )
    # A code itself, be it written as 460105 or 460105000000, is no successor of its own.
    own = pl.col("successors").list.set_difference(pl.concat_list("code"))
    return conform(frame.with_columns(successors=own), ROWS)


def valid_on(day: date) -> pl.Expr:
    """Whether a row of ROWS is in force on this day, both of its days included."""
    begun = (pl.col("valid_from") <= day).fill_null(True)
    return begun & (pl.col("valid_to") >= day).fill_null(True)


def _levels(code: pl.Series, words: pl.Series) -> pl.Series:
    """By the code's length; else by the word; else null: a code that is no number says nothing."""
    said = standard_text(words).str.to_lowercase()
    by_word = pl.coalesce(
        pl.when(said.str.contains(word)).then(pl.lit(level)) for word, level in _WORDS
    )
    length = code.str.extract(r"^(\d{2,12})$", 1).str.len_chars()
    by_length = length.cast(pl.Int64).replace_strict(
        _BY_LENGTH, default=None, return_dtype=pl.String
    )
    city = code.str.contains(r"^\d{4}00$")
    return pl.select(
        pl.when(city)
        .then(pl.lit("city"))
        .otherwise(pl.coalesce(pl.lit(by_length), by_word))
        .cast(Level)
        .alias("level")
    ).to_series()


def _several(values: pl.Series) -> pl.Series:
    """The names or codes in one cell, each in its plain form; an empty list for none."""
    split = values.str.normalize("NFKC").str.replace_all(_SEPARATORS, "、").str.split("、")
    cells = pl.DataFrame({"cell": split}).with_row_index("place").explode("cell")
    kept = cells.with_columns(cell=codes(cells["cell"])).drop_nulls("cell")
    lists = kept.group_by("place", maintain_order=True).agg("cell")
    wanted = pl.DataFrame({"place": pl.int_range(values.len(), dtype=pl.UInt32, eager=True)})
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return wanted.join(lists, on="place", how="left",
    maintain_order="left")["cell"].to_frame().select(
        pl.col("cell").fill_null(nothing)
    ).to_series()  # fmt: skip


def _last_day(days: pl.DataFrame, written: pl.Series) -> pl.Series:
    """Of a year or a month alone the last day of it: what is valid to 2018 is so all that year."""
    year = written.str.normalize("NFKC").str.strip_chars().str.contains(r"^\d{4}年?$")
    std, partial = pl.col("std"), pl.col("flag") == "partial"
    end = (
        pl.when(year).then(std.dt.offset_by("1y").dt.offset_by("-1d")).otherwise(std.dt.month_end())
    )
    return days.select(pl.when(partial).then(end).otherwise(std)).to_series()


def _bad_date(flags: dict[str, pl.Series]) -> pl.Series:
    """The first column whose text is no day; null where both are."""
    bad = {
        name: flag.cast(pl.String).is_in(["impossible", "unreadable"])
        for name, flag in flags.items()
    }
    return pl.select(
        pl.coalesce(pl.when(wrong).then(pl.lit(name)) for name, wrong in bad.items())
    ).to_series()
