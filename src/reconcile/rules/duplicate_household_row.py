"""One person with two or more active rows in the police household register."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules.shared.duplicates import duplicates

SEVERITY: Severity = "high"
ENDED_BY = ("different",)


def find(view: View) -> pl.DataFrame:
    return duplicates(view, "household")
