"""The command line: common options anywhere, failures with their exit codes, help in both languages."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from reconcile.cli import failures
from reconcile.cli.main import COMMANDS, build_command, run
from reconcile.cli.settings import chosen_language, hoisted
from reconcile.core import logs
from reconcile.core.errors import ConfigError, InputError, UsageError, WorkspaceError
from reconcile.core.messages import LANGUAGES, speak
from reconcile.core.version import __version__
from tests.systems import posix

RECONCILE = [sys.executable, "-m", "reconcile"]


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    speak("en")
    yield
    logs.enable(False)


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RECONCILE, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


# Common options


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ("run a.yaml --quiet", "--quiet run a.yaml"),
        ("run --lang en a.yaml", "--lang en run a.yaml"),
        ("run --lang=en a.yaml --log-json", "--lang=en --log-json run a.yaml"),
        ("--verbose config schema --version", "--verbose --version config schema"),
        ("run -- --quiet", "run -- --quiet"),
        ("dedupe - -o -", "dedupe - -o -"),
        ("run --list-lang zh", "run --list-lang zh"),
    ],
)
def test_common_options_may_stand_after_the_command(given: str, moved: str) -> None:
    assert hoisted(given.split()) == moved.split()


@pytest.mark.parametrize(
    ("words", "language"),
    [("--lang zh run", "zh"), ("--lang=en run", "en"), ("--lang fr", "fr"), ("run", None), ("--lang", "")],
)
def test_the_language_is_known_before_anything_is_said(words: str, language: str | None) -> None:
    assert chosen_language(words.split()) == language


@pytest.mark.parametrize("where", [["--version"], ["config", "schema", "--version"]])
def test_the_version_is_told(where: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(where) == 0
    assert capsys.readouterr().out == f"reconcile {__version__}\n"


# Wrong arguments

WRONG = [
    (["confg"], "confg"),
    (["config", "chek"], "check, schema"),
    (["config", "check"], "file"),
    (["config", "check", "a.yaml", "--fast"], "--fast"),
    (["config", "check", "nowhere.yaml"], "nowhere.yaml"),
    (["--lang", "fr", "config", "schema"], "fr"),
    (["config", "schema", "--lang"], "--lang"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "said"), WRONG, ids=lambda value: " ".join(value))
def test_wrong_arguments_are_told_on_stderr_and_exit_with_2(
    language: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    speak(language)
    assert run(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.startswith({"zh": "错误：", "en": "Error: "}[language])
    assert "Traceback" not in told.err


def test_a_near_option_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quite", "config"]) == 2
    assert "Did you mean --quiet" in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    told = capsys.readouterr()
    assert all(command.rstrip("_") in told.out + told.err for command in COMMANDS)


# Failures


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("config.error.no_sources"), 2, "no files to read"),
        (ConfigError("config.error.no_file", file="a.yaml"), 2, "a.yaml"),
        (InputError("config.error.no_file", file="a.csv"), 3, "a.csv"),
        (WorkspaceError("workspace.error.read_only", path="work"), 4, "read-only"),
        (MemoryError(), 4, "not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device", "out.csv"), 4, "disk is full: out.csv"),
        (OSError("No space left on device (os error 28)"), 4, "disk is full: the output"),
        (RuntimeError("No space left on device (os error 28)"), 4, "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "out.csv"), 4, "may not write to out.csv"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (typer.Abort(), 130, "Interrupted"),
        (SystemExit(143), 143, ""),
    ],
)
def test_every_failure_has_its_exit_code_and_says_what_to_do(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.tell(error, verbose=False) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def bug() -> BaseException:
    try:
        raise ValueError("cannot convert 欧阳某某")
    except ValueError as error:
        return error


def test_a_bug_is_told_without_the_values_it_met(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.tell(bug(), verbose=False) == 1
    told = capsys.readouterr().err
    assert "ValueError, test_main.py:" in told
    assert "欧阳" not in told
    assert "Traceback" not in told


def test_the_record_of_a_bug_is_kept_in_a_private_file_on_request(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert failures.tell(bug(), verbose=True) == 1
    (record,) = tmp_path.iterdir()
    assert str(record) in capsys.readouterr().err.replace("\n", "")
    assert "cannot convert" in record.read_text(encoding="utf-8")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_brackets_in_a_message_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    failures.tell(ConfigError("config.error.no_file", file="[bold]a[/bold].yaml"), verbose=False)
    assert "[bold]a[/bold].yaml" in capsys.readouterr().err


def test_with_a_log_for_machines_a_failure_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "check", "nowhere.yaml", "--log-json"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    failure = json.loads(line)
    assert failure["event"] == "failed"
    assert (failure["level"], failure["exit_code"], failure["key"]) == ("error", 2, "config.error.no_file")


# The process


def test_a_reader_that_stops_early_is_no_failure() -> None:
    writer = subprocess.Popen([*RECONCILE, "config", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.close()
    assert writer.stderr is not None
    assert writer.stderr.read() == b""
    writer.stderr.close()
    assert writer.wait() == 141


def test_text_that_the_terminal_cannot_show_is_escaped() -> None:
    done = shell("config", "schema", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert json.loads(done.stdout)["description"].startswith("一次")


@posix
@pytest.mark.parametrize("ignored", [False, True])
def test_being_told_to_stop_cleans_up_unless_it_is_ignored(ignored: bool) -> None:
    script = f"""
import os, signal
signal.signal(signal.SIGHUP, signal.SIG_IGN if {ignored} else signal.SIG_DFL)
from reconcile.cli.main import run
run(["--version"])
try:
    os.kill(os.getpid(), signal.SIGHUP)
    print("went on")
finally:
    print("cleaned up")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == (0 if ignored else 129)
    assert done.stdout.splitlines()[1:] == (["went on"] if ignored else []) + ["cleaned up"]


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from reconcile.cli.main import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {
        "polars",
        "numpy",
        "scipy",
        "pydantic",
        "ruamel.yaml",
        "fastexcel",
        "xlsxwriter",
        "filelock",
        "psutil",
    }


# Completion


def test_completion_knows_the_commands() -> None:
    done = shell(_RECONCILE_COMPLETE="complete_bash", COMP_WORDS="reconcile con", COMP_CWORD="1")
    assert done.stdout.split() == ["config"]


def test_completion_installs(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert shell("--install-completion", "bash", **environment).returncode == 0
    scripts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert any("_RECONCILE_COMPLETE" in script for script in scripts)


# Help


def every_command(command: Any, path: str = "reconcile") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, f"{path} {name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_help_with_an_example_and_every_option_is_explained(language: str) -> None:
    speak(language)
    for path, command in every_command(build_command()):
        assert command.help, path
        if not hasattr(command, "commands"):
            assert path in (command.epilog or ""), f"{path}: the example shows the command itself"
        for parameter in command.params:
            assert parameter.help, f"{path} {parameter.name}"


def test_chinese_help_is_chinese_and_not_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["config", "--help"], ["config", "check", "--help"]):
        assert run(["--lang", "zh", *words]) == 0
    page = capsys.readouterr().out
    assert "…" not in page
    lines = [line for line in page.splitlines() if "例：" not in line and "Usage:" not in line]
    assert [line for line in lines if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", line)] == []


# config


def test_a_good_config_is_told_with_what_would_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.csv").write_text("姓名\n", encoding="utf-8")
    config = tmp_path / "month.yaml"
    config.write_text("sources:\n  people: {layout: residents, files: [p*.csv]}\n", encoding="utf-8")
    assert run(["config", "check", str(config)]) == 0
    told = capsys.readouterr().out
    assert str(tmp_path / "people.csv") in told
    assert "people–people" in told


def test_the_schema_is_json_in_the_language_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "schema", "--lang", "zh"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["properties"]["sources"]["description"].startswith("数据来源")
