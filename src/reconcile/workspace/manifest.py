"""What a run was made of and what it made, as digests: no times, no machine, no personal data."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reconcile.core.version import __version__

MANIFEST = "manifest.json"
TIMINGS = "timings.json"  # differs from run to run, so it has no place in the manifest


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its name without folder, the SHA-256 of its bytes, the rows under its
    header."""

    source: str
    file: str
    sha256: str
    rows: int


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(
    folder: Path, *, period: str, inputs: Iterable[InputFile], config_digest: str, model_digest: str
) -> None:
    """Writes `manifest.json` about everything that is in the run folder already; so it comes
    last."""
    outputs = sorted(
        p for p in folder.rglob("*") if p.is_file() and p.name not in (MANIFEST, TIMINGS)
    )
    manifest = {
        "period": period,
        "inputs": [
            asdict(file) for file in sorted(inputs, key=lambda i: (i.source, i.file, i.sha256))
        ],
        "config": config_digest,
        "model": model_digest,
        "versions": {
            "reconcile": __version__,
            "polars": version("polars"),
            "python": ".".join(platform.python_version_tuple()[:2]),
        },
        "outputs": {path.relative_to(folder).as_posix(): file_digest(path) for path in outputs},
    }
    write_json(folder / MANIFEST, manifest)


def write_json(path: Path, data: Any) -> None:
    """Writes `data` as indented UTF-8 JSON, keys in the order given; the same data give the same
    bytes."""
    path.write_text(
        json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
