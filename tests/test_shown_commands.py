"""Every command that a document shows runs, at the demo's month and on files of the names that the documents use."""

from __future__ import annotations

import re
import shlex
import shutil
from glob import glob
from pathlib import Path

import pytest

from reconcile.cli.main import run
from tests.shown_files import cases, furnish
from tests.test_docs import DOCUMENTS, SHOWN, blocks, commands

pytestmark = pytest.mark.slow

# What is not run here, by page or by the beginning of a command.
ELSEWHERE = {
    "docs/how-to/month-after-month.md": "typed by tests/pipelines/test_month_after_month.py",
    "docs/how-to/follow-a-birth.md": "typed by tests/pipelines/test_follow_a_birth.py",
    "docs/how-to/match-other-registers.md": "FEBRL's files are not ours to ship; see tests/pipelines/test_latin.py",
    "reconcile review": "opens a screen; see tests/review/test_screen.py",
    "reconcile review import pairs.xlsx": "the demo has no pair to judge; see tests/casework/review",
    "reconcile ledger restore": "asks at a terminal; see tests/ledger/test_backup.py",
    "reconcile judgements withdraw 12": "the number is one's own, and the demo has no pair to judge",
}
DONE_WITH_OPEN_CASES = 10
NOVEMBER = "1793520000"  # the first of the month after the demo's, when it is run
A_CASE = re.compile(r"(?i)\b(?=[a-z]*\d)[0-9a-z]{12}\b")


def shown() -> list[str]:
    """The commands of the English pages, each once; the Chinese ones differ in names that people give."""
    found = {
        " ".join(["reconcile", *command.split()[1:]])
        for page, command in SHOWN
        if not page.endswith(".zh-CN.md") and page not in ELSEWHERE
    }
    return sorted(c for c in found if c.removesuffix(" --workspace work") not in ELSEWHERE)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("SOURCE_DATE_EPOCH", NOVEMBER)
        furnish(folder)
    return folder


@pytest.mark.parametrize("command", shown())
def test_a_command_that_is_shown_runs(
    command: str, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(office, tmp_path / "office")
    monkeypatch.chdir(tmp_path / "office")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOVEMBER)
    if " run " in command:
        shutil.rmtree("work")  # which has the demo's month
        shutil.copy("residents.csv", "a.csv")  # which are rosters elsewhere
        shutil.copy("household.csv", "b.csv")
    code = run(["--lang", "en", *typed(command)])
    said = capsys.readouterr()
    assert code in (0, DONE_WITH_OPEN_CASES), said.err
    assert "never compared" not in said.out


def typed(command: str) -> list[str]:
    """The words of the command, with what this workspace has where it names a case or a copy, and files for a pattern."""
    if A_CASE.search(command):
        command = A_CASE.sub(cases("answered" if " return " in command else "new")[0], command)
    command = re.sub(r"work/backups/\S+", "work/backups/ledger-*.sqlite", command)
    words = shlex.split(command.replace("$period", "2026-10").replace("/mnt/", "mnt/"))[1:]
    return [name for word in words for name in (sorted(glob(word)) or [word])]


@pytest.mark.parametrize("page", [page for page in DOCUMENTS if page.endswith(".zh-CN.md")])
def test_both_languages_show_the_same_commands(page: str) -> None:
    english, chinese = (commands_of(name) for name in (page.replace(".zh-CN", ""), page))
    assert len(english) == len(chinese)
    for ours, theirs in zip(english, chinese, strict=True):
        names = [pair for pair in zip(ours, theirs, strict=True) if not re.search("[一-鿿]", "".join(pair))]
        assert [one for one, _ in names] == [other for _, other in names]


def commands_of(page: str) -> list[list[str]]:
    return [shlex.split(command) for text in blocks(page, "sh") for command in commands(text)]
