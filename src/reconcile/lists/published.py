"""The run that a batch is made from, as it was published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import polars as pl

from reconcile.core.frames import PROVENANCE
from reconcile.core.labels import source_labels
from reconcile.workspace import run_file


class Published:
    """A run's folder. WorkspaceError from whatever reads a file of it that is missing or damaged."""

    def __init__(self, run: Path) -> None:
        self.run = run

    @cached_property
    def layouts(self) -> dict[str, str]:
        """source → the name of its layout."""
        with run_file(self.run / "summary.json") as path:
            told = json.loads(path.read_text(encoding="utf-8"))
            try:
                return {source["name"]: source["layout"] for source in told["sources"]}
            except (KeyError, TypeError) as error:
                raise ValueError("no summary") from error

    def discrepancies(self) -> pl.DataFrame:
        """frames.DISCREPANCIES."""
        with run_file(self.run / "frames" / "discrepancies.parquet") as path:
            return pl.read_parquet(path)

    def labels(self, language: str) -> dict[str, str]:
        """What people call each source."""
        return source_labels(self.layouts, language)

    def records(self, source: str, columns: Sequence[str], wanted: pl.Series | None = None) -> pl.DataFrame:
        """record_id, PROVENANCE, and those of these columns that the source has; `wanted`: of these records only."""
        with run_file(self.run / "frames" / f"standardised_{source}.parquet") as path:
            scanned = pl.scan_parquet(path)
            there = scanned.collect_schema().names()
            names = [name for name in dict.fromkeys(["record_id", *PROVENANCE, *columns]) if name in there]
            scanned = scanned.select(names)
            if wanted is not None:
                asked = wanted.drop_nulls().unique().rename("record_id").to_frame().lazy()
                scanned = scanned.join(asked, on="record_id", how="semi")
            return scanned.collect()
