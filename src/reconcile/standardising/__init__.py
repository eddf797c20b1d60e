"""One file for each kind of value: how a written value becomes the one that is compared."""
