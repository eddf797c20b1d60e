"""The same files with one row in a hundred changed: who else moves, and why."""
