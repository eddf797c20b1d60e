"""The workspace: a folder with the key, the lock, and one folder for each run, which appears all at
once."""

from reconcile.workspace.folder import ALL, Workspace
from reconcile.workspace.manifest import InputFile, file_digest, write_json, write_manifest
from reconcile.workspace.run_folder import RunFolder, open_run
from reconcile.workspace.storage import disk_full, storage_error, storage_errors

__all__ = [
    "ALL",
    "InputFile",
    "RunFolder",
    "Workspace",
    "disk_full",
    "file_digest",
    "open_run",
    "storage_error",
    "storage_errors",
    "write_json",
    "write_manifest",
]
