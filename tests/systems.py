"""Marks of tests about what not every system has."""

from __future__ import annotations

import os

import pytest

WINDOWS = os.name == "nt"

posix = pytest.mark.skipif(WINDOWS, reason="Windows has no such signals, file modes, terminals or devices")
refused = pytest.mark.skipif(
    WINDOWS or os.geteuid() == 0, reason="root may read and write anywhere; Windows goes by other rights than modes"
)
