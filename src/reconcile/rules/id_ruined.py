"""An ID number that a spreadsheet has ruined: its last digits are lost."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.view import View
from reconcile.rules.shared.id_numbers import without_number

SEVERITY: Severity = "high"
ALONE = True
ABOUT_LEFT = True
RESTS_ON = ("id_number",)


def find(view: View) -> pl.DataFrame:
    return without_number(view, ["ruined"])
