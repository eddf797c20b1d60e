"""Which record of a duplicate stays, and what of the others goes into it: a proposal."""
