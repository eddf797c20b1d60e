"""The areas of records without a town, read from their addresses."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reconcile.areas.from_addresses import Addressed, with_areas_of_addresses
from reconcile.areas.placing import place
from tests.areas.tables import records, table

STD = ("district_std", "town_std", "village_std")
HOME = ("海临市", "西岭区", "东华区")
RESIDENTS = [
    {"district": district, "town": town, "village": village, "address": "海临市西岭区"}
    for district, town, village in [
        ("西岭区", "府城街道", "红坊社区"), ("西岭区", "府城街道", "长塘村"), ("西岭区", "石桥镇", "向阳村"),
        ("东华区", "城东镇", "长塘村"), ("东华区", "榕头镇", "龙塘村"), ("东华区", "榕头镇", "新村"),
    ]
]  # fmt: skip

# address → district, town, village, by the areas that the residents name
CASES: list[tuple[str, tuple[str | None, ...]]] = [
    ("海临市西岭区府城街道红坊社区人民路63号", ("西岭区", "府城街道", "红坊")),
    ("西岭区府城街道办事处红坊居委会人民路63号", ("西岭区", "府城街道", "红坊")),
    ("府城街道长塘村三组12号", ("西岭区", "府城街道", "长塘")),
    ("榕头镇龙塘村12号", ("东华区", "榕头镇", "龙塘")),
    ("龙塘村12号", ("东华区", "榕头镇", "龙塘")),  # one village of the name
    ("长塘村12号", (None, None, None)),  # two of the name
    ("东华区长塘村12号", ("东华区", "城东镇", "长塘")),  # one of them in the district
    ("西岭区府城街道人民路63号8栋503室", ("西岭区", "府城街道", None)),
    ("西岭区府城街道下沟村12号", ("西岭区", "府城街道", None)),  # nobody knows the village
    ("西岭区城东镇长塘村12号", (None, None, None)),  # the town lies in another district
    ("西岭区人民路63号", (None, None, None)),
    ("广东省湛江市徐闻县榕头镇龙塘村12号", (None, None, None)),  # a namesake elsewhere
    ("63号", (None, None, None)),
]


def addressed(*rows: dict[str, Any], by_table: bool = False, **sources: pl.DataFrame) -> Addressed:
    """Births of these rows beside the registers, all with what standardising gives."""
    frames = {name: frame.with_columns(id_number_std=pl.lit(None, pl.String)) for name, frame in sources.items()}
    frames["births"] = records(*rows).with_columns(id_number_std=pl.lit(None, pl.String))
    city = table() if by_table else None
    return with_areas_of_addresses(place(frames, city).records if city else frames, city, HOME)


@pytest.mark.parametrize(("address", "area"), CASES)
def test_by_the_areas_that_the_registers_name(address: str, area: tuple[str | None, ...]) -> None:
    found = addressed({"address": address}, residents=records(*RESIDENTS))
    births = found.records["births"]
    assert births.select(STD).row(0) == area
    assert births["area_from_address"].to_list() == [area[1] is not None]
    assert births.select("district", "town", "village").row(0) == (None, None, None)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("西岭区城东街道红星社区12号", ("address", "460105001001", "西岭区", "城东街道", "向阳")),  # its former name
        ("西岭区府城镇大湾12号", ("address", "460105101", "西岭区", "府城镇", None)),  # two of the name
        ("西城街道12号", ("absent", None, None, None, None)),  # parted between two
        ("南岭区城东街道向阳社区12号", ("absent", None, None, None, None)),
    ],
)
def test_by_the_table(address: str, told: tuple[str | None, ...]) -> None:
    found = addressed({"address": address}, by_table=True).records["births"]
    assert found.select("area_how", "area_code", *STD).row(0) == told


def test_what_a_row_states_of_its_town_or_village_stays() -> None:
    rows = [{"town": "石桥镇", "address": "榕头镇龙塘村12号"}, {"village": "某村", "address": "榕头镇龙塘村12号"}]
    found = addressed(*rows, residents=records(*RESIDENTS))
    assert found.records["births"].select(STD[1:]).rows() == [("石桥镇", None), (None, "某村")]
    assert found.counts.filter(source="births").is_empty()


def test_a_slip_of_the_registers_makes_no_village_doubtful() -> None:
    slip = {"district": "西岭区", "town": "石桥镇", "village": "龙塘村"}
    residents = records(*RESIDENTS * 200, slip)
    assert addressed({"address": "龙塘村12号"}, residents=residents).records["births"]["town_std"].to_list() == [
        "榕头镇"
    ]


def test_without_an_address_the_mothers_tells() -> None:
    births = records({"household_no": "1"}).with_columns(
        address_std=pl.lit(None, pl.String), mother_address_std=pl.lit("榕头镇龙塘村12号"), id_number_std=pl.lit(None, pl.String)
    )  # fmt: skip
    residents = records(*RESIDENTS).with_columns(id_number_std=pl.lit(None, pl.String))
    found = with_areas_of_addresses({"residents": residents, "births": births}, None, HOME)
    assert found.records["births"]["village_std"].to_list() == ["龙塘"]


def test_counts() -> None:
    found = addressed(*({"address": address} for address, _ in CASES), residents=records(*RESIDENTS))
    assert found.counts.rows() == [("births", len(CASES), 8, 1, 4)]
