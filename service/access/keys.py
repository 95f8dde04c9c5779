"""Random secrets and their digests: what a browser or another system keeps, and what we keep of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

_BYTES: Final = 32
_CODE_LENGTH: Final = 24
_CODE_GROUP: Final = 6
_CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOST: Final = 200
"""Longer texts are no secrets of ours; they are not worth a digest."""


def new_secret() -> str:
    """256 random bits as text fit for a cookie or a header."""
    return secrets.token_urlsafe(_BYTES)


def new_code() -> str:
    """A recovery code a person can type: 24 characters without look-alikes in four groups, 120 random bits.

    Long enough that a plain digest keeps it (OWASP ASVS 6.5.2 asks for 112 bits).
    """
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP))


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal; the secret is random, so nothing slower is needed."""
    return hashlib.sha256(secret[:_MOST].encode()).hexdigest()


def form_key(secret: str) -> str:
    """The token for forms of whoever holds this secret: it tells nothing about the secret itself."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())
