"""Why two records were matched or not, from the saved frames of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.core.errors import UsageError
from reconcile.core.frames import WEAK_EDGES
from reconcile.matchers import load_matcher
from reconcile.persons.view import own_columns
from reconcile.workspace import open_run

FIELDS = (
    "name", "former_name", "sex", "id_number", "birth_date", "relation", "household_no",
    "head_name", "mother_name",
    "mother_id", "father_name", "father_id", "spouse_name", "spouse_id", "address", "town",
    "village",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One record: where it stands, its values as (column, raw, standardised), and its person."""

    source: str
    record_id: str
    file: str
    row: int
    values: tuple[tuple[str, str | None, str | None], ...]
    person_id: str
    how: str
    margin: int | None
    members: tuple[tuple[str, str], ...]  # source and record id of the person's other records
    keys: Mapping[
        str, str | None
    ]  # what blocking rules read: every standardised column, relatives derived included
    homes: frozenset[int]


@dataclass(frozen=True)
class Weight:
    """One line of a pair's sum: a comparison with its level, or what else goes into it; 1/1000
    bit."""

    comparison: str
    level: str | None
    weight: int


@dataclass(frozen=True)
class Comparison:
    """How a pair was found and weighed. `weights` add up to `total`; both are empty for a pair
    closed by joins."""

    match_key: str
    weights: tuple[Weight, ...]
    total: int | None
    probability: float
    band: str


@dataclass(frozen=True)
class BlockingKey:
    """One blocking rule, both records' values of its columns, and whether they share each."""

    columns: tuple[str, ...]
    left: tuple[str | None, ...]
    right: tuple[str | None, ...]
    shared: tuple[bool, ...]


@dataclass(frozen=True)
class Contender:
    """Another record that this one may be, though it was not joined with it."""

    source: str
    record_id: str
    weight: int
    band: str


@dataclass(frozen=True)
class Judgement:
    """What people decided about a pair: same, different or unsure; who, when and why where the file
    says so."""

    decision: str
    who: str | None
    when: str | None
    why: str | None


@dataclass(frozen=True)
class WeakEdge:
    """Where a person of three and more records falls apart first: two of its records, and the
    weight of the pair in 1/1000 bit; None when exact keys or a judgement join even this pair."""

    left: str
    right: str
    weight: int | None


class RunFrames:
    """The frames of a published run. InputError when the folder holds none."""

    def __init__(self, run: Path) -> None:
        self._run = open_run(run)
        self.matching = self._run.matching

    def rows(self, frame: str, wanted: pl.Expr, *columns: str) -> pl.DataFrame:
        """The rows of a saved frame for which `wanted` holds; these columns, all when none is
        named. WorkspaceError when its file is damaged."""
        with self._run.scan(frame, *columns) as rows:
            return rows.filter(wanted).collect()

    def record(self, reference: str) -> Record:
        """The record called `record_id` or `source:record_id`. UsageError when there is none, or
        several."""
        source, colon, record_id = reference.partition(":")
        wanted = pl.col("record_id") == reference
        if colon:
            wanted |= (pl.col("source") == source) & (pl.col("record_id") == record_id)
        found = self.rows("persons", wanted)
        if found.is_empty():
            raise UsageError("explain.error.no_record", record=_shortened(reference))
        if found.height > 1:
            sources = ", ".join(sorted(found["source"].to_list()))
            raise UsageError("explain.error.several", record=_shortened(reference), sources=sources)
        return self._record(found.row(0, named=True))

    def _record(self, person: dict[str, object]) -> Record:
        same = pl.col("record_id").eq(person["record_id"])
        with self._run.scan_records(str(person["source"])) as records:
            row = records.filter(same).collect().row(0, named=True)
        values = tuple(
            (column, row.get(column), _text(row.get(f"{column}_std")))
            for column in (*FIELDS, *own_columns(row))
            if row.get(column) is not None or row.get(f"{column}_std") is not None
        )
        group = self.rows("persons", pl.col("person_id").eq(person["person_id"]))
        own = (person["source"], person["record_id"])
        members = tuple(r for r in group.select("source", "record_id").iter_rows() if r != own)
        return Record(
            str(person["source"]), str(person["record_id"]), row["file"], row["row"], values,
            str(person["person_id"]), str(person["how"]), person["margin"], members,  # type: ignore[arg-type]
            self._keys(row, person), self._homes(person),
        )  # fmt: skip

    def _keys(self, row: dict[str, object], person: dict[str, object]) -> dict[str, str | None]:
        mentions = self.rows("mentions", _is(person))
        derived: dict[str, object] = {}
        for role, name, number in mentions.select(
            pl.col("role").cast(pl.String), "name", "id_number"
        ).iter_rows():
            derived |= {f"{role}_name_std": name, f"{role}_id_std": number}
        return {column: _text(value) for column, value in {**row, **derived}.items()}

    def _homes(self, person: dict[str, object]) -> frozenset[int]:
        return frozenset(self.rows("homes", _is(person))["home"].to_list())

    def comparison(self, left: Record, right: Record) -> Comparison | None:
        """How the pair was found and weighed; None when it was never compared."""
        found = self.rows("scored_pairs", _pair(left, right) | _pair(right, left))
        if found.is_empty():
            return None
        return comparison_of(found.row(0, named=True))

    def blocking_keys(self, left: Record, right: Record) -> list[BlockingKey]:
        """Both records' values under every rule of the plan that links their sources; none when
        nothing does."""
        sources = {left.source, right.source}
        return [
            _blocking_key(rule, left, right)
            for link in self.matching["links"]
            if set(link["sources"]) == sources
            for rule in (*link["blocking"], *link["wide"])
        ]

    def shares(self, left: Record, right: Record) -> list[dict[str, float]]:
        """Of the pools of their link that hold matches: `settled`, `pairs`, `matches`, `expected`;
        none in a run of an earlier version."""
        sources = {left.source, right.source}
        found = (
            pool for pool in self.matching.get("shares", ()) if set(pool["sources"]) == sources
        )
        return [pool for pool in found if pool["matches"] >= 1]

    def judgements(self, left: Record, right: Record) -> list[Judgement]:
        """What people decided about the pair, in the order of their file, then of the ledger."""
        found = self.rows("judgements", _pair(left, right) | _pair(right, left)).sort(
            "row", "judgement", nulls_last=True
        )
        return [Judgement(*row) for row in found.select("decision", "who", "when", "why").rows()]

    def weak_edge(self, record: Record) -> WeakEdge | None:
        """The weakest edge of the record's person; None for a person of less than three records."""
        found = self.rows("weak_edges", pl.col("person_id").eq(record.person_id), *WEAK_EDGES)
        if found.is_empty():
            return None
        _, source_l, left, source_r, right, weight = found.row(0)
        return WeakEdge(f"{source_l}:{left}", f"{source_r}:{right}", weight)

    def contenders(self, record: Record) -> list[Contender]:
        """The record's contenders, the heaviest first."""
        own = (pl.col("source") == record.source) & (pl.col("record_id") == record.record_id)
        order = ("match_weight", "contender_source", "contender_record_id")
        columns = ("contender_source", "contender_record_id", "match_weight", "band")
        rows = self.rows("links", own, "source", "record_id", *columns).sort(
            order, descending=[True, False, False]
        )
        return [Contender(*row) for row in rows.select(columns).iter_rows()]


def comparison_of(row: Mapping[str, Any]) -> Comparison:
    """A row of the frame scored_pairs as the sum that it is."""
    if row["match_weight"] is None:
        return Comparison(row["match_key"], (), None, row["match_probability"], row["band"])
    weighed = [c for c in row if f"w_{c}" in row and row[c] is not None]
    lines = [Weight(c, load_matcher(c).LEVELS[row[c]], row[f"w_{c}"]) for c in weighed]
    lines += [Weight(extra, None, row[extra]) for extra in ("kin", "prior", "price", "others")]
    return Comparison(
        row["match_key"], tuple(lines), row["match_weight"], row["match_probability"], row["band"]
    )


def _blocking_key(rule: Sequence[str], left: Record, right: Record) -> BlockingKey:
    sides = [tuple(_key_value(record, column) for column in rule) for record in (left, right)]
    shared = tuple(
        bool(left.homes & right.homes) if column == "home" else a is not None and a == b
        for column, a, b in zip(rule, *sides, strict=True)
    )
    return BlockingKey(tuple(rule), sides[0], sides[1], shared)


def _is(person: dict[str, object]) -> pl.Expr:
    return pl.col("source").eq(person["source"]) & pl.col("record_id").eq(person["record_id"])


def _pair(left: Record, right: Record) -> pl.Expr:
    return (
        (pl.col("source_l") == left.source)
        & (pl.col("record_id_l") == left.record_id)
        & (pl.col("source_r") == right.source)
        & (pl.col("record_id_r") == right.record_id)
    )


_PARTS = {
    "birth_year": slice(0, 4),
    "birth_month": slice(0, 7),
    "birth_month_and_day": slice(5, 10),
}


def _key_value(record: Record, column: str) -> str | None:
    if column in _PARTS:
        date = record.keys.get("birth_date_std")
        return date[_PARTS[column]] if date else None
    return record.keys.get("household_no_std" if column == "home" else column)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _shortened(reference: str) -> str:
    """A reference as an error may show it: someone may have typed an ID number."""
    return reference if len(reference) < 15 else f"{reference[:4]}…{reference[-2:]}"


def references(words: Sequence[str]) -> tuple[str, str | None]:
    """The one or two records that the command names."""
    if len(words) not in (1, 2):
        raise UsageError("explain.error.one_or_two")
    return words[0], words[1] if len(words) == 2 else None
