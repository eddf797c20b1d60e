"""A header held against what the source needs: everything in it that has to be settled before
reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from reconcile.core.errors import ConfigError, InputError
from reconcile.core.layouts import Layout
from reconcile.core.messages import has_text, text
from reconcile.reading.header_rows import Header
from reconcile.reading.headers import normalise, places
from reconcile.reading.out_of_bounds import is_out_of_bounds


def check_chosen(chosen: Mapping[str, str], layout: Layout) -> None:
    """ConfigError when the config names a column that the layout lacks, or a header that is never
    read."""
    for column, header in chosen.items():
        if layout.column(column) is None:
            known = [c.name for c in layout.columns]
            near = get_close_matches(column, known, n=3, cutoff=0.5) or known
            raise ConfigError(
                "reading.error.unknown_column",
                column=column,
                layout=layout.name,
                near=", ".join(near),
            )
        if is_out_of_bounds(normalise(header)):
            raise ConfigError("reading.error.header_out_of_bounds", column=column, header=header)


def check_header(header: Header, chosen: Mapping[str, str], file: str) -> None:
    """InputError: a chosen header is missing, two headers fit one column, or a needed one is not
    there."""
    for problem in header_problems(header, chosen, file):
        raise problem


def header_problems(header: Header, chosen: Mapping[str, str], file: str) -> Iterator[InputError]:
    """Everything that `check_header` would refuse, one after the other."""
    for column, wanted in chosen.items():
        yield from _not_single(header, column, wanted, file)
    yield from _fitting_twice(header, file)
    yield from _needs_missing(header, file)


def _not_single(header: Header, column: str, wanted: str, file: str) -> Iterator[InputError]:
    found = places(header.texts, wanted)
    if len(found) > 1:
        yield _two_fit(column, [header.texts[place] for place in found], file)
    if not found:
        near = get_close_matches(wanted, header.texts, n=3, cutoff=0.3) or _texts(header)
        yield InputError(
            "reading.error.header_missing",
            file=file,
            header=wanted,
            column=column,
            near=_listed(near),
        )


def _fitting_twice(header: Header, file: str) -> Iterator[InputError]:
    fitting = defaultdict(list)
    for match in header.matches:
        if match.column:
            fitting[match.column].append(match.header)
    for column, headers in fitting.items():
        if len(headers) > 1:
            yield _two_fit(column, headers, file)


def _two_fit(column: str, headers: list[str], file: str) -> InputError:
    key = "two_fit" if len({text.strip() for text in headers}) > 1 else "same_header"
    first = headers[0].strip()
    return InputError(
        f"reading.error.{key}",
        file=file,
        headers=_listed(headers),
        header=first,
        column=column,
        meaning=_meaning(column),
    )


def _needs_missing(header: Header, file: str) -> Iterator[InputError]:
    present = {match.column for match in header.matches}
    for group in header.layout.needs:
        if present.isdisjoint(group):
            columns = [column for name in group if (column := header.layout.column(name))]
            yield InputError(
                "reading.error.needs_missing",
                file=file,
                row=header.first_row,
                meaning=" / ".join(_meaning(column.name) for column in columns),
                found=_listed(_texts(header)),
                accepted=_listed([text for column in columns for text in column.headers]),
                column=group[0],
            )


def _texts(header: Header) -> list[str]:
    return [text.strip() for text in header.texts if text.strip()]


def _listed(headers: list[str], most: int = 40) -> str:
    """Headers for a message, each cut to a line's length; a table may have hundreds."""
    shown = ["".join(header.split())[:40] for header in headers[:most]]
    return "、".join(shown) + ("…" if len(headers) > most else "")


def _meaning(column: str) -> str:
    key = f"columns.{column}"
    return text(key) if has_text(key) else column
