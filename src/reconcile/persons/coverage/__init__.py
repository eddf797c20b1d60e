"""What one register covers and the other does not: households, residents, and whole areas."""
