"""The numbered parts of an address: lane, house number, building, unit, floor, room."""

from __future__ import annotations

import polars as pl

NUMBERS = ("lane", "street_no", "name", "zone", "building", "unit", "floor", "room")
_FURTHER = ("inner_zone", "bare_no", "mark", "room_mark", "left")

_ZONE = r"(?:(?:\d{1,2}|[A-Z])(?:期|区))+"
_FIRST = r"[^\d\-A-Z室房户栋座层楼单期区组]"
_NAME = r"(?:[甲乙丙丁][^\d\-A-Z栋座户]|[^\d\-A-Z室房户栋座层楼单期区组甲乙丙丁])"
_GRAMMAR = (
    rf"^(?P<zone>{_ZONE})?"
    r"(?P<lane>(?:\d+(?:支弄|弄|支巷|横巷|巷|里|条|横街|横路|街|路|胡同))+)?"
    r"(?P<street_no>\d+[甲乙丙丁增]?(?:-\d{1,3})?号(?:附\d+号?|-\d{1,2}号?){0,2}|附\d+号?)?"
    rf"(?P<name>{_NAME}[^\d\-A-Z]+|[^\d\-A-Z]{{3,}})?"
    rf"(?P<inner_zone>{_ZONE})?-?"
    r"(?:(?P<bare_no>\d{1,4})-)??"
    r"(?:(?P<building>[A-Z]?\d{1,3}[A-Z]?|[A-Z]|[甲乙丙丁])(?P<mark>栋|座|号|排|楼|-)-?)?"
    r"(?:(?P<unit>\d{1,2}|[A-Z]|[甲乙丙丁东西南北中])(?:单元|门|梯|-)-?)?"
    r"(?:(?P<floor>负?\d{1,2})(?:层|楼)-?)?"
    r"(?:(?P<room>附?[A-Z]?\d{1,4}[A-Z]?(?:-\d{1,2})?|[东西南北中左右甲乙丙丁]{1,2}[户室边])(?P<room_mark>号|室|房|户)*)?"
    rf"(?P<left>{_FIRST}[^\d]*)?$"
)
# 12号东户: the flat of a landing, no name.
_SIDE = "^[东西南北中左右甲乙丙丁]{1,2}[户室边]$"
# What a number may be in a row of them: 8-1号 and 12号附3 are one.
_OF_A_ROW = r"\d+(?:_附?\d+)*|[A-Z]|[甲乙丙丁增东西南北中]{1,2}(?:[户室座栋]|单元)?"
# Where the whole is not understood, what says of itself which part it is.
_ALONE = {
    "street_no": r"^(\d+[甲乙丙丁]?(?:-\d{1,3})?)号",
    "building": r"([A-Z]?\d{1,3}[A-Z]?|[A-Z])[栋座]",
    "unit": r"(\d{1,2}|[A-Z])(?:单元|门|梯)",
    "floor": r"(负?\d{1,2})[层楼]",
    "room": r"([A-Z]?\d{1,4}[A-Z]?)[室房户]",
}


def with_numbers(frame: pl.LazyFrame, tail: str) -> pl.LazyFrame:
    """`frame` with NUMBERS of the column `tail` (an address from its first number on), and `mark`,
    `room_mark`: the words behind the numbers of building and room.

    `unread`: the whole of it, where it does not fit the grammar; then only parts with a word of
    their own are read. `left`: what stands behind the last number. `lane`: 3巷, 128弄5支弄; `name`:
    what stands between the house number and the building; `zone`: 2期, A区. Which part a number
    without its word is depends on the name before it: `in_place`.
    """
    read = pl.col(tail).str.extract_groups(_GRAMMAR).struct
    parts = [read.field(name).alias(name) for name in (*NUMBERS, *_FURTHER)]
    alone = [
        pl.coalesce(name, pl.col(tail).str.extract(pattern, 1)).alias(name)
        for name, pattern in _ALONE.items()
    ]
    side = pl.col("room").is_null() & pl.col("name").str.contains(_SIDE)
    not_read = ~pl.col(tail).str.contains(_GRAMMAR)
    return (
        frame.with_columns(parts)
        .with_columns(
            pl.when(not_read).then(value).otherwise(value.meta.output_name()) for value in alone
        )
        .with_columns(
            zone=pl.coalesce("zone", "inner_zone"),
            room=pl.when(side).then("name").otherwise("room"),
            name=pl.when(~side.fill_null(False)).then("name"),
            unread=pl.when(not_read).then(tail),
            street_no=pl.coalesce(
                pl.col("street_no").str.replace("号附", "附").str.replace_all("号", ""), "bare_no"
            ),
        )
        .drop("inner_zone", "bare_no")
    )


def row_of_numbers(tail: str) -> pl.Expr:
    """All numbers and letters of `tail` in their order: 6-3-401 for 6幢3单元401室."""
    text = (
        pl.col(tail)
        .str.replace_all(r"(\d)-(\d+号)", "${1}_$2")
        .str.replace_all(r"号-(\d{1,2})(号|\D|$)", "_$1$2")
    )
    row = text.str.replace_all("号附", "_附").str.extract_all(_OF_A_ROW)
    return row.list.eval(pl.element().str.replace("[户室座栋]|单元", "")).list.join("-")


def in_place(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Numbers moved to the part that they are, by the names before them.

    `frame`: what `with_numbers` adds, `street`, `village`, and `in_estate`, whether the last name
    before the building is an estate's.
    """
    in_estate, mark = pl.col("in_estate"), pl.col("mark")
    number, building, unit, room = (
        pl.col(name) for name in ("street_no", "building", "unit", "room")
    )
    unnamed = pl.col("name").is_null() | (unit.is_null() & room.is_null())
    # 阳光小区11号4单元: the 11th building, unless another one is said.
    frame = _moved(frame, in_estate & unnamed & building.is_null(), street_no=None, building=number)
    # 3组龙塘12号, 12号501号.
    plain = (mark == "号") & unit.is_null() & room.is_null() & ~in_estate
    frame = _moved(
        frame, (mark == "号") & number.is_null() & ~in_estate, street_no=building, building=None
    )
    frame = _moved(frame, plain & building.is_not_null(), room=building, building=None)
    # 5楼501 is a floor, 12楼3单元501 a building.
    its_floor = room.is_null() | room.str.starts_with(building) | ~room.str.contains(r"^\d{3,}$")
    frame = _moved(
        frame, (mark == "楼") & unit.is_null() & its_floor, floor=building, building=None
    )
    # 朝阳路12-3-501, 朝阳路12-2, 朝阳路12, 向阳村3组12: a house number without its word.
    on_street = (
        number.is_null()
        & ~in_estate
        & (pl.col("street").is_not_null() | pl.col("village").is_not_null())
    )
    bare = on_street & (mark == "-")
    short = unit.is_null() & ~room.str.contains(r"\d{3}") & bare
    frame = _moved(
        frame, short, street_no=pl.concat_str(building, pl.lit("-"), room), building=None, room=None
    )
    frame = _moved(
        frame, bare & pl.col("street").is_not_null(), street_no=building, building=unit, unit=None
    )
    alone = (
        building.is_null()
        & unit.is_null()
        & pl.col("room_mark").is_null()
        & pl.col("floor").is_null()
    )
    frame = _moved(
        frame, on_street & alone & room.str.contains(r"^\d+$"), street_no=room, room=None
    )
    # 3栋2单元5-1: the floor and the flat on it.
    on_floor = room.str.contains(r"^\d{1,2}-\d{1,2}$") & pl.col("floor").is_null()
    frame = _moved(
        frame, on_floor, floor=room.str.extract(r"^(\d+)-", 1), room=room.str.extract(r"-(\d+)$", 1)
    )
    # 海景大厦A1203.
    lettered = building.is_null() & unit.is_null() & room.str.contains(r"^[A-Z]\d{3,}$")
    return _moved(frame, lettered, building=room.str.slice(0, 1), room=room.str.slice(1))


def _moved(frame: pl.LazyFrame, where: pl.Expr, **parts: pl.Expr | None) -> pl.LazyFrame:
    """`frame` with these values of its parts in the rows of `where`."""
    where = where.fill_null(False) & pl.col("unread").is_null()
    return frame.with_columns(
        pl.when(where)
        .then(pl.lit(None, pl.String) if value is None else value)
        .otherwise(name)
        .alias(name)
        for name, value in parts.items()
    )
