"""Towns, villages and addresses."""

import polars as pl
import pytest

from reconcile.standardising.addresses import standard_addresses
from reconcile.standardising.areas import standard_towns, standard_villages


def one(standard, value):
    return standard(pl.Series("column", [value], dtype=pl.String)).item()


@pytest.mark.parametrize(
    ("town", "written"),
    [
        (
            "府城镇",
            [
                "府城镇",
                " 府城 镇",
                "府城镇人民政府",
                "琼州市府城镇",
                "琼州市琼山区府城镇",
                "府城镇（原府城公社）",
            ],
        ),
        ("城东街道", ["城东街道", "城东街道办事处", "城东办事处", "琼州市城东街道办"]),
        ("新市镇", ["新市镇", "琼州市新市镇"]),
        ("460107001", ["460107001", "４６０１０７００１"]),
        (None, ["", None, "无", "-"]),
    ],
)
def test_towns(town, written):
    assert [one(standard_towns, value) for value in written] == [town] * len(written)


@pytest.mark.parametrize(
    ("village", "written"),
    [
        (
            "向阳",
            [
                "向阳村",
                "向阳村委会",
                "向阳村民委员会",
                "向阳社区",
                "向阳社区居委会",
                "向阳居民委员会",
                "府城镇向阳村",
                "向阳",
            ],
        ),
        ("新村", ["新村", "新村村委会", "新村委会"]),
        ("460107001201", ["460107001201"]),
        (None, ["", None, "不详"]),
    ],
)
def test_villages(village, written):
    assert [one(standard_villages, value) for value in written] == [village] * len(written)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("府城镇向阳路23号", "府城镇向阳路23号"),
        ("府城镇 向阳路２３号", "府城镇向阳路23号"),
        ("府城镇向阳路二十三号", "府城镇向阳路23号"),
        ("向阳路一百零五号3幢二单元二〇三室", "向阳路105号3栋2单元203室"),
        ("向阳路十号", "向阳路10号"),
        ("向阳路3#", "向阳路3号"),
        ("向阳小区3号楼", "向阳小区3栋"),
        ("向阳小区A栋（东）", "向阳小区A栋东"),
        ("三亚路一号", "三亚路1号"),
        ("'向阳路3-1号", "向阳路3-1号"),
        ("", None),
        (None, None),
        ("不详", None),
    ],
)
def test_addresses(written, compared):
    assert one(standard_addresses, written) == compared


@pytest.mark.parametrize("standard", [standard_towns, standard_villages, standard_addresses])
@pytest.mark.parametrize("value", ["琼州市琼山区府城镇人民政府", "向阳社区村委会", "二十三号楼三幢#", "中村村村"])
def test_a_standard_place_stays_as_it_is(standard, value):
    once = one(standard, value)
    assert one(standard, once) == once
