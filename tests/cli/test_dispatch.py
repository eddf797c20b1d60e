"""`reconcile dispatch` through the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
import pyzipper

from reconcile.cli.main import run
from reconcile.core.messages import speak
from reconcile.workspace import Workspace
from tests.casework.dispatch.office import TODAY, make_office, states
from tests.pipelines.cities import files_of, plain_city, run_city

pytestmark = pytest.mark.slow

NUMBER = "2026-10-01"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setenv("RECONCILE_LANG", "en")
    monkeypatch.delenv("RECONCILE_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)
    speak("en")
    return make_office(tmp_path / "work")


def test_number_on_stdout_and_the_rest_on_stderr(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dispatch", "--out", "out"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{NUMBER}\n"
    for told in (
        "Batch 2026-10-01: 6 cases in 4 workbooks, to be answered by 2026-11-13",
        "三山镇",
        "龙泉街道_2026-10-01.xlsx",
    ):
        assert told in said.err
    assert not any(value in said.err for value in ("张小三", "4601"))


def test_quiet_says_the_number_only(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dispatch", "--out", "out", "--quiet"]) == 0
    assert capsys.readouterr() == (f"{NUMBER}\n", "")


def test_dry_run_says_what_would_go_and_does_nothing(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dispatch", "-o", "work", "--by", "village", "--dry-run", "--encrypt"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Would make batch 2026-10-01: 6 cases in 5 workbooks" in said.err
    assert set(states(office).values()) == {"new"}
    assert sorted(path.name for path in Path().iterdir()) == ["work"]


def test_nothing_to_send_is_no_failure(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    run(["dispatch", "--out", "one"])
    capsys.readouterr()
    assert run(["dispatch", "--out", "two"]) == 0
    said = capsys.readouterr()
    assert (said.out, "nothing to send out" in said.err) == ("", True)
    assert not Path("two").exists()


def test_again(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    run(["dispatch", "--out", "one", "--by", "village"])
    assert run(["dispatch", "--again", NUMBER, "--out", "two"]) == 0
    files = {path.relative_to("one") for path in Path("one").rglob("*.xlsx")}
    assert files == {path.relative_to("two") for path in Path("two").rglob("*.xlsx")}
    assert len(files) == 6
    assert "as it was" in capsys.readouterr().err


CONFIG = """
workspace: office
language: zh
sources: {residents: {layout: residents, files: [a.csv]}}
lists: {whole_values: false, language: en}
births: {home_areas: [海临市, 南岭市]}
"""


def test_workspace_language_masking_and_home_are_those_of_the_config(
    office: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    office.folder.rename("office")
    Path("c.yaml").write_text(CONFIG, encoding="utf-8")
    assert run(["dispatch", "c.yaml", "--out", "out", "--contact", "Office 12"]) == 0
    assert "个工作簿" in capsys.readouterr().err  # the screen's language
    form, instructions = openpyxl.load_workbook("out/三山镇_2026-10-01.xlsx").worksheets
    headers = [cell.value for cell in form[1]]
    assert form.cell(4, headers.index("Name (record 1)") + 1).value == "张*三"
    assert "Office 12" in [cell.value for cell in instructions["B"]]
    assert not list(Path("out").glob("*elsewhere*"))


@pytest.mark.parametrize("options", [["--list-lang", "zh"], ["--masked"], ["--severity", "high", "--severity", "low"]])
def test_options(office: Workspace, options: list[str]) -> None:
    assert run(["dispatch", "--out", "out", *options]) == 0
    form, instructions = openpyxl.load_workbook("out/三山镇_2026-10-01.xlsx").worksheets
    values = {cell.value for row in form.iter_rows() for cell in row}
    assert (instructions.title == "填写说明") == ("zh" in options)
    assert ("张小三" in values) == ("--masked" not in options)
    assert ("AAAAAAAAAAAA" in values) == ("--severity" not in options)


# Passwords


def opens(password: str) -> bool:
    with pyzipper.AESZipFile("out/三山镇_2026-10-01.zip") as archive:
        try:
            return bool(archive.read(archive.namelist()[0], pwd=password.encode()))
        except RuntimeError:
            return False


def test_the_password_of_a_file_comes_before_that_of_the_environment(
    office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_PASSWORD", "from outside")
    Path("p.txt").write_text("\ufeff from a file \nsecond line\n", encoding="utf-8")
    assert run(["dispatch", "--out", "out", "--encrypt", "--password-file", "p.txt"]) == 0
    assert opens("from a file")
    assert not opens("from outside")


def test_the_password_of_the_environment(office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_PASSWORD", "from outside")
    assert run(["dispatch", "--out", "out", "--encrypt"]) == 0
    assert opens("from outside")


def test_whoever_sits_at_a_terminal_is_asked(office: Workspace) -> None:
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "reconcile", "dispatch", "--out", "out", "--encrypt", "--quiet"]
    process = subprocess.Popen(command, stdin=slave, stderr=slave, stdout=subprocess.PIPE, env=os.environ.copy())
    os.close(slave)
    shown = b""
    for _ in range(2):
        asked = b""
        while b":" not in asked:
            asked += os.read(master, 1000)
        while termios.tcgetattr(master)[3] & termios.ECHO:  # what is typed before it is hidden is thrown away
            time.sleep(0.01)
        os.write(master, b"typed\n")
        shown += asked
    assert process.stdout
    with process.stdout as stdout:
        assert stdout.read() == f"{NUMBER}\n".encode()
    assert process.wait() == 0
    os.close(master)
    assert b"typed" not in shown
    assert opens("typed")


# Refusals


def bad_password(name: str, content: bytes) -> None:
    Path(name).write_bytes(content)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--out", "out", "--due", "2026-11-02"], 2, "has passed"),
        (["--out", "out", "--due", "2026-13-01"], 2, "YYYY-MM-DD"),
        (["--out", "out", "--due", "10.11."], 2, "YYYY-MM-DD"),
        (["--out", "out", "--code", "no_such"], 2, "Known: "),
        (["--out", "out", "--town", "nowhere"], 2, "nowhere"),
        (["--out", "out", "--by", "city"], 2, "--by"),
        (["--out", "out", "--severity", "huge"], 2, "--severity"),
        ([], 2, "--out"),
        (["--out", "work"], 2, "not empty"),
        (["--out", "out", "--again", "2026-10-07"], 2, "2026-10-07"),
        (["--out", "out", "--again", NUMBER, "--masked"], 2, "--again"),
        (["--out", "out", "--encrypt"], 2, "--password-file"),
        (["--out", "out", "--encrypt", "--password-file", "none.txt"], 3, "none.txt"),
        (["--out", "out", "--encrypt", "--password-file", "empty.txt"], 3, "first line"),
        (["--out", "out", "--password-file", "gbk.txt"], 3, "UTF-8"),
        (["--out", "out", "-o", "no_workspace"], 4, "reconcile run"),
        (["none.yaml", "--out", "out"], 2, "none.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_a_next_step(
    office: Workspace, capsys: pytest.CaptureFixture[str], options: list[str], code: int, told: str
) -> None:
    bad_password("empty.txt", b"\n")
    bad_password("gbk.txt", "密码".encode("gb18030"))
    assert run(["dispatch", *options]) == code
    said = capsys.readouterr()
    assert (said.out, told in said.err) == ("", True), said.err
    assert not Path("out").exists()
    assert set(states(office).values()) == {"new"}


@pytest.mark.parametrize(
    "file", ["frames/discrepancies.parquet", "frames/standardised_residents.parquet", "summary.json"]
)
def test_a_run_that_is_damaged_is_told(office: Workspace, capsys: pytest.CaptureFixture[str], file: str) -> None:
    (office.runs / "2026-10" / file).write_bytes(b"{}")
    assert run(["dispatch", "--out", "out"]) == 4
    assert Path(file).name in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_second_process_is_kept_out(office: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with office.lock():
        assert run(["dispatch", "--out", "out"]) == 4
    assert not Path("out").exists()


# A real month


def test_every_open_case_of_a_real_run_goes_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    work = tmp_path / "work"
    done = run_city(files_of(plain_city(tmp_path / "city", 1500, 5)), work)
    assert (
        run(["dispatch", "-o", str(work), "--by", "village", "--out", str(tmp_path / "out"), "--list-lang", "zh"]) == 0
    )
    keys: list[str] = []
    for path in (tmp_path / "out").rglob("*_2026-10-01.xlsx"):
        form = openpyxl.load_workbook(path).worksheets[0]
        keys += {row[1] for row in form.iter_rows(min_row=2, values_only=True)}
    assert len(keys) == len(set(keys)) == done.open_cases > 300
    assert set(states(Workspace(work)).values()) == {"dispatched"}
    assert list((tmp_path / "out" / "外地").iterdir())
