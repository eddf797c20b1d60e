"""`reconcile feedback`, `return` and `defer` through the real command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import pyzipper

from reconcile.cli.main import run
from reconcile.core.messages import speak
from tests.casework.feedback.forms import BATCH, TODAY, Office, form, key_of, office, sent_rows, write_xlsx

ANSWERS = {0: "属实", 1: "已改", 2: "误报"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    speak("zh")
    monkeypatch.delenv("RECONCILE_PASSWORD", raising=False)


@pytest.fixture
def made(tmp_path: Path) -> Office:
    return office(tmp_path / "work", 4)


def back(tmp_path: Path, answers: dict[int, str]) -> Path:
    return write_xlsx(tmp_path / "府城镇.xlsx", form(sent_rows(BATCH, range(4)), answers))


def call(made: Office, command: str, *words: object) -> int:
    return run([command, *map(str, words), "--workspace", str(made.workspace.folder)])


def test_all_taken(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    assert call(made, "feedback", back(tmp_path, ANSWERS)) == 0
    told = capfd.readouterr()
    assert "府城镇.xlsx" in told.out
    assert "记入台账的差异 3 条：属实待改 1，已更正 1，误报 1。" in told.out
    assert told.err == ""


def test_some_rejected(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    assert call(made, "feedback", back(tmp_path, ANSWERS | {3: "王小二说不清"})) == 10
    told = capfd.readouterr()
    assert "第 5 行" in told.err
    assert "府城镇_退回.xlsx" in told.err
    assert "王小二" not in told.out + told.err
    assert len(made.answered()) == 3


def test_strict(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    assert call(made, "feedback", back(tmp_path, ANSWERS | {3: "？！啊"}), "--strict") == 10
    assert "这次没有记账。" in capfd.readouterr().err
    assert made.answered() == {}


def test_many_rejects_point_to_the_workbook_only_when_there_is_one(
    tmp_path: Path, made: Office, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reconcile.casework.feedback.report.TOLD", 1)
    path = back(tmp_path, dict.fromkeys(range(4), "啊"))
    assert call(made, "feedback", path, "--dry-run") == 10
    assert "……另有 3 行。\n" in capfd.readouterr().err
    assert call(made, "feedback", path) == 10
    assert "……另有 3 行。全部写在退回表里。" in capfd.readouterr().err


def test_json_for_scripts(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    rejects = tmp_path / "r.xlsx"
    words = ["--format", "json", "--rejects", rejects, "--dry-run"]
    assert call(made, "feedback", back(tmp_path, ANSWERS | {3: "啊"}), *words) == 10
    told = json.loads(capfd.readouterr().out)
    assert (told["booked"], told["cases"], told["rejects"]) == (False, 3, str(rejects))
    assert told["answers"] == {"confirmed": 1, "corrected": 1, "false_alarm": 1, "moved_out": 0, "unverifiable": 0}
    assert [(row["row"], row["reason"]) for row in told["rejected"]] == [(5, "unknown_word")]
    assert made.answered() == {}


def test_quiet_and_english(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    assert call(made, "feedback", back(tmp_path, ANSWERS | {3: "啊"}), "--quiet", "--lang", "en") == 10
    told = capfd.readouterr()
    assert "Booked 3 cases: confirmed 1, corrected 1, false alarm 1." in told.out
    assert told.err == ""
    assert (tmp_path / "府城镇_rejects.xlsx").exists()


def test_a_form_in_a_pipe(tmp_path: Path, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [",".join(row) for row in form(sent_rows(BATCH, range(4)), ANSWERS | {3: "啊"})]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode("gb18030"))))
    assert call(made, "feedback", "-") == 10
    assert len(made.answered()) == 3
    assert (tmp_path / "feedback_退回.xlsx").exists()


def test_forms_in_which_nothing_is_filled_in(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    nothing = write_xlsx(tmp_path / "空.xlsx", form(sent_rows(BATCH, range(4)), {})[:1])
    entries = made.entries()
    assert call(made, "feedback", back(tmp_path, {}), nothing) == 0
    assert (made.entries(), capfd.readouterr().err) == (entries, "")


@pytest.mark.parametrize("given", ["file", "environment", "none", "wrong"])
def test_passwords(
    tmp_path: Path, made: Office, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], given: str
) -> None:
    sealed, words = tmp_path / "府城镇.zip", []
    with pyzipper.AESZipFile(sealed, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword("口令".encode())
        archive.write(back(tmp_path, ANSWERS), "府城镇.xlsx")
    if given in ("file", "wrong"):
        (tmp_path / "p.txt").write_text("口令\r\n" if given == "file" else "口\n", encoding="utf-8")
        words = ["--password-file", tmp_path / "p.txt"]
    if given == "environment":
        monkeypatch.setenv("RECONCILE_PASSWORD", "口令")
    assert call(made, "feedback", sealed, *words) == (0 if given in ("file", "environment") else 3)
    told = capfd.readouterr()
    assert len(made.answered()) == (3 if given in ("file", "environment") else 0)
    assert ("--password-file" in told.err) == (given == "none")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["none.xlsx"], 3),
        (["府城镇.xlsx", "--rejects", "r.csv"], 2),
        (["府城镇.xlsx", "--rejects", "府城镇.xlsx"], 2),
        (["府城镇.xlsx", "--rejects", "nowhere/r.xlsx"], 2),
        (["府城镇.xlsx", "--password-file", "none.txt"], 3),
        (["府城镇.xlsx", "--password-file", "empty.txt"], 3),
        (["府城镇.xlsx", "--format", "xml"], 2),
        (["work"], 3),
    ],
)
def test_what_cannot_be_meant(
    tmp_path: Path,
    made: Office,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_bytes(b"")
    back(tmp_path, ANSWERS)
    assert call(made, "feedback", *words) == code
    assert "错误" in capfd.readouterr().err
    assert made.answered() == {}


def test_a_damaged_ledger(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    for path in made.workspace.folder.glob("ledger.sqlite*"):
        path.write_bytes(b"not a database" * 1000)
    assert call(made, "feedback", back(tmp_path, ANSWERS)) == 4
    assert "台账" in capfd.readouterr().err


def test_return_and_defer(tmp_path: Path, made: Office, capfd: pytest.CaptureFixture[str]) -> None:
    call(made, "feedback", back(tmp_path, ANSWERS))
    capfd.readouterr()
    assert call(made, "return", key_of(0), key_of(2), "--why", "请再查") == 0
    assert capfd.readouterr().out.split() == [key_of(0), key_of(2)]
    assert call(made, "defer", key_of(3), "--until", "2026-12-31", "--why", "等系统开放") == 0
    assert capfd.readouterr().out.split() == [key_of(3)]
    assert [state for state, _ in made.states().values()] == ["returned", "corrected", "returned", "deferred"]
    assert call(made, "return", key_of(3), "--why", "请再查") == 2
    assert call(made, "defer", key_of(3), "--until", "2026-01-01", "--why", "等") == 2
    assert call(made, "defer", key_of(3), "--why", "等") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", ["feedback", "return", "defer"])
def test_every_command_has_help_and_an_example(command: str, language: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help", "--lang", language]) == 0
    assert f"reconcile {command}" in capfd.readouterr().out
