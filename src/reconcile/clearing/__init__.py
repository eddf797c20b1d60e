"""A month: what is known before it, what becomes of the cases, the run booked."""
