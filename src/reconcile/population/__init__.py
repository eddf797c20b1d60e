"""All records of a run as numbers: the population, its households, relatives and pairs."""
