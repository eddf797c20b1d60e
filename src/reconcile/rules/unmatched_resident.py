"""A resident that the police household register does not have, though nobody says that he is
registered elsewhere."""

from __future__ import annotations

import polars as pl

from reconcile.config import Severity
from reconcile.persons.registration import registered_outside
from reconcile.persons.view import View
from reconcile.rules.shared.unmatched import unmatched

SEVERITY: Severity = "medium"


def find(view: View) -> pl.DataFrame:
    """Whose registered address is outside the city is nobody that its police should have: see
    registered_elsewhere."""
    missing = unmatched(view, "residents", "household")
    return (
        missing.filter(~registered_outside(view).gather(missing["node_l"]))
        if missing.height
        else missing
    )
