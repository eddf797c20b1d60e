"""Dwellings as keys: one key for each, however it is written."""

import polars as pl
import pytest
from benchmarks.lists.addresses import LISTS, read_pairs
from hypothesis import given
from hypothesis import strategies as st

from reconcile.standardising.addresses import standard_addresses
from reconcile.standardising.dwellings import standard_dwellings, with_dwellings
from reconcile.standardising.numerals import in_numerals

# address, dwelling, building
KEYS = [
    ("西岭区西头街道人民路63号8栋503室", "人民路63-8-503", "人民路63-8", "a flat of a house with buildings"),
    ("人民路63号2单元503", "人民路63-2-503", "人民路63", "a flat of a house with units"),
    ("人民路63号503室", "人民路63-503", "人民路63", "a flat of a house"),
    ("阳光小区11幢4单元1104室", "阳光11-4-1104", "阳光11", "a flat of an estate"),
    ("滨海大道99号碧水云天7栋1602", "碧水云天7-1602", "碧水云天7", "the last name counts"),
    ("朝阳路12号", "朝阳路12", "朝阳路12", "a house is its own building"),
    ("榕头镇向阳村三组12号", "向阳3组12", "向阳3组12", "a house of a village"),
    ("榕头镇向阳村龙塘村民小组12号", "龙塘12", "龙塘12", "a village in a village"),
    ("红光农场三队8号", "红光3组8", "红光3组8", "a farm"),
    ("海景大厦1203室", "海景大厦1203", "海景大厦", "a tower is one building"),
    ("城中村3巷5号", "城中3巷5", "城中3巷5", "a lane with a number for a name, of its village"),
    ("人民路63号8栋503室（出租屋）", "人民路63-8-503", "人民路63-8", "a remark behind the room"),
    ("阳光小区3栋", None, "阳光3", "no flat"),
    ("阳光小区8号", None, "阳光8", "a number in an estate is a building's"),
    ("阳光小区501室", None, None, "a flat, but of which building?"),
    ("榕头镇向阳村三组", None, None, "no house"),
    ("西岭区西头街道", None, None, "no more than a town"),
    ("中心巷12号对面", None, None, "opposite a house is another one"),
    ("阳光小区8栋801、802", None, None, "two flats at once"),
    (None, None, None, "nothing said"),
]  # fmt: skip

SAME = [
    ("西岭区西头街道人民路63号8栋503室", "海临市西岭区人民路63号8幢503", "areas left out"),
    ("人民路六十三号八号楼五〇三室", "人民路63号8-503", "numerals"),
    ("阳光小区十一栋四单元1104室", "阳光小区11-4-1104", "dashes"),
    ("阳光小区11号4单元1104", "阳光小区11栋4单元1104室", "号 for a building of an estate"),
    ("阳光11-4-1104", "阳光小区11栋4单元1104室", "the word of the estate left out"),
    ("阳光小区二期3栋501", "阳光小区2期3-501", "a phase"),
    ("朝阳路12", "朝阳路12号", "号 left out"),
    ("朝阳路12-3-501", "朝阳路12号3栋501室", "a street, dashes"),
    ("朝阳路12号15层1503室", "朝阳路12号1503", "the floor that the room says"),
    ("榕头镇向阳村三组12号", "向阳村委会第3村民小组12号", "a group by other words"),
    ("榕头镇向阳村三社12号", "向阳村3组12号", "社 for 组"),
    ("椰林路甲12号", "椰林路12号甲", "甲 before or behind"),
    ("椰林路12之2号", "椰林路12-2号", "之"),
    ("海景大厦A座1203", "海景大厦A1203", "a letter"),
]  # fmt: skip

DIFFERENT = [
    ("阳光小区3栋501室", "阳光小区3栋502室", "two flats"),
    ("阳光小区3栋501室", "阳光小区5栋501室", "two buildings"),
    ("阳光小区3栋1单元501", "阳光小区3栋2单元501", "two units"),
    ("阳光小区1栋1501", "阳光小区11栋501", "digits parted elsewhere"),
    ("阳光小区一期3栋501", "阳光小区二期3栋501", "two phases"),
    ("向阳村三组12号", "向阳村二组12号", "two groups"),
    ("向阳村12号", "下沟村12号", "two villages"),
    ("朝阳路12号", "解放路12号", "two streets"),
    ("朝阳北路12号", "朝阳南路12号", "two parts of a street"),
    ("人民路北段5号", "人民路南段5号", "two sections of a street"),
    ("朝阳路12甲号", "朝阳路12号", "甲"),
    ("城中村3巷5号", "城南村3巷5号", "one lane's number in two villages"),
    ("劳动路三元三村19-304", "劳动路三元二村19-304", "two villages on one street"),
]  # fmt: skip


def keys(*addresses):
    return standard_dwellings(standard_addresses(pl.Series(addresses, dtype=pl.String)))


@pytest.mark.parametrize(("address", "dwelling", "building", "why"), KEYS)
def test_the_keys_of_an_address(address, dwelling, building, why):
    assert keys(address).row(0) == (dwelling, building), why


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_one_dwelling_written_in_two_ways(one, other, why):
    first, second = keys(one, other)["dwelling"]
    assert first == second is not None, why


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT)
def test_two_dwellings(one, other, why):
    first, second = keys(one, other)["dwelling"]
    assert None not in (first, second), why
    assert first != second, why


def test_on_the_labelled_pairs():
    """Areas are no part of a key, so that namesakes in two towns have one; those pairs say so themselves."""
    pairs = read_pairs(*LISTS)
    left, right = (keys(*pairs[side])["dwelling"] for side in ("left", "right"))
    found = pairs.with_columns(equal=(left == right).fill_null(False))
    same = found.filter(label="same")["equal"].mean()
    by_areas = pl.col("why").str.contains("town|district|cit(y|ies)|count|province|street|banner|prefecture")
    other = found.filter(pl.col("label") == "different", ~by_areas)["equal"].mean()
    assert same > 0.8
    assert other < 0.05


@pytest.mark.slow
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=30))
def test_numbers_give_the_same_key_in_digits_and_numerals_and_among_any_others(numbers):
    digits = [f"朝阳路{n}号" for n in numbers]
    alone = [keys(address)["dwelling"].item() for address in digits[:3]]
    assert keys(*digits)["dwelling"][:3].to_list() == alone
    small = [n for n in numbers if n < 1000]
    assert keys(*(f"朝阳路{in_numerals(str(n))}号" for n in small)).equals(keys(*(f"朝阳路{n}号" for n in small)))


LIVES, REGISTERED = "朝阳路12号", "向阳村3组5号"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"address_std": LIVES, "registered_address_std": REGISTERED}, ("朝阳路12", "朝阳路12", "向阳3组5")),
        ({"address_std": LIVES}, ("朝阳路12", "朝阳路12", "朝阳路12")),
        ({"address_std": None, "registered_address_std": REGISTERED}, ("向阳3组5", "向阳3组5", "向阳3组5")),
        ({"address_std": "西岭区", "registered_address_std": REGISTERED}, ("向阳3组5", "向阳3组5", "向阳3组5")),
        ({"address_std": "阳光小区3栋", "mother_address_std": REGISTERED}, (None, "阳光3", "向阳3组5")),
        ({"name_std": "某人"}, (None, None, None)),
    ],
    ids=["both", "a household row", "registered only", "lives in a district", "no flat", "neither"],
)
def test_where_a_record_lives_and_is_registered(row, told):
    found = with_dwellings(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))
    assert found.select("dwelling_std", "building_std", "registered_dwelling_std").row(0) == told
