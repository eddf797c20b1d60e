"""Characters that Python's GB18030 codec leaves in the Private Use Area although Unicode has them.

The codec follows GB 18030-2000. The editions of 2005 and 2022 give these 25 codes their own
characters. Source: GB 18030-2022, and the Unicode Consortium's table of the changes.
"""

from __future__ import annotations

import re

_FIXED = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15,
    0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087,
    0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}  # fmt: skip
_BYTES = {chr(old).encode(): chr(new).encode() for old, new in _FIXED.items()}
# In UTF-8 only the Private Use Area begins with this byte.
_CANDIDATE = re.compile(rb"\xee[\x80-\xbf]{2}")


def fix_private_use(utf8: bytes) -> bytes:
    """UTF-8 text decoded from GB18030, with the 25 characters in their right places."""
    if b"\xee" not in utf8:
        return utf8
    return _CANDIDATE.sub(lambda match: _BYTES.get(match[0], match[0]), utf8)
