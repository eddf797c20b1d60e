"""The exponent of growth, and what counts as raw CSV to persons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.month import finished
from benchmarks.scale import exponent, tables


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([1.0, 10.0, 100.0], "1.00"),
        ([1.0, 100.0, 10_000.0], "2.00"),
        ([2.0, 2.0, 2.0], "0.00"),
        ([0.01, 10.0, 100.0], "1.00"),  # too short to tell
        ([0.01, 0.02, 100.0], "–"),
    ],
)
def test_the_exponent_is_the_slope_of_the_logarithms(seconds: list[float], expected: str) -> None:
    assert exponent([10_000, 100_000, 1_000_000], seconds) == expected


def test_a_run_is_timed_up_to_persons_and_apart_from_cleaning(tmp_path: Path) -> None:
    stages = {"read": 1.0, "standardise": 2.0, "settle": 4.0, "resolve": 8.0, "report": 16.0}
    peaks = dict.fromkeys(stages, 100.0)
    timings = {"seconds": stages, "peak_memory_mib_by_stage": peaks, "peak_memory_mib": 120.0}
    (tmp_path / "timings.json").write_text(json.dumps(timings), encoding="utf-8")
    month = finished(tmp_path)
    assert (month.to_persons, month.matching) == (15.0, 12.0)
    shown = tables({10_000: month, 2_000_000: month}, {10_000: 33.0, 2_000_000: 34.0})
    assert "| **raw CSV to persons** | 15.00 | 15.00 | 0.00 |" in shown
    assert "| **up to resolve** | 100 | 100 |" in shown
    assert "| seconds | 10k | 2M | exponent |" in shown
