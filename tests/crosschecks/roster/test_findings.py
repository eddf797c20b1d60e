"""What is said of each row of a roster: labelled rows against a small finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.crosschecks.roster.office import (
    ACTIVE_AND_DEAD,
    DIED,
    DIED_UNDATED,
    MOVED,
    MOVED_BY_REASON,
    MOVED_OUT_OF_POLICE,
    NOBODY,
    NOT_DEAD,
    ONLY_RESIDENT,
    VILLAGES,
    Table,
    checked,
    entry,
    named,
    number,
    written,
)

RUINED = {"身份证号": "4.60105E+17"}
NAME_ONLY = {"身份证号": "", "出生日期": ""}


def wrong_digit(place: int) -> str:
    """The number with another digit in its place among those born that day."""
    right = number(place)
    return right[:15] + str((int(right[15]) + 1) % 10) + right[16:]


# What the rows are, and of each row the findings that it has: their names, severity, and what else is said.
CASES: dict[str, tuple[Table, list[tuple[int, str, str, str]]]] = {
    "somebody as the registers have them": ([entry(1)], []),
    "only one register has them": ([entry(ONLY_RESIDENT)], []),
    "a row twice, word for word": (
        [entry(2), entry(2)],
        [(2, "in the roster twice", "high", "2 rows"), (3, "in the roster twice", "high", "2 rows")],
    ),
    "twice, the second time without a number and with a homophone": (
        [entry(4, 姓名="陈海棠"), entry(4, 编号="A9", 姓名="陈海堂", 身份证号="")],
        [
            (2, "in the roster twice", "high", "2 rows"),
            (3, "in the roster twice", "high", "2 rows"),
            (3, "ID number not usable", "medium", "missing"),
            (3, "found with other data", "low", "name"),
        ],
    ),
    "twice, but for two months": (
        [entry(5), entry(5, 编号="A9", 发放月份="2026-09")],
        [(2, "in the roster twice", "low", "project or date"), (3, "in the roster twice", "low", "project or date")],
    ),
    "twice, in no register": (
        [entry(NOBODY), entry(NOBODY, 编号="A9")],
        [
            (2, "in the roster twice", "high", "2 rows"),
            (2, "not in the registers", "medium", "no record"),
            (3, "in the roster twice", "high", "2 rows"),
            (3, "not in the registers", "medium", "no record"),
        ],
    ),
    "died before the roster's month": (
        [entry(DIED)],
        [(2, "cancelled for death", "high", "household register has cancelled this person for death on 2026-03-05, before")],
    ),
    "died after the roster's month": (
        [entry(DIED, 发放月份="2026-02")],
        [(2, "cancelled for death", "low", "not before the date")],
    ),
    "died, and the roster says no date": (
        [entry(DIED, 发放月份="")],
        [(2, "cancelled for death", "high", "on 2026-03-05")],
    ),
    "died, nobody knows when": ([entry(DIED_UNDATED)], [(2, "cancelled for death", "high", "no date is given")]),
    "died, but the residents' office does not know": (
        [entry(ACTIVE_AND_DEAD)],
        [(2, "cancelled for death", "high", "household register")],
    ),
    "moved out of both registers": (
        [entry(MOVED)],
        [(2, "cancelled or moved out", "medium", "2026-05-01, before")],
    ),
    "moved out with the police only": (
        [entry(MOVED_OUT_OF_POLICE)],
        [(2, "cancelled or moved out", "low", "household register has this person as cancelled or moved out on 2026-06-01")],
    ),
    "moved out, as only the reason says": (
        [entry(MOVED_BY_REASON)],
        [(2, "cancelled or moved out", "medium", "no date is given")],
    ),
    "cancelled, but not for death": (
        [entry(NOT_DEAD)],
        [(2, "cancelled or moved out", "medium", "on 2026-04-01, before")],
    ),
    "no number": ([entry(6, 身份证号="无")], [(2, "ID number not usable", "medium", "missing")]),
    "a number that a spreadsheet ruined": ([entry(7, **RUINED)], [(2, "ID number not usable", "medium", "spreadsheet")]),
    "a wrong digit": ([entry(8, 身份证号=wrong_digit(8))], [(2, "ID number not usable", "medium", "check digit")]),
    "a number too short": ([entry(9, 身份证号="46010519")], [(2, "ID number not usable", "medium", "by its form")]),
    "full-width digits": ([entry(10, 身份证号=number(10).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}))], []),
    "in no register": ([entry(NOBODY)], [(2, "not in the registers", "medium", "no record of this person")]),
    "a name only, one of that name in the village": (
        [entry(11, **NAME_ONLY)],
        [
            (2, "possibly in the registers", "low", "the only one of this name"),
            (2, "ID number not usable", "medium", "missing"),
        ],
    ),
    "a name only, one of that name in another village": (
        [entry(12, **NAME_ONLY, 村居=VILLAGES[1])],
        [
            (2, "possibly in the registers", "low", "the only one of this name in the registers"),
            (2, "ID number not usable", "medium", "missing"),
        ],
    ),
    "a name only, and no place": (
        [entry(12, **NAME_ONLY, 村居="", 镇街="")],
        [
            (2, "possibly in the registers", "low", "the only one of this name in the registers"),
            (2, "ID number not usable", "medium", "missing"),
        ],
    ),
    "a number that is none and no birth date": (
        [entry(12, **NAME_ONLY | {"身份证号": "46010519"}, 村居="", 镇街="")],
        [
            (2, "possibly in the registers", "low", "the only one of this name in the registers"),
            (2, "ID number not usable", "medium", "by its form"),
        ],
    ),
    "a name only, nobody of that name": (
        [entry(12, **NAME_ONLY, 姓名="欧阳无人")],
        [
            (2, "not in the registers", "low", "nobody of this name"),
            (2, "ID number not usable", "medium", "missing"),
        ],
    ),
    "another name and birth date": (
        [entry(13, 姓名=named(13)[0] + "海唐", 出生日期="1953-02-15")],
        [(2, "found with other data", "medium", "name, date of birth")],
    ),
    "another sex": ([entry(14, 性别="男")], [(2, "found with other data", "low", "sex")]),
    "one number with two people": (
        [entry(15), entry(16, 身份证号=number(15))],
        [
            (2, "one number, two people", "high", "another name"),
            (3, "one number, two people", "high", "another name"),
            (3, "found with other data", "medium", "ID number"),
        ],
    ),
    "an amount that does not come about": ([entry(17, 金额=1300)], [(2, "amount wrong", "high", "1200.00; the amount is 100.00 too much")]),
    "a cent, which is allowed": ([entry(18, 金额="1,200.01元")], []),
    "two cents, which are not": ([entry(18, 金额="￥1,200.02")], [(2, "amount wrong", "high", "0.02 too much")]),
    "an amount in words": ([entry(19, 金额="见附表")], [(2, "amount wrong", "high", "cannot be read as a number: amount")]),
    "no amount": ([entry(20, 金额="")], [(2, "amount wrong", "high", "there is no amount")]),
    "units that cannot be read": ([entry(21, 月数="若干")], [(2, "amount wrong", "high", "cannot be read as a number: units")]),
    "neither units nor rate": ([entry(22, 月数="", 标准="", 金额=5)], []),
    "nothing was due, nothing was paid": ([entry(23, 月数=0, 金额="")], []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_findings(case: str, workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, expected = CASES[case]
    found, told = checked(capsys, tmp_path, written(tmp_path / "roster.csv", rows), "--workspace", workspace)
    assert [(int(row["row in file"]), row["finding"], row["severity"]) for row in found] == [e[:3] for e in expected]
    for row, (*_, said) in zip(found, expected, strict=True):
        assert said in row["reason"]
    assert f"rows read {len(rows)} = kept {len(rows)} + rejected 0 + set aside 0" in told


def of(rows: list[dict[str, Any]], finding: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["finding"] == finding]


def test_the_record_beside_is_the_one_that_the_finding_is_about(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [entry(DIED), entry(8, 身份证号=wrong_digit(8)), entry(2), entry(2, 编号="A0999")]
    found, _ = checked(capsys, tmp_path, written(tmp_path / "roster.csv", rows), "--workspace", workspace)
    dead, bad, twice = (of(found, f)[0] for f in ("cancelled for death", "ID number not usable", "in the roster twice"))
    assert (dead["record no. (beside)"], dead["reason for cancelling (beside)"]) == (f"H{DIED:04d}", "死亡")
    assert (bad["ID number (roster)"], bad["ID number (beside)"]) == (wrong_digit(8), number(8))
    assert (twice["register (beside)"], twice["record no. (beside)"]) == ("roster", "A0999")


def test_two_rosters_that_exclude_each_other(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = written(tmp_path / "one.csv", [entry(1), entry(2), entry(NOBODY)])
    other = written(tmp_path / "other.csv", [entry(3), entry(2, 身份证号=""), entry(NOBODY, 编号="B1")])
    found, _ = checked(capsys, tmp_path, one, other, "--exclusive", "--workspace", workspace)
    both = of(found, "in two rosters that exclude each other")
    assert [(row["roster"], row["row in file"]) for row in both] == [
        ("one", "3"), ("one", "4"), ("other", "3"), ("other", "4"),
    ]  # fmt: skip
    assert {row["register (beside)"] for row in both} == {"one", "other"}
    apart, _ = checked(capsys, tmp_path, one, other, "--workspace", workspace)
    assert of(apart, "in two rosters that exclude each other") == []


def test_all_lists_rows_with_nothing_to_say_beside_their_record(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "roster.csv", [entry(1), entry(NOBODY)])
    found, _ = checked(capsys, tmp_path, path, "--all", "--workspace", workspace)
    assert (found[0]["finding"], found[0]["reason"]) == ("", "nothing found")
    assert found[0]["record no. (beside)"] in ("R0001", "H0001")
    assert len(found) == 2


def test_the_config_gives_rates_columns_and_exclusions(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"编号": "1", "受益人": named(1), "受益人证号": number(1), "发放数": "3", "实付": "150.5"}]
    written(tmp_path / "a.csv", rows)
    written(tmp_path / "b.csv", [entry(1)])
    (tmp_path / "config.yaml").write_text(
        f"""
workspace: {workspace}
sources:
  上半年:
    layout: roster
    files: [a.csv]
    columns: {{name: 受益人, id_number: 受益人证号, paid_units: 发放数, paid_amount: 实付}}
  下半年: {{layout: roster, files: [b.csv]}}
rosters:
  exclusive: [[上半年, 下半年]]
  amounts:
    上半年: {{rate: 50, tolerance: 0.1}}
""",
        encoding="utf-8",
    )
    found, told = checked(capsys, tmp_path, "--config", tmp_path / "config.yaml")
    assert [(row["roster"], row["finding"]) for row in found] == [
        ("上半年", "in two rosters that exclude each other"),
        ("上半年", "amount wrong"),
        ("下半年", "in two rosters that exclude each other"),
    ]
    assert "150.00; the amount is 0.50 too much" in found[1]["reason"]
    assert "上半年" in found[2]["reason"]
    assert "下半年: rows read 1" in told
