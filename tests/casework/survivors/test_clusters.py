"""Which cases are certain enough to be merged."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reconcile.casework.survivors.clusters import clusters
from tests.casework.survivors.registers import Row, case, id_number, judged, members, view_of

NUMBER = id_number("19900307", 251)
PLAIN: Row = {"name": "王小明", "sex": "男", "birth_date": "1990-03-07"}
ROWS = [{**PLAIN, "key": key} for key in ("R1", "R2", "R3")]
SAME_AND_NUMBERED = [{**row, "id_number": NUMBER} for row in ROWS]
ANOTHER_NAME = [*SAME_AND_NUMBERED[:2], {**SAME_AND_NUMBERED[2], "name": "王晓明"}]
ALL_SAME = [("R1", "R2", "same"), ("R2", "R3", "same")]


@pytest.mark.parametrize(
    ("tried", "rows", "told", "pairs", "basis", "left_out"),
    [
        ("confirmed by its town", ROWS, case(), [], "answered", {}),
        ("said to be corrected", ROWS, case("corrected", "corrected"), [], "answered", {}),
        ("sent out, no answer yet", ROWS, case("dispatched", ""), [], None, {"unconfirmed": 1}),
        ("cannot be verified", ROWS, case("answered", "unverifiable"), [], None, {"unconfirmed": 1}),
        ("confirmed, and changed since", ROWS, case(stale=1), [], None, {"stale": 1}),
        ("a false alarm", ROWS, case("closed", "false_alarm"), [], None, {}),
        ("people judged all of them one person", ROWS, case("new", ""), ALL_SAME, "judged", {}),
        ("people judged two of three", ROWS, case("new", ""), ALL_SAME[:1], None, {"unconfirmed": 1}),
        ("judged to be the same, whichever way round", ROWS, case("new", ""),
         [("R1", "R2", "same"), ("R3", "R2", "same")], "judged", {}),
        ("not sure", ROWS, case("new", ""), [("R1", "R2", "unsure"), ("R2", "R3", "same")], None, {"unconfirmed": 1}),
        ("confirmed, then two judged to be different people", ROWS, case(), [("R3", "R1", "different")], None,
         {"parted": 1}),
        ("one number, one name, one day", SAME_AND_NUMBERED, case("new", ""), [], "identical", {}),
        ("one number and day, two names", ANOTHER_NAME, case("new", ""), [], None, {"unconfirmed": 1}),
        ("one name and day, no number", ROWS, case("new", ""), [], None, {"unconfirmed": 1}),
        ("confirmed comes before the rest", SAME_AND_NUMBERED, case(), ALL_SAME, "answered", {}),
    ],
)  # fmt: skip
def test_what_makes_a_case_certain(
    tried: str, rows: list[Row], told: pl.DataFrame, pairs: list[Any], basis: str | None, left_out: dict[str, int]
) -> None:
    view = view_of(residents=rows)
    found, left = clusters(members(view, "residents"), told, judged(*pairs), view, everything=False)
    assert found["basis"].unique().to_list() == ([basis] if basis else []), tried
    assert {why: count for why, count in left.items() if count} == left_out
    assert found.height == (3 if basis else 0)


@pytest.mark.parametrize("told", [case("new", ""), case("dispatched", ""), case(stale=1), case("reopened", "")])
def test_open_ones_are_listed_when_asked_for(told: pl.DataFrame) -> None:
    view = view_of(residents=ROWS)
    found, left = clusters(members(view, "residents"), told, judged(), view, everything=True)
    assert found["basis"].unique().to_list() == ["open"]
    assert found["place"].to_list() == [0, 1, 2]
    assert sum(left.values()) == 0


def test_closed_ones_and_parted_ones_never_are() -> None:
    view = view_of(residents=ROWS)
    for told, pairs in ((case("closed", ""), []), (case(), [("R1", "R2", "different")])):
        found, _ = clusters(members(view, "residents"), told, judged(*pairs), view, everything=True)
        assert found.is_empty()
