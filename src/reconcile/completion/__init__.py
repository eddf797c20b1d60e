"""ID completion: whose number of the household register may be that of a resident without a usable
one."""
