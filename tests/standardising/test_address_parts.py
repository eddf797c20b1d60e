"""Addresses in their parts, as clerks write them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.standardising.address_parts import PARTS, address_parts
from reconcile.standardising.addresses import standard_addresses

CASES = [
    # areas
    ("海南省海临市西岭区西头街道人民路63号8栋503室",
     "province 海南省, city 海临市, district 西岭区, town 西头街道, street 人民路, street_no 63, building 8, room 503"),
    ("西岭区西头街道西岭区西头街道办事处人民路63号", "district 西岭区, town 西头街道, street 人民路, street_no 63"),
    ("黑龙江省哈尔滨市道里区经纬街道经纬七道街15号",
     "province 黑龙江省, city 哈尔滨市, district 道里区, town 经纬街道, street 经纬七道街, street_no 15"),
    ("广西南宁市兴宁区民生路8号", "province 广西, city 南宁市, district 兴宁区, street 民生路, street_no 8"),
    ("万宁市万城镇八角亭社区红专街28号", "city 万宁市, town 万城镇, village 八角亭, street 红专街, street_no 28"),
    ("西头街办人民路63号", "town 西头街道, street 人民路, street_no 63"),
    ("文明市场路8号", "street 文明市场路, street_no 8"),
    ("镇海路12号", "street 镇海路, street_no 12"),
    ("县医院家属院3-2-401", "estate 县医院家属院, building 3, unit 2, room 401"),
    ("江南水乡小区3-501", "estate 江南水乡小区, building 3, room 501"),
    # villages and groups
    ("榕头镇向阳村委会第三村民小组12号", "town 榕头镇, village 向阳, street_no 12, group 3"),
    ("向阳村三社", "village 向阳, group 3"),
    ("红光农场五连8号", "town 红光农场, street_no 8, group 5"),
    ("榕头镇三村5号", "town 榕头镇, village 三村, street_no 5"),
    ("榕头镇王五楼村三组8号", "town 榕头镇, village 王五楼, street_no 8, group 3"),
    ("榕头镇向阳村委会龙塘村12号", "town 榕头镇, village 向阳, street_no 12, group 龙塘"),
    ("仲恺村委会三角园一队12号", "village 仲恺, street_no 12, group 三角园1"),
    ("榕头镇龙塘12号", "town 榕头镇, village 龙塘, street_no 12"),
    ("三江小区社区居委会3栋501", "village 三江小区, building 3, room 501"),
    ("花园村三组5号", "village 花园, street_no 5, group 3"),
    ("杏花村路8号", "street 杏花村路, street_no 8"),
    ("向阳新村三组12号", "village 向阳新, street_no 12, group 3"),
    ("朝阳新村3栋501", "estate 朝阳新村, building 3, room 501"),
    # streets and house numbers
    ("十字街五号", "street 十字街, street_no 5"),
    ("五一路二三号", "street 五一路, street_no 23"),
    ("人民大道东63号", "street 人民大道东, street_no 63"),
    ("朝阳路128弄5支弄3号502室", "street 朝阳路128弄5支弄, street_no 3, room 502"),
    ("解放路三巷5号", "street 解放路3巷, street_no 5"),
    ("解放路书院巷5号", "street 解放路书院巷, street_no 5"),
    ("安定里5号2门301", "street 安定里, street_no 5, unit 2, room 301"),
    ("椰林路甲12号", "street 椰林路, street_no 12甲"),
    ("椰林路12号甲", "street 椰林路, street_no 12甲"),
    ("椰林路十二号附三号", "street 椰林路, street_no 12附3"),
    ("椰林路12号之二", "street 椰林路, street_no 12-2"),
    ("椰林路12-2号", "street 椰林路, street_no 12-2"),
    ("朝阳路12号院3号楼", "street 朝阳路, street_no 12, building 3"),
    ("朝阳路12", "street 朝阳路, street_no 12"),
    ("朝阳路12-3-501", "street 朝阳路, street_no 12, building 3, room 501"),
    ("朝阳路12号对面", "street 朝阳路"),
    ("朝阳路12号供销社对面", "street 朝阳路, street_no 12"),
    ("朝阳路12号(原8号)(供销社旁)", "street 朝阳路, street_no 12"),
    # buildings, units, rooms
    ("阳光小区11-4-1104", "estate 阳光小区, building 11, unit 4, room 1104"),
    ("阳光小区11-1104", "estate 阳光小区, building 11, room 1104"),
    ("阳光小区11栋4-1104", "estate 阳光小区, building 11, unit 4, room 1104"),
    ("阳光小区11#4单元1104", "estate 阳光小区, building 11, unit 4, room 1104"),
    ("阳光小区11号4单元1104", "estate 阳光小区, building 11, unit 4, room 1104"),
    ("阳光小区 11 4 1104", "estate 阳光小区, building 11, unit 4, room 1104"),
    ("阳光小区三栋二单元五0一", "estate 阳光小区, building 3, unit 2, room 501"),
    ("阳光小区12楼3单元501", "estate 阳光小区, building 12, unit 3, room 501"),
    ("海景大厦12楼1203室", "estate 海景大厦, floor 12, room 1203"),
    ("海景大厦B座1203", "estate 海景大厦, building B, room 1203"),
    ("阳光小区3栋2单元5楼东户", "estate 阳光小区, building 3, unit 2, floor 5, room 东户"),
    ("民族路18号3-2-5-1", "street 民族路, street_no 18, building 3, unit 2, floor 5, room 1"),
    ("人民路63号负一楼", "street 人民路, street_no 63, floor 负1"),
    ("阳光小区（二期）3栋", "estate 阳光小区2期, building 3"),
    ("朝阳路12号阳光小区A区3栋501", "street 朝阳路, street_no 12, estate 阳光小区A区, building 3, room 501"),
    ("朝阳小区朝阳路12号3栋", "street 朝阳路, street_no 12, estate 朝阳小区, building 3"),
    ("滨海大道99号碧水云天7栋1602", "street 滨海大道, street_no 99, estate 碧水云天, building 7, room 1602"),
    ("单元里小区3栋501", "estate 单元里小区, building 3, room 501"),
    ("203所家属院3号楼2单元12号", "estate 二〇三所家属院, building 3, unit 2, room 12"),
    # what fits no order
    ("阳光小区8栋801、802", "estate 阳光小区, building 8, unread 8栋801-802"),
    ("不详", ""),
    ("", ""),
]  # fmt: skip


def parts(*written: str | None) -> list[dict[str, str]]:
    table = address_parts(pl.Series(written, dtype=pl.String))
    return [{name: value for name, value in row.items() if value is not None} for row in table.iter_rows(named=True)]


@pytest.mark.parametrize(("written", "read"), CASES, ids=[case[0] for case in CASES])
def test_written_forms(written: str, read: str) -> None:
    assert parts(written) == [dict(part.split(" ") for part in read.split(", ")) if read else {}]


@pytest.mark.parametrize("written", [case[0] for case in CASES if "(" not in case[0] and " " not in case[0]])
def test_a_standardised_address_has_the_parts_of_the_raw_one(written: str) -> None:
    standard = standard_addresses(pl.Series([written])).to_list()
    if "、" not in written:  # the sign between two rooms is lost
        assert parts(*standard) == parts(written)


def test_every_row_has_its_own_parts_in_order() -> None:
    table = address_parts(pl.Series("address", ["人民路2号", None, "人民路1号", "人民路2号"]))
    assert table.columns == list(PARTS)
    assert table.schema == dict.fromkeys(PARTS, pl.String())
    assert table["street_no"].to_list() == ["2", None, "1", "2"]
    assert address_parts(pl.Series([], dtype=pl.String)).height == 0


# However a dwelling is written, it has the same parts.

DIGITS = "〇一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def counted(number: int) -> str:
    """23 → 二十三."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


flats = st.tuples(
    st.sampled_from(["人民路", "五一路", "十字街", "海府一横路"]),
    st.integers(1, 99),
    st.sampled_from(["", "阳光小区", "三江花园", "县医院家属院", "碧水云天"]),
    st.integers(1, 40),
    st.integers(1, 9),
    st.integers(1, 33).map(lambda floor: floor * 100 + 2),
)
FORMS = (
    "{street}{no}号{estate}{building}栋{unit}单元{room}室",
    "{street}{no}号{estate}{building}幢{unit}单元{room}",
    "{street}{no}号{estate}{building}号楼{unit}单元{room}房",
    "{street}{no}号{estate}{building}栋{unit}-{room}",
    "{street}{no}号{estate}{building}-{unit}-{room}",
    "{street} {no}号 {estate} {building}栋 {unit}单元 {room}室",
    "{street}{no}号，{estate}，{building}栋，{unit}单元，{room}室",
    "{street}第{no}号{estate}第{building}栋第{unit}单元{room}室",
    "{street}{no}号{estate}{building}#{unit}单元{room}室（租住）",
    "西岭区西头街道{street}{no}号{estate}{building}栋{unit}单元{room}室",
)


@settings(deadline=None, max_examples=25)
@given(flats, st.sampled_from(["digits", "full width", "numerals"]))
def test_a_flat_has_the_same_parts_however_it_is_written(
    flat: tuple[str, int, str, int, int, int], numbers: str
) -> None:
    street, no, estate, building, unit, room = flat
    values: dict[str, object] = {"no": no, "building": building, "unit": unit, "room": room}
    if numbers == "numerals":
        values = {name: counted(int(str(value))) for name, value in values.items() if name != "room"}
        values["room"] = "".join(DIGITS[int(digit)] for digit in str(room))
    written = [form.format(street=street, estate=estate, **values) for form in FORMS]
    if numbers == "full width":
        written = [text.translate(FULL_WIDTH) for text in written]
    expected = {"street": street, "street_no": str(no), "building": str(building), "unit": str(unit), "room": str(room)}
    expected |= {"estate": estate} if estate else {}
    for text, found in zip(written, parts(*written), strict=True):
        assert {name: value for name, value in found.items() if name not in ("district", "town")} == expected, text


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.text(
            "0123456789AB-一二十百〇号栋单元室楼组村镇路街巷小区花园附之甲第(（）) 向阳海临市县社区委会", max_size=14
        ),
        max_size=15,
    )
)
def test_any_text_is_read_and_its_standard_form_alike(written: list[str]) -> None:
    standard = standard_addresses(pl.Series(written, dtype=pl.String))
    assert address_parts(standard).equals(address_parts(standard_addresses(standard)))
    assert address_parts(pl.Series(written, dtype=pl.String)).height == len(written)
