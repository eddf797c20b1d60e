"""Short keyed digests that people can read out: the numbers of cases, and what stands for evidence
in the ledger."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

# Crockford's base 32: no I, L, O, U. A digest starts with a letter: no spreadsheet takes it for a
# number.
_DIGITS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)
_LETTERS = _DIGITS[10:26]
_KEY_LENGTH = 12


def keyed_digests(texts: list[str], key: bytes) -> pl.Series:
    """A keyed digest of each text: 59 bits as 12 characters. The loop is over cases, not rows: 1 µs
    each."""
    keyed = hashlib.blake2b(key=key, digest_size=8)
    digests = bytearray()
    for text in texts:
        digest = keyed.copy()
        digest.update(text.encode())
        digests += digest.digest()
    numbers = np.frombuffer(bytes(digests), dtype=">u8").astype(np.uint64)
    characters = np.empty((len(numbers), _KEY_LENGTH), dtype=np.uint8)
    characters[:, 0] = _LETTERS[numbers >> np.uint64(60)]
    for place in range(1, _KEY_LENGTH):
        characters[:, place] = _DIGITS[(numbers >> np.uint64(5 * (place - 1))) & np.uint64(31)]
    return pl.Series(characters.view(f"S{_KEY_LENGTH}").ravel()).cast(pl.String)
