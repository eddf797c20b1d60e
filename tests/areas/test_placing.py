"""What records write of their area, and the area of today that it is."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.areas.placing import place
from reconcile.core.frames import UNRESOLVED_AREAS
from tests.areas.tables import CITY, placed, records, table

TABLE = table()

# (district, town, village) as written → (how, code); the code of what is certain where the village is not
CASES = [
    # in full, by committee or office, with what lies above in front
    (("西岭区", "城东街道", "向阳社区"), ("exact", "460105001001")),
    (("西岭区", "城东街道办事处", "向阳社区居委会"), ("exact", "460105001001")),
    (("海临市西岭区", "城东街道", "向阳社区居民委员会"), ("exact", "460105001001")),
    ((" 西岭区 ", "城东 街道", "向阳社区（原红星）"), ("exact", "460105001001")),
    ((None, "西岭区城东街道", "向阳社区"), ("exact", "460105001001")),
    ((None, None, "西岭区城东街道向阳社区"), ("exact", "460105001001")),
    ((None, None, "城东街道办事处向阳居委会"), ("exact", "460105001001")),
    (("西岭区", None, "城东街道向阳社区"), ("exact", "460105001001")),
    ((None, "府城镇人民政府", "向阳村民委员会"), ("exact", "460105101201")),
    ((None, "府城镇", "府城镇向阳村委会"), ("exact", "460105101201")),
    ((None, "府城镇", "新村村委会"), ("exact", "460105101202")),
    ((None, "府城镇", "新村"), ("exact", "460105101202")),
    # a group or a grid of a village
    ((None, "府城镇", "新村三组"), ("exact", "460105101202")),
    ((None, "城东街道", "向阳社区居委会第12网格"), ("exact", "460105001001")),
    ((None, "城东街道", "向阳3组"), ("alias", "460105001001")),
    # a village and a community of one name in one town
    ((None, "府城镇", "大湾村委会"), ("exact", "460105101203")),
    ((None, "府城镇", "大湾社区居委会"), ("exact", "460105101204")),
    ((None, "府城镇", "大湾"), ("ambiguous", "460105101")),
    # in short
    (("西岭", "城东街道", "向阳"), ("alias", "460105001001")),
    (("西岭区", "城东", "向阳"), ("alias", "460105001001")),
    (("西岭区", "城东街道", "和平里"), ("alias", "460105001002")),
    (("西岭区", "城东街道", "和平"), ("alias", "460105001002")),
    (("西岭区", "府城", "新村"), ("exact", "460105101202")),
    (("西岭区", "城东街道", "向阳村"), ("alias", "460105001001")),  # 村改居
    # two towns of one short name
    ((None, "城东", "和平社区"), ("exact", "460105001002")),
    ((None, "城东", "和平"), ("ambiguous", None)),
    ((None, "城东", None), ("ambiguous", None)),
    (("东华区", "城东", None), ("alias", "460106101")),
    ((None, "城东镇", "和平"), ("alias", "460106101201")),
    # formerly
    (("西岭区", "城东街道", "红星社区"), ("former", "460105001001")),
    (("西岭区", "城东街道", "老街"), ("former", "460105001001")),
    (("西岭区", "府城公社", "新村"), ("exact", "460105101202")),
    (("西岭区", "石桥乡", "石桥村"), ("former", "460105101202")),
    (("西岭区", "府城镇", "石桥村"), ("former", "460105101202")),
    (("西岭区", "石桥乡", None), ("former", "460105101")),
    (("东华区", "朝阳街道", "渔港社区"), ("former", "460106001001")),
    (("东华区", "朝阳街道", "新港"), ("alias", "460106001001")),
    (("西岭区", "城东街道", "友谊社区"), ("former", "460105001002")),
    (("东华区", "朝阳街道", "友谊社区"), ("exact", "460106001002")),
    ((None, None, "友谊社区"), ("exact", "460106001002")),  # of one that still bears the name, not one that did
    ((None, "西城街道", None), ("ambiguous", None)),
    (("东华区", "西城街道", None), ("former", "460106001")),
    (("西岭区", "西城街道", "向阳社区"), ("exact", "460105001001")),
    # codes, of today and of old
    (("460105", "460105001", "460105001001"), ("code", "460105001001")),
    (("460105000000", "460105001000", "460105001001.0"), ("code", "460105001001")),
    ((None, None, "460105001003"), ("code", "460105001002")),
    ((None, "460105201", None), ("code", "460105101")),
    ((None, "４６０１０５１０１", "新村"), ("exact", "460105101202")),
    ((None, None, "460106001"), ("code", "460106001")),
    ((None, None, "460105001999"), ("unknown", None)),
    # one name in two towns
    (("西岭区", None, "向阳"), ("ambiguous", "460105")),
    ((None, None, "向阳社区"), ("exact", "460105001001")),
    ((None, None, "向阳村委会"), ("exact", "460105101201")),
    ((None, None, "向阳"), ("ambiguous", None)),
    # what the table does not tell
    (("西岭区", "城东街道", "乌有村"), ("unknown", "460105001")),
    (("西岭区", "乌有镇", "向阳社区"), ("unknown", "460105")),
    (("南山区", "城东街道", "向阳社区"), ("unknown", None)),
    (("西岭区", "城东街道", "废社区"), ("unknown", "460105001")),
    (("东华区", "朝阳街道", "未来社区"), ("unknown", "460106001")),
    # words that contradict each other
    (("东华区", "府城镇", "新村"), ("ambiguous", None)),
    (("西岭区", "城东街道", "新村"), ("ambiguous", None)),
    # an estate
    (("东华区", "朝阳街道", "阳光花园"), ("exact", "460106001001001")),
    # less than a village
    (("西岭区", None, None), ("exact", "460105")),
    (("西岭区", "城东街道", None), ("exact", "460105001")),
    (("西岭区", "城东街道", "无"), ("exact", "460105001")),
    ((None, None, None), ("absent", None)),
    (("", " ", "-"), ("absent", None)),
]  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), CASES, ids=["-".join(w or "·" for w in case[0]) for case in CASES])
def test_what_is_written_is_the_area_that_is_meant(
    written: tuple[str | None, ...], meant: tuple[str, str | None]
) -> None:
    found = placed(dict(zip(("district", "town", "village"), written, strict=True)), city=TABLE)
    assert found.records["residents"].select("area_how", "area_code").row(0) == meant
    assert found.unresolved.height == (meant[0] in ("ambiguous", "unknown"))


def standard(*written: str | None) -> tuple[str | None, ...]:
    frame = placed(dict(zip(("district", "town", "village"), written, strict=True)), city=TABLE).records["residents"]
    return frame.select("district_std", "town_std", "village_std").row(0)


def test_the_city_itself_in_the_column_of_the_district_bounds_nothing() -> None:
    city = table([{"code": "460100", "name": "海临市"}, *CITY])
    rows = [{"district": "海临市", "town": "城东街道", "village": "向阳社区"}, {"district": "海临市"}]
    found = placed(*rows, city=city).records["residents"]
    assert found.select("area_how", "area_code").rows() == [("exact", "460105001001"), ("exact", "460100")]


def test_a_table_without_villages_leaves_villages_as_they_are_written() -> None:
    towns = table([row for row in CITY if len(row["code"].removesuffix("000")) <= 9 and "to" not in row])
    found = placed({"district": "西岭", "town": "城东街道", "village": "乌有村"}, city=towns).records["residents"]
    assert found.select("area_how", "area_code", "district_std", "town_std", "village_std").row(0) == (
        "exact", "460105001", "西岭区", "城东街道", "乌有",
    )  # fmt: skip


def test_names_become_those_of_today() -> None:
    assert standard(None, "石桥乡", "石桥村") == ("西岭区", "府城镇", "新村")
    assert standard("460106", "朝阳", "阳光花园") == ("东华区", "朝阳街道", "新港")


def test_of_an_area_that_is_not_told_only_what_is_certain_is_changed() -> None:
    assert standard(None, "石桥乡", "乌有村委会") == ("西岭区", "府城镇", "乌有")
    assert standard("东华区", "府城镇", "新村") == ("东华区", "府城镇", "新村")
    assert standard(None, None, "向阳村") == ("西岭区", "府城镇", "向阳")
    assert standard(None, None, "向阳") == (None, None, "向阳")


NAMESAKES = [
    *CITY,
    {"code": "460105101205", "name": "长塘村"},
    {"code": "460106101205", "name": "长塘村"},
    {"code": "460106001009", "name": "旧塘社区", "to": "2020-01-01", "successor": "460106001002"},
    {"code": "460105101206", "name": "旧塘社区"},
]
WEST, EAST = "460105101205", "460106101205"


@pytest.mark.parametrize(
    ("clues", "others", "meant"),
    [
        ({}, [], ("ambiguous", None)),
        ({"address": "府城镇长塘村3号"}, [], ("context", WEST)),
        ({"address": "海临市东华区长塘3号"}, [], ("context", EAST)),
        ({"address": "解放路3号"}, [], ("ambiguous", None)),
        ({"address": "西岭区府城镇", "police_station": "城东派出所"}, [], ("ambiguous", None)),  # they contradict
        ({"police_station": "府城派出所"}, [], ("context", WEST)),
        ({"police_station": "海临市公安局城东边防派出所"}, [], ("context", EAST)),
        ({"police_station": "港口派出所"}, [{"town": "府城镇", "police_station": "港口派出所"}] * 3, ("context", WEST)),
        (
            {"police_station": "港口派出所"},
            [{"town": "府城镇", "police_station": "港口派出所"}] * 2,
            ("ambiguous", None),
        ),
        ({"household_no": "7"}, [{"town": "城东镇", "village": "长塘村", "household_no": "7"}], ("context", EAST)),
        ({"household_no": "7"}, [{"town": "城东镇", "village": "长塘村", "household_no": "8"}], ("ambiguous", None)),
        (
            {"household_no": "7"},
            [{"town": town, "village": "长塘村", "household_no": "7"} for town in ("城东镇", "府城镇")],
            ("ambiguous", None),
        ),
    ],
)
def test_villages_of_one_name_are_told_apart_by_context(
    clues: dict[str, Any], others: list[dict[str, Any]], meant: tuple[str, str | None]
) -> None:
    found = placed({"village": "长塘村", **clues}, *others, city=table(NAMESAKES))
    assert found.records["residents"].select("area_how", "area_code").row(0) == meant


def test_context_says_when_a_former_name_is_meant_and_not_the_village_that_bears_it() -> None:
    city = table(NAMESAKES)
    rows = ({"village": "旧塘社区"}, {"village": "旧塘社区", "address": "东华区朝阳街道1号"})
    found = placed(*rows, city=city).records["residents"]
    assert found.select("area_how", "area_code").rows() == [("exact", "460105101206"), ("context", "460106001002")]
    stated = placed({"town": "府城镇", "village": "旧塘社区", "address": "东华区朝阳街道1号"}, city=city)
    assert stated.records["residents"]["area_code"].item() == "460105101206"


def test_what_is_not_told_is_listed_once_for_each_wording_with_its_candidates() -> None:
    found = placed(
        {"village": "向阳"},
        {"town": "乌有镇"},
        {"village": "向阳"},
        {"town": "城东街道", "village": "新村"},
        city=TABLE,
    )
    columns = ("district", "town", "village", "how", "rows", "candidates", "file", "row")
    both = ["西岭区城东街道向阳社区 460105001001", "西岭区府城镇向阳村 460105101201"]
    assert found.unresolved.select(columns).rows() == [
        (None, None, "向阳", "ambiguous", 2, both, "a.csv", 2),
        (None, "乌有镇", None, "unknown", 1, None, "a.csv", 3),
        (None, "城东街道", "新村", "ambiguous", 1, ["西岭区府城镇新村 460105101202"], "a.csv", 5),
    ]
    assert dict(found.unresolved.schema) == dict(UNRESOLVED_AREAS)


def test_villages_of_the_town_that_are_nearly_what_is_written_are_named_and_not_taken() -> None:
    rows = ({"town": "府城镇", "village": "大弯村"}, {"town": "府城镇", "village": "乌有村"}, {"village": "大弯村"})
    found = placed(*rows, city=TABLE)
    near = ["西岭区府城镇大湾村 460105101203", "西岭区府城镇大湾社区 460105101204"]
    assert dict(found.unresolved.select("row", "candidates").iter_rows()) == {2: near, 3: None, 4: None}
    assert found.records["residents"]["area_code"].to_list() == ["460105101", "460105101", None]


def test_records_without_columns_of_areas_are_absent() -> None:
    frame = pl.DataFrame(
        {"file": ["a"], "row": pl.Series([2], dtype=pl.UInt32), "town_std": [None], "village_std": [None]}
    )
    found = place({"births": frame.with_columns(pl.col("town_std", "village_std").cast(pl.String))}, TABLE)
    assert found.records["births"]["area_how"].to_list() == ["absent"]


def test_a_register_without_any_column_of_areas_is_absent_row_by_row() -> None:
    frame = pl.DataFrame({"file": ["a", "a"], "row": pl.Series([2, 3], dtype=pl.UInt32)})
    found = place({"residents": frame}, TABLE)
    assert found.records["residents"]["area_how"].to_list() == ["absent", "absent"]
    assert found.unresolved.is_empty()


# Properties

WORDS = st.sampled_from(
    [None, "", "西岭区", "东华", "南山区", "城东街道", "城东", "府城镇", "石桥乡", "朝阳街道", "向阳社区", "向阳", "新村村委会",
     "和平", "友谊社区", "460105001003", "西岭区城东街道向阳社区", "乌有村", "大湾", "渔港社区"]
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries({"district": WORDS, "town": WORDS, "village": WORDS}), min_size=1, max_size=12)


@settings(max_examples=10, deadline=None)
@given(ROWS)
def test_rows_keep_their_order_and_one_row_says_nothing_of_another(rows: list[dict[str, str | None]]) -> None:
    together = placed(*rows, city=TABLE).records["residents"]
    alone = [placed(row, city=TABLE).records["residents"].select("area_how", "area_code").row(0) for row in rows]
    assert together.select("area_how", "area_code").rows() == alone
    assert together["row"].to_list() == list(range(2, len(rows) + 2))


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_every_row_is_told_or_listed_and_a_code_is_one_of_today(rows: list[dict[str, str | None]]) -> None:
    found = placed(*rows, city=TABLE)
    frame = found.records["residents"]
    listed = frame.filter(pl.col("area_how").is_in(["ambiguous", "unknown"]))
    assert found.unresolved["rows"].sum() == listed.height
    assert set(frame["area_code"].drop_nulls()) <= set(TABLE.areas["code"])
    told = frame.filter(~pl.col("area_how").is_in(["ambiguous", "unknown", "absent"]))
    assert told["area_code"].null_count() == 0


@settings(max_examples=12, deadline=None)
@given(ROWS)
def test_what_has_been_placed_stays_where_it_is(rows: list[dict[str, str | None]]) -> None:
    """Records that say the standard names of their area are in that area; but a village and a community of one name in
    one town are only told apart by their ends, and an estate is in its village."""
    first = placed(*rows, city=TABLE).records["residents"].filter(~pl.col("area_how").is_in(["ambiguous", "unknown"]))
    again = records(*first.select(district="district_std", town="town_std", village="village_std").rows(named=True))
    second = place({"residents": again}, TABLE).records["residents"]
    assert second.select("district_std", "town_std").equals(first.select("district_std", "town_std"))
    same = second.filter(pl.col("area_how") != "ambiguous")
    assert set(second.filter(pl.col("area_how") == "ambiguous")["village"]) <= {"大湾"}
    assert same["village_std"].equals(same["village"])


def test_every_area_is_found_by_its_own_name_and_by_its_code() -> None:
    areas = TABLE.areas
    own = areas.select(
        district="district_name", town="town_name",
        village=pl.when(pl.col("level") == "estate").then("name").otherwise("village_name"),
    )  # fmt: skip
    for rows in (own.rows(named=True), [{"village": code} for code in areas["code"]]):
        assert placed(*rows, city=TABLE).records["residents"]["area_code"].to_list() == areas["code"].to_list()
