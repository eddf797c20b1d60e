"""The birth of docs/how-to/follow-a-birth*.md, followed through its three months: the pages say what the commands print."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from reconcile.cli.main import run

pytestmark = pytest.mark.slow

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = {"en": "follow-a-birth.md", "zh": "follow-a-birth.zh-CN.md"}
CHILD, HOUSEHOLD_ROW = "U460050001", "HJ000013"


class Followed(NamedTuple):
    """What the commands of a page came to, in the order of the page: what each printed, and the folder they ran in."""

    page: str
    said: list[str]
    folder: Path

    def runs(self, workspace: str = "work") -> Path:
        return self.folder / workspace / "runs"


@pytest.fixture(scope="module", params=PAGES)
def followed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """The commands that the page shows, typed in a copy of its exports."""
    language = request.param
    page = (HOW_TO / PAGES[language]).read_text(encoding="utf-8")
    folder = tmp_path_factory.mktemp(language) / "birth"
    shutil.copytree(HOW_TO / "follow-a-birth", folder)
    for config in folder.glob("*.yaml"):
        config.write_text(
            config.read_text(encoding="utf-8").replace("language: zh", f"language: {language}"), encoding="utf-8"
        )
    shell = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    commands = re.findall(r"^reconcile (.*)", shell, re.MULTILINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")
        yield Followed(page, [printed(["--lang", language, *shlex.split(command)]) for command in commands], folder)


def printed(words: list[str]) -> str:
    """Runs a command and gives what it printed on stdout."""
    with redirect_stdout(io.StringIO()) as said:
        assert run(words) == 0
    return said.getvalue()


def children(runs: Path, period: str) -> dict[str, tuple[str, str | None]]:
    frame = pl.read_parquet(runs / period / "frames" / "children.parquet")
    return {row[0]: (row[1], row[2]) for row in frame.select("births", "cell", "reason").iter_rows()}


def cases(runs: Path, period: str) -> dict[str, str]:
    """code → key of the cases about the child that is followed."""
    frame = pl.read_parquet(runs / period / "frames" / "discrepancies.parquet")
    about = pl.col("record_id_l").is_in([CHILD, HOUSEHOLD_ROW])
    return dict(frame.filter(about).select("code", "key").iter_rows())


def test_the_child_goes_through_the_cells(followed: Followed) -> None:
    assert children(followed.runs(), "2026-09") == {
        CHILD: ("H", "open"),
        "U460050002": ("HP", "not_yet"),
        "U460050003": ("HP", "not_yet"),
        "U460050004": ("H", "mother_elsewhere"),
        "U460050005": ("H", "early_death"),
        "U460050006": ("HRP", None),
        "U460050007": ("H", "not_yet"),
    }
    assert children(followed.runs("september"), "2026-09")[CHILD] == ("HRP", None)


def test_her_cases_keep_their_keys_until_they_are_closed(followed: Followed) -> None:
    first, second, third = (cases(followed.runs(), period) for period in ("2026-09", "2026-10", "2026-11"))
    assert set(first) == {"birth_without_resident", "birth_without_household"}
    assert set(second) == {"birth_without_resident", "registered_late"}
    assert set(third) == {"registered_late"}
    assert second["birth_without_resident"] == first["birth_without_resident"]
    assert third["registered_late"] == second["registered_late"]
    assert run(["--quiet", "run", "month-3.yaml", "--period", "2026-12"]) == 0
    assert cases(followed.runs(), "2026-12") == {}


def test_twins_and_a_reissue_are_the_children_that_they_are(followed: Followed) -> None:
    persons = pl.read_parquet(followed.runs() / "2026-10" / "frames" / "persons.parquet")
    person = dict(persons.select("record_id", "person_id").iter_rows())
    assert person["U460050002"] == person["HJ000023"] == person["460105001000023"]
    assert person["U460050003"] == person["HJ000024"] == person["460105001000024"] != person["U460050002"]
    assert person["U460050006"] == person["U460050008"] == person["HJ000043"]


def settled(line: str) -> str:
    """A line without spaces, and without what depends on the model: weights, their bars, probabilities."""
    return re.sub(r"[+-]\d+\.\d+|\d+\.\d{4}%|[█░]|\s", "", line)


def test_what_the_page_shows_was_printed(followed: Followed) -> None:
    said = {settled(line) for text in followed.said for line in text.splitlines()}
    shown = re.findall(r"^```text\n(.*?)^```", followed.page, re.DOTALL | re.MULTILINE)
    assert len(shown) == 6
    assert [line for block in shown for line in block.splitlines() if settled(line) not in said] == []


def test_the_rows_that_the_page_shows_are_those_of_the_lists(followed: Followed) -> None:
    shown = re.findall(
        r"^\| `(\S+\.csv)` \| (\w{12}) \| (\S+) \| (\w+) \| (\S+) \| ([^|]+) \|$", followed.page, re.MULTILINE
    )
    found = [rows_about_her(followed.runs() / period / "lists") for period in ("2026-09", "2026-10", "2026-11")]
    written = [row for rows in found for row in sorted(rows, key=lambda row: shown_as(row, shown))]
    assert [len(rows) for rows in found] == [2, 2, 1]
    assert [shown_as(row, shown) for row in written] == [shown.index(row) for row in shown]
    assert not any({"林晓梅之女", "陈思雨", "林晓梅"} & set(row) for row in written), "masked"


def shown_as(row: list[str], shown: list[tuple[str, ...]]) -> int:
    """Which of the rows of the page this row of a list is, whatever its case's key."""
    return next(at for at, (name, _, *values) in enumerate(shown) if {name, *values} <= set(row))


def rows_about_her(lists: Path) -> list[list[str]]:
    """The name of the list and the row."""
    found = []
    for path in lists.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found += [[path.name, *row] for row in csv.reader(lines) if {CHILD, HOUSEHOLD_ROW} & set(row)]
    return found
