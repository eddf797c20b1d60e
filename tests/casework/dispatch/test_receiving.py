"""Whom a case is for, and which workbook it goes to."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.casework.dispatch.receiving import By, addressed, receivers, registered_outside
from reconcile.core.frames import DISCREPANCIES, conform
from reconcile.core.messages import text
from reconcile.workspace import RunFolder
from tests.casework.dispatch.office import PERIOD, discrepancies, make_office

NOWHERE = pl.DataFrame(schema={"key": pl.String, "outside": pl.String})


def files(areas: list[tuple[str, str]], by: By, outside: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """area and file of the cases 0, 1, …, that belong to these towns and villages."""
    cases = pl.DataFrame(
        [(str(number), town, village) for number, (town, village) in enumerate(areas)],
        schema=["key", "town", "village"], orient="row",
    )  # fmt: skip
    there = pl.DataFrame(list((outside or {}).items()), schema=NOWHERE.schema, orient="row")
    return addressed(cases, there, by, "2026-10-01", "zh").select("area", "file").rows()


def test_by_town() -> None:
    assert files([("三山镇", "新洲"), (" 三山镇 ", "福山"), ("", "")], "town") == [
        ("三山镇", "三山镇_2026-10-01.xlsx"),
        ("三山镇", "三山镇_2026-10-01.xlsx"),
        ("未知地区", "未知地区_2026-10-01.xlsx"),
    ]


def test_by_village_each_town_has_a_folder() -> None:
    assert files([("三山镇", "新洲"), ("龙泉街道", "新洲"), ("三山镇", "")], "village") == [
        ("三山镇 新洲", "三山镇/新洲_2026-10-01.xlsx"),
        ("龙泉街道 新洲", "龙泉街道/新洲_2026-10-01.xlsx"),
        ("三山镇 未知地区", "三山镇/未知地区_2026-10-01.xlsx"),
    ]


@pytest.mark.parametrize("by", ["town", "village"])
def test_names_that_would_be_one_file_are_kept_apart(by: By) -> None:
    areas = [("a/b", "x:y"), ("a:b", "x:y"), ("A_B", "x/y"), ("a/b", "x?y"), ("CON", "z"), ("外地", "甲市")]
    named = [file for _, file in files([*areas, ("乙镇", "丙村")], by, {"6": "甲市"})]
    apart = {area if by == "village" else area[0] for area in areas}
    assert len({name.casefold() for name in named}) == len(apart) + 1
    assert not any(set(part) & set('\\:*?"<>|') for part in named)


@pytest.mark.parametrize("by", ["town", "village"])
def test_areas_outside_have_a_folder_of_their_own(by: By) -> None:
    assert files([("三山镇", "新洲"), ("三山镇", "新洲")], by, {"0": "广东南岭市", "1": ""}) == [
        ("外地 广东南岭市", "外地/广东南岭市_2026-10-01.xlsx"),
        ("外地 未知地区", "外地/未知地区_2026-10-01.xlsx"),
    ]


NAMES = st.text(st.sampled_from("三山镇aA/\\:. _~1"), max_size=4)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=8), st.sampled_from(["town", "village"]))
def test_every_area_has_one_workbook_that_no_other_has(areas: list[tuple[str, str]], by: By) -> None:
    named = [file.casefold() for _, file in files(areas, by)]
    asked = [(town.strip(), village.strip() if by == "village" else "") for town, village in areas]
    assert len(set(named)) == len(set(asked)) == len(set(zip(asked, named, strict=True)))


def run_with(folder: Path, code: str, registered: str | None) -> RunFolder:
    """The office's run, R3 registered at this address, its case of this code."""
    run = make_office(folder).runs / PERIOD
    path = run / "frames" / "standardised_residents.parquet"
    told = pl.when(pl.col("record_id") == "R3").then(pl.lit(registered)).otherwise("registered_address_std")
    pl.read_parquet(path).with_columns(registered_address_std=told).write_parquet(path)
    cases = discrepancies().with_columns(
        code=pl.when(pl.col("key") == "C" * 12).then(pl.lit(code)).otherwise(pl.col("code"))
    )
    cases.write_parquet(run / "frames" / "discrepancies.parquet")
    return RunFolder(run)


@pytest.mark.parametrize(
    ("code", "registered", "outside"),
    [
        ("birth_without_household", "广东省南岭市平安路3号", ["广东南岭市"]),
        ("birth_without_household", "广西自治区桂山县平安路3号", ["广西桂山县"]),
        ("birth_without_household", "北京市朝阳区1号", ["北京"]),
        ("birth_without_household", "外地", [""]),
        ("birth_without_household", "海临市三山镇1号", []),
        ("birth_without_household", None, []),
        ("id_against_sex", "广东省南岭市平安路3号", []),  # the town that keeps the record corrects it
    ],
)
def test_people_registered_elsewhere(tmp_path: Path, code: str, registered: str | None, outside: list[str]) -> None:
    run = run_with(tmp_path / "work", code, registered)
    assert registered_outside(run.read("discrepancies"), run, ())["outside"].to_list() == outside


def elsewhere(variant: str, registered: str) -> pl.DataFrame:
    """A case of somebody registered elsewhere."""
    told = json.dumps({"lives": "三山镇 新洲", "registered": registered, "variant": variant}, ensure_ascii=False)
    return conform(pl.DataFrame([{"key": "K", "code": "registered_elsewhere", "evidence": told}]), DISCREPANCIES)


@pytest.mark.parametrize(
    ("variant", "registered", "outside"),
    [
        ("city", "广东南岭市", ["广东南岭市"]),
        ("city_unnamed", "", [""]),
        ("district", "东华区 上洲街道 古和", []),
        ("village", "三山镇 福山", []),
    ],
)
def test_who_is_registered_outside_goes_where_his_case_says(
    tmp_path: Path, variant: str, registered: str, outside: list[str]
) -> None:
    run = make_office(tmp_path / "work").run(PERIOD)
    assert registered_outside(elsewhere(variant, registered), run, ())["outside"].to_list() == outside


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("by", ["town", "village"])
@settings(deadline=None, max_examples=40)
@given(
    areas=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6),
    there=st.dictionaries(st.integers(0, 5), st.sampled_from(["", "广东南岭市", "桂山县"])),
)
def test_whom_each_case_went_to_can_be_read_off_the_batch(
    language: str, by: By, areas: list[tuple[str, str]], there: dict[int, str]
) -> None:
    areas = [*areas, ("外地", "新洲"), ("Registered elsewhere", "新洲")]
    cases = pl.DataFrame(
        [(str(number), town, village) for number, (town, village) in enumerate(areas)],
        schema=["key", "town", "village"], orient="row",
    )  # fmt: skip
    outside = {str(number): name for number, name in there.items() if number < len(areas)}
    named = pl.DataFrame(list(outside.items()), schema=NOWHERE.schema, orient="row")
    sent = addressed(cases, named, by, "2026-10-01", language)
    told = receivers(sent, by, language)
    unknown = text("lists.unknown_area", language)
    assert {key: place for key, _, _, place in told.rows() if place is not None} == {
        key: name or unknown for key, name in outside.items()
    }
    assert told.select("town", "village").rows() == [
        (town.strip(), village.strip()) for _, (town, village) in sorted((str(n), a) for n, a in enumerate(areas))
    ]


def test_what_is_home_may_be_told(tmp_path: Path) -> None:
    run = run_with(tmp_path / "work", "birth_without_household", "广东省南岭市平安路3号")
    assert registered_outside(run.read("discrepancies"), run, ["南岭市"]).is_empty()
