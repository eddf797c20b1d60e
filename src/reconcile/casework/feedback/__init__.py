"""What towns send back: workbooks read, answers held against what was sent, and booked in one
transaction."""
