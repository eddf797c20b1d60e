"""The months that reported figures are about."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from reconcile.core.period import Period
from reconcile.crosschecks.claimed.months import months


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2026-10", "2026-10", "2026-11"),
        ("2026年10月份", "2026-10", "2026-11"),
        ("202610", "2026-10", "2026-11"),
        ("2026/10/01", "2026-10", "2026-11"),
        ("2026-10-01 00:00:00", "2026-10", "2026-11"),
        ("２０２６．１０", "2026-10", "2026-11"),
        ("10月", "2026-10", "2026-11"),
        ("十二月", "2026-12", "2027-01"),
        ("1-10月", "2026-01", "2026-11"),
        ("2025年1—9月累计", "2025-01", "2025-10"),
        ("2025年11月至2026年2月", "2025-11", "2026-03"),
        ("2025年", "2025-01", "2026-01"),
        ("2025年度", "2025-01", "2026-01"),
        (None, "2026-10", "2026-11"),
        ("", "2026-10", "2026-11"),
    ],
)
def test_months_that_are_read(said: str | None, start: str, end: str) -> None:
    found = months(pl.Series([said], dtype=pl.String), Period(2026, 10))
    assert found.row(0) == (date.fromisoformat(f"{start}-01"), date.fromisoformat(f"{end}-01"), None)


@pytest.mark.parametrize("said", ["13月", "2026年13月", "10月-1月", "上月", "2026-00", "20261"])
def test_months_that_are_not(said: str) -> None:
    assert months(pl.Series([said]), Period(2026, 10)).row(0) == (None, None, "bad_month")


@pytest.mark.parametrize(("said", "fault"), [("10月", "bad_month"), ("", "no_month")])
def test_without_a_period_a_year_is_needed(said: str, fault: str) -> None:
    assert months(pl.Series([said, said]), None).row(1) == (None, None, fault)
