"""A config is loaded and checked before anything is read."""
