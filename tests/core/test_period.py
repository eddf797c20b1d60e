"""Months: how they are written, their days, and how far they lie apart."""

from __future__ import annotations

from datetime import date

import pytest

from reconcile.core.errors import UsageError
from reconcile.core.messages import speak
from reconcile.core.period import Period, is_period


@pytest.mark.parametrize("written", ["2026-10", "1900-01", "2099-12"])
def test_a_month_is_written_as_it_is_read(written: str) -> None:
    assert is_period(written)
    assert str(Period.parse(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        "2026-13",
        "2026-00",
        "2026-1",
        "202610",
        "2026/10",
        "2026-10-01",
        "２０２６-10",
        "1899-12",
        "",
        "../x",
        "2026-10\n",
    ],
)
def test_anything_else_is_none(written: str) -> None:
    speak("en")
    assert not is_period(written)
    with pytest.raises(UsageError, match="YYYY-MM"):
        Period.parse(written)


@pytest.mark.parametrize(
    ("written", "first", "last", "end"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 1)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)),
    ],
)
def test_the_days_of_a_month(written: str, first: date, last: date, end: date) -> None:
    month = Period.parse(written)
    assert (month.first, month.last, month.end) == (first, last, end)
    assert Period.of(month.last) == Period.of(month.first) == month
    assert Period.of(month.end) == month.plus(1)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [("2026-10", "2026-11", 1), ("2026-12", "2027-01", 1), ("2026-10", "2026-10", 0), ("2024-11", "2026-02", 15)],
)
def test_months_apart(earlier: str, later: str, months: int) -> None:
    one, other = Period.parse(earlier), Period.parse(later)
    assert one.months_until(other) == months == -other.months_until(one)
    assert (one.plus(months), other.plus(-months)) == (other, one)
    assert (one < other) == (months > 0) == (str(one) < str(other))
