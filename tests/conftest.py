"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from reconcile.core.messages import speaking

# An example that takes long says that the machine is busy.
settings.register_profile("busy", deadline=None)
settings.register_profile("few", deadline=None, max_examples=20)
settings.load_profile("busy")


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """No test pulls the plug: what was written is there for whoever reads it, on the disk or not yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(autouse=True)
def _language_of_the_environment() -> Iterator[None]:
    """What a test speaks is over with it."""
    with speaking(""):
        yield
