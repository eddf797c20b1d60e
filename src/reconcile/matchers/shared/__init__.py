"""What several matchers have in common."""
