"""The workspace: a folder with the key, the lock, and one folder for each run, which appears all at once."""

from reconcile.workspace.folder import ALL, Workspace, check_period
from reconcile.workspace.manifest import InputFile, file_digest, write_json, write_manifest
from reconcile.workspace.storage import disk_full, storage_error

__all__ = [
    "ALL",
    "InputFile",
    "Workspace",
    "check_period",
    "disk_full",
    "file_digest",
    "storage_error",
    "write_json",
    "write_manifest",
]
