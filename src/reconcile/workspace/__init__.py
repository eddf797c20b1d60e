"""The workspace: a folder with the key, the lock, and one folder for each run, which appears all at once."""

from reconcile.workspace.folder import ALL, Workspace, run_file
from reconcile.workspace.manifest import InputFile, file_digest, write_json, write_manifest
from reconcile.workspace.storage import disk_full, storage_error, storage_errors

__all__ = [
    "ALL",
    "InputFile",
    "Workspace",
    "disk_full",
    "file_digest",
    "run_file",
    "storage_error",
    "storage_errors",
    "write_json",
    "write_manifest",
]
