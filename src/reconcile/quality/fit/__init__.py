"""Weights of a model fitted to an office's own records, and the check that they are better."""
