"""The figures as tables for the screen and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from benchmarks.errors.cells import (
    DOUBLES,
    LEFT,
    MISSED,
    NONE,
    ONE,
    PRECISION,
    RIGHT,
    TWO,
    TWO_DESIGNED,
)
from benchmarks.errors.kinds import kind_names
from benchmarks.errors.registers import Design
from scripts.marked import table

from reconcile.quality.calibration import error

_WORST = 10
_GOAL = {"bare_no_area": 100}  # per cent without a number, by regime; 38 in the others
_FAILING = 0.9  # below, a cell of the heat table is bold


@dataclass(frozen=True)
class Result:
    """What one city gave: frames of `cells`, and of `reconcile.quality.calibration`; `births`:
    figures by register, if certificates were matched."""

    design: Design
    figures: pl.DataFrame
    cells: pl.DataFrame
    tenths: pl.DataFrame
    cuts: pl.DataFrame
    births: Mapping[str, pl.DataFrame]


def document(results: Sequence[Result], short: bool = False) -> str:
    """All tables: recall, duplicates, chances and births of every city; unless `short`, the cells
    and the tenths of one city of each regime."""
    parts = [recalls(results), others(results)]
    if any(one.births for one in results):
        parts.append(births(results))
    for one in () if short else _typical(results):
        parts += [
            f"**{title(one.design)}**",
            heat(one.cells),
            worst(one.cells),
            chances(one.tenths),
        ]
    return "\n\n".join(parts)


def _typical(results: Sequence[Result]) -> list[Result]:
    """Of each regime the first city with as many numbers as its goals are set for, else the
    first."""
    best: dict[str, Result] = {}
    for one in sorted(
        results, key=lambda one: one.design.missing != _GOAL.get(one.design.regime, 38)
    ):
        best.setdefault(one.design.regime, one)
    return [one for one in results if one in best.values()]


def title(design: Design) -> str:
    """A city in words."""
    return (
        f"{design.regime.replace('_', ' ')}, {design.missing} % of ID numbers missing, "
        f"overlap of {design.overlap} %, "
        f"{design.people:,} people"
    )


def recalls(results: Sequence[Result]) -> str:
    """Recall of residents → household by the errors of the row, and precision, each with its
    interval and count.
    """
    shown = (NONE, ONE, TWO, TWO_DESIGNED, PRECISION, MISSED)
    return table(
        ["regime", "IDs missing", "overlap", *shown], _rows(results, shown), right=len(shown) + 2
    )


def others(results: Sequence[Result]) -> str:
    """Duplicates; and F1 at the cut, F1 in hindsight and the calibration error of the pairs between
    the registers.
    """
    headers = [
        "regime",
        "IDs missing",
        "overlap",
        *DOUBLES,
        "F1 of pairs",
        "best F1",
        "its cut",
        "calibration error",
    ]
    return table(headers, _rows(results, DOUBLES, cuts=True), right=len(headers) - 1)


def births(results: Sequence[Result]) -> str:
    """Recall of certificates → each register by the errors of the certificate, and precision."""
    shown = (NONE, ONE, TWO, PRECISION)
    rows = []
    for one in results:
        for register, figures in one.births.items():
            row = next(_rows([replace(one, figures=figures)], shown))
            rows.append([f"births → {register}", *row])
    return table(["", "regime", "IDs missing", "overlap", *shown], rows, right=len(shown) + 2)


def heat(cells: pl.DataFrame) -> str:
    """Recall in per cent by both errors of a row, one error on the diagonal; bold where it is under
    90.
    """
    seen = {*cells["kind"], *cells["other"]}
    kinds = [kind for kind in kind_names() if kind in seen]
    values = {frozenset(row[:2]): row[2] for row in cells.select("kind", "other", "value").rows()}

    def cell(one: str, other: str) -> str:
        value = values.get(frozenset((one, other)))
        text = "" if value is None else f"{100 * value:.0f}"
        return f"**{text}**" if value is not None and value < _FAILING else text

    rows = [
        [
            f"{at} {_words(one)}",
            *(cell(one, other) for other in kinds[:at]),
            *[""] * (len(kinds) - at),
        ]
        for at, one in enumerate(kinds, start=1)
    ]
    return table(["", *map(str, range(1, len(kinds) + 1))], rows, right=len(kinds))


def worst(cells: pl.DataFrame) -> str:
    """The cells with the lowest recall, with interval and count."""
    rows = [
        [
            _words(row["kind"]),
            "" if row["kind"] == row["other"] else _words(row["other"]),
            _interval(row),
            row["never"],
        ]
        for row in cells.head(_WORST).to_dicts()
    ]
    return table(["worst cells", "and", "recall", "never compared"], rows, right=2)


def chances(tenths: pl.DataFrame) -> str:
    """Of pairs said to be one person with some chance, the share that is, by task and tenth."""
    rows = [
        [
            row["task"],
            f"{row['tenth']:.1f}–",
            f"{row['pairs']:,}",
            f"{row['said']:.3f}",
            f"{row['true']:.3f}",
        ]
        for row in tenths.drop_nulls("tenth").to_dicts()
    ]
    return table(["pairs", "chance", "number", "said", "true"], rows, right=4)


def _rows(
    results: Sequence[Result], shown: Sequence[str], cuts: bool = False
) -> Iterator[list[str]]:
    for one in results:
        figures = {row["figure"]: row for row in one.figures.to_dicts()}
        design = [
            one.design.regime.replace("_", " "),
            f"{one.design.missing} %",
            f"{one.design.overlap} %",
        ]
        yield [*design, *(_interval(figures[name]) for name in shown), *(_cut(one) if cuts else ())]


def _cut(one: Result) -> Iterator[str]:
    links = pl.col("task") == f"links {LEFT} → {RIGHT}"
    for row in one.cuts.filter(links).to_dicts():
        yield from (f"{row['f1']:.4f}", f"{row['best']:.4f}", f"{row['best_cut']:.3f}")
    for row in error(one.tenths).filter(links).to_dicts():
        yield f"{row['error']:.3f} of {row['pairs']:,}"


def _interval(row: dict[str, float]) -> str:
    if row["value"] is None:
        return "–"
    return f"{row['value']:.4f} ({row['low']:.4f}–{row['high']:.4f}) of {row['denominator']:,}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")
