"""One small made-up city, run once; every test gets a workspace of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reconcile.casework.review.pairs import ReviewChoice
from reconcile.casework.review.run import open_review
from reconcile.core.messages import speak
from reconcile.workspace import Workspace
from tests.pipelines.cities import files_of, plain_city, run_city


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """A city with eleven possible matches; its first month is in `work`."""
    folder = tmp_path_factory.mktemp("reviewed")
    plain_city(folder, 1500, 3, "seed2012", 4.0)
    run_city(files_of(folder), folder / "work")
    return folder


@pytest.fixture
def workspace(city, tmp_path, monkeypatch):
    """The workspace after the first month, with Li at work, on 21 September 2026."""
    monkeypatch.setenv("RECONCILE_USER", "Li")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    speak("en")
    shutil.copytree(city / "work", tmp_path / "work")
    return Workspace(tmp_path / "work")


@pytest.fixture
def reviewed(workspace):
    return open_review(workspace, ReviewChoice())
