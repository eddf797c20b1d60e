from __future__ import annotations

from pathlib import Path

import pytest

from tests.crosschecks.roster.office import finished


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run over `office.registers`."""
    return finished(tmp_path_factory.mktemp("city"))
