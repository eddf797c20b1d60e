"""Addresses as people write them: of this city, of another one, or of no city that they name."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.areas.outside_city import Home, home_of, lies_elsewhere
from reconcile.standardising.addresses import standard_addresses

# The city is 海北市 in 海南, with two districts and a county-level city; others write no more than their district.
OWN = [
    *["海北市城东区文明镇水头村3号", "海南省海北市城西区人民路5号", "海北市城东区海秀镇新村二组"] * 20,
    *["城东区海秀镇新村二组", "城西区红旗街道人民路5号", "琼河市那大镇"] * 20,
]
NUMBERS = ["460105198005010011", "460106199001010022"] * 30


def standardised(*written: str | None) -> pl.Series:
    return standard_addresses(pl.Series(written, dtype=pl.String))


def home(addresses: Sequence[str] = OWN, numbers: Sequence[str] = NUMBERS, told: Sequence[str] = ()) -> Home:
    return home_of([standardised(*addresses)], pl.Series(numbers, dtype=pl.String), told)


@pytest.fixture(scope="module")
def here() -> Home:
    return home()


ELSEWHERE = """
湖南省长沙市岳麓区麓山路1号|湖南省长沙市|湖南长沙|湖南|湖南省|长沙市岳麓区|中国广东省广州市|中华人民共和国广东省深圳市
广州市天河区|杭州市|海口市秀英区海秀镇1号|海南省海口市|儋州市那大镇|盐城市亭湖区|成都市武侯区|攀枝花市东区|厦门市集美区
江门市蓬江区|新乡市红旗区|江苏省镇江市|镇江市|江西省萍乡市安源区|宁波市镇海区|浙江省宁波市镇海区庄市街道|安顺市镇宁县
江苏省昆山市玉山镇|昆山市玉山镇|文昌市文城镇|贵州省黔东南州凯里市|黔东南苗族侗族自治州凯里市|大理州大理市
克孜勒苏柯尔克孜自治州阿图什市|陵水黎族自治县椰林镇|澄迈县金江镇|通州区永顺镇|北京|北京市|北京市朝阳区|上海浦东新区
重庆市渝中区1号|重庆渝中区|天津市河西区|上海市静安区南京西路|广西壮族自治区南宁市青秀区|广西南宁|内蒙古自治区呼和浩特市
内蒙古锡林郭勒盟|新疆维吾尔自治区乌鲁木齐市|新疆阿克苏地区|西藏自治区|宁夏银川|香港特别行政区|香港|台湾省台北市|澳门
广东省人民医院|澄迈县人民医院|广州军区总医院|海口市第一人民医院|外省|外省（湖南）|省外|市外|外市|外县|外地|境外|国外|外国|异地
出生于外省|户籍在省外|住外地|省外医院
"""
HERE_OR_UNSAID = """
海南省海北市城东区|海北市|海北市城西区|海南海北市|城东区|城西区人民路|海南省城东区|琼河市那大镇|海南省|海南|海北|城东
文明镇水头村3号|水头村|人民路5号|家中|本市|本县|本省|市区|城区|市中心|中国|县城|镇上
文明市场路3号|市场|西城市场|门外市场|市民广场|幸福超市旁|菜市街5号|马家市街5号|金色城市花园3栋|绿地都市广场|城市之光3栋
县前街道5号|县前街5号|县道3号|省道旁|自治区路|自治区路1号|解放区路|三区5栋|A区3栋|东区12栋|水头村二区3号|碧桂园三区2栋|花园小城二区
阳光小区3栋|向阳社区3组|师范学院家属区3栋|市工业区3号|工业区宿舍|经济开发区|高新区创业路|老城区民生巷|中心区二组|开发区
人民同盟路1号|龙腾九州3栋|神州半岛|文明地区3号|八一红旗路5号|前进红旗组|红旗镇|新市镇东村|市桥街道|杨家市镇|杨家市镇西村|杨家市镇海边村
北京路5号|北京西路|上海里弄3号|南京路3号|四川路|广东街|湖南村5号|山西庄|江西会馆旁|天津饭店|河南新村
外国语学校|市外贸局宿舍|县外事办|小区外街3号|市外滩路|外环路|市外来人员公寓3号
市人民医院|县医院|市妇幼保健院|区妇幼保健院|海北市人民医院|城东区妇幼保健院|海南省人民医院|省人民医院|解放军第187医院|妇产医院|市委大院|区政府宿舍
"""


def words(table: str) -> list[str]:
    return [word for line in table.split() for word in line.split("|")]


@pytest.mark.parametrize("address", words(ELSEWHERE))
def test_another_city_is_elsewhere(here: Home, address: str) -> None:
    assert lies_elsewhere(standardised(address), here).to_list() == [True]


@pytest.mark.parametrize("address", words(HERE_OR_UNSAID))
def test_this_city_and_what_names_no_city_is_not(here: Home, address: str) -> None:
    assert lies_elsewhere(standardised(address), here).to_list() == [False]


@pytest.mark.parametrize("address", [None, "", "无", "不详", "－", "　"])
def test_what_says_nothing_is_not_elsewhere(here: Home, address: str | None) -> None:
    assert lies_elsewhere(standardised(address), here).to_list() == [False]


def test_the_home_is_read_off_the_registers_addresses(here: Home) -> None:
    assert here == Home(frozenset({"海北市", "琼河市"}), frozenset({"城东区", "城西区"}), frozenset({"海南"}))


TOLD = [
    ("by the city's name", ["海北市"], "海北市城东区", "海口市秀英区"),
    ("another district under the city told", ["海北市"], "海北市新华区", "海口市新华区"),
    ("by districts", ["城东区", "城西区"], "城东区海秀镇", "秀英区海秀镇"),
    ("by a code", ["4601"], "460105001001", "430102001001"),
    ("by a code of six digits", ["460100"], "460105", "460200"),
    ("by a code and a name", ["海北市", "4601"], "460105", "430102"),
    ("a county-level city beside the city", ["海北市", "琼河市"], "琼河市那大镇", "文昌市文城镇"),
    ("a municipality", ["重庆"], "重庆市渝中区", "成都市武侯区"),
    ("a prefecture", ["黔东南州", "凯里市"], "黔东南州凯里市", "黔西南州兴义市"),
]


@pytest.mark.parametrize(("told", "inside", "outside"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_what_the_config_tells_counts_and_nothing_else(told: list[str], inside: str, outside: str) -> None:
    known = home(told=told)
    assert lies_elsewhere(standardised(inside, outside), known).to_list() == [False, True]


def test_a_register_without_cities_goes_by_its_districts() -> None:
    known = home(["城东区海秀镇", "城西区人民路"] * 10)
    found = lies_elsewhere(standardised("海北市城东区", "城东区", "秀英区", "湖南省长沙市", "人民路"), known)
    assert found.to_list() == [False, False, True, True, False]


def test_a_register_without_addresses_knows_its_province_by_numbers() -> None:
    known = home(["人民路5号"] * 10, ["4601051980"] * 8 + ["4301021980"])
    assert known == Home(province=frozenset({"海南"}))
    found = lies_elsewhere(standardised("湖南长沙", "海南海口", "海口市秀英区", "北京路5号"), known)
    assert found.to_list() == [True, False, False, False]


@pytest.mark.parametrize("addresses", [[], ["人民路5号"]])
def test_nobody_is_elsewhere_where_home_is_not_known(addresses: list[str]) -> None:
    nowhere = home(addresses, [])
    assert nowhere == Home()
    found = lies_elsewhere(standardised("湖南省长沙市", "460105", "海北市", None, "外省"), nowhere)
    assert found.to_list() == [False, False, False, False, True]


def test_the_few_who_live_elsewhere_do_not_make_it_home() -> None:
    known = home([*OWN * 3, "湖南省长沙市岳麓区1号", "海口市秀英区"])
    assert "长沙市" not in known.city | known.county
    assert lies_elsewhere(standardised("湖南省长沙市岳麓区1号"), known).to_list() == [True]


parts = st.sampled_from(
    ["海南省", "湖南", "广西壮族自治区", "北京", "海北市", "儋州市", "黔东南州", "城东区", "杨家市镇", "琼中县", "新市", "小区",
     "市场", "外", "县", "区", "市", "路", "镇", "村", "文明", "红旗", "3号", "460105", "之"]
)  # fmt: skip
addresses = st.lists(parts, min_size=1, max_size=6).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(addresses, min_size=1, max_size=30))
def test_an_address_that_is_at_home_in_the_register_is_never_elsewhere(written: list[str]) -> None:
    """Whatever it looks like: of so few rows each is more than a slip. Outright words of being outside aside."""
    own = standardised(*written)
    found = lies_elsewhere(own, home_of([own], pl.Series(dtype=pl.String)))
    outright = own.str.contains("^[^0-9]*?外|^异地")
    assert not (found & ~outright.fill_null(False)).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(addresses, max_size=30), addresses)
def test_each_address_is_judged_by_itself(others: list[str], address: str) -> None:
    known = home()
    alone = lies_elsewhere(standardised(address), known)
    assert lies_elsewhere(standardised(*others, address), known)[-1] == alone[0]
    assert lies_elsewhere(standardised(*others, address), Home()).null_count() == 0
