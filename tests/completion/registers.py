"""Two small registers as a clerk would write them, standardised and linked by the shipped plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from reconcile.completion.job import Completion, completion
from reconcile.config import BirthsConfig, default_matching
from reconcile.core.frames import JUDGEMENTS, conform
from reconcile.core.layouts import load_layout
from reconcile.core.period import Period
from reconcile.core.progress import Progress
from reconcile.matching.link import link_records
from reconcile.matching.linked import Linked
from reconcile.persons.view import View
from reconcile.pipeline.run import view_of_run
from reconcile.pipeline.sources import Prepared
from reconcile.standardising.id_numbers import check_digit_ok
from reconcile.standardising.standardise import standardise

Row = Mapping[str, str]
AS_OF = date(2026, 10, 31)


def number(body: str) -> str:
    """The 17 digits with their check digit."""
    numbers = pl.DataFrame({"number": [body + digit for digit in "0123456789X"]})
    found: list[str] = numbers.filter(check_digit_ok(pl.col("number")))["number"].to_list()
    return found[0]


def person(name: str, body: str, **more: str) -> dict[str, str]:
    """What both registers say of a person: `body` is the number without its check digit, which tells birth date and
    sex."""
    born = f"{body[6:10]}-{body[10:12]}-{body[12:14]}"
    sex = "男" if int(body[16]) % 2 else "女"
    return {
        "name": name, "id_number": number(body), "birth_date": born, "sex": sex, "town": "甲镇", "village": "东村", **more
    }  # fmt: skip


def crowd(size: int) -> list[dict[str, str]]:
    """People of all kinds, so that a name is rare among them."""
    names = [
        f"{surname}{given}"
        for surname in "赵钱孙周吴郑冯褚卫蒋沈韩杨朱秦"
        for given in "丽强军敏静磊洋勇艳杰娟涛明超霞平刚桂"
    ]
    return [
        person(names[place % len(names)], f"460105{1950 + place % 60}{1 + place % 12:02}{1 + place % 28:02}{place:03}")
        for place in range(size)
    ]


def linked(
    residents: Sequence[Row], household: Sequence[Row], judged: Sequence[tuple[str, str, str]] = ()
) -> tuple[View, Linked]:
    """Records are called R1, R2, … and H1, H2, …; `judged`: a resident, a household record, and what people decided."""
    sources = {"residents": residents, "household": household}
    layouts = {name: load_layout(name) for name in sources}
    standardised = {
        name: standardise(layouts[name], _raw(name, rows), b"k" * 32, as_of=AS_OF) for name, rows in sources.items()
    }
    prepared = Prepared(layouts, {}, standardised)
    found = link_records(
        prepared.records, default_matching({n: n for n in sources}), Progress(quiet=True), _judgements(judged)
    )
    return view_of_run(prepared, found, Period(2026, 10), BirthsConfig()), found


def completed(
    residents: Sequence[Row], household: Sequence[Row], judged: Sequence[tuple[str, str, str]] = ()
) -> Completion:
    found = completion(*linked(residents, household, judged))
    assert found is not None
    return found


@dataclass(frozen=True)
class Named:
    """One candidate, told shortly."""

    record: str
    rank: int
    candidate: str
    how: str | None
    repaired: bool


def named(found: Completion) -> list[Named]:
    columns = ("record_id", "rank", "household_record_id", "how", "repaired")
    return [Named(*row) for row in found.candidates.select(columns).iter_rows()]


def _judgements(judged: Sequence[tuple[str, str, str]]) -> pl.DataFrame:
    names = ("record_id_l", "record_id_r", "decision")
    frame = pl.DataFrame(judged, schema=dict.fromkeys(names, pl.String), orient="row")
    sources = {"source_l": pl.lit("residents"), "source_r": pl.lit("household")}
    return conform(frame.with_columns(**sources), JUDGEMENTS)


def _raw(source: str, rows: Sequence[Row]) -> pl.DataFrame:
    letter = source[0].upper()
    columns = dict.fromkeys(name for row in rows for name in row)
    frame = pl.DataFrame(
        [{name: row.get(name) for name in columns} for row in rows], schema=dict.fromkeys(columns, pl.String)
    )
    places = range(1, len(rows) + 1)
    return frame.with_columns(
        pl.Series("record_key", [f"{letter}{place}" for place in places]),
        pl.lit(source).alias("source"),
        pl.lit(f"{source}.csv").alias("file"),
        pl.Series("row", [place + 1 for place in places], dtype=pl.UInt32),
    )
