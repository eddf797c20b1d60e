"""School retrospective: first graders held against the births that they were, by area and sex.

First graders of September Y were born from 1 September Y−7 to 31 August Y−6. The ratio of pupils to
surviving births hints at births that were never recorded; children who moved in or out confound it,
always.
"""
