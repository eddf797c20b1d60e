"""The names in an address behind its areas: village, group, street, estate."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.standardising.address_words import COMMITTEE, ESTATE, FURTHER_ESTATE, NEAR, ROAD
from reconcile.standardising.areas import standard_villages
from reconcile.standardising.numerals import NUMERALS

NAMES = ("village", "group", "street", "estate")

# What the first number behind a name counts: houses, houses with flats, the buildings of an estate;
# or there is none.
HOUSE, FLATS, BUILDING, END = "house", "flats", "building", "end"

_STREET_OF_VILLAGE = f"^([^村]{{1,6}}?{ROAD}+)"
_COMMUNITY_BEHIND = f"{_STREET_OF_VILLAGE}(.{{2,8}}?(?:{COMMITTEE}|[{NUMERALS}]村$))"
_VILLAGE = f"^(.{{1,10}}?{COMMITTEE})"
_SMALL_VILLAGE = "^(.{1,8}?(?:自然村|屯村|村|屯))"
# 杏花村路, 中关村小区: part of another name.
_NOT_A_VILLAGE = f"^(?:[东西南北中]?{ROAD}|{ESTATE}|口)"
_VILLAGE_OF_FLATS = "(?:新|度假|公寓|别墅)村$"
_ESTATE_ON_STREET = f"^(.{{2,8}}?(?:{ESTATE}院?))"
_STREET = f"^(.{{1,10}}?{ROAD}+(?:[东西南北中](?:段|$))?)(?:[东西南北]侧)?"
_NOT_A_STREET = f"^(?:{ESTATE}|新村|商城|市场|村|社区)"
_LANE = "^(.{1,6}[里条])$"
# Remarks: what is near, and what no dwelling is called by.
_NEAR_IT = "^.{0,8}(?:对面|对过|附近|隔壁|旁边)"
_INSIDE = "(?:旁|前|后|内|[铺商门]面?)$"
# What the house has several of, by whose names its numbers are told apart.
_PREMISES = (
    "(?:门市|网点|铺|[门店铺]面|车库|[平东南西北前后]房|屋|厢房?|墙门"
    "|[东西南北中前后左右上下内外旁侧](?:跨?院|大院|楼|间|门|排))$"
)
_OFFICE = "(?:政府|派出所|医院|卫生[院所室]|学校|[大中小]学|公司|工厂|[局所站店部])$"


@dataclass(frozen=True)
class _Rest:
    """A frame whose column `rest` is cut from the left, name by name."""

    frame: pl.LazyFrame

    def cut(self, column: str, pattern: str, where: pl.Expr, *, add: bool = False) -> _Rest:
        """What `pattern` finds goes from `rest` to `column`: where nothing is yet, or behind what
        is there (`add`)."""
        found = pl.col("rest").str.extract(pattern, 1)
        free = pl.lit(True) if add else pl.col(column).is_null()
        taken = found.is_not_null() & where.fill_null(False) & free
        value = pl.concat_str(pl.col(column).fill_null(""), found) if add else found
        return _Rest(
            self.frame.with_columns(
                pl.when(taken).then(value).otherwise(column).alias(column),
                pl.when(taken).then(behind(pattern)).otherwise("rest").alias("rest"),
            )
        )


def behind(pattern: str) -> pl.Expr:
    """What would be left of `rest` behind `pattern`."""
    return pl.col("rest").str.replace(pattern, "")


def with_names(frame: pl.LazyFrame, rest: str, counts: str, *, behind_number: bool) -> pl.LazyFrame:
    """`frame` with NAMES, null where not said, and `left`, what is no name of these.

    `rest`: the column with the text, without digits; `counts`: the one that says what the number
    behind it counts. `behind_number`: the text stands behind a house number, where a bare name is
    no village.
    """
    columns = frame.collect_schema().names()
    text = pl.col(rest)
    if behind_number:
        text = (
            pl.when(~text.str.contains(_PREMISES))
            .then(text.str.replace(_NEAR_IT, ""))
            .fill_null("")
        )
    read = _Rest(
        frame.with_columns(*(pl.lit(None, pl.String).alias(name) for name in NAMES), rest=text)
    )
    read = _villages(read, pl.col(counts).is_in([BUILDING, FLATS]))
    read = read.cut("group", "^(.{1,6})组$", pl.lit(True))
    read = _streets(read, pl.col(counts).is_in([HOUSE, FLATS]))
    near = f"{NEAR}|{_INSIDE}" if behind_number else NEAR
    read = _Rest(
        read.frame.with_columns(
            rest=pl.when(~pl.col("rest").str.contains(near)).then("rest").fill_null("")
        )
    )
    read = _others(read, pl.col(counts), behind_number)
    village = (
        pl.col("village")
        .str.replace("(.{2})(?:(?:生产)?大队|管理区)$", "$1")
        .str.replace("^(.)村(?:民委员会|委会|居委会)$", "$1村")
    )
    left = (
        pl.when(pl.col(rest).str.contains(_PREMISES) & behind_number).then(rest).otherwise("rest")
    )
    left = pl.when(left != "").then(left).alias("left")
    return read.frame.select(*columns, *NAMES, left).with_columns(
        village=village.map_batches(standard_villages, return_dtype=pl.String),
        group=pl.col("group").str.replace("(.)(?:自然村|村)$", "$1"),
    )


def _villages(read: _Rest, buildings: pl.Expr) -> _Rest:
    """The village or community of a committee, then a village in it, which is a group."""
    read = read.cut("street", _STREET_OF_VILLAGE, pl.col("rest").str.contains(_COMMUNITY_BEHIND))
    read = read.cut("village", _VILLAGE, pl.lit(True))
    flats = (
        pl.col("rest").str.extract(_SMALL_VILLAGE, 1).str.contains(_VILLAGE_OF_FLATS) & buildings
    )
    own_name = ~flats & ~behind(_SMALL_VILLAGE).str.contains(_NOT_A_VILLAGE)
    read = read.cut("village", _SMALL_VILLAGE, own_name)
    return read.cut("group", _SMALL_VILLAGE, own_name & pl.col("village").is_not_null())


def _streets(read: _Rest, houses: pl.Expr) -> _Rest:
    """解放路书院巷 is one street; 阳光小区朝阳路 an estate and a street."""
    read = read.cut(
        "estate",
        _ESTATE_ON_STREET,
        pl.col("rest").str.contains(f"{_ESTATE_ON_STREET}.{{2,6}}?{ROAD}+$"),
    )
    for _ in range(2):
        read = read.cut("street", _STREET, ~behind(_STREET).str.contains(_NOT_A_STREET), add=True)
    return read.cut("street", _LANE, houses)


def _others(read: _Rest, counts: pl.Expr, behind_number: bool) -> _Rest:
    """A name without a word that tells its kind: an estate where buildings are counted, a village
    where houses are."""
    counted = pl.col("rest").str.contains(
        f"(?:{ESTATE}[院区楼]?|{FURTHER_ESTATE})$"
    ) | counts.is_in([BUILDING, FLATS])
    at_end = (counts == END) & pl.col("rest").str.contains("[园湾城楼阁轩院邸郡]$")
    read = read.cut("estate", "^(.{2,})$", counted | at_end)
    houses, nameless = counts == HOUSE, pl.col("street").is_null() & pl.col("estate").is_null()
    place = houses | (~pl.col("rest").str.contains(_OFFICE) & (not behind_number))
    read = read.cut("village", "^([^A-Z]{1,6})$", nameless & place)
    read = read.cut("group", "^(.{1,6})$", nameless & houses)
    return read.cut("street", "^(.{1,8})$", pl.col("street").is_not_null() & houses, add=True)
