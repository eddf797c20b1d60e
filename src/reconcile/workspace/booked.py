"""Whether a run folder that was never published is booked: then the run is done, and the folder
only has to be put in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from reconcile.workspace.manifest import MANIFEST, file_digest

LEDGER = "ledger.sqlite"
HEAD = "audit.head"  # notes the last entry of the ledger's audit log


def is_booked(ledger: Path, period: str, folder: Path) -> bool:
    """Whether the ledger's run of this period is the one in `folder`."""
    manifest = folder / MANIFEST
    if not ledger.is_file() or not manifest.is_file():
        return False
    asked = "SELECT 1 FROM runs WHERE period = ? AND manifest = ? AND replaced IS NULL"
    try:
        with closing(sqlite3.connect(ledger, timeout=5.0)) as connection:
            return connection.execute(asked, (period, file_digest(manifest))).fetchone() is not None
    except sqlite3.Error:  # whoever opens the ledger says what is wrong with it
        return False
