"""Where people live and where they are registered, and how far apart the two are."""
