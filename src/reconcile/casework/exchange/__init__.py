"""What was sent to receiving areas, and what came back: round by round, with rates and what they
are made of."""
