"""What the clerk should know about a run beside its lists: missing columns, dropped columns,
refused blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import polars as pl

from reconcile.areas.from_addresses import FROM_ADDRESS
from reconcile.areas.names import COLUMNS as AREA
from reconcile.core.labels import source_label
from reconcile.core.layouts import Layout
from reconcile.core.messages import column_text, has_text, text
from reconcile.core.notice import Notice
from reconcile.matching.dead_keys import DeadKeys
from reconcile.matching.linked import Linked
from reconcile.matching.wording import comparison_text
from reconcile.persons.children import carried_children
from reconcile.persons.view import View
from reconcile.reading.read import FileReport, ReadResult

# Rows of a file that one notice names.
_ROWS_TOLD = 20


class DeadKeysNotice(Notice):
    """Pairs of registers for which keys or comparisons of the plan do nothing."""

    def __str__(self) -> str:
        return _dead_keys(self.values)


def _dead_keys(values: Mapping[str, Any]) -> str:
    """Pairs of registers in one sentence: what is lacking, what is dead for it, and who is not
    found."""
    join, parts = text("notices.dead.separator").join, text("notices.dead.parts").join
    by_source: dict[tuple[str, ...], list[str]] = {}
    for one in values["lacking"]:
        by_source.setdefault(tuple(one["sources"]), []).append(_lacking(one["column"], one["keys"]))
    state = "all" if values["dead"] == values["keys"] else "some" if values["dead"] else "none"
    mute = join(map(comparison_text, values["comparisons"]))
    return text(
        "notices.dead_keys",
        registers=parts(map(_pair, values["sources"])),
        lacking=parts(
            text(
                "notices.dead.lacking", sources=join(map(source_label, who)), columns=join(columns)
            )
            for who, columns in by_source.items()
        ),
        keys=text(f"notices.dead.keys_{state}", dead=values["dead"], keys=values["keys"]),
        comparisons=text("notices.dead.comparisons", comparisons=mute) if mute else "",
        only=text("notices.dead.only", columns=join(map(column_text, values["only"])))
        if values["only"]
        else "",
    )


def _pair(sources: Sequence[str]) -> str:
    between = len(set(sources)) > 1
    return text("notices.dead.between" if between else "notices.dead.inside").format(
        *map(source_label, sources)
    )


def _lacking(column: str, keys: int) -> str:
    called = text("notices.dead.home") if column == "home" else column_text(column)
    if not keys:
        return called
    return text(
        "notices.dead.column_one" if keys == 1 else "notices.dead.column", column=called, keys=keys
    )


def of_run(
    read: Mapping[str, ReadResult],
    layouts: Mapping[str, Layout],
    view: View,
    linked: Linked,
) -> list[Notice]:
    """Every notice of a run; headers and counts only, never values."""
    found: list[Notice] = []
    for name, result in read.items():
        found += _absent(result, layouts[name], view.records[name])
        found += _out_of_bounds(result.files)
    found += _given_twice(read)
    found += _other_months(view)
    found += [
        _notice(
            "refused",
            rule=report.rule,
            blocks=report.refused_blocks,
            largest=report.largest_refused,
        )
        for report in linked.blocking
        if report.refused_blocks
    ]
    found += [_notice("split", count=linked.split)] if linked.split else []
    return found + of_matching(linked)


def of_matching(linked: Linked) -> list[Notice]:
    """What of the plan is dead, judgements without effect, doubles that nobody searched for, and
    the cut that a share of false matches asked for."""
    found = of_dead_keys(linked.dead_keys)
    found += of_judgements(linked.unknown_judgements, linked.persons["source"].unique())
    found += (
        [_notice("judgements_idle", count=linked.idle_judgements)] if linked.idle_judgements else []
    )
    found += [
        _notice("doubles", name=name, count=count)
        for name, count in linked.unsearched_doubles.items()
    ]
    if linked.matching.max_false_share is not None:
        share, cut = linked.matching.max_false_share, linked.matching.match_probability
        found.append(_notice("cut", share=f"{share:.2%}", probability=f"{cut:.4f}"))
    return found


def of_dead_keys(dead: Iterable[DeadKeys]) -> list[Notice]:
    """Which keys and comparisons do nothing between two registers, for lack of which columns; pairs
    of registers of which all is the same in one notice."""
    links: dict[DeadKeys, list[tuple[str, str]]] = {}
    for one in dead:
        links.setdefault(replace(one, sources=("", "")), []).append(one.sources)
    return [
        DeadKeysNotice("dead_keys", {**asdict(one), "sources": pairs})
        for one, pairs in links.items()
    ]


def of_judgements(unknown: Sequence[int], sources: Iterable[str]) -> list[Notice]:
    """Rows of the judgements' file that name a record which none of these sources has."""
    if not unknown:
        return []
    rows = ", ".join(map(str, unknown[:_ROWS_TOLD])) + (" …" if len(unknown) > _ROWS_TOLD else "")
    return [
        _notice(
            "judgements_unknown", count=len(unknown), rows=rows, sources=", ".join(sorted(sources))
        )
    ]


def _notice(kind: str, **values: object) -> Notice:
    return Notice(kind, values)


def _absent(result: ReadResult, layout: Layout, records: pl.DataFrame) -> Iterable[Notice]:
    """What the columns that no file of the source has would have been good for, unless addresses
    stand in for them."""
    by_address = FROM_ADDRESS in records.columns and records[FROM_ADDRESS].any()
    for column in layout.columns:
        if by_address and column.name in AREA:
            continue
        if column.name not in result.records.columns and has_text(f"notices.absent.{column.name}"):
            yield _notice("no_column", layout=layout.name, column=column.name)


def _out_of_bounds(files: Iterable[FileReport]) -> Iterable[Notice]:
    for file in files:
        headers = [column.header for column in file.columns if column.why == "out_of_bounds"]
        if headers:
            yield _notice("out_of_bounds", file=file.file, headers="、".join(headers))


def _given_twice(read: Mapping[str, ReadResult]) -> Iterable[Notice]:
    """Files that are the same to the byte, in one source or in two; sheets and members of one file
    are not."""
    seen: dict[tuple[str, ...], str] = {}
    for source, result in read.items():
        for file in result.files:
            content = (file.digest, file.sheet or "", file.file.partition("!")[2])
            if seen.get(content) == source:
                yield _notice("file_twice", file=file.file)
            elif content in seen:
                yield _notice("given_twice", file=file.file, first=seen[content], second=source)
            seen.setdefault(content, source)


def _other_months(view: View) -> Iterable[Notice]:
    """Births before and after the period; that none falls into it is more often a wrong period than
    the truth."""
    if view.bounds is None or not view.of_layout("births"):
        return
    born = view.population.filter(pl.col("layout") == "births", "stands")[
        "birth_date_std"
    ].drop_nulls()
    first, end = view.bounds
    if not born.is_between(first, end, closed="left").any():
        yield _notice(
            "none_born", period=str(view.period), first=str(born.min()), last=str(born.max())
        )
    later, carried = int((born >= end).sum()), carried_children(view).height
    if later:
        yield _notice("later_births", period=str(view.period), count=later)
    if carried:
        yield _notice("earlier_births", count=carried)
