"""The same inputs and the same key give the same bytes, however many threads there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines.cities import KEY, PERIOD, digests, is_whole, plain_city, run_command, shell

pytestmark = pytest.mark.slow

FEWEST_LISTS = 8


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_city(tmp_path_factory.mktemp("city"), 250, seed=5, preset="seed2012", error_scale=2.0)


def run_folder(city: Path, workspace: Path, threads: str) -> Path:
    workspace.mkdir()
    (workspace / "key").write_bytes(KEY)
    done = shell(run_command(city, workspace, "--format=xlsx", "--format=csv"), POLARS_MAX_THREADS=threads)
    assert done.returncode == 0, done.stderr.decode()
    return workspace / "runs" / PERIOD


def test_runs_give_the_same_bytes_with_any_number_of_threads(city: Path, tmp_path: Path) -> None:
    one, several = (run_folder(city, tmp_path / threads, threads) for threads in ("1", "4"))
    assert digests(several) == digests(one)
    assert is_whole(one)
    assert len(list((one / "lists").iterdir())) >= 2 * FEWEST_LISTS
