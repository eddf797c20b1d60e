"""Which addresses lie outside the city: read off the addresses of its own registers, or told by the config."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

# By the stems of their names: 湖南, 湖南省 and 广西壮族自治区 are each one province.
# GB/T 2260: the first two digits of area codes and ID numbers.
_PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_PROVINCE = rf"^(?:中国|中华人民共和国)?({'|'.join(_PROVINCES.values())})(?:省|[^省市县]{{0,4}}自治区|特别行政区)?"
_NAME = r"[^省市州盟县区旗镇乡街道路村号\dA-Z]{2,7}?"
_CITY = rf"^({_NAME}(?:市|自治州|地区|盟))"
_COUNTY = rf"^({_NAME}(?:区|县|旗|市))"
_SAID = r"市外|省外|县外|区外|境外|国外|外省|外市|外县|外地|异地|外国"
_CODE = r"^(\d{4})\d{2}(?:\d{6})?$"
_LEVELS = ("city", "county", "province")
# A name that fewer of a register's own addresses bear is a slip, or somebody who lives elsewhere after all.
_LEAST_SHARE = 0.01
# Of the numbers in a register; people who moved in bring those of other provinces.
_LEAST_SHARE_OF_NUMBERS = 0.2


@dataclass(frozen=True)
class Home:
    """The names by which the city's own places go, at each level; `codes`: the first digits of its area codes."""

    city: frozenset[str] = frozenset()
    county: frozenset[str] = frozenset()
    province: frozenset[str] = frozenset()
    codes: frozenset[str] = field(default=frozenset())


def home_of(addresses: Sequence[pl.Series], id_numbers: pl.Series, told: Sequence[str] = ()) -> Home:
    """The home of registers that hold these addresses (standardised), unless the config has `told` it.

    `id_numbers`: of the people registered there; they tell the province where no address names one. `told`: names of
    cities, districts and counties, or area codes of at least four digits.
    """
    if told:
        names = frozenset(name for name in told if not name.isdigit())
        return Home(names, names, codes=frozenset(name[:4] for name in told if name.isdigit()))
    read = _levels(pl.concat(addresses))
    known = {level: _frequent(read[level], _LEAST_SHARE) for level in _LEVELS}
    by_number = id_numbers.str.slice(0, 2).replace_strict(_PROVINCES, default=None, return_dtype=pl.String)
    return Home(**known | {"province": known["province"] or _frequent(by_number, _LEAST_SHARE_OF_NUMBERS)})


def _frequent(names: pl.Series, least: float) -> frozenset[str]:
    counted = names.drop_nulls().value_counts()
    return frozenset(counted.filter(pl.col("count") >= least * pl.col("count").sum()).to_series(0))


def lies_elsewhere(places: pl.Series, home: Home) -> pl.Series:
    """Whether each address, place or area code (standardised text) is outside the city; false where it does not say.

    The most telling of the names that stand there decides: the city, else the county, else the province.
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
    return (said | places.str.contains(_SAID).fill_null(False)).alias(places.name)


def _levels(places: pl.Series) -> pl.DataFrame:
    """province, city, county, code of each place, null where it does not name one."""
    rest = pl.col("place").str.replace(_PROVINCE, "")
    province = pl.col("place").str.extract(_PROVINCE, 1)
    municipality = pl.when(province.is_in(_MUNICIPALITIES)).then(province)
    city = rest.str.extract(_CITY, 1)
    return pl.DataFrame({"place": places.cast(pl.String)}).select(
        province=province,
        city=pl.coalesce(city, municipality),
        county=rest.str.replace(_CITY, "").str.extract(_COUNTY, 1),
        code=pl.col("place").str.extract(_CODE, 1),
    )
