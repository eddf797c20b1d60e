"""`reconcile case` through the command line."""

from __future__ import annotations

import json

import pytest

from reconcile.cli.main import run
from tests.ledger.small_ledgers import year_end


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(year_end(tmp_path_factory.mktemp("ledger") / "w").folder)


@pytest.mark.parametrize(
    ("key", "language", "said"),
    [
        ("a00000000002", "zh", ["身份证号有误", "派发", "反馈：误报", "已销号", "2026-10-01"]),
        ("A00000000003", "zh", ["退回", "重新核实", "138****"]),
        ("A00000000003", "en", ["returned", "batch 2026-10-01", "answered: corrected", "Next:"]),
        ("BOOOOOOOOOO3", "en", ["changed: what is wrong", "Next: send it out"]),
    ],
)
def test_a_case_is_told_in_words(
    place: str, key: str, language: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--lang", language, "case", key, "--workspace", place]) == 0
    page = capsys.readouterr().out.replace("\n", "")
    assert [word for word in said if word not in page] == []
    assert "13800138000" not in page


def test_json(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "case", "A00000000002", "--workspace", place, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["key"], told["state"], told["how"], told["closed_in"]) == (
        "A00000000002", "closed", "false_alarm", "2026-10",
    )  # fmt: skip
    assert [event["kind"] for event in told["events"]] == ["found", "dispatched", "answered"]


def test_an_unknown_number_is_a_usage_error(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", "case", "A00000000009", "--workspace", place]) == 2
    assert "A00000000001" in capsys.readouterr().err
