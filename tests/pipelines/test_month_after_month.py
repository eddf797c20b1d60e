"""The three months of docs/how-to/month-after-month*.md, typed as the pages show them: they say what the commands print."""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import load_workbook

from reconcile.cli.main import run
from reconcile.ledger.store import open_ledger
from reconcile.workspace import Workspace

pytestmark = pytest.mark.slow

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = {"en": "month-after-month.md", "zh": "month-after-month.zh-CN.md"}
WHO = {"en": "office", "zh": "数据科"}
KEY = b"made-up key of month-after-month"  # with it cases have the numbers of the page
DAYS = [*["2026-09-05"] * 3, "2026-09-14", "2026-09-16", *["2026-10-05"] * 4, *["2026-11-05"] * 4]
ROW = re.compile(r"^\| ([0-9A-Z]{12}) \| ([^|]+) \| ([0-9A-Z]+) \| ([^|]+) \|$", re.MULTILINE)


class Typed(NamedTuple):
    """A page, its commands, what each printed and how it ended, and where the cases stood after each month's run."""

    page: str
    commands: list[str]
    said: list[str]
    codes: list[int]
    standing: list[dict[str, tuple[str, str]]]


@pytest.fixture(scope="module", params=PAGES)
def typed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Typed:
    language = request.param
    page = (HOW_TO / PAGES[language]).read_text(encoding="utf-8")
    commands = re.findall(r"^reconcile .*", "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.S | re.M)), re.M)
    done = Typed(page, commands, [], [], [])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp(language))
        patch.setenv("COLUMNS", "100")
        patch.setenv("RECONCILE_USER", WHO[language])
        Path("work").mkdir()
        Path("work/key").write_bytes(KEY)
        for command, day in zip(commands, DAYS, strict=True):
            patch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(f"{day}T09:00+00:00").timestamp())))
            type_in(command, language, done)
    return done


def type_in(command: str, language: str, done: Typed) -> None:
    """Runs one command of the page; before it, people fill in what it reads."""
    words = shlex.split(command)[1:]
    if words[0] == "feedback":
        fill_in_form(done.page, Path(words[1]))
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        done.codes.append(run(["--lang", language, *words]))
    done.said.append(said.getvalue())
    if words[0] == "run":
        with open_ledger(Workspace(Path("work"))) as ledger:
            done.standing.append(
                {key: (state, how) for key, state, how in ledger.cases().select("key", "state", "how").rows()}
            )


def fill_in_form(page: str, returned: Path) -> None:
    """The town's workbook with the results that the page shows, each in the row of its case, type and record."""
    heads = re.search(
        r"^\| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|\n\|---\|---\|---\|---\|\n\| [0-9A-Z]{12}", page, re.M
    )
    assert heads
    workbook = load_workbook(next(Path("out").rglob(f"{returned.stem}_*.xlsx")))
    rows = workbook.worksheets[0].iter_rows()
    places = {cell.value: at for at, cell in enumerate(next(rows))}
    key, *others, result = (places[head] for head in heads.groups())
    results = {tuple(row[:3]): row[3] for row in ROW.findall(page)}
    for row in rows:
        case = tuple(row[at].value for at in (key, *others))
        row[result].value = results.pop(case, None)
    assert results == {}
    returned.parent.mkdir()
    workbook.save(returned)


def settled(line: str) -> str:
    return re.sub(r"\s", "", line)


def test_the_page_is_what_happens(typed: Typed) -> None:
    _what_it_shows_was_printed(typed)
    _only_the_row_that_cannot_be_taken_ends_otherwise_than_well(typed)
    _the_cases_stand_as_it_tells(typed)


def _what_it_shows_was_printed(typed: Typed) -> None:
    said = {settled(line) for text in typed.said for line in text.splitlines()}
    shown = [
        line for block in re.findall(r"^```text\n(.*?)^```", typed.page, re.S | re.M) for line in block.splitlines()
    ]
    assert len(shown) > 50
    assert [line for line in shown if not any(told(settled(line), one) for one in said)] == []


def told(shown: str, said: str) -> bool:
    """Whether the line that is shown, perhaps cut short with an ellipsis, was said."""
    return said.startswith(shown[:-1]) if shown.endswith("…") else said == shown


def _only_the_row_that_cannot_be_taken_ends_otherwise_than_well(typed: Typed) -> None:
    ended = {command.split()[1]: code for command, code in zip(typed.commands, typed.codes, strict=True) if code}
    assert ended == {"feedback": 10}


def _the_cases_stand_as_it_tells(typed: Typed) -> None:
    august, september, october = typed.standing
    keys = list(dict.fromkeys(re.findall(r"^\| ([0-9A-Z]{12}) \|", typed.page, re.M)))
    assert {august[key] for key in keys} == {("new", "")}
    assert [september[key] for key in keys] == [
        ("closed", "corrected"),
        ("closed", "corrected"),
        ("returned", ""),
        ("answered", ""),
        ("closed", "false_alarm"),
        ("closed", "corrected"),
        ("dispatched", ""),
    ]
    assert (october[keys[1]], october[keys[2]]) == (("reopened", ""), ("closed", "corrected"))
