"""Who is at work and what time it is, for the audit log."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from reconcile.core.machine import account

_LONGEST = 60


def who() -> str:
    """The name under which changes are booked: RECONCILE_USER, else the name of the system's
    account."""
    given = os.environ.get("RECONCILE_USER", "").strip()
    return (given or account())[:_LONGEST]


def now() -> datetime:
    """The time, to the second, with its zone; SOURCE_DATE_EPOCH in its place where a run is to be
    repeated exactly."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    if fixed.isdigit():
        return datetime.fromtimestamp(int(fixed), UTC)
    return datetime.now().astimezone().replace(microsecond=0)


def today() -> date:
    """The day of `now`."""
    return now().date()
