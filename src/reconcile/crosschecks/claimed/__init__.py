"""Reported totals of births held against what the records of a finished run give.

Nobody says which 'birth' an office counted: each figure is made anew under every definition, and
beside it stand the records that may explain the gap. For clerks to look into; nothing here is for
publication.
"""
