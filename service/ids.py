"""Ids of stored things: a prefix that says what it is, then 26 characters that sort by time.

The form after the dash is that of ULID: 48 bits of milliseconds and 80 random bits in Crockford's
base 32 (https://github.com/ulid/spec).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26
_RANDOM_BITS: Final = 80


def new_id(prefix: str, now: datetime) -> str:
    """An id such as ``case-01JDB2…``; two made in the same millisecond differ by chance alone."""
    number = int(now.timestamp() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = (_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_LENGTH)))
    return f"{prefix}-{''.join(digits)}"
