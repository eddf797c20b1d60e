"""How good the matching is: evaluation, calibration, error analysis, explanations, fitting."""
