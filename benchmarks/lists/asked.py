"""What the benchmarks of the lists are asked for, and where their tables go."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.marked import ROOT, replaced

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def city_options(description: str | None) -> argparse.ArgumentParser:
    """A parser of which made-up cities are measured, where they stay, and whether the documents are
    written. The seeds are those of docs/benchmarks.md, which nothing was tuned to."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--people", type=int, nargs="+", default=[20_000, 200_000], help="in each city"
    )
    parser.add_argument("--presets", nargs="+", default=["modern", "seed2012"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[91, 92, 93])
    parser.add_argument("--folder", type=Path, help="where cities stay; thrown away when not given")
    parser.add_argument(
        "--docs", action="store_true", help="write what is found into docs/benchmarks.md"
    )
    return parser


def deliver(name: str, text: str, docs: bool) -> None:
    """Prints the tables; with `docs` they take their place in the document, too."""
    print(f"\n{text}")
    if docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), name, text), encoding="utf-8"
        )
