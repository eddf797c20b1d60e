"""Measures the demo and writes the figures into docs/benchmarks.md, in both languages.

    .venv/bin/python -m scripts.measure_demo

Runs the monthly pipeline on `sample_data/` and scores its persons against the truth; beside it the
exact joins of `benchmarks/exact_joins.py` on the same city, written as plain CSV.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from benchmarks.exact_joins import exact_scores
from scripts.marked import ROOT, replaced, table

from reconcile.core.messages import text
from reconcile.core.period import Period
from reconcile.core.progress import Progress
from reconcile.pipeline.run import run
from reconcile.preflight import load_config
from reconcile.quality.evaluation import evaluate
from reconcile.sample import write_sample

CITY = ROOT / "sample_data"
PERIOD = Period(2026, 10)
PEOPLE, SEED, PRESET = 3_000, 102, "modern"  # of sample_data, see its README
DOCUMENTS: Mapping[str, str] = {"en": "docs/benchmarks.md", "zh": "docs/benchmarks.zh-CN.md"}

_OURS: Mapping[str, str] = {"en": "reconcile", "zh": "本工具"}
_JOINS: Mapping[str, str] = {"en": "exact joins", "zh": "精确连接"}


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        scores = measured(run_demo(Path(scratch, "work")), Path(scratch, "city"))
    for language, name in DOCUMENTS.items():
        path = ROOT / name
        path.write_text(
            with_figures(path.read_text(encoding="utf-8"), scores, language), encoding="utf-8"
        )


def run_demo(workspace: Path) -> Path:
    """The run folder of the demo's month."""
    config = load_config(ROOT / "configs" / "monthly.yaml").model_copy(
        update={"workspace": str(workspace)}
    )
    return run(config, PERIOD, Progress(quiet=True)).folder


def measured(run: Path, city: Path) -> pl.DataFrame:
    """Scores of a run of the demo, in columns that end in `_ours`, beside those of exact joins.

    `city`: a folder to write the same city into as plain CSV.
    """
    write_sample(city, people=PEOPLE, seed=SEED, preset=PRESET, form="plain")
    for truth in CITY.glob("truth_*.csv"):
        if truth.read_bytes() != (city / truth.name).read_bytes():
            raise SystemExit(
                f"{truth.name} is of another city: write sample_data anew, or change SEED here"
            )
    ours = evaluate(run, CITY)
    return exact_scores(city).join(
        ours, on=["task", "true_pairs"], suffix="_ours", maintain_order="left"
    )


def with_figures(document: str, scores: pl.DataFrame, language: str) -> str:
    """The document with its table of figures as it should be."""
    return replaced(document, "measured", _table(scores, language))


def _table(scores: pl.DataFrame, language: str) -> str:
    measures = [text(f"evaluate.{name}", language) for name in ("precision", "recall", "f1")]
    headers = [
        text("evaluate.task", language),
        text("evaluate.true_pairs", language),
        *(f"{measure}<br>{who[language]}" for who in (_OURS, _JOINS) for measure in measures),
    ]
    columns = [
        f"{name}{suffix}" for suffix in ("_ours", "") for name in ("precision", "recall", "f1")
    ]
    rows = [
        (
            _task(row["task"], language),
            f"{row['true_pairs']:,}",
            *(_figure(row[column]) for column in columns),
        )
        for row in scores.iter_rows(named=True)
    ]
    return table(headers, rows, right=len(headers) - 1)


def _task(task: str, language: str) -> str:
    kind, *sources = task.replace("→", " ").split()
    names = [text(f"evaluate.source.{source}", language) for source in sources]
    if kind == "duplicates":
        return text("evaluate.duplicates", language, source=names[0])
    return text("evaluate.links", language, left=names[0], right=names[1])


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
