"""One case: found by a number that somebody typed, and told from its beginning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconcile.core.errors import UsageError
from reconcile.ledger.history import find_key, history
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace
from tests.ledger.small_ledgers import CASES, on, put, run, year_end


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return year_end(tmp_path_factory.mktemp("ledger") / "w")


@pytest.mark.parametrize(
    "typed", ["A00000000001", "a00000000001", " AOOOOOOOOOO1", "a0000-0000-00i", "Aooo oooo ooo L"]
)
def test_a_number_as_people_type_it(place: Workspace, typed: str) -> None:
    with open_ledger(place) as ledger:
        assert find_key(ledger, typed) == "A00000000001"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        pytest.param("C00000000003", ["B00000000003", "C"], id="the letter is wrong"),
        pytest.param("A0000000000", ["A00000000001", "A00000000002", "A00000000003"], id="one is missing"),
        pytest.param("B000000000033", ["B00000000003"], id="one too many"),
        pytest.param("A00000000010", ["A00000000001"], id="two are swapped"),
    ],
)
def test_near_numbers_are_named(place: Workspace, typed: str, near: list[str]) -> None:
    with open_ledger(place) as ledger, pytest.raises(UsageError) as error:
        find_key(ledger, typed)
    assert (error.value.key, error.value.exit_code) == ("case.error.near", 2)
    assert all(key in str(error.value) for key in near)


@pytest.mark.parametrize("typed", ["", "x", "ZZZZZZZZZZZZ", "460101199001011234", "'; DROP", "A????????????", "张三"])
def test_what_is_no_number_is_told_without_repeating_an_id(place: Workspace, typed: str) -> None:
    with open_ledger(place) as ledger, pytest.raises(UsageError) as error:
        find_key(ledger, typed)
    assert error.value.key == "case.error.unknown"
    assert "199001011234" not in str(error.value)


def test_a_case_from_its_beginning(place: Workspace) -> None:
    with open_ledger(place) as ledger:
        told = history(ledger, "A00000000003", "zh")
    assert [(step.period, step.at[:10], step.who, step.kind, step.batch) for step in told.steps] == [
        ("2026-10", "2026-10-05", "张三", "found", ""),
        ("2026-10", "2026-10-05", "张三", "dispatched", "2026-10-01"),
        ("2026-10", "2026-10-08", "张三", "answered", "2026-10-01"),
        ("2026-11", "2026-11-05", "张三", "returned", ""),
    ]
    assert (told.steps[2].answer, told.steps[2].remark) == ("corrected", "见户口簿 138****")
    assert (told.case["state"], told.case["batch"], told.case["subjects"]) == (
        "returned", "2026-10-01", ["residents:A00000000003"],
    )  # fmt: skip
    assert "全员人口" in told.reason
    assert told.action


def test_what_has_changed_is_named(place: Workspace) -> None:
    with open_ledger(place) as ledger:
        steps = history(ledger, "B00000000003", "zh").steps
    assert [(step.kind, step.changed) for step in steps] == [("found", ()), ("changed", ("evidence",))]


def test_of_a_case_that_comes_back_only_what_is_not_as_it_was_is_named(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with on("2026-12-05"):
        run(place, "2026-12", {})
    with on("2027-01-05"):
        run(place, "2027-01", {"A00000000002": "other"})
    with open_ledger(place) as ledger:
        step = history(ledger, "A00000000002", "zh").steps[-1]
    assert (step.kind, step.changed) == ("reopened", ("evidence",))


def test_steps_of_a_run_that_was_replaced_are_marked(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with on("2026-11-06"):
        run(place, "2026-11", dict.fromkeys(CASES, "one"), "again")
        put(place, "deferred", ["A00000000001"], due="2027-01-10", remark="本人出国")
    with open_ledger(place) as ledger:
        steps = history(ledger, "A00000000001", "zh").steps
    assert [(step.kind, step.replaced) for step in steps[-2:]] == [("closed", True), ("deferred", False)]


def test_record_keys_made_of_id_numbers_are_masked(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    with open_ledger(place) as ledger:
        subjects = json.dumps(["residents:460101199001011234"])
        ledger.connection.execute("UPDATE cases SET subjects = ?", (subjects,))
        assert history(ledger, "A00000000003", "zh").case["subjects"] == ["residents:460********1234"]


def test_without_the_run_there_are_no_words_but_the_history_is_there(tmp_path: Path) -> None:
    place = year_end(tmp_path / "w")
    (place.runs / "2026-11" / "frames" / "discrepancies.parquet").unlink()
    with open_ledger(place) as ledger:
        told = history(ledger, "A00000000003", "en")
    assert (told.reason, told.action, len(told.steps)) == ("", "", 4)
