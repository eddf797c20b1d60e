"""Which addresses lie outside the city: read off the addresses of its own registers, or told by the
config."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

# By the stems of their names: 湖南, 湖南省 and 广西壮族自治区 are each one province.
# GB/T 2260: the first two digits of area codes and ID numbers.
_PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
    "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西",
    "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆",
    "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
    "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_ANY_PROVINCE = "|".join(_PROVINCES.values())
_PROVINCE = rf"^(?:中国|中华人民共和国)?({_ANY_PROVINCE})(?:省|[^省市县]{{0,4}}自治区|特别行政区)?"
_NAME = r"[^省市盟县区旗镇乡街道路村号\dA-Z]{2,12}?"
# Names that hold a word for another kind of place.
_ODD_CITY = "新乡市|萍乡市|宁乡市|桐乡市|镇江市|景德镇市|路南区|路北区|路桥区|镇海区|道里区|道外区"
_PREFECTURES = (
    "黔东南|黔南|黔西南|恩施|湘西|凉山|甘孜|阿坝|大理|红河|文山|楚雄|德宏|迪庆|怒江|西双版纳|延边|临夏|甘南|海北|海南|海西|黄南|"
    "果洛|玉树|昌吉|巴音郭楞|博尔塔拉|克孜勒苏|伊犁"
)
_STEPPES = "锡林郭勒|阿拉善|兴安|呼伦贝尔|哲里木|昭乌达|乌兰察布|伊克昭|巴彦淖尔"
_REGIONS = "大兴安岭|阿里|喀什|和田|阿克苏|塔城|阿勒泰|吐鲁番|哈密|日喀则|昌都|林芝|山南|那曲|海东|毕节|铜仁"  # noqa: E501
_CITY = (
    rf"^({_ODD_CITY}|(?:{_PREFECTURES})州|(?:{_STEPPES})盟|(?:{_REGIONS})地区|{_NAME}(?:市|自治州))"
)
_COUNTY = rf"^({_ODD_CITY}|{_NAME}(?:区|县|旗|市))"
# What reads like a city, a county or a province and is none: 文明市场, 阳光小区, 杨家市镇, 北京路.
_NO_PROVINCE = (
    rf"^(?:{_ANY_PROVINCE})(?:[东西南北中前后内外新老一二三四五大小]?(?:路|街|巷|道|胡同|里弄|弄|村|庄|屯|组|队|坊|桥)"
    r"|小区|新村|花园|广场|大厦|商城|饭店|宾馆|酒店|会馆)"
)
_NO_PLACES = (
    "市场|超市|菜市|夜市|早市|集市|门市部|鱼市|灯市口|骡马市|市街|市巷|市大街|市大道|市村",
    "(?:城市|都市)(?:花园|广场|公寓|家园|新城|豪庭|华庭|春天|印象|国际|之)|城市[之风丽绿]",
    "小区|社区|[校园片景库厂院病营]区|(?:住宅|生活|家属|居民|别墅|保税|示范|商务|服务|中心|试验|管理|度假|功能|自治)区",
    "[工商林作]业区|开发区|经开区|高新区|高新技术|老城区|主城区|[一二三四五六七八九十]区|园[东南西北中]区",
    "[红国战彩军]旗|县[前后衙门][街路巷]?|区[路街巷]",
)
# 杨家市镇 is a town; 宁波市镇海区 a district of its city.
_TOWN = "市镇"
_NO_TOWN = "市(镇(?:海区|江|[平巴坪安原远雄康赉]县|宁|沅))"
# A place that says of itself no more than that it is outside.
_SAID = (
    r"^(?:(?:出生|户籍|户口|居住|现住|来自|[住系在于地为属本])*)"
    r"(?:[市省县区境国]外|外[省市县地国]|异地)"
)
_SAID_NOT = r"^[住系在于地为属本]*(?:[市省县区]外(?:来|贸|事|语|经|资|环|滩|科|侨|路|街|巷|大街|大道)|外国语|外市场|外地[块质])"  # noqa: E501
_CODE = r"^(\d{4})\d{2}(?:\d{6})?$"
_LEVELS = ("city", "county", "province")
# A name that fewer of a register's own addresses bear is a slip, or somebody who lives elsewhere
# after all.
_LEAST_SHARE = 0.01
# Of the numbers in a register; people who moved in bring those of other provinces.
_LEAST_SHARE_OF_NUMBERS = 0.2


@dataclass(frozen=True)
class Home:
    """The names by which the city's own places go, at each level; `codes`: the first digits of its
    area codes."""

    city: frozenset[str] = frozenset()
    county: frozenset[str] = frozenset()
    province: frozenset[str] = frozenset()
    codes: frozenset[str] = field(default=frozenset())


def home_of(
    addresses: Sequence[pl.Series], id_numbers: pl.Series, told: Sequence[str] = ()
) -> Home:
    """The home of registers that hold these addresses (standardised), unless the config has `told`
    it.

    `id_numbers`: of the people registered there; they tell the province where no address names one.
    `told`: names of cities, districts and counties, or area codes of at least four digits.
    """
    if told:
        names = frozenset(name for name in told if not name.isdigit())
        return Home(names, names, codes=frozenset(name[:4] for name in told if name.isdigit()))
    read = _levels(pl.concat(addresses))
    known = {level: _frequent(read[level], _LEAST_SHARE) for level in _LEVELS}
    by_number = id_numbers.str.slice(0, 2).replace_strict(
        _PROVINCES, default=None, return_dtype=pl.String
    )
    return Home(
        **known | {"province": known["province"] or _frequent(by_number, _LEAST_SHARE_OF_NUMBERS)}
    )


def _frequent(names: pl.Series, least: float) -> frozenset[str]:
    counted = names.drop_nulls().value_counts()
    return frozenset(counted.filter(pl.col("count") >= least * pl.col("count").sum()).to_series(0))


def lies_elsewhere(places: pl.Series, home: Home) -> pl.Series:
    """Whether each address, place or area code (standardised text) is outside the city; false where
    it does not say.

    The most telling of the names that stand there decides: the city, else the county, else the
    province.
    """
    read = _levels(places)
    verdicts = [
        pl.when(pl.col(level).is_not_null()).then(~pl.col(level).is_in(list(known)))
        for level in _LEVELS
        if (known := getattr(home, level))
    ]
    # Where home goes without a city's name, a county of the home is home under any city.
    known_county = pl.col("county").is_in(list(home.county))
    outside = (
        pl.when(known_county.fill_null(False) & (len(home.city) == 0))
        .then(False)
        .otherwise(pl.coalesce(*verdicts, pl.lit(None, dtype=pl.Boolean)))
    )
    by_code = pl.when(pl.col("code").is_not_null() & (len(home.codes) > 0)).then(
        ~pl.col("code").is_in(list(home.codes))
    )
    said = read.select(pl.coalesce(by_code, outside, pl.lit(False))).to_series()
    outright = places.str.contains(_SAID) & ~places.str.contains(_SAID_NOT)
    return (said | outright.fill_null(False)).alias(places.name)


def area_named(places: pl.Series) -> pl.Series:
    """The city, else the county, that each address (standardised) names, behind its province:
    广东南岭市, 桂山县; empty where it names neither."""
    read = _levels(places)
    place = pl.coalesce("city", "county", pl.lit(""))
    province = pl.when(pl.col("province") != place).then("province").otherwise(pl.lit(""))
    return read.select(pl.concat_str(province.fill_null(""), place).alias(places.name)).to_series()


def _levels(places: pl.Series) -> pl.DataFrame:
    """province, city, county, code of each place, null where it does not name one."""
    # A sign that no name holds takes their place.
    place = pl.col("place").str.replace(_NO_PROVINCE, "号")
    rest = place.str.replace(_PROVINCE, "").str.replace_all("|".join(_NO_PLACES), "号")
    rest = rest.str.replace(_NO_TOWN, "市号$1").str.replace_all(_TOWN, "号")
    province = place.str.extract(_PROVINCE, 1)
    municipality = pl.when(province.is_in(_MUNICIPALITIES)).then(province)
    city = rest.str.extract(_CITY, 1)
    return pl.DataFrame({"place": places.cast(pl.String)}).select(
        province=province,
        city=pl.coalesce(city, municipality),
        county=rest.str.replace(_CITY, "").str.replace("地区", "号").str.extract(_COUNTY, 1),
        code=pl.col("place").str.extract(_CODE, 1),
    )
