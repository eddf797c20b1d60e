"""Which files a source stands for."""

from __future__ import annotations

from pathlib import Path

from reconcile.config.models import SourceConfig
from reconcile.reading.inputs import STDIN, expand


def source_files(source: SourceConfig) -> list[str]:
    """The paths of the source's files, patterns replaced by what they match; `-` is stdin and not
    touched.

    Raises InputError for what does not exist, matches nothing or cannot be opened.
    """
    return [path for name in source.files for path in _paths(name)]


def _paths(name: str) -> list[str]:
    return (
        [name]
        if name == STDIN
        else [str(file.path) for file in expand([name], Path(), scratch=Path())]
    )
