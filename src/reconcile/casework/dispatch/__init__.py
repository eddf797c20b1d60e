"""Open cases sent out to towns and villages: one workbook each, a cover table, and a batch in the
ledger."""
