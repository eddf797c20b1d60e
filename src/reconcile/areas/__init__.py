"""The areas of the city: the office's table of them, and which of them the records' words mean."""
