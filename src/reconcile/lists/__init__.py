"""How a list of discrepancies is laid out: its records' fields, its wording, its columns."""
