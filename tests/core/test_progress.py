"""Progress: stages are timed, and told only to those who want to know."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from reconcile.cli.bars import bars
from reconcile.core import logs
from reconcile.core.messages import speak
from reconcile.core.progress import Progress


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    speak("en")
    yield
    logs.enable(False)


def work(progress: Progress) -> None:
    with progress.stage("read"), progress.stage("compare", total=2) as advance:
        advance(1)
        advance(1)
    with progress.stage("read"):
        pass


def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")


def test_every_stage_is_timed_once_and_memory_is_measured() -> None:
    progress = Progress(bars=bars)
    work(progress)
    timings = progress.timings()
    seconds, peak = timings["seconds"], timings["peak_memory_mib"]
    assert isinstance(seconds, dict)
    assert set(seconds) == {"read", "compare"}
    assert seconds["read"] >= seconds["compare"] >= 0
    assert isinstance(peak, float)
    by_stage = timings["peak_memory_mib_by_stage"]
    assert isinstance(by_stage, dict)
    assert 1 < by_stage["compare"] <= by_stage["read"] <= peak  # reading ends last


@pytest.mark.parametrize(
    ("on_terminal", "options", "said"),
    [
        (False, {}, []),
        (False, {"verbose": True}, ["Comparing pairs", "Reading files", "Reading files"]),
        (False, {"verbose": True, "quiet": True}, []),
        (True, {"quiet": True}, []),
    ],
)
def test_stages_are_told_to_those_who_want_to_know(
    on_terminal: bool,
    options: dict[str, bool],
    said: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if on_terminal:
        terminal(monkeypatch)
    work(Progress(**options))
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[0] for line in told.err.splitlines()] == said


def test_a_terminal_sees_the_stages_and_a_failure_ends_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch)
    progress = Progress(bars=bars)
    with pytest.raises(ValueError, match="x"), progress.stage("read"):
        raise ValueError("x")
    work(progress)
    assert "Comparing pairs" in capsys.readouterr().err


def test_machines_get_one_line_of_json_for_each_stage_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch)
    logs.enable(True)
    work(Progress(verbose=True))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["stage"]) for line in lines] == [
        ("stage", "compare"),
        ("stage", "read"),
        ("stage", "read"),
    ]
    assert all({"time", "level", "seconds"} <= line.keys() for line in lines)
