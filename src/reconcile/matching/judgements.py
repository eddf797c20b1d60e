"""Judgements: what people decided about pairs of records. A CSV file → frames.JUDGEMENTS, free of
contradictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from reconcile.core.errors import InputError
from reconcile.core.frames import DECISIONS, JUDGEMENTS, conform, empty
from reconcile.core.messages import LANGUAGES, text
from reconcile.reading.delimited import DELIMITERS
from reconcile.reading.encodings import as_utf8
from reconcile.reading.inputs import expand
from reconcile.reading.scratch import scratch_folder

Ints = npt.NDArray[np.int64]

PAIR = ("source_l", "record_id_l", "source_r", "record_id_r")
_NEEDED = (*PAIR, "decision")
_OPTIONAL = ("who", "when", "why")
# Rows and contradictions that an error names; the clerk mends them and runs again.
_TOLD = 10
_LONGEST_HEADER = 1 << 16


def judgements_of(path: str | None) -> pl.DataFrame:
    """The judgements in the file that a config names; none where it names none."""
    return empty(JUDGEMENTS) if path is None else read_judgements(Path(path))


def read_judgements(path: Path) -> pl.DataFrame:
    """frames.JUDGEMENTS of a CSV file with source_l, record_id_l, source_r, record_id_r, decision,
    and if wanted who, when, why; headers and decisions in either language.

    InputError for a file that cannot be read, lacks a column, has a row without records or with an
    unknown decision or with a record and itself, or whose judgements contradict each other.
    """
    if not path.is_file():
        raise InputError("judgements.error.no_file", file=path)
    with scratch_folder() as scratch:
        source = expand([str(path)], Path(), scratch)[0]
        try:
            plain = as_utf8(source.path, source.label, scratch).path
            found = pl.read_csv(plain, infer_schema=False, separator=_separator(plain))
        except pl.exceptions.NoDataError:
            found = pl.DataFrame()
        except (
            pl.exceptions.PolarsError,
            InputError,
        ) as error:  # a workbook, say, or rows longer than the header
            raise InputError("judgements.error.unreadable", file=path.name) from error
    judgements = _tidied(_named(found, path.name), path.name)
    refuse_contradictions(judgements, lambda: called(judgements), path.name)
    return judgements


def _separator(path: Path) -> str:
    """What parts the header's columns: Excel takes a semicolon or a tab in some countries and some
    of its formats."""
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline(_LONGEST_HEADER)
    return max(DELIMITERS, key=header.count)


def _named(found: pl.DataFrame, file: str) -> pl.DataFrame:
    """The columns under their own names, whatever language the header is in."""
    known = {
        word: column
        for column in (*_NEEDED, *_OPTIONAL)
        for word in (column, *(text(f"judgements.column.{column}", lang) for lang in LANGUAGES))
    }
    named = {header: known[header.strip()] for header in found.columns if header.strip() in known}
    missing = [column for column in _NEEDED if column not in named.values()]
    if missing:
        names = ", ".join(f"{column} ({text(f'judgements.column.{column}')})" for column in missing)
        raise InputError("judgements.error.columns", file=file, columns=names)
    if len(set(named.values())) < len(named):
        raise InputError("judgements.error.twice", file=file, columns=", ".join(named))
    return found.select(
        pl.col(header).str.strip_chars().alias(column) for header, column in named.items()
    )


def _tidied(found: pl.DataFrame, file: str) -> pl.DataFrame:
    """Decisions as in frames.DECISIONS, rows counted; blank rows go."""
    words = {text(f"judgements.decision.{d}", lang): d for d in DECISIONS for lang in LANGUAGES}
    decision = pl.col("decision").str.to_lowercase()
    numbered = found.with_row_index("row", 2).filter(
        pl.any_horizontal(pl.col(*_NEEDED).fill_null("") != "")
    )
    translated = pl.col("decision").replace_strict(words, default=None)
    read = numbered.with_columns(
        pl.when(decision.is_in(DECISIONS)).then(decision).otherwise(translated)
    )
    wrong = read.filter(pl.any_horizontal(pl.col(*_NEEDED).fill_null("") == ""))
    if wrong.height:
        rows, allowed = _rows(wrong["row"]), ", ".join((*DECISIONS, *words))
        raise InputError(
            "judgements.error.rows", file=file, rows=rows, count=wrong.height, allowed=allowed
        )
    itself = read.filter(
        *(pl.col(f"{of}_l") == pl.col(f"{of}_r") for of in ("source", "record_id"))
    )
    if itself.height:
        raise InputError(
            "judgements.error.itself", file=file, rows=_rows(itself["row"]), count=itself.height
        )
    return conform(read, JUDGEMENTS)


def _rows(rows: pl.Series) -> str:
    """Row numbers as an error tells them: the first few."""
    return ", ".join(map(str, rows.head(_TOLD))) + (" …" if len(rows) > _TOLD else "")


def with_people(judgements: pl.DataFrame) -> pl.DataFrame:
    """`judgements` with `one`, `other` (numbers of the two records, from 0) and `person_l`,
    `person_r` (numbers of the groups of records that `same` joins, directly or along a chain)."""
    ends = [
        judgements.select(pl.concat_str(f"source_{s}", f"record_id_{s}", separator="\0"))
        for s in "lr"
    ]
    names = pl.concat([end.to_series().alias("record") for end in ends])
    number = (names.rank("dense").cast(pl.Int64) - 1).to_numpy()
    left, right = number[: judgements.height], number[judgements.height :]
    same = (judgements["decision"] == "same").to_numpy()
    person = connected_components(
        _graph(left[same], right[same], names.n_unique()), directed=False
    )[1]
    return judgements.with_columns(
        one=pl.Series(left),
        other=pl.Series(right),
        person_l=pl.Series(person[left]),
        person_r=pl.Series(person[right]),
    )


def _graph(left: Ints, right: Ints, size: int) -> csr_array:
    return coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size)).tocsr()


def refuse_contradictions(
    judgements: pl.DataFrame, named: Callable[[], Sequence[str]], where: str
) -> None:
    """InputError when a pair is judged different that is judged, or follows to be, the same, or is
    one record.

    `judgements`: PAIR and `decision`. `named`: what an error calls each of them, asked only when
    there is one. `where`: what it calls them all.
    """
    placed = with_people(judgements).with_row_index("place")
    against = placed.filter(
        (pl.col("decision") == "different") & (pl.col("person_l") == pl.col("person_r"))
    )
    if against.height:
        told = "\n".join(_contradictions(placed, against.head(_TOLD), named()))
        key = "judgements.error.contradictions"
        raise InputError(key, where=where, count=against.height, contradictions=told)


def _contradictions(
    placed: pl.DataFrame, against: pl.DataFrame, named: Sequence[str]
) -> Iterator[str]:
    """Each contradiction by its judgements: `different` in one, `same` in the others."""
    same = placed.filter(pl.col("decision") == "same")
    places = {
        frozenset(pair): at
        for *pair, at in same.select("one", "other", "place").reverse().iter_rows()
    }
    size = int(placed.select(pl.max_horizontal("one", "other").max()).item()) + 1
    graph = _graph(same["one"].to_numpy(), same["other"].to_numpy(), size)
    for one, other, at in against.select("one", "other", "place").iter_rows():
        if one == other:
            yield text("judgements.contradiction_itself", different=named[at])
            continue
        before = breadth_first_order(graph, one, directed=False)[1]
        chain = []
        while other != one:
            chain.append(places[frozenset((other, int(before[other])))])
            other = int(before[other])
        joined = text("judgements.separator").join(named[link] for link in sorted(chain))
        yield text("judgements.contradiction", different=named[at], same=joined)


def called(judgements: pl.DataFrame) -> list[str]:
    """What an error calls each of frames.JUDGEMENTS: its row in the file, or its number in the
    ledger, who and when."""
    return [
        text("judgements.row", row=row)
        if row is not None
        else text("judgements.number", number=number, who=who or "?", when=when or "?")
        for row, number, who, when in judgements.select(
            "row", "judgement", "who", "when"
        ).iter_rows()
    ]
