"""The names in an address behind its areas: village, group, street, estate."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from reconcile.standardisers.areas import standard_villages

NAMES = ("village", "group", "street", "estate")

# What the first number behind a name counts: houses, houses with flats, or the buildings of an estate; nothing when there
# is none.
HOUSE, FLATS, BUILDING, END = "house", "flats", "building", "end"

_COMMITTEE = (
    "(?:村民委员会|社区居民委员会|社区居委会|社区村委会|居民委员会|村居委会|村委会|居委会|社区工作站|社区|生产大队|大队)"
)
ROAD = "(?:大道|大街|公路|胡同|国道|省道|县道|步道|路|街|巷|弄)"
_ESTATE = (
    "小区|花园|[家嘉佳]园|公寓|大厦|广场|[名新]城|苑|庄园|山庄|别墅|[豪华名雅]庭|[华名御]府|公馆|雅居|宿舍[楼区]?|大院"
    "|家属[院区楼]|生活区|住宅区|安置[区房]|商住楼|[大教办]楼|新村|度假村|新区|[东西南北中]区|商城|酒店|宾馆|饭店|国际|中心"
)
_ESTATE_AT_END = f"{_ESTATE}|[园湾城楼阁轩院邸郡]"
_STREET_AND_VILLAGE = rf"^([^村]{{1,6}}?{ROAD}+)(.{{2,8}}?{_COMMITTEE})"
_VILLAGE = rf"^(.{{1,10}}?{_COMMITTEE})"
_SMALL_VILLAGE = "^(.{1,8}?(?:自然村|屯村|村|屯))"
# 杏花村路, 中关村小区: part of another name.
_NOT_A_VILLAGE = rf"^(?:{ROAD}|小区|花园|[家嘉佳]园|公寓|大厦|广场|苑|口|[东西南北中]{ROAD})"
_VILLAGE_OF_FLATS = "(?:新|度假|公寓|别墅)村$"
_ESTATE_ON_STREET = "^(.{2,8}?(?:小区|花园|[家嘉佳]园|公寓|大厦|广场|宿舍|大院|家属院))"
_STREET = rf"^(.{{1,10}}?{ROAD}+(?:[东西南北中](?:段|$))?)(?:[东西南北]侧)?"
_NOT_A_STREET = "^(?:小区|花园|[家嘉佳]园|公寓|大厦|广场|苑|新村|宿舍|家属|大院|商城|市场|村|社区)"
_LANE = "^(.{1,6}里)$"
_OFFICE = "(?:政府|派出所|医院|卫生[院所室]|学校|[大中小]学|公司|工厂|[局所站店部])$"
_NEAR = "(?:旁边?|对面|对过|附近|隔壁|后面|前面|里面|楼下|楼上|交叉口|路口)$"
_INSIDE = "(?:旁|前|后|内|[铺商门]面?)$"


@dataclass(frozen=True)
class _Rest:
    """A frame whose column `rest` is cut from the left, name by name."""

    frame: pl.LazyFrame

    def cut(self, column: str, pattern: str, where: pl.Expr, *, add: bool = False) -> _Rest:
        """What `pattern` finds goes from `rest` to `column`, behind what is there already (`add`) or where nothing is."""
        found = pl.col("rest").str.extract(pattern, 1)
        free = pl.lit(True) if add else pl.col(column).is_null()
        taken = found.is_not_null() & where.fill_null(False) & free
        value = pl.concat_str(pl.col(column).fill_null(""), found) if add else found
        return _Rest(
            self.frame.with_columns(
                pl.when(taken).then(value).otherwise(column).alias(column),
                pl.when(taken).then(pl.col("rest").str.replace(pattern, "")).otherwise("rest").alias("rest"),
            )
        )

    def after(self, pattern: str) -> pl.Expr:
        """What would be left behind `pattern`."""
        return pl.col("rest").str.replace(pattern, "")


def with_names(frame: pl.LazyFrame, rest: str, counts: str, *, behind_number: bool) -> pl.LazyFrame:
    """`frame` with NAMES, null where not said.

    `rest`: the column with the text, without digits; `counts`: the one that says what the number behind it counts.
    `behind_number`: the text stands behind a house number, where a bare name is no village.
    """
    columns = frame.collect_schema().names()
    read = _Rest(frame.with_columns(*(pl.lit(None, pl.String).alias(n) for n in NAMES), rest=pl.col(rest)))
    read = _villages(read, pl.col(counts).is_in([BUILDING, FLATS]))
    read = read.cut("group", "^(.{1,6})组$", pl.lit(True))
    read = _streets(read, pl.col(counts).is_in([HOUSE, FLATS]))
    near = f"{_NEAR}|{_INSIDE}" if behind_number else _NEAR
    read = _Rest(read.frame.with_columns(rest=pl.when(~pl.col("rest").str.contains(near)).then("rest").fill_null("")))
    read = _others(read, pl.col(counts), behind_number)
    return read.frame.select(*columns, *NAMES).with_columns(
        pl.col("village").map_batches(standard_villages, return_dtype=pl.String),
        pl.col("group").str.replace("(.)(?:自然村|村)$", "$1"),
    )


def _villages(read: _Rest, buildings: pl.Expr) -> _Rest:
    """The village or community of a committee, then a village in it, which is a group."""
    both = pl.col("rest").str.contains(_STREET_AND_VILLAGE)
    read = read.cut("street", rf"^([^村]{{1,6}}?{ROAD}+)", both)
    read = read.cut("village", _VILLAGE, pl.lit(True))
    for column in ("village", "group"):
        flats = pl.col("rest").str.extract(_SMALL_VILLAGE, 1).str.contains(_VILLAGE_OF_FLATS) & buildings
        part = read.after(_SMALL_VILLAGE).str.contains(_NOT_A_VILLAGE)
        free = pl.col("village").is_not_null() if column == "group" else pl.lit(True)
        read = read.cut(column, _SMALL_VILLAGE, ~part & ~flats & free)
    return read


def _streets(read: _Rest, houses: pl.Expr) -> _Rest:
    """解放路书院巷 is one street; 阳光小区朝阳路 an estate and a street."""
    read = read.cut("estate", _ESTATE_ON_STREET, pl.col("rest").str.contains(f"{_ESTATE_ON_STREET}.{{2,6}}?{ROAD}+$"))
    for _ in range(2):
        read = read.cut("street", _STREET, ~read.after(_STREET).str.contains(_NOT_A_STREET), add=True)
    return read.cut("street", _LANE, houses)


def _others(read: _Rest, counts: pl.Expr, behind_number: bool) -> _Rest:
    """A name without a word that tells what it is: an estate where buildings are counted, a village where houses are."""
    estate = pl.when(counts == END).then(pl.col("rest").str.contains(f"(?:{_ESTATE_AT_END})$"))
    estate = estate.otherwise(counts.is_in([BUILDING, FLATS]) | pl.col("rest").str.contains(f"(?:{_ESTATE})$"))
    read = read.cut("estate", "^(.{2,})$", estate)
    houses, nameless = counts == HOUSE, pl.col("street").is_null() & pl.col("estate").is_null()
    place = houses | (~pl.col("rest").str.contains(_OFFICE) & (not behind_number))
    read = read.cut("village", "^([^A-Z]{1,6})$", nameless & place)
    read = read.cut("group", "^(.{1,6})$", nameless & houses)
    return read.cut("street", "^(.{1,8})$", pl.col("street").is_not_null() & houses, add=True)
