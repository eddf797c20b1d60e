"""Killed at any moment, a run leaves the last whole one or none, and the next one works."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from tests.pipelines.cities import KEY, PERIOD, digests, is_whole, plain_city, run_command

pytestmark = pytest.mark.slow

KILLS = 8
KILLED = -9
OPTIONS = ("--format=csv",)


def started(city: Path, workspace: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        run_command(city, workspace, *OPTIONS),
        env={**os.environ, "POLARS_MAX_THREADS": "1"},  # a small city has no work for more
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finished(city: Path, workspace: Path) -> dict[str, str]:
    """A run that nobody disturbs; what is in its folder."""
    process = started(city, workspace)
    told = process.communicate()[1].decode()
    assert process.returncode == 0, told
    return digests(workspace / "runs" / PERIOD)


def make_workspace(folder: Path) -> Path:
    folder.mkdir()
    (folder / "key").write_bytes(KEY)
    return folder


def test_a_run_killed_at_random_moments_shows_nothing_half_done(tmp_path: Path) -> None:
    city = plain_city(tmp_path / "city", 100, seed=9)
    (city / "births.csv").unlink()  # two registers have all the stages that three have
    began = time.perf_counter()
    undisturbed = finished(city, make_workspace(tmp_path / "calm"))
    lasting = time.perf_counter() - began

    workspace = make_workspace(tmp_path / "work")
    run = workspace / "runs" / PERIOD
    random = Random(2026)
    killed = 0
    for kill in range(KILLS):
        if kill == KILLS // 2:  # from here on there is a run in place, which must stay
            assert finished(city, workspace) == undisturbed
        before = run.exists()
        process = started(city, workspace)
        try:
            told = process.communicate(timeout=random.uniform(0, lasting))[1].decode()
        except subprocess.TimeoutExpired:
            process.kill()
            told = process.communicate()[1].decode()
        assert process.returncode in (0, KILLED), told
        killed += process.returncode == KILLED
        assert run.exists() or not before
        if run.exists():
            assert is_whole(run)
            assert digests(run) == undisturbed
    assert killed > KILLS // 2

    assert finished(city, workspace) == undisturbed
    assert [path.name for path in (workspace / "runs").iterdir()] == [PERIOD]
