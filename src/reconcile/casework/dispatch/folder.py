"""The folder that a batch is written to: whole or not at all, and never over somebody's answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import polars as pl
import pyzipper

from reconcile.casework.dispatch.batch import Letter
from reconcile.casework.dispatch.cover import counts_of, cover
from reconcile.casework.dispatch.workbook import write_workbook
from reconcile.core.errors import UsageError
from reconcile.core.machine import sync
from reconcile.core.messages import text
from reconcile.core.progress import Progress
from reconcile.lists.writers import xlsx
from reconcile.lists.writers.files import opened, safe_name
from reconcile.workspace import storage_errors
from reconcile.workspace.manifest import file_digest
from reconcile.workspace.storage import PRIVATE_FOLDER, make_private_folder, seal

ZIP = ".zip"


class BatchFolder:
    """`target`: the folder asked for; `draft`: the one beside it in which the files are made."""

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        self.draft = self.target.with_name(f".{self.target.name}.new")

    def check(self) -> None:
        """UsageError when something is there that is not an empty folder."""
        if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
            raise UsageError("dispatch.error.folder_used", folder=self.target)

    def make(
        self, rows: pl.DataFrame, letter: Letter, password: str, encrypted: bool, progress: Progress
    ) -> pl.DataFrame:
        """Writes the workbooks of forms.SENT and the cover table into the draft; `counts_of`, with
        the files as they are called there. `encrypted`: each workbook is in a zip that opens with
        the password only."""
        counts = counts_of(rows, letter.language)
        if encrypted:
            counts = counts.with_columns(pl.col("file").str.replace(r"\.xlsx$", ZIP))
        with storage_errors(self.target), progress.stage("dispatch", counts.height + 1) as advance:
            make_private_folder(self.target.parent)
            self.discard()
            self.draft.mkdir(mode=PRIVATE_FOLDER)
            for of_area in rows.partition_by("file", maintain_order=True):
                path = self.draft / of_area["file"][0]
                path.parent.mkdir(exist_ok=True)
                _write(of_area, letter, path, password, encrypted)
                advance(1)
            xlsx.write(cover(counts, letter), self.draft / cover_name(letter))
            seal(self.draft)
            advance(1)
        return counts

    def publish(self) -> None:
        """Puts the draft in its place."""
        if self.target.exists():
            self.target.rmdir()  # empty, or the system refuses
        self.draft.rename(self.target)
        sync(self.target.parent)

    def publish_again(self) -> None:
        """Puts the draft in place of what is there, as long as that is the same: UsageError where a
        file differs or is none of the batch, since somebody may have filled it in."""
        if self.target.is_dir():
            made = _files(self.draft)
            differing = [
                n for n, p in _files(self.target).items() if n not in made or not _same(p, made[n])
            ]
            if differing:
                raise UsageError(
                    "dispatch.error.folder_differs", folder=self.target, files=_some(differing)
                )
            shutil.rmtree(self.target)
        elif self.target.exists():
            raise UsageError("dispatch.error.folder_used", folder=self.target)
        self.publish()

    def discard(self) -> None:
        """Removes the draft."""
        shutil.rmtree(self.draft, ignore_errors=True)


def cover_name(letter: Letter) -> str:
    """The file of the cover table; a workbook's name ends with the number."""
    return f"{letter.number}_{safe_name(text('dispatch.cover.name', letter.language))}.xlsx"


def _write(rows: pl.DataFrame, letter: Letter, path: Path, password: str, encrypted: bool) -> None:
    lock = password if letter.locked else ""
    if not encrypted:
        write_workbook(rows, letter, path, lock)
        return
    workbook = BytesIO()
    write_workbook(rows, letter, workbook, lock)
    with (
        opened(path.with_suffix(ZIP)) as stream,
        pyzipper.AESZipFile(
            stream, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES
        ) as archive,
    ):
        archive.setpassword(password.encode())
        archive.writestr(path.name, workbook.getvalue())


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if not path.is_dir()
    }


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and file_digest(one) == file_digest(other)


def _some(names: Iterable[str], most: int = 5) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (" …" if len(listed) > most else "")
