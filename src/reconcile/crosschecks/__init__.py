"""Other lists held against the registers: rosters, first graders, claimed totals."""
