"""The commands of the first day on a system without what only POSIX has (see tests/other_system.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile import __version__
from tests.pipelines.cities import PERIOD, SOURCES

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[1] / "other_system.py"

Command = Callable[..., str]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Runs the words in an empty folder; what is said on stdout."""
    # Windows names the account in the environment. The soft lock is what filelock has where there is neither.
    ours = {"PYTHONPATH": str(SCRIPT.parents[1] / "src"), "PYTHONWARNINGS": "ignore:only soft file lock"}
    poorer = {**os.environ, **ours, "USERNAME": "li", "RECONCILE_LANG": "en"}

    def done(*words: str) -> str:
        ran = subprocess.run(
            [sys.executable, SCRIPT, *words],
            env=poorer, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return done


def test_the_first_day_on_another_system(command: Command, tmp_path: Path) -> None:
    assert command("--version") == f"reconcile {__version__}\n"
    command("--quiet", "sample", "city", "--people", "100", "--seed", "1", "--plain")
    files = [word for source in SOURCES for word in (f"--{source}", f"city/{source}.csv")]
    command("--quiet", "run", *files, "-o", "work", "--period", PERIOD)
    assert (tmp_path / "work" / "runs" / PERIOD / "manifest.json").exists()
    assert not list((tmp_path / "work").glob("lock*"))
    assert f"Status of {PERIOD}" in command("status", "--workspace", "work")
    command("--quiet", "ledger", "backup", "--workspace", "work")
    assert len(list((tmp_path / "work" / "backups").glob("ledger-*.sqlite"))) == 1
