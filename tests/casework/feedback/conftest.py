"""Every test of feedback is on the same day, in Chinese."""

from __future__ import annotations

import pytest

from reconcile.core.messages import speak
from tests.casework.feedback.forms import TODAY


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.setenv("RECONCILE_USER", "tester")
    monkeypatch.delenv("RECONCILE_PASSWORD", raising=False)
    speak("zh")
