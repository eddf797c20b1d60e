"""The machinery under the matching stages: the population, its pairs, the model and the solver."""
