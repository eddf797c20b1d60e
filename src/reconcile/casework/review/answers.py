"""What clerks filled in on a sheet of pairs → decisions to be booked, and rows that cannot be
taken, with reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from reconcile.casework.review.sides import side_by_side
from reconcile.casework.review.workbook import shown_sides
from reconcile.core.errors import InputError
from reconcile.core.fields import field_header
from reconcile.core.frames import DECISIONS, Schema
from reconcile.core.layouts import Column, Layout
from reconcile.core.masking import mask_ids_within
from reconcile.core.messages import LANGUAGES, text
from reconcile.ledger.judgements import ordered
from reconcile.matching.judgements import PAIR
from reconcile.reading.header_checks import check_header
from reconcile.reading.inputs import Input, expand
from reconcile.reading.opening import digest, read_tables
from reconcile.reading.rows import REJECTED, sort_rows
from reconcile.reading.scratch import scratch_folder
from reconcile.reading.tables import Table, TableChoice
from reconcile.workspace import RunFolder

# A row that comes back with another value than was sent is another row: half of the sheet was
# sorted, say.
HELD_AGAINST = tuple(f"{name}_{side}" for name in ("name", "id_number") for side in ("l", "r"))
_COLUMNS = (*PAIR, "decision", "why", "who", *HELD_AGAINST)
_ROW: Schema = {"file": pl.String, "row": pl.UInt32, **dict.fromkeys(_COLUMNS, pl.String)}
# `reason`: a text of review.reject; `shown`: what it is about, masked.
REFUSED: Schema = {"file": pl.String, "row": pl.UInt32, "reason": pl.String, "shown": pl.String}
_SPACES = r"[\s\u200b\u3000\ufeff.。,，;；:：!！?？'\"“”‘’()（）\-—_/、]+"
_LONGEST_SHOWN = 20


@dataclass(frozen=True)
class Sheet:
    """A file as it came back: its digest and name, how many rows have a pair, and how many of these
    are empty."""

    file: str
    sha256: str
    rows: int
    empty: int


@dataclass(frozen=True)
class Answers:
    """`decided`: PAIR, decision, who, why, named, every pair once, as ledger.judgements.plan takes
    them. `refused`: REFUSED. `sheets`: the files in their order. `known`: names of files that were
    booked before."""

    decided: pl.DataFrame
    refused: pl.DataFrame
    sheets: tuple[Sheet, ...]
    known: tuple[str, ...] = ()


def read_answers(files: Sequence[str], run: RunFolder, booked: Collection[str] = ()) -> Answers:
    """Reads workbooks or text files with decisions about pairs of this published run. `booked`:
    digests of files that are not read again.

    InputError for a file that cannot be read, or that lacks a column which names the pair or its
    decision.
    """
    parts, refused = [pl.DataFrame(schema=dict(_ROW))], [pl.DataFrame(schema=dict(REFUSED))]
    sheets: list[Sheet] = []
    known: list[str] = []
    with scratch_folder() as scratch:
        for given in expand(files, Path(), scratch):
            content = digest(given.path)
            if content in booked:
                known.append(given.label)
                continue
            for table in _tables(given, scratch):
                rows, damaged = _rows(table)
                filled = rows.filter(pl.col("decision") != "")
                parts.append(filled)
                refused.append(damaged)
                sheets.append(Sheet(table.file, content, rows.height, rows.height - filled.height))
    rows = (
        pl.concat(parts)
        .with_columns(word=_plain(pl.col("decision")))
        .with_columns(
            read=pl.col("word").replace_strict(words(), default=None, return_dtype=pl.String)
        )
    )
    checked = _checked(rows, run)
    good = checked.filter(pl.col("reason").is_null()).unique(
        PAIR, keep="first", maintain_order=True
    )
    decided = good.select(
        *PAIR, decision="read", who=pl.col("who").str.slice(0, 60), why="why", named=_named(good)
    )
    bad = checked.drop_nulls("reason").select(
        pl.col(name).cast(dtype) for name, dtype in REFUSED.items()
    )
    return Answers(
        decided, pl.concat([*refused, bad]).sort("file", "row"), tuple(sheets), tuple(known)
    )


@cache
def words() -> dict[str, str]:
    """Every way to write a decision that is known, without spaces and punctuation, → of
    frames.DECISIONS."""
    told = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    known = {word: decision for decision, ways in told.items() for word in ways}
    forms = {text(f"judgements.decision.{d}", lang): d for d in DECISIONS for lang in LANGUAGES}
    plain = pl.Series(list(forms)).to_frame("form").select(_plain(pl.col("form"))).to_series()
    return known | dict(zip(plain, forms.values(), strict=True))


def _plain(value: pl.Expr) -> pl.Expr:
    """Small letters without spaces, punctuation and full-width forms."""
    return value.str.normalize("NFKC").str.to_lowercase().str.replace_all(_SPACES, "")


@cache
def _layout() -> Layout:
    """The sheet as a layout, so that it is read as any file is, under headers in either
    language."""
    columns = tuple(Column(name, "text", tuple(_headers(name))) for name in _COLUMNS)
    return Layout("review", columns, (("record_id_l",), ("record_id_r",)))


def _headers(column: str) -> Iterator[str]:
    for language in LANGUAGES:
        if column in HELD_AGAINST:
            side = text(f"review.side.{column[-1]}", language)
            yield field_header(column[:-2], side, language)
        else:
            yield text(f"judgements.column.{column}", language)


def _tables(given: Input, scratch: Path) -> Iterator[Table]:
    """The sheets of a file. A file without a header that is known lacks them all."""
    try:
        yield from read_tables(given, TableChoice([_layout()]), scratch)
    except InputError as error:
        if error.key != "reading.error.no_header":
            raise
        raise _lacking(given.label, (*PAIR, "decision")) from error


def _lacking(file: str, columns: Sequence[str]) -> InputError:
    names = ", ".join(text(f"judgements.column.{name}") for name in columns)
    return InputError("review.error.columns", file=file, columns=names)


def _rows(table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with a pair, and REFUSED of those that are damaged."""
    check_header(table.header, {}, table.file)
    present = {match.column for match in table.header.matches}
    missing = [name for name in (*PAIR, "decision") if name not in present]
    if missing:
        raise _lacking(table.file, missing)
    found = sort_rows(table)
    told = found.records.select(
        pl.lit(table.file).alias("file"),
        "row",
        *(
            (pl.col(name).str.strip_chars() if name in present else pl.lit(None, pl.String))
            .fill_null("")
            .alias(name)
            for name in _COLUMNS
        ),
    )
    damaged = found.others.filter(pl.col("reason").is_in(REJECTED)).select(
        pl.lit(table.file).alias("file"), "row", reason=pl.lit("damaged"), shown=pl.lit("")
    )
    return told.select(*_ROW), damaged.select(*REFUSED)


def _checked(rows: pl.DataFrame, run: RunFolder) -> pl.DataFrame:
    """The rows, pairs in order, with `reason` (null for good ones) and `shown`; of several reasons
    the first counts."""
    known = _known_records(run)
    keyed = rows.with_row_index("at")
    for side in ("l", "r"):
        named = known.rename(
            {"source": f"source_{side}", "record_id": f"record_id_{side}", "known": f"known_{side}"}
        )
        keyed = keyed.join(
            named, on=[f"source_{side}", f"record_id_{side}"], how="left", maintain_order="left"
        )
    blank = pl.any_horizontal(pl.col(*PAIR) == "")
    itself = (pl.col("source_l") == pl.col("source_r")) & (
        pl.col("record_id_l") == pl.col("record_id_r")
    )
    unknown = pl.any_horizontal(pl.col("known_l", "known_r").is_null())
    reason = (
        pl.when(blank).then(pl.lit("no_record"))
        .when(itself).then(pl.lit("itself"))
        .when(unknown).then(pl.lit("unknown_record"))
        .when(pl.col("read").is_null()).then(pl.lit("unknown_word"))
    )  # fmt: skip
    told = keyed.with_columns(reason=reason).with_columns(shown=_shown())
    overwritten = _overwritten(told.filter(pl.col("reason").is_null()), run)
    told = told.with_columns(
        reason=pl.when(pl.col("at").is_in(overwritten.implode()))
        .then(pl.lit("overwritten"))
        .otherwise("reason")
    ).pipe(ordered)
    sure = pl.col("read").filter(pl.col("reason").is_null()).n_unique().over(PAIR)
    two = pl.col("reason").is_null() & (sure > 1)
    return told.with_columns(reason=pl.when(two).then(pl.lit("two_answers")).otherwise("reason"))


def _shown() -> pl.Expr:
    """What a reason is about, as a screen may show it."""
    return pl.when(pl.col("reason") == "unknown_word").then(
        mask_ids_within(pl.col("decision").str.slice(0, _LONGEST_SHOWN))
    ).otherwise(pl.lit(""))  # fmt: skip


def _known_records(run: RunFolder) -> pl.DataFrame:
    return run.read("persons", "source", "record_id").with_columns(known=pl.lit(True))


def _overwritten(rows: pl.DataFrame, run: RunFolder) -> pl.Series:
    """`at` of the rows whose names or numbers are not those of their records, whole or masked."""
    if rows.is_empty():
        return rows["at"]
    sides = side_by_side(run, rows)
    wrong = pl.Series([False]).new_from_index(0, rows.height)
    whole, masked = shown_sides(sides, False), shown_sides(sides, True)
    for column in HELD_AGAINST:
        name, place = column[:-2], "left" if column.endswith("l") else "right"
        if name in sides.fields:
            variants = pl.DataFrame({"given": rows[column], "whole": getattr(whole, place)[name],
                                     "masked": getattr(masked, place)[name]})  # fmt: skip
            given = pl.col("given")
            fits = (
                (given == "")
                | (given == pl.col("whole").fill_null(""))
                | (given == pl.col("masked").fill_null(""))
            )
            wrong = wrong | ~variants.select(fits).to_series()
    return rows["at"].filter(wrong)


def _named(rows: pl.DataFrame) -> pl.Series:
    """What an error calls each row."""
    told = [
        text("review.row", file=file, row=row)
        for file, row in rows.select("file", "row").iter_rows()
    ]
    return pl.Series("named", told, dtype=pl.String)
