"""A scripted year: twelve exports through run, dispatch and feedback, held against its script."""
