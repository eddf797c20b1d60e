"""Pairs of addresses and the level each must get; precision and recall on the labelled pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from benchmarks.lists.addresses import LISTS, PAIRS, judged, read_pairs, scores
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.matchers import load_matcher
from reconcile.matchers.address import LEVELS, same_address
from reconcile.population.homes import Homes
from reconcile.population.pairs import Pairs
from reconcile.population.population import Population
from reconcile.standardising.numerals import in_numerals

CASES = [
    ("朝阳路12号3栋501室", "朝阳路12号3-501", "same", "to the room"),
    ("榕头镇向阳村三组12号", "榕头镇向阳村12号", "same", "a house number identifies the house without its group"),
    ("榕头镇向阳村", "向阳村委会", "same", "neither says more than the village"),
    ("3栋501", "3栋501", "same", "the same words"),
    ("滨海大道99号碧水云天7栋1602", "碧水云天7栋1602", "same", "the estate makes up for the street"),
    ("阳光小区3栋501室", "阳光小区3栋502室", "same_building", "another flat"),
    ("阳光小区3栋501室", "阳光小区3栋", "same_building", "a flat on one side only"),
    ("阳光小区3栋501室", "阳光小区3栋2单元501室", "same_building", "a unit on one side only"),
    ("朝阳路12号", "朝阳路12号501室", "same_building", "a house number without buildings is a building"),
    ("向阳村12号", "向阳村12号301室", "same_building", "a house of a village"),
    ("阳光小区3栋501室", "阳光小区5栋501室", "same_estate", "another building"),
    ("阳光小区3栋501室", "阳光小区", "same_estate", "no building"),
    ("阳光小区二期3栋501室", "阳光小区3栋501室", "same_estate", "a phase on one side only"),
    ("朝阳路12号", "朝阳路12号3栋501室", "same_estate", "a house number with buildings"),
    ("朝阳路12号", "朝阳路14号", "same_village", "another house of the street"),
    ("朝阳路", "朝阳路14号", "same_village", "no house number"),
    ("榕头镇向阳村三组12号", "榕头镇向阳村二组12号", "same_village", "another group"),
    ("榕头镇向阳村三组", "榕头镇向阳村三组12号", "same_village", "no house number"),
    ("上洲街道古和社区振兴路8号", "上洲街道古和社区椰林路8号", "same_village", "another street of the community"),
    ("榕头镇向阳村12号", "榕头镇下沟村12号", "same_town", "another village"),
    ("榕头镇向阳村12号", "榕头镇", "same_town", "only the town"),
    ("榕头镇向阳村12号", "石桥镇向阳村12号", "different", "one name in two towns"),
    ("西岭区朝阳路12号", "东华区朝阳路12号", "different", "one name in two districts"),
    ("阳光小区一期3栋501", "阳光小区二期3栋501", "different", "two phases"),
    ("朝阳路12号", "解放路12号", "different", "another street"),
    ("朝阳路12号", "阳光小区3栋501", "missing", "nothing that both say"),
    ("西岭区朝阳路12号", "西岭区", "missing", "nothing below the district"),
    ("朝阳路12号", "不详", "missing", "nothing said"),
    ("朝阳路12号", None, "missing", "nothing"),
    (None, None, "missing", "nothing"),
    # What is not understood is never the same by what is left of it.
    ("阳光小区8栋801、802", "阳光小区8栋803、804", "same_building", "two flats at once"),
    ("阳光小区8栋801、802", "阳光小区8栋", "same_building", "two flats at once"),
    ("朝阳路12号亭子间", "朝阳路12号灶间", "same_building", "two rooms of a house"),
    ("朝阳路12号亭子间", "朝阳路12号", "same_building", "a room of a house"),
    ("朝阳路12号202东室", "朝阳路12号202西室", "same_building", "two halves"),
    ("阳光小区3栋地下101室", "阳光小区3栋101室", "same_building", "below the ground"),
    ("阳光大厦甲座1704", "阳光大厦乙座1704", "same_estate", "two buildings"),
    ("朝阳路增5号202", "朝阳路5号202", "same_village", "two numbers"),
    # Dashes leave open what they part.
    ("朝阳路12号5栋12-3", "朝阳路12号5栋12楼3号", "same", "the floor"),
    ("朝阳路12号5栋12-3", "朝阳路12号5栋12单元3号", "same", "the unit"),
    ("朝阳路12号5栋12-3", "朝阳路12号5栋3-12", "same_building", "another order"),
    ("朝阳路12-1号2-3-1", "朝阳路12号1-2-3-1", "same_village", "the dash of a house number"),
    # Areas by other names.
    ("临夏州临夏市城关镇三村5号", "临夏州临夏县城关镇三村5号", "different", "a city and a county of one name"),
    ("新疆兵团第八师一四三团九连2号", "143团9连2号", "same", "a regiment without its division"),
    ("海临西岭朝阳路12号", "海临市西岭区朝阳路12号", "same", "areas without their words"),
    ("海临西岭朝阳路12号", "海临市东华区朝阳路12号", "different", "another district"),
]  # fmt: skip


def levels(left: list[str | None], right: list[str | None]) -> list[str]:
    return same_address(pl.Series(left, dtype=pl.String), pl.Series(right, dtype=pl.String)).to_list()


@pytest.mark.parametrize(("left", "right", "level", "why"), CASES)
def test_levels(left: str | None, right: str | None, level: str, why: str) -> None:
    assert levels([left, right], [right, left]) == [level, level], why


# The labelled pairs: docs/benchmarks.md says how they came about.


@pytest.mark.parametrize(
    ("part", "precision", "recall"),
    [
        ("first list", 0.99, 0.99),
        ("first list, held back", 0.99, 0.99),
        ("further lists", 0.99, 0.99),
        ("all over the country", 0.99, 0.98),
        ("its kinds", 0.99, 0.94),
        ("as registers write, never tuned on", 0.97, 0.93),
    ],
)
def test_precision_and_recall_on_the_labelled_pairs(part: str, precision: float, recall: float) -> None:
    found = scores(judged(read_pairs(*LISTS))).filter(part=part).row(0, named=True)
    assert found["precision"] >= precision
    assert found["recall"] >= recall


def test_the_labelled_pairs_are_many_and_each_stands_once() -> None:
    pairs = read_pairs(PAIRS)
    everywhere = read_pairs(*LISTS).select("left", "right")
    assert everywhere.is_duplicated().sum() == 0
    assert dict(pairs["label"].value_counts().iter_rows()).keys() == {"same", "different"}
    assert pairs["label"].value_counts()["count"].min() >= 150


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_address_is_the_same_as_itself(side: str) -> None:
    written = read_pairs(*LISTS)[side]
    assert set(same_address(written, written)) == {"same"}


# One place in many ways of writing.

areas = st.sampled_from(
    [
        ("上海市黄浦区", ["上海市卢湾区", "上海黄浦", "黄浦区", ""]),
        ("北京市西城区", ["北京市宣武区", "北京西城区", "北京西城"]),
        ("浙江省杭州市拱墅区", ["杭州拱墅", "杭州市拱墅区", "浙江杭州拱墅区", "杭州市下城区"]),
        ("红河哈尼族彝族自治州建水县", ["红河州建水县", "建水县", "云南红河州建水县"]),
        ("内蒙古通辽市科尔沁左翼中旗", ["科左中旗", "内蒙古自治区通辽市科左中旗"]),
        ("重庆市开州区", ["重庆市开县", "开县"]),
        ("广西南宁市横州市", ["南宁市横县", "广西横县"]),
        ("海临市西岭区", ["海临市西岭县", "海临西岭", "西岭区"]),
    ]
)
NAMES = ["前进{}路8号", "向阳{}村8号", "石油{}厂宿舍3栋201", "三塘镇向阳村{}组8号", "永安里{}街8号", "红光农场{}队8号"]


@settings(deadline=None, max_examples=12)
@given(areas, st.sampled_from(["朝阳路12号", "朝阳路12号3栋501室"]))
def test_areas_may_be_written_in_other_ways(area: tuple[str, list[str]], place: str) -> None:
    written, ways = area
    assert set(levels([written + place] * len(ways), [way + place for way in ways])) == {"same"}


@settings(deadline=None, max_examples=12)
@given(st.sampled_from(NAMES), st.integers(2, 40), st.integers(2, 40))
def test_numbers_in_names_are_digits_or_numerals(name: str, number: int, other: int) -> None:
    digits, numerals = name.format(number), name.format(in_numerals(str(number)))
    assert levels([digits], [numerals]) == ["same"]
    if other != number:
        assert levels([digits], [name.format(in_numerals(str(other)))]) != ["same"]


@settings(deadline=None, max_examples=8)
@given(st.sampled_from(sorted(read_pairs(PAIRS)["left"].filter(read_pairs(PAIRS)["left"].str.len_chars() > 5))))
def test_slips_of_a_whole_address_change_nothing(written: str) -> None:
    slips = [f"570100 {written}", f"'{written}", f"{written} {written}", written.translate(TRADITIONAL)]
    assert set(levels([written] * len(slips), slips)) == {"same"}


TRADITIONAL = str.maketrans("号栋楼县镇乡门单层东华阳兴区弄", "號棟樓縣鎮鄉門單層東華陽興區衖")


texts = st.text("0123456789AB-一二十〇号栋单元室楼组村镇路街巷小区花园附之甲第() 向阳海临市县社区", max_size=14)


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(texts, texts), max_size=20))
def test_the_level_is_the_same_both_ways_round(pairs: list[tuple[str, str]]) -> None:
    left, right = [list(side) for side in zip(*pairs, strict=True)] or [[], []]
    assert levels(left, right) == levels(right, left)


def test_an_address_may_stand_in_another_column_on_the_other_side() -> None:
    frames = {
        "residents": pl.DataFrame(
            {"record_id": ["1", "2"], "lives": ["朝阳路1号", None], "registered": ["向阳村2号"] * 2}
        ),
        "household": pl.DataFrame({"record_id": ["3"], "lives": ["向阳村二号"]}),
    }
    population = Population.stack(frames, ["lives", "registered"])
    none = np.zeros(0, dtype=np.uint32)
    pairs = Pairs(population, np.array([0, 1], np.uint32), np.array([2, 2], np.uint32), Homes.of(3, none, none))
    one, two = load_matcher("address(lives)"), load_matcher("address(lives, registered)")
    assert [LEVELS[level] for level in one.levels(pairs)] == ["different", "missing"]
    assert [LEVELS[level] for level in two.levels(pairs)] == ["same", "same"]
