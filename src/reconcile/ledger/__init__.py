"""The months' memory: cases and what became of them, judgements, runs, and the audit log."""
