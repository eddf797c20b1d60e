"""Match outcomes and their reasons against the truth, for residents and household rows.

    # 20,000 and 200,000 people, three seeds
    python -m benchmarks.lists.outcomes
    python -m benchmarks.lists.outcomes --people 20000                # a first look
    # keeps the cities; writes docs/benchmarks.md
    python -m benchmarks.lists.outcomes --folder /tmp/cities --docs

Every kept row counts. A row should be matched when the other register has a row of the same person
that is not cancelled, or any row of them when it is cancelled itself. It is rightly matched when
the person that the run has it in holds such a row. A reason of an unmatched row is right when the
truth says the same: the person is cancelled there, the row is, the person is registered outside,
has moved, is a child that is entered in the other register later. Of the other reasons the truth
can only say whether the other register lacks the person. There is no recall of what the row itself
states, for others need not state it. The counts of all seeds are added up.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import polars as pl
from benchmarks.births.cities import Kind, make, run
from benchmarks.lists.asked import city_options, deliver
from scripts.marked import table

from reconcile.quality.evaluation import ratio
from reconcile.sample.truth import CHILDREN, PEOPLE

REGISTERS = {"residents": "household", "household": "residents"}
# What the truth says in the words of a reason, by the columns of `with_truth`.
TOLD = {
    "cancelled_there": "away_cancelled",
    "cancelled_here": "cancelled",
    "registered_outside": "outside",
    "moved_out": "moved",
    "newborn": "not_yet",
}
# Reasons that repeat what a column of the row says, and are true of many rows that do not say so.
STATED = ("cancelled_here", "moved_out")
_MATCHED = ("matched", "matched_fields_differ")


def main() -> None:
    options = parse()
    ends: list[list[str]] = []
    reasons: list[list[str]] = []
    with tempfile.TemporaryDirectory(prefix="outcomes-") as place:
        for people, preset in product(options.people, options.presets):
            kinds = [Kind(people, preset, seed, options.months) for seed in options.seeds]
            told = [city_rows(kind, options.folder or Path(place), Path(place)) for kind in kinds]
            ends += outcome_rows(
                kinds[0], added_up([outcome_counts(rows) for rows in told], ["register"])
            )
            reasons += reason_rows(
                kinds[0], added_up([reason_counts(rows) for rows in told], ["register", "reason"])
            )
            print("\n".join(" ".join(row) for row in ends[-len(REGISTERS) :]), flush=True)
    headers = [
        "people",
        "preset",
        "rows of",
        "rows",
        "matched",
        "precision",
        "recall",
        "possible",
        "unmatched",
    ]
    of_reasons = [
        "people",
        "preset",
        "rows of",
        "reason",
        "rows",
        "right",
        "precision",
        "true",
        "recall",
    ]
    text = (
        table([*headers, "truly not there"], ends, right=7)
        + "\n\n"
        + table(of_reasons, reasons, right=5)
    )
    deliver("outcomes", text, options.docs)


def parse() -> argparse.Namespace:
    parser = city_options(__doc__)
    parser.add_argument("--months", type=int, default=43, help="months of births")
    return parser.parse_args()


def city_rows(kind: Kind, folder: Path, work: Path) -> pl.DataFrame:
    """`with_truth` of one city; its run is in a workspace below `work`."""
    city = make(kind, folder)
    frames = run(city, work / "work" / kind.name) / "frames"
    outcomes, persons = (
        pl.read_parquet(frames / f"{name}.parquet") for name in ("outcomes", "persons")
    )
    truth = {
        source: pl.read_csv(city / f"truth_{source}.csv", infer_schema=False)
        for source in REGISTERS
    }
    people, children = (pl.read_csv(city / name, infer_schema=False) for name in (PEOPLE, CHILDREN))
    return with_truth(outcomes, persons, truth, people, children)


def with_truth(
    outcomes: pl.DataFrame,
    persons: pl.DataFrame,
    truth: dict[str, pl.DataFrame],
    people: pl.DataFrame,
    children: pl.DataFrame,
) -> pl.DataFrame:
    """register, outcome, reason of every row, and what is true of it: there (the other register has
    a row that it should be matched with), right (its person in the run holds one), cancelled,
    away_cancelled, outside, moved, not_yet.

    `truth`: record_id, entity_id and errors by register; `people`: entity_id, registered;
    `children`: entity_id, why.
    """
    rows = pl.concat(
        truth[register]
        .select(
            "record_id",
            "entity_id",
            *(_says(error).alias(error) for error in ("cancelled", "moved")),
        )
        .with_columns(source=pl.lit(register))
        for register in REGISTERS
    ).join(persons.select("source", "record_id", "person_id"), on=["source", "record_id"])
    outside = people.filter(pl.col("registered") == "outside")["entity_id"]
    told = rows.join(outcomes, on=["source", "record_id"]).with_columns(
        outside=pl.col("entity_id").is_in(outside.implode())
    )
    return pl.concat(_of_register(told, children, *pair) for pair in REGISTERS.items())


def _of_register(
    rows: pl.DataFrame, children: pl.DataFrame, register: str, other: str
) -> pl.DataFrame:
    there = rows.filter(source=other)
    valid = there.filter(~pl.col("cancelled"))

    def in_any(keys: Sequence[str]) -> pl.Expr:
        """Whether the other register has a row of the same `keys` with which this one should be
        matched."""
        own = pl.struct(keys)
        of_all, of_valid = (
            frame.select(own).to_series().unique().implode() for frame in (there, valid)
        )
        return own.is_in(of_valid) | pl.col("cancelled") & own.is_in(of_all)

    later = children.filter(
        pl.col("why").fill_null("").str.contains(f"{other.removesuffix('s')}_not_yet")
    )["entity_id"]
    known = pl.col("entity_id").is_in(there["entity_id"].unique().implode())
    return rows.filter(source=register).select(
        "outcome",
        "cancelled",
        "moved",
        "outside",
        register=pl.lit(register),
        reason=pl.col("reason").cast(pl.String),
        there=in_any(["entity_id"]),
        right=in_any(["entity_id", "person_id"]),
        away_cancelled=known & ~in_any(["entity_id"]),
        not_yet=pl.col("entity_id").is_in(later.implode()),
    )


def _says(error: str) -> pl.Expr:
    return pl.col("errors").fill_null("").str.split("|").list.contains(pl.lit(error))


def outcome_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """By register: rows; found and correct matches, and those that there should be (true);
    possible; unmatched, and of these those whose person the other register truly lacks (absent)."""
    matched, unmatched = pl.col("outcome").is_in(_MATCHED), pl.col("outcome") == "unmatched"
    return rows.group_by("register", maintain_order=True).agg(
        rows=pl.len(),
        found=matched.sum(),
        correct=(matched & pl.col("right")).sum(),
        true=pl.col("there").sum(),
        possible=(pl.col("outcome") == "possible").sum(),
        unmatched=unmatched.sum(),
        absent=(unmatched & ~pl.col("there")).sum(),
    )


def reason_counts(rows: pl.DataFrame) -> pl.DataFrame:
    """By register and reason: found, how many unmatched rows have it; correct, of these those of
    which it is true; true, of how many unmatched rows it is, null where nobody could say."""
    unmatched = rows.filter(outcome="unmatched")
    counts = []
    for (register,), of_register in unmatched.partition_by(
        "register", as_dict=True, maintain_order=True
    ).items():
        for reason in sorted({*of_register["reason"], *TOLD}):
            given = of_register.filter(reason=reason)
            said = (
                of_register[TOLD[reason]].sum() if reason in TOLD and reason not in STATED else None
            )
            right = given[TOLD[reason]] if reason in TOLD else ~given["there"]
            counts.append((register, reason, given.height, right.sum(), said))
    names = {
        "register": pl.String,
        "reason": pl.String,
        "found": pl.Int64,
        "correct": pl.Int64,
        "true": pl.Int64,
    }
    return pl.DataFrame(counts, schema=names, orient="row")


def added_up(counts: Sequence[pl.DataFrame], keys: list[str]) -> pl.DataFrame:
    """The counts of several cities, null where none says, with `precision` and `recall`."""
    numbers = [name for name in counts[0].columns if name not in keys]
    sums = [
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in numbers
    ]
    added = pl.concat(counts).group_by(keys, maintain_order=True).agg(sums)
    return added.with_columns(precision=ratio("correct", "found"), recall=ratio("correct", "true"))


def outcome_rows(kind: Kind, counts: pl.DataFrame) -> Iterator[list[str]]:
    for row in counts.iter_rows(named=True):
        numbers = [f"{row['rows']:,}", f"{row['found']:,}", *_shares(row), f"{row['possible']:,}"]
        yield [
            *_city(kind),
            row["register"],
            *numbers,
            f"{row['unmatched']:,}",
            f"{row['absent']:,}",
        ]


def reason_rows(kind: Kind, counts: pl.DataFrame) -> Iterator[list[str]]:
    for row in counts.sort("register", "found", "reason", descending=[True, True, False]).iter_rows(
        named=True
    ):
        if row["found"] or row["true"]:
            precision, recall = _shares(row)
            numbers = [f"{row['found']:,}", f"{row['correct']:,}", precision]
            true = "–" if row["true"] is None else f"{row['true']:,}"
            yield [*_city(kind), row["register"], f"`{row['reason']}`", *numbers, true, recall]


def _city(kind: Kind) -> list[str]:
    return [f"{kind.people:,}", kind.preset]


def _shares(row: dict[str, float | None]) -> list[str]:
    return ["–" if row[name] is None else f"{row[name]:.4f}" for name in ("precision", "recall")]


if __name__ == "__main__":
    main()
