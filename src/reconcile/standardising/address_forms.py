"""The parts of addresses in the form in which they are compared."""

from __future__ import annotations

import polars as pl

from reconcile.standardising.address_words import ROAD
from reconcile.standardising.area_names import area_stem
from reconcile.standardising.numerals import NUMERALS, in_digits
from reconcile.standardising.text import VALUE, repaired

_ZONE = r"((?:(?:\d{1,2}|[A-Z])[期区]|[东南西北中]区)+)$"
_GENERIC = "(.{2})(?:住宅|生活)?小区$"
_DORMITORY = "(?:职工|家属|集体)?(?:宿舍[楼区院]?|家属大院|家属[楼区院]?)"
_BRANCH = rf"{ROAD}([^\d路街巷道]{{1,8}}{ROAD})$"
_TOWN = "^(.{2,})(?:街道|镇|乡|农场|管理区)$"
_NAMES = ("city", "district", "town", "village", "group", "street", "estate")
_LONG_NUMBER = f"[{NUMERALS}]{{3,}}"


def comparable(parts: pl.DataFrame) -> pl.DataFrame:
    """The parts as they are compared.

    The same are 宁乡县 and 宁乡市, 府城镇 and 府城街道, 阳光 and 阳光小区, 糖厂宿舍楼 and
    糖厂家属院, 5楼1号 and 501. `place`: the names of any kind in their order. The phase or part of
    an estate is `zone`, the name of a group `hamlet`, its number `group`.
    """
    parts = parts.with_columns(_counted(parts[name]) for name in _NAMES)
    parts = parts.with_columns(city_written="city", district_written="district")
    estate = pl.col("estate").str.replace(_ZONE, "")
    municipality = pl.col("province").str.extract("^(北京|天津|上海|重庆)")
    floor, room = pl.col("floor"), pl.col("room")
    below_ground = floor.str.starts_with("负") & ~room.str.contains(r"^\d{1,2}$")
    places = [pl.col(name).fill_null("") for name in ("village", "street", "estate")]
    return parts.with_columns(
        place=pl.concat_str(*places).replace("", None),
        province=pl.col("province").str.slice(0, 2),
        city=pl.coalesce(area_stem(pl.col("city")), municipality),
        district=area_stem(pl.col("district")),
        town=pl.col("town")
        .str.replace(_TOWN, "$1")
        .str.replace("^(.{2,})子$", "$1")
        .str.replace("里铺$", "铺"),
        room=pl.when(room.str.contains(r"^\d{1,2}$") & floor.is_not_null())
        .then(pl.concat_str(floor, room.str.zfill(2)))
        .when(below_ground)
        .then(floor + room)
        .otherwise(room),
        hamlet=pl.col("group").str.extract(r"^(\D+)"),
        group=pl.col("group").str.extract(r"(\d+)$"),
        street=pl.col("street").str.replace("条胡同$", "条"),
        branch=pl.col("street").str.extract(_BRANCH, 1),
        road=pl.col("street").str.extract("^(.{2,})[东西南北中]段$", 1),
        estate=estate.str.replace(_GENERIC, "$1").str.replace(_DORMITORY, "宿舍").replace("", None),
        zone=pl.col("estate").str.extract(_ZONE, 1),
    )


def _counted(names: pl.Series) -> pl.Series:
    """Names without 第, their longer numbers in digits: 一四三团, 一百四十三团 and 143团; but
    五一路 is not 51路."""

    def read(frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.with_columns(
            VALUE.str.replace_all("第", "").map_batches(_in_digits, return_dtype=pl.String)
        )

    return repaired(names, VALUE.str.contains(f"第|{_LONG_NUMBER}"), read)


def _in_digits(names: pl.Series) -> pl.Series:
    return in_digits(names, _LONG_NUMBER)
