"""What is missing is told by every command that matches, in one line for two registers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from reconcile.cli.main import run
from reconcile.sample import write_sample

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]
MOTHERS = ("母亲姓名", "母亲身份证号")
EN = (
    "inside resident register: no mother's name (3 keys), mother's ID number in resident register; 3 of 34 keys find "
    "nothing, and not compared: mother."
)
ZH = "全员人口内部：全员人口没有母亲姓名（3 个键）、母亲身份证号；34 个键中有 3 个找不到人，无从比较：母亲。"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city whose residents name no mothers and no households, from which they could be told."""
    folder = tmp_path_factory.mktemp("city")
    write_sample(folder, people=300, seed=41, preset="modern", form="plain", with_rosters=True)
    bare(folder / "residents.csv", folder / "no_mothers.csv", (*MOTHERS, "与户主关系"))
    return folder


def bare(source: Path, target: Path, columns: tuple[str, ...]) -> None:
    with source.open(encoding="utf-8-sig", newline="") as read, target.open("w", encoding="utf-8", newline="") as write:
        rows = csv.DictReader(read)
        kept = [name for name in rows.fieldnames or () if name not in columns]
        writer = csv.DictWriter(write, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(("language", "line"), [("en", EN), ("zh", ZH)])
def test_a_register_against_itself(language: str, line: str, city: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["--lang", language, "dedupe", str(city / "no_mothers.csv"), "-o", str(tmp_path / "x.csv")]) == 0
    assert line in capsys.readouterr().err.splitlines()


COMMANDS = [
    ("link", ["link", "no_mothers.csv", "household.csv"], ["left file – right file: no mother's name (3 keys)", "inside left file: no"]),
    ("births", ["births", "births.csv", "--residents", "no_mothers.csv"], ["inside resident", "birth certificates – resident"]),
    ("fit", ["fit", "--residents", "no_mothers.csv", "--household", "household.csv"], ["resident register – household register: no mother's", "inside resident register: no"]),
    ("whole files", ["link", "residents.csv", "household.csv"], []),
    ("roster", ["roster", "roster_a.csv", "--residents", "no_mothers.csv", "--against", "residents"], []),  # names none
]  # fmt: skip


@pytest.mark.parametrize(("what", "words", "pairs"), COMMANDS, ids=[case[0] for case in COMMANDS])
def test_every_command_tells(
    what: str, words: list[str], pairs: list[str], city: Path, tmp_path: Path, capsys: Capture
) -> None:
    given = [str(city / word) if word.endswith(".csv") else word for word in words]
    target = tmp_path / ("m.json" if what == "fit" else "x.csv")
    assert run(["--lang", "en", *given, "-o", str(target)]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "find nothing" in line]
    assert len(lines) == len(pairs)
    for line, pair in zip(sorted(lines), sorted(pairs), strict=True):
        assert line.startswith(pair)
        assert "mother's name" in line


def test_a_roster_tells_what_it_lacks(city: Path, tmp_path: Path, capsys: Capture) -> None:
    bare(city / "roster_a.csv", tmp_path / "roster.csv", ("村居",))
    words = [
        "roster",
        str(tmp_path / "roster.csv"),
        "--residents",
        str(city / "residents.csv"),
        "--against",
        "residents",
    ]
    assert run(["--lang", "en", *words, "-o", str(tmp_path / "x.csv")]) == 0
    assert "roster – resident register; inside roster: no village (6 keys)" in capsys.readouterr().err


def test_a_run_tells_and_keeps_it(city: Path, tmp_path: Path, capsys: Capture) -> None:
    files = ["--residents", str(city / "no_mothers.csv"), "--household", str(city / "household.csv")]
    assert run(["--lang", "en", "run", *files, "-o", str(tmp_path / "work")]) == 0
    assert "3 of 45 keys find nothing" in " ".join(capsys.readouterr().out.split())
    summary = json.loads((tmp_path / "work/runs/all/summary.json").read_text(encoding="utf-8"))
    kept = [notice["values"] for notice in summary["notices"] if notice["kind"] == "dead_keys"]
    assert [(one["sources"], one["dead"], one["keys"]) for one in kept] == [
        ([["residents", "household"]], 3, 45),
        ([["residents", "residents"]], 3, 34),
    ]
    assert kept[0]["lacking"][0] == {"column": "mother_name", "keys": 3, "sources": ["residents"]}
