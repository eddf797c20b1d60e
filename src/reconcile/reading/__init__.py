"""From files as clerks have them to tables of text: what a file is, its encoding, its header, its
rows."""
