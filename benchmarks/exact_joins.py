"""What plain joins find: the yardstick of every task, and what the made-up city is calibrated by.

    python benchmarks/exact_joins.py CITY    # a folder written by `reconcile sample CITY --plain`,
                                             # or by benchmarks/second_maker

Values are cleaned as a careful clerk would (full width, spaces, dots, forms of dates, 15 digits to
18), then rows are joined on equal values only; a row that a join has taken is out of the later
ones:

- duplicates and residents → household: the ID number; then name and birth date;
- births → residents and household: the mother's ID and the birth date; the child's name and the
  birth date; the mother's name and the birth date.

Where several rows on the right have the value, the first by record key is taken. Scores are those
of `reconcile evaluate`. This script reads and cleans by itself, so that it measures nothing of
reconcile's.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

from reconcile.core.layouts import load_layout
from reconcile.quality.evaluation import read_truth, score

SOURCES = ("residents", "household", "births")
PERSON_KEYS = (("id_number",), ("name", "birth_date"))
CHILD_KEYS = (("mother_id", "birth_date"), ("name", "birth_date"), ("mother_name", "birth_date"))
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main(folder: Path) -> None:
    started = time.perf_counter()
    scores = exact_scores(folder)
    print(f"read, cleaned, joined and scored: {time.perf_counter() - started:.1f} s")
    with pl.Config(
        tbl_rows=-1,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        float_precision=4,
    ):
        print(scores)


def exact_scores(folder: Path) -> pl.DataFrame:
    """Scores of every task, as `reconcile.quality.evaluation.score` gives them."""
    rows = {source: read(folder, source) for source in SOURCES}
    truth = read_truth(folder)
    tables = [
        score(doubles(rows[source], source, keys), {source: truth[source]})
        for source, keys in (("residents", PERSON_KEYS), ("household", PERSON_KEYS))
    ]
    for left, right, keys in (
        ("residents", "household", PERSON_KEYS),
        ("births", "residents", CHILD_KEYS),
        ("births", "household", CHILD_KEYS),
    ):
        persons = links(rows[left], rows[right], left, right, keys)
        scores = score(persons, {left: truth[left], right: truth[right]})
        tables.append(scores.filter(pl.col("task").str.starts_with("links")))
    return pl.concat(tables)


def read(folder: Path, source: str) -> pl.DataFrame:
    """record_id and cleaned values of one register's plain file."""
    layout = load_layout(source)
    raw = pl.read_csv(folder / f"{source}.csv", infer_schema=False).unique(maintain_order=True)
    headers = {
        header: column.name
        for column in layout.columns
        for header in column.headers
        if header in raw.columns
    }
    wanted = ("name", "id_number", "birth_date", "mother_id", "mother_name")
    clean = {"name": name, "id_number": number, "date": day, "datetime": day}
    kinds = {column.name: column.kind for column in layout.columns if column.name in wanted}
    again = pl.int_range(1, pl.len() + 1).over("record_key")
    suffix = pl.when(again > 1).then("~" + again.cast(pl.String)).otherwise(pl.lit(""))
    return (
        raw.rename(headers, strict=False)
        .select(
            (pl.col("record_key") + suffix).alias("record_id"),
            *(clean[kind](text(column)).alias(column) for column, kind in kinds.items()),
        )
        .sort("record_id")
    )


def text(column: str) -> pl.Expr:
    """Half-width, without spaces and apostrophes; empty is null."""
    narrow = pl.col(column).str.normalize("NFKC").str.replace_all(r"[\s']", "")
    return pl.when(narrow != "").then(narrow)


def name(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(r"[·•・.‧]", "")


def number(value: pl.Expr) -> pl.Expr:
    """18 digits; the old 15 are made into 18; anything else is null."""
    old = value.str.slice(0, 6) + "19" + value.str.slice(6)
    digits = [old.str.slice(place, 1).str.to_integer(strict=False) for place in range(17)]
    total = (
        pl.sum_horizontal(
            digit * weight for digit, weight in zip(digits, CHECK_WEIGHTS, strict=True)
        )
        % 11
    )
    check = total.replace_strict(
        dict(enumerate("10X98765432")), default=None, return_dtype=pl.String
    )
    return (
        pl.when(value.str.contains(r"^[1-9]\d{14}$"))
        .then(old + check)
        .when(value.str.contains(r"^[1-9]\d{16}[\dXx]$"))
        .then(value.str.to_uppercase())
    )


def day(value: pl.Expr) -> pl.Expr:
    """Any of the forms of a date in the exports, as a date."""
    parts = value.str.extract_groups(r"^(\d{4})\D(\d{1,2})\D(\d{1,2})")
    numbers = [parts.struct.field(str(place)).cast(pl.Int32, strict=False) for place in (1, 2, 3)]
    serial = pl.when(value.str.contains(r"^\d{5}$")).then(value.cast(pl.Int32, strict=False))
    return pl.coalesce(
        value.str.to_date("%Y%m%d", strict=False),
        pl.when(numbers[1].is_between(1, 12) & numbers[2].is_between(1, 28)).then(
            pl.date(*numbers)
        ),
        value.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        pl.date(1899, 12, 30) + pl.duration(days=serial),
    )


def doubles(rows: pl.DataFrame, source: str, keys: tuple[tuple[str, ...], ...]) -> pl.DataFrame:
    """Rows that agree in the first key are one person; of those left alone, rows that agree in the
    next."""
    person = pl.lit(None, dtype=pl.String)
    for key in keys:
        free = person.is_null() & pl.all_horizontal(pl.col(column).is_not_null() for column in key)
        value = pl.when(free).then(
            pl.concat_str(*(pl.col(column).cast(pl.String) for column in key), separator="/")
        )
        rows = rows.with_columns(value.alias("value"))
        shared = (pl.len().over("value") > 1) & pl.col("value").is_not_null()
        rows = rows.with_columns(pl.when(shared).then("value").otherwise(person).alias("person_id"))
        person = pl.col("person_id")
    return rows.select(
        pl.lit(source).alias("source"), "record_id", person.fill_null(pl.col("record_id"))
    )


def links(
    left: pl.DataFrame,
    right: pl.DataFrame,
    source: str,
    other: str,
    keys: tuple[tuple[str, ...], ...],
) -> pl.DataFrame:
    """Each left row joins the person of the right row that first has its key, or is alone."""
    free, found = left, []
    for key in keys:
        first = (
            right.select(*key, person_id="record_id")
            .drop_nulls()
            .unique(key, keep="first", maintain_order=True)
        )
        joined = free.join(first, on=key, how="inner").select("record_id", "person_id")
        found.append(joined)
        free = free.join(joined, on="record_id", how="anti")
    persons = pl.concat([*found, free.select("record_id", person_id="left/" + pl.col("record_id"))])
    return pl.concat(
        [
            persons.select(pl.lit(source).alias("source"), "record_id", "person_id"),
            right.select(pl.lit(other).alias("source"), "record_id", person_id="record_id"),
        ]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
