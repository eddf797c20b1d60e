"""reconcile: clean a city's population registers month by month."""

__version__ = "0.1.0"
