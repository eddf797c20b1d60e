"""Runs exact joins on the frames of one task; a process of its own, so that its peak of memory is
its own.

    python -m benchmarks.peers.exact_worker FOLDER

FOLDER holds `exact_left.parquet` and, unless the task is to find duplicates, `exact_right.parquet`,
with record_id, id_number, name and birth_date. Written beside them: `exact.parquet` (source,
record_id, person_id) and `exact.json` (seconds from reading to persons, peak memory in MiB).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import polars as pl
from benchmarks.exact_joins import PERSON_KEYS, doubles, links

from reconcile.core.machine import peak_memory


def main(folder: Path) -> None:
    started = time.perf_counter()
    left = pl.read_parquet(folder / "exact_left.parquet")
    other = folder / "exact_right.parquet"
    if other.exists():
        persons = links(left, pl.read_parquet(other), "left", "right", PERSON_KEYS)
    else:
        persons = doubles(left, "left", PERSON_KEYS)
    seconds = time.perf_counter() - started
    persons.write_parquet(folder / "exact.parquet")
    report = {"seconds": seconds, "peak": peak_memory()}
    (folder / "exact.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
