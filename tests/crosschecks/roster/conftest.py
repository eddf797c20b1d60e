from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconcile.core.messages import set_language
from tests.crosschecks.roster.office import finished


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run over `office.registers`."""
    return finished(tmp_path_factory.mktemp("city"))


@pytest.fixture(autouse=True)
def _no_language() -> Iterator[None]:
    yield
    set_language("")
