"""A resident that the police household register does not have."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.rules._unmatched import unmatched
from reconcile.view import View

SEVERITY: Severity = "medium"


def find(view: View) -> pl.DataFrame:
    return unmatched(view, "residents", "household")
