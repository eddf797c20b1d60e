"""Cases on their way to people and back: dispatch, feedback, review, exchange, survivors."""
