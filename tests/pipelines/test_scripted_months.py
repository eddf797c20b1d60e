"""Months by chance against a model of a few lines: faults come and go, keys change, people answer, months are replaced."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.pipelines.small_months import SEX, City

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """What the ledger should say of a person's case."""

    state: str
    how: str = ""
    reopened: int = 0
    first_seen: str = ""


def after_run(case: Case | None, fault: bool, period: str) -> Case | None:
    """The model: what a run makes of a case."""
    if case is None:
        return Case("new", first_seen=period) if fault else None
    if case.state == "closed":
        back = fault and case.how != "false_alarm"
        return replace(case, state="reopened", how="", reopened=case.reopened + 1) if back else case
    if not fault:
        return replace(case, state="closed", how="corrected")
    return replace(case, state="returned") if case.state == "corrected" else case


def after_answer(case: Case, answer: str) -> Case:
    if answer == "false_alarm":
        return replace(case, state="closed", how="false_alarm")
    return replace(case, state="corrected" if answer == "corrected" else "answered")


@pytest.mark.parametrize("seed", [1])
def test_the_ledger_says_what_the_model_says(seed: int, tmp_path: Path) -> None:
    chance, city = random.Random(seed), City(tmp_path)
    people = [row["身份证号"] for row in city.residents]
    right = {row["身份证号"]: row["性别"] for row in city.residents}
    wanted: dict[str, Case | None] = dict.fromkeys(people)
    for month in range(1, 7):
        period = f"2026-{month:02d}"
        before = wanted
        for attempt in range(1 + (chance.random() < 0.4)):  # some months are run again with other files
            faults = {person for person in people if chance.random() < 0.3}
            city.residents = [_export(row, row["身份证号"] in faults, right, chance) for row in city.residents]
            chance.shuffle(city.residents)
            assert city.run(period, *(["--replace"] if attempt else [])) == 0
            wanted = {person: after_run(before[person], person in faults, period) for person in people}
        assert told(city) == {person: case for person, case in wanted.items() if case is not None}
        counts = city.tally(period)
        assert counts["carried"] + counts["new"] + counts["reopened"] == counts["closed"] + counts["open"]
        for person, case in wanted.items():
            if case is not None and case.state != "closed" and chance.random() < 0.5:
                answer = chance.choice(["confirmed", "corrected", "false_alarm", "moved_out"])
                city.answer(SEX, answer, record=_key(city, person))
                wanted[person] = after_answer(case, answer)


def _export(row: dict[str, str], fault: bool, right: dict[str, str], chance: random.Random) -> dict[str, str]:
    """The row in the next export: one key in five is new, half of these with a new name too."""
    sex = right[row["身份证号"]]
    changed = {"性别": {"男": "女", "女": "男"}[sex] if fault else sex, "联系电话": f"139{chance.randrange(10**8):08d}"}
    if chance.random() < 0.2:
        changed["个人编码"] = f"N{chance.randrange(10**9):09d}"
        if chance.random() < 0.5:
            changed["姓名"] = row["姓名"][0] + chr(0x5010 + chance.randrange(4000))
    return {**row, **changed}


def _key(city: City, person: str) -> str:
    [key] = [row["个人编码"] for row in city.residents if row["身份证号"] == person]
    return key


def told(city: City) -> dict[str, Case]:
    """The ledger's cases by the number of the person they are about; each person has one case at most."""
    person = {row["个人编码"]: row["身份证号"] for row in city.residents}
    columns = ("subjects", "state", "how", "reopened", "first_seen")
    rows = city.cases(*columns, code=SEX)
    found = {person[subjects.removeprefix('["residents:').removesuffix('"]')]: Case(*said) for subjects, *said in rows}
    assert len(found) == len(rows)
    return found
