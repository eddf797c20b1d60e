"""What is wrong with an area table, row by row: a row that contradicts another, or that leads
nowhere, is not used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from reconcile.areas.rows import LEVELS, ROWS, Level

Fault = tuple[str, str, pl.Series]  # reason (`areas.reason.…`), column, which rows (Boolean)

_MOST_ROUNDS = 20  # a row refused may leave others without a parent: as deep as levels go
_FAR_PAST, _FAR_FUTURE = pl.date(1, 1, 1), pl.date(9999, 12, 31)


def sound_rows(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(the usable rows of ROWS with `parent` and `successors` as codes, the others: file, row,
    reason, column).

    A row has one reason, the first of: code_odd, unusable_date, dates, two_names or repeated (a
    code twice at the same time: the row that starts last stays), parent_unknown, parent_level,
    cycle, successor_unknown, successor_cycle.
    """
    refused: list[pl.DataFrame] = []
    rows = _without(rows, _of_single_rows(rows), refused)
    rows = _without(rows, _repeated(rows), refused)
    rows = _with_parents(rows)
    for check in (_parents, _cycles, _parents):
        rows = _until_sound(rows, check, refused)
    rows = _with_levels(rows)
    rows = _until_sound(rows, _parent_levels, refused)
    rows = _until_sound(rows, _parents, refused)
    rows = _with_successors(rows)
    rows = _until_sound(rows, _successors, refused)
    rows = _until_sound(rows, _parents, refused)
    return rows, pl.concat(refused).sort("file", "row")


def _without(
    rows: pl.DataFrame, faults: Iterator[Fault], refused: list[pl.DataFrame]
) -> pl.DataFrame:
    """The rows without those at fault, which go to `refused` with the first of their reasons."""
    bad = pl.repeat(False, rows.height, eager=True)
    for reason, column, wrong in faults:
        new = wrong.fill_null(False) & ~bad
        told = rows.filter(new).select(
            "file", "row", reason=pl.lit(f"area_{reason}"), column=pl.lit(column)
        )
        refused.append(told)
        bad = bad | new
    return rows.filter(~bad)


def _until_sound(
    rows: pl.DataFrame,
    check: Callable[[pl.DataFrame], Iterator[Fault]],
    refused: list[pl.DataFrame],
) -> pl.DataFrame:
    for _ in range(_MOST_ROUNDS):
        kept = _without(rows, check(rows), refused)
        if kept.height == rows.height:
            break
        rows = kept
    return rows


def _of_single_rows(rows: pl.DataFrame) -> Iterator[Fault]:
    yield "missing", "area_no", rows["code"].is_null()
    yield "missing", "area_name", rows["name"].is_null()
    yield "code_odd", "area_no", rows["odd_code"]
    for column in ("area_from", "area_to"):
        yield "unusable_date", column, rows["bad_date"] == column
    yield "dates", "area_to", rows["valid_to"] < rows["valid_from"]


def _repeated(rows: pl.DataFrame) -> Iterator[Fault]:
    """Rows of a code that is in force under another row at the same time."""
    order = rows.with_row_index("place").sort(
        "valid_from", "place", descending=[True, False], nulls_last=True
    )
    again = order.filter(pl.len().over("code") > 1).select(
        "code", "name", "place", rank=pl.int_range(pl.len()).over("code"),
        start=pl.col("valid_from").fill_null(_FAR_PAST),
        end=pl.col("valid_to").fill_null(_FAR_FUTURE),
    )  # fmt: skip
    other = again.rename({name: f"{name}_r" for name in ("name", "place", "rank", "start", "end")})
    pairs = again.join(other, on="code").filter(
        pl.col("rank") > pl.col("rank_r"),
        # One that ends on the day on which the other begins is not in force at the same time.
        (pl.col("start") < pl.col("end_r")) & (pl.col("start_r") < pl.col("end"))
        | ((pl.col("start") == pl.col("start_r")) & (pl.col("end") == pl.col("end_r"))),
    )
    places = pl.int_range(rows.height, dtype=pl.UInt32, eager=True)
    for reason, column, found in (
        ("two_names", "area_name", pairs.filter(pl.col("name") != pl.col("name_r"))),
        ("repeated", "area_no", pairs),
    ):
        yield reason, column, places.is_in(found["place"].implode())


def _with_parents(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `parent` as a code, by what is written, else by their own code; null for those
    at the top.

    `parent_known`: whether it is a code of the table.
    """
    known = rows["code"].unique()
    own = pl.col("code")
    by_code = pl.coalesce(
        pl.when(own.str.contains(r"^\d{12,}$")).then(own.str.head(9)),
        pl.when(own.str.contains(r"^\d{9}$")).then(own.str.head(6)),
    )
    longer = pl.when(own.str.contains(r"^\d{13,}$")).then(own.str.head(12))
    as_code = pl.when(pl.col("parent").is_in(known.implode())).then("parent")
    found = rows.with_columns(_by_name=_named(rows, "parent")).with_columns(
        parent=pl.when(pl.col("parent").is_not_null())
        .then(pl.coalesce(as_code, "_by_name", "parent"))
        .otherwise(pl.coalesce(longer, by_code))
    )
    highest = _highest(rows["level"])
    unknown = ~pl.col("parent").is_in(known.implode())
    top = (pl.col("level") <= pl.lit(highest, dtype=Level)).fill_null(False)
    town_on_top = pl.lit(highest == "city") & (pl.col("level") == "district")
    return found.with_columns(
        parent=pl.when(unknown & (top | town_on_top)).then(None).otherwise("parent")
    ).drop("_by_name")


def _highest(levels: pl.Series) -> str | None:
    return next((level for level in LEVELS if (levels == level).any()), None)


def _named(rows: pl.DataFrame, column: str) -> pl.Series:
    """The one code whose area bears the name in `column`; of several the one that the row's own
    code begins with."""
    names = rows.select("name", named="code").unique()
    told = (
        rows.select("code", name=column)
        .with_row_index("place")
        .drop_nulls("name")
        .join(names, on="name")
    )
    told = told.filter(pl.col("named") != pl.col("code"))
    within = pl.col("code").str.starts_with(pl.col("named"))
    told = told.filter(within | ~within.any().over("place"))
    single = told.filter(pl.len().over("place") == 1).select("place", "named")
    places = pl.DataFrame({"place": pl.int_range(rows.height, dtype=pl.UInt32, eager=True)})
    return places.join(single, on="place", how="left", maintain_order="left")["named"]


def _parents(rows: pl.DataFrame) -> Iterator[Fault]:
    yield "parent_unknown", "area_parent", ~rows["parent"].is_in(rows["code"].unique().implode())
    top = rows["level"].is_in(["city", "district", _highest(rows["level"]) or "city"])
    yield "parent_unknown", "area_parent", rows["parent"].is_null() & ~top.fill_null(False)


def _cycles(rows: pl.DataFrame) -> Iterator[Fault]:
    yield (
        "cycle",
        "area_parent",
        rows["code"].is_in(_looping(rows.select("code", next="parent")).implode()),
    )


def _looping(edges: pl.DataFrame) -> pl.Series:
    """The codes from which one comes back to them by `next`."""
    edges = edges.drop_nulls().unique()
    while True:
        # Whoever leads nowhere is in no cycle, nor is whoever nobody leads to.
        kept = edges.filter(
            pl.col("next").is_in(edges["code"].implode()),
            pl.col("code").is_in(edges["next"].implode()),
        )
        if kept.height == edges.height:
            return kept["code"].unique()
        edges = kept


def _with_levels(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the level of those whose code and word say none: one below the parent's."""
    below = dict(zip(LEVELS, [*LEVELS[1:], LEVELS[-1]], strict=True))
    for _ in LEVELS:
        known = (
            rows.select(parent="code", above="level").drop_nulls().unique("parent", keep="first")
        )
        joined = rows.join(known, on="parent", how="left", maintain_order="left")
        next_level = (
            pl.col("above")
            .cast(pl.String)
            .replace_strict(below, default=None, return_dtype=pl.String)
        )
        rows = joined.with_columns(level=pl.col("level").fill_null(next_level.cast(Level))).drop(
            "above"
        )
    return rows.with_columns(pl.col("level").fill_null(pl.lit("estate", dtype=Level)))


def _parent_levels(rows: pl.DataFrame) -> Iterator[Fault]:
    above = rows.select(parent="code", above="level").unique(
        "parent", keep="first", maintain_order=True
    )
    joined = rows.join(above, on="parent", how="left", maintain_order="left")
    yield (
        "parent_level",
        "area_parent",
        joined["above"].to_physical() >= joined["level"].to_physical(),
    )


def _with_successors(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `successors` as codes where the table has them; what it has not stays as it is
    written."""
    known = rows["code"].unique()
    told = (
        rows.select("code", "successors")
        .with_row_index("place")
        .explode("successors")
        .drop_nulls("successors")
    )
    by_name = _by_names(told, rows)
    codes = pl.when(pl.col("successors").is_in(known.implode())).then("successors")
    lists = (
        told.with_columns(pl.coalesce(codes, by_name, "successors"))
        .group_by("place", maintain_order=True)
        .agg(pl.col("successors").unique(maintain_order=True))
    )
    joined = (
        rows.drop("successors")
        .with_row_index("place")
        .join(lists, on="place", how="left", maintain_order="left")
    )
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return joined.with_columns(pl.col("successors").fill_null(nothing)).drop("place").select(*ROWS)


def _by_names(told: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """The one code, of an area in force last, whose name each successor is; within the same parent
    first."""
    names = rows.select("parent", successors="name", named="code").unique()
    own = rows.select("code", own_parent="parent").unique("code", keep="first", maintain_order=True)
    found = (
        told.with_row_index("line")
        .join(own, on="code", how="left", maintain_order="left")
        .join(names, on="successors", how="left", maintain_order="left")
        .filter(pl.col("named") != pl.col("code"))
    )
    near = (pl.col("parent") == pl.col("own_parent")).fill_null(False)
    found = found.filter(near | ~near.any().over("line"))
    single = found.filter(pl.len().over("line") == 1).select("line", "named")
    lines = pl.DataFrame({"line": pl.int_range(told.height, dtype=pl.UInt32, eager=True)})
    return lines.join(single, on="line", how="left", maintain_order="left")["named"]


def _successors(rows: pl.DataFrame) -> Iterator[Fault]:
    known = rows["code"].unique()
    edges = rows.select("row", "file", "code", next="successors").explode("next").drop_nulls("next")
    lost = (
        edges.filter(~pl.col("next").is_in(known.implode()))
        .select("file", "row", lost=True)
        .unique()
    )
    joined = rows.join(lost, on=["file", "row"], how="left", maintain_order="left")
    yield "successor_unknown", "area_successor", joined["lost"]
    edges = edges.select("code", "next")
    looping = rows["code"].is_in(_looping(edges).implode()) & (rows["successors"].list.len() > 0)
    yield "successor_cycle", "area_successor", looping
