"""Persons with their records, and what these come to: children, outcomes, residence, coverage."""
