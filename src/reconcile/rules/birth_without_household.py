"""A birth of the period whose child the police household register does not have."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules.shared.births import births_without

SEVERITY: Severity = "medium"


def find(view: View) -> pl.DataFrame:
    return births_without(view, "household")
