"""What a run is made of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from reconcile.workspace.manifest import InputFile


@dataclass(frozen=True)
class RunInputs:
    """The files that a run reads, and digests: of its config, of what in that decides what is
    found, of its model."""

    files: tuple[InputFile, ...]
    config: str
    findings: str
    model: str

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides what a run finds, whatever the files are called."""
        contents = sorted([file.source, file.sha256] for file in self.files)
        return hashlib.sha256(
            json.dumps([contents, self.findings, self.model]).encode()
        ).hexdigest()
