"""Any list of people held against the registers: what the two say differently, never who is
entitled to anything."""
