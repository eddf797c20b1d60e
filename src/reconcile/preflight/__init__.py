"""A config is loaded and checked before anything is read."""

from reconcile.preflight.loading import load_config

__all__ = ["load_config"]
