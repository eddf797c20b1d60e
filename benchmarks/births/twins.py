"""Twins: are two children ever one person, and does each certificate find its own child?

    # 100,000 people, ten years of births
    python -m benchmarks.births.twins
    # keeps the city; writes docs/benchmarks.md
    python -m benchmarks.births.twins --folder /tmp/cities --docs

A city of the preset `twins`, where most deliveries are of twins, run by the command line. Pairs are
those with a certificate for each; by how many of the two the certificates name, and by their sex.
*merged* counts pairs with records in one person. A certificate counts once for each register that
has its child. *Decided by the data*: the register's rows and the certificates tell the two apart,
by what they say (wherever it is right):

- `sex`: the certificates differ, and so do the rows (or the one row there is), in the same way;
- `name`: one twin has the same name on certificate and row, which the other's certificate and row
  do not have;
- `place`: the certificates say which twin is which (place in the delivery, the minute of birth, 大
  or 小 in a placeholder), and so do the rows (大 or 小, or both relations to the head, as 长子 and
  次子);
- `through`: one of these decides it in the other register, and the rows there and here have one
  valid ID number.

The rest nothing in the registers decides: those should be left open (a possible match with one of
the two), not linked. Of the decided, the second table shows what became of those not linked to
their own rows, by what decides them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl
from benchmarks.births.cities import Kind, make, run
from benchmarks.births.twin_data import EVIDENCE, Registers, decided, pairs_of_twins
from scripts.marked import ROOT, replaced, table

DOCUMENT = ROOT / "docs" / "benchmarks.md"
NAMED = ("both", "one", "none")
SEXES = ("same", "different")
ENDS = ("own", "open", "wrong", "alone")
_SIDES = ("household", "residents")


def main() -> None:
    options = parse()
    with tempfile.TemporaryDirectory(prefix="twins-") as place:
        folder = options.folder or Path(place)
        kind = Kind(options.people, "twins", options.seed, options.months)
        city = make(kind, folder)
        registers = Registers.read(city, run(city, folder / "work" / kind.name))
        pairs = pairs_of_twins(city, registers)
        ends = ends_of_certificates(pairs, registers)
    text = f"{by_configuration(pairs, ends)}\n\n{by_cause(ends)}"
    print(text)
    if options.docs:
        DOCUMENT.write_text(
            replaced(DOCUMENT.read_text(encoding="utf-8"), "twins", text), encoding="utf-8"
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=120, help="months of births")
    parser.add_argument("--seed", type=int, default=83)
    parser.add_argument(
        "--folder", type=Path, help="where the city stays; thrown away when not given"
    )
    parser.add_argument(
        "--docs", action="store_true", help="write the tables into docs/benchmarks.md"
    )
    return parser.parse_args()


def ends_of_certificates(pairs: pl.DataFrame, registers: Registers) -> pl.DataFrame:
    """One row a certificate and register that has its child: named, sexes, register, evidence (of
    EVIDENCE, empty when nothing decides), end (of ENDS)."""
    found = []
    decisions = decided(pairs, registers)
    for register in _SIDES:
        due = decisions.filter(register=register)
        found.append(due.with_columns(end=_end(due, registers, register)))
    return pl.concat(found)


def _end(due: pl.DataFrame, registers: Registers, register: str) -> pl.Series:
    """`own`: its person holds the child's rows and no other's; `wrong`: another's; `open`: a
    possible match with a row of one of the twins; `alone`: none of these."""
    rows = registers.entities(register)
    held = rows.join(registers.persons.filter(source=register), on="record_id").group_by(
        "person_id"
    )
    held = held.agg(held=pl.col("entity_id").unique())
    twins = rows.rename({"record_id": "row"})
    asked = (
        registers.possible.join(twins, on="row")
        .group_by("certificate")
        .agg(asked=pl.col("entity_id").unique())
    )
    told = due.join(registers.persons.filter(source="births").rename({"record_id": "certificate"}),
    on="certificate",
                    how="left", maintain_order="left")  # fmt: skip
    told = told.join(held, on="person_id", how="left", maintain_order="left")
    told = told.join(asked, on="certificate", how="left", maintain_order="left")
    own = (pl.col("held").list.len() == 1) & pl.col("held").list.contains(pl.col("entity_id"))
    open_ = pl.col("asked").list.contains(pl.col("entity_id")) | pl.col("asked").list.contains(
        pl.col("twin_id")
    )
    return told.select(
        pl.when(own.fill_null(False))
        .then(pl.lit("own"))
        .when(pl.col("held").is_not_null())
        .then(pl.lit("wrong"))
        .when(open_.fill_null(False))
        .then(pl.lit("open"))
        .otherwise(pl.lit("alone"))
        .alias("end")
    ).to_series()


def by_configuration(pairs: pl.DataFrame, ends: pl.DataFrame) -> str:
    """Rows by how many are named and by sex: pairs, merged; of the decided how many, and the share
    linked to their own; of the rest how many, and the shares linked to their own, left open, linked
    wrongly."""
    rows = []
    for named in NAMED:
        for sexes in SEXES:
            own = pairs.filter(named=named, sexes=sexes)
            here = ends.filter(named=named, sexes=sexes)
            by_data, rest = here.filter(pl.col("evidence") != ""), here.filter(evidence="")
            merged = int(own["merged"].sum())
            rows.append(
                [
                    named,
                    sexes,
                    own.height,
                    merged,
                    by_data.height,
                    _share(by_data, "own"),
                    rest.height,
                ]
                + [_share(rest, end) for end in ENDS]
            )
    headers = [
        "named",
        "sex",
        "pairs",
        "merged",
        "decided by the data",
        "own",
        "rest",
        *(f"rest: {e}" for e in ENDS),
    ]
    return table(headers, rows, right=9)


def by_cause(ends: pl.DataFrame) -> str:
    """Certificates that the data decide, by register and by what decides: how many, and how they
    ended."""
    rows = []
    for register in _SIDES:
        for evidence in EVIDENCE:
            here = ends.filter(register=register, evidence=evidence)
            rows.append(
                [register, evidence, here.height, *(here.filter(end=end).height for end in ENDS)]
            )
    return table(["register", "decided by", "certificates", *ENDS], rows, right=5)


def _share(frame: pl.DataFrame, end: str) -> str:
    return f"{frame.filter(end=end).height / frame.height:.4f}" if frame.height else "–"


if __name__ == "__main__":
    main()
