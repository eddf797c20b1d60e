"""A small city's registers as files, a finished run of them, and rosters to hold against it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn.ric import calc_check_digit

from reconcile.cli.main import run

Table = Sequence[Mapping[str, object]]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("海棠", "子墨", "建邦", "若溪", "文轩", "雨桐", "志远", "思齐", "嘉禾", "承泽", "云舒", "景行")
VILLAGES = ("春江村", "榕桥村", "石岭村")


def number(place: int) -> str:
    """A valid number, another for each place, of somebody born on `born(place)`: a man for odd places."""
    body = f"460105{born(place).replace('-', '')}{100 + place:03d}"
    return body + calc_check_digit(f"{body}0")  # it leaves the last character out


def born(place: int) -> str:
    return f"{1940 + place % 50}-{1 + place % 12:02d}-{1 + place % 28:02d}"


def named(place: int) -> str:
    return _SURNAMES[place % 20] + _GIVEN[place // 20 % 12] if place % 3 else _SURNAMES[place % 20] + _GIVEN[place % 12]


def person(place: int, **other: object) -> dict[str, object]:
    """What every register says of a person: 姓名 …; `other` says it otherwise."""
    told = {"姓名": named(place), "性别": "女男"[place % 2], "身份证号": number(place), "出生日期": born(place)}
    return told | {"镇街": "府城镇", "村居": VILLAGES[place % 3]} | other


def resident(place: int, **other: object) -> dict[str, object]:
    told = {"个人编码": f"R{place:04d}", "注销日期": "", "注销原因": ""}
    return person(place, **(told | other))


def registered(place: int, **other: object) -> dict[str, object]:
    told = {"户籍记录号": f"H{place:04d}", "注销日期": "", "注销原因": "", "迁出日期": ""}
    return person(place, **(told | other))


def entry(place: int, **other: object) -> dict[str, object]:
    """A row of a roster."""
    told = {"编号": f"A{place:04d}", "月数": 12, "标准": 100, "金额": 1200, "发放月份": "2026-10"}
    return person(place, **(told | other))


def written(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    """The rows as CSV with the headers of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding=encoding)
    return path


# Places of people with a story; all others are in both registers, in force.
DIED, DIED_UNDATED, MOVED, MOVED_OUT_OF_POLICE, ACTIVE_AND_DEAD, ONLY_RESIDENT = 201, 202, 203, 204, 205, 206
MOVED_BY_REASON, NOT_DEAD = 207, 208
NOBODY = 240


def registers() -> tuple[Table, Table]:
    ended = {"注销日期": "2026-03-05", "注销原因": "死亡"}
    residents = [resident(place) for place in range(1, 61)]
    household = [registered(place) for place in range(1, 61)]
    residents += [
        resident(place) for place in (DIED, DIED_UNDATED, MOVED_OUT_OF_POLICE, ACTIVE_AND_DEAD, ONLY_RESIDENT)
    ]
    residents += [resident(MOVED, 注销日期="2026-05-01", 注销原因="迁出")]
    residents += [
        resident(MOVED_BY_REASON, 注销原因="迁出"),
        resident(NOT_DEAD, 注销日期="2026-04-01", 注销原因="非死亡注销"),
    ]
    household += [
        registered(DIED, **ended),
        registered(DIED_UNDATED, 注销原因="死亡", 注销日期="已注销"),
        registered(MOVED, 注销日期="2026-05-02", 注销原因="迁往市外"),
        registered(MOVED_OUT_OF_POLICE, 迁出日期="2026-06-01"),
        registered(ACTIVE_AND_DEAD, **ended),
    ]
    return residents, household


def finished(folder: Path) -> Path:
    """The workspace of a run over the registers, which lie beside it as residents.csv and household.csv."""
    residents, household = registers()
    files = [written(folder / "residents.csv", residents), written(folder / "household.csv", household)]
    words = ["--residents", files[0], "--household", files[1], "-o", folder / "work", "--period", "2026-10"]
    assert run(["--quiet", "run", *map(str, words)]) == 0
    return folder / "work"


def checked(
    capsys: pytest.CaptureFixture[str], folder: Path, *words: object, language: str = "en"
) -> tuple[list[dict[str, Any]], str]:
    """The rows of `reconcile roster`, by their English headers, and what stderr says."""
    target = folder / "checked.csv"
    target.unlink(missing_ok=True)
    code = run(["--lang", language, "roster", *map(str, words), "-o", str(target), "--list-lang", language])
    told = capsys.readouterr().err
    assert code == 0, told
    return list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig")))), told
