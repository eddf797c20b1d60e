"""The areas that an address begins with: province, city, district, town."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_PROVINCE = (
    r"^(?:中国|中华人民共和国)?((?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|台湾)省?|(?:内蒙古|广西|西藏|宁夏|新疆)(?:[^市州盟县区]{0,4}自治区|区|省)?|(?:北京|天津|上海|重庆)市?"
    r"|(?:香港|澳门)(?:特别行政区)?)"
)
_NAME = r"[^省市盟县区旗镇乡村街路巷号组栋0-9A-Z]"
# Names that hold the word for another kind of area.
_ODD_CITY = "[新萍宁桐]乡市|镇江市|景德镇市"
_ODD_DISTRICT = (
    "[宁桐]乡[市县]|金乡县|镇[安平雄远原巴赉坪康宁沅]县|镇海区|路[南北桥]区|道[里外]区|沙市区|津市市|城区|郊区"
)
_CITY = rf"^({_ODD_CITY}|{_NAME}{{2,8}}?(?:自治州|地区|州|盟|市))"
_DISTRICT = rf"^({_ODD_DISTRICT}|{_NAME}{{1,7}}?(?:自治县|自治旗|区|县|旗|市))"
_TOWN = (
    r"^([^镇乡路巷号组栋0-9A-Z]{1,8}?街道(?:办事处|办)?|[^镇乡路街巷号组栋0-9A-Z]{1,8}?街办(?:事处)?|[^镇乡路街巷号组栋0-9A-Z]{2,6}?办事处"
    r"|[^路街巷号组栋0-9A-Z]{0,8}?[^小]镇|[^镇路街巷号组栋0-9A-Z]{1,8}?[^县市区]乡|[^路街巷号组栋0-9A-Z]{1,8}?苏木"
    r"|[^路街巷号组栋镇村0-9A-Z]{1,6}?(?:农场|林场|茶场|管理区)|[^路街巷号组栋镇村0-9A-Z]{0,8}?开发区)"
)
# What follows when the word belongs to another name: 文明市场路, 镇海路, 县医院, 江南水乡小区, 城关镇中学宿舍 stays apart.
_NOT_AFTER = (
    r"^(?:镇(?:[^江海平巴坪安原远雄康赉沅宁]|$)|[村庄]|[路街巷弄]|大[街道]|胡同|小区|花园|[家嘉佳雅]苑|[家嘉佳]园|新村|公寓|大厦|广场|山庄|庄园|宿舍"
    r"|家属|大院|里弄|一路|二路|三路|[东西南北中][路街巷])"
)
_NOT_CITY = r"^(?:场|政|民(?:广场|中心|活动)|一级|中心|公安|委|府)"
_NOT_COUNTY = r"^(?:医院|中学|中医|人民|机关|直|城|委|府|政府|前|后)"
_NOT_DISTRICT = (
    r"(?:[小社校园片景库厂院病营居]|住宅|生活|家属|安置|别墅|开发|管理|工业|商业|保税|[一二三四五六七八九十])区$"
    r"|..[东西南北中]区$|花园|广场|公寓|大厦|家园|宿舍|超市$|[集夜早门菜]市$"
)

# Whether a name that was found, with what stands after it, is part of another name.
OtherName = Callable[[pl.Expr, pl.Expr], pl.Expr]

PROVINCE, CITY, DISTRICT, TOWN = "province", "city", "district", "town"
AREAS = (PROVINCE, CITY, DISTRICT, TOWN)


def with_areas(frame: pl.LazyFrame, rest: str) -> pl.LazyFrame:
    """`frame` with the AREAS that the column `rest` begins with, null where not said, and `rest` without them.

    Areas written twice are read twice: 西岭区西头街道西岭区西头街道. The first one said counts.
    """
    frame = frame.with_columns(pl.lit(None, pl.String).alias(area) for area in AREAS)
    for _ in range(2):
        frame = _cut(frame, rest, PROVINCE, _PROVINCE, _road_or_estate)
        frame = _cut(frame, rest, CITY, _CITY, _other_name)
        frame = _cut(frame, rest, DISTRICT, _DISTRICT, _other_name)
        frame = _cut(frame, rest, TOWN, _TOWN, _road_or_estate)
    office = pl.col(rest).str.replace(r"^(?:人民)?政府(.{2,}(?:村|社区|委会))", "$1")
    return frame.with_columns(pl.when(pl.col(TOWN).is_not_null()).then(office).otherwise(pl.col(rest)).alias(rest))


def _cut(frame: pl.LazyFrame, rest: str, area: str, pattern: str, other: OtherName) -> pl.LazyFrame:
    """What `pattern` finds goes from `rest` to `area`, unless the word belongs to an `other` name."""
    name = pl.col(rest).str.extract(pattern, 1)
    after = pl.col(rest).str.replace(pattern, "")
    is_area = name.is_not_null() & ~other(name, after)
    return frame.with_columns(
        pl.col(area).fill_null(pl.when(is_area).then(name)),
        pl.when(is_area).then(after).otherwise(pl.col(rest)).alias(rest),
    )


def _road_or_estate(name: pl.Expr, after: pl.Expr) -> pl.Expr:
    return after.str.contains(_NOT_AFTER)


def _other_name(name: pl.Expr, after: pl.Expr) -> pl.Expr:
    county = name.str.ends_with("县") & after.str.contains(_NOT_COUNTY)
    city = name.str.ends_with("市") & after.str.contains(_NOT_CITY)
    return _road_or_estate(name, after) | county | city | name.str.contains(_NOT_DISTRICT)
