"""The rules run: discrepancies with their keys, severities and digests of evidence."""
