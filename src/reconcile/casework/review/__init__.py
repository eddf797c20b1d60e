"""Clerical review: pairs of records that people decide about, on a sheet or in the terminal."""
