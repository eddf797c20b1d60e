"""A person of the police household register that the resident register does not have."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules.shared.unmatched import unmatched

SEVERITY: Severity = "medium"


def find(view: View) -> pl.DataFrame:
    return unmatched(view, "household", "residents")
