"""The areas that an address begins with: province, city, district, town."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reconcile.standardising.address_words import ESTATE
from reconcile.standardising.numerals import NUMERALS

PROVINCE, CITY, DISTRICT, TOWN = "province", "city", "district", "town"
AREAS = (PROVINCE, CITY, DISTRICT, TOWN)

# Whether a name that was found, with what stands behind it, is part of another name.
OtherName = Callable[[pl.Expr, pl.Expr], pl.Expr]

_PROVINCE = (
    "^(?:中国|中华人民共和国)?("
    "(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?"
    "|(?:内蒙古|广西|西藏|宁夏|新疆)(?:[^市州盟县区]{0,4}自治区|区|省)?"
    "|(?:北京|天津|上海|重庆)市?|(?:香港|澳门)(?:特别行政区)?)"
)
_NAME = "[^省市盟县区旗镇乡村街路巷号组栋0-9A-Z]"
# Names that hold the word for another kind of area.
_ODD_CITY = "[新萍宁桐湘]乡市|镇江市|景德镇市"
_ODD_DISTRICT = (
    "[宁桐湘]乡[市县]|[内新西金]乡县|西乡塘区|乡[宁城]县|市[南北中]区|镇[安平雄远原巴赉坪康宁沅]县|镇海区|镇[宁沅][^县]*自治县"
    "|路[南北桥]区|道[里外]区|[沙新]市区|让胡路区|周村区|津市市|城区|郊区"
)
_CITY = f"^({_ODD_CITY}|[锡兴阿伊呼哲昭乌]盟|[巴克]州|{_NAME}{{2,8}}?(?:自治州|地区|州|盟|市))"
_DISTRICT = (
    f"^({_ODD_DISTRICT}|{_NAME}{{1,15}}?自治[县旗]|{_NAME}{{1,7}}?[区县旗]|{_NAME}{{2,7}}?市)"
)
_OF_TOWN = "[^路街巷号组栋0-9A-Z]"
_TOWN = (
    "^([^镇乡号组栋0-9A-Z]{1,8}?街道(?:办事处|办)?"
    "|[^镇乡号组栋0-9A-Z]{1,8}?街办(?:事处)?|[^镇乡路街巷号组栋0-9A-Z]{2,6}?办事处"
    f"|[{NUMERALS}]{{1,4}}团场?|{_OF_TOWN}{{0,8}}?[^小]镇|{_OF_TOWN}{{1,8}}?[^县市区镇]乡|{_OF_TOWN}{{1,8}}?苏木"
    "|[^路街巷号组栋镇村0-9A-Z]{1,6}?(?:农场|林场|茶场|管理区)|[^路街巷号组栋镇村0-9A-Z]{0,8}?开发区)"
)
# 海南路, 镇海路, 江南水乡小区
_ROAD_OR_ESTATE = (
    f"^(?:[村庄]|[路街巷弄]|大[街道]|胡同|会馆|饭店|酒店|宾馆|{ESTATE}(?:[^社村居路街巷镇]|$))"
)
_SECTION = "^[一二三东西南北中][路街巷]"
# 吉林市, 海南藏族自治州
_NOT_PROVINCE = "^(?:市|州|.{1,4}族自治州)"
_OFFICES = (
    "政府|公安局|人民(?:医院|政府|法院)|医院|[一二三]?中学|中医|机关|直属|直机关|中心(?:医院|小学|[路街广])"
    "|[委府](?:[路街前后]|大院|宿舍|家属|党校)"
)
# 文明市场, 杨家市镇
_NOT_CITY = f"^(?:[镇区]|场|民(?:广场|中心|活动)|{_OFFICES})"
# 县医院, 县城路
_NOT_COUNTY = f"^(?:城(?:[东西南北中]?[路街]|$)|[前后][路街巷]|{_OFFICES})"
# 阳光小区, 名门广场北区
_NOT_DISTRICT = (
    "(?:[小社校园片景库厂院病居]|军营|住宅|生活|家属|安置|别墅|开发|管理|工业|商业|保税)区$|(?:^|[^二])[一二三四五六七八九十]区$"
    f"|..[东西南北中]区$|{ESTATE}|超市$|..门市$|[集夜早菜]市$"
)


def with_areas(frame: pl.LazyFrame, rest: str) -> pl.LazyFrame:
    """`frame` with the AREAS that the column `rest` begins with, null where not said, and `rest`
    without them.

    Areas that are written twice are read twice: 西岭区西头街道西岭区西头街道. What is said first
    counts.
    """
    frame = frame.with_columns(pl.lit(None, pl.String).alias(area) for area in AREAS)
    frame = _cut_all(frame, rest, pl.lit(True))
    stems = [pl.col(area).str.replace("(街道)(?:办事处|办)$", "$1") for area in AREAS]
    again = pl.any_horizontal(pl.col(rest).str.starts_with(stem) for stem in stems).fill_null(False)
    frame = _cut_all(frame.with_columns(again=again), rest, pl.col("again")).drop("again")
    office = pl.col(rest).str.replace("^(?:人民)?政府(.{2,}(?:村|社区|委会))", "$1")
    return frame.with_columns(
        pl.when(pl.col(TOWN).is_not_null()).then(office).otherwise(rest).alias(rest)
    )


def _cut_all(frame: pl.LazyFrame, rest: str, where: pl.Expr) -> pl.LazyFrame:
    others: tuple[tuple[str, str, OtherName], ...] = (
        (PROVINCE, _PROVINCE, _no_province),
        (CITY, _CITY, _no_city),
        (DISTRICT, _DISTRICT, _no_city),
        (TOWN, _TOWN, _no_town),
    )
    for area, pattern, other in others:
        name, behind = pl.col(rest).str.extract(pattern, 1), pl.col(rest).str.replace(pattern, "")
        is_area = name.is_not_null() & ~other(name, behind) & where
        frame = frame.with_columns(
            pl.col(area).fill_null(pl.when(is_area).then(name)),
            pl.when(is_area).then(behind.str.strip_prefix(name)).otherwise(rest).alias(rest),
        )
    return frame


def _no_town(name: pl.Expr, behind: pl.Expr) -> pl.Expr:
    # 鲤中街道西街, but not 海府街道路.
    of_office = name.str.ends_with("街道") & behind.str.contains("^[东西南北中前后上下大]街")
    return behind.str.contains(f"{_ROAD_OR_ESTATE}|{_SECTION}") & ~of_office


def _no_province(name: pl.Expr, behind: pl.Expr) -> pl.Expr:
    return behind.str.contains(
        f"{_ROAD_OR_ESTATE}|{_SECTION}|{_NOT_PROVINCE}"
    ) & ~name.str.ends_with("省")


def _no_city(name: pl.Expr, behind: pl.Expr) -> pl.Expr:
    odd = behind.str.contains(f"^(?:{_ODD_DISTRICT})")
    city = (
        name.str.contains("[市州]$") & behind.str.contains(f"{_NOT_CITY}|{_ROAD_OR_ESTATE}") & ~odd
    )
    county = name.str.ends_with("县") & behind.str.contains(_NOT_COUNTY)
    section = behind.str.contains(_SECTION) & (name.str.len_chars() < 3)
    road = ~name.str.ends_with("市") & (behind.str.contains(_ROAD_OR_ESTATE) | section)
    return road | name.str.contains(_NOT_DISTRICT) | city | county
