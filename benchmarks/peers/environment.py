"""Virtual environments of peers: made on first use from their pinned requirements, kept apart from
ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def python_of(peer: str, folder: Path) -> Path:
    """The interpreter of `folder/<peer>`, with what `requirements-<peer>.txt` names installed, and
    nothing else."""
    requirements = HERE / f"requirements-{peer}.txt"
    python = folder / peer / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    installed = folder / peer / requirements.name
    if not installed.exists() or installed.read_bytes() != requirements.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / peer], check=True)
        install = ("install", "--quiet", "--no-deps", "--requirement", requirements)
        subprocess.run([python, "-m", "pip", *install], check=True)
        installed.write_bytes(requirements.read_bytes())
    return python
