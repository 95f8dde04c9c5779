"""Nonces locked away: encrypted with a key derived from a passphrase or from a key file.

scrypt makes guessing a passphrase slow; AES-256-GCM shows any change. What a nonce belongs to (draw, holder,
digest) is bound into the encryption, so that one cannot be put in the place of another.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kernel import messages
from kernel.errors import RefusedError

messages.register("service", "draw_messages_zh.yaml")

_COST: Final = 1 << 15
"""scrypt: 32 MiB and a tenth of a second for each try."""
_BLOCK: Final = 8
_SALT: Final = 16
_NONCE: Final = 12
_KEY: Final = 32
_FORM: Final = "scrypt-aesgcm-1"
LEAST_SECRET: Final = 12
"""Bytes of a passphrase or key file."""


class SealError(RefusedError):
    """A secret that does not open what it should, or is too short to lock anything."""

    status = 422

    def __init__(self, code: str, **params: object) -> None:
        """``code`` names the message."""
        super().__init__(**params)
        self._take_code(code)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something locked: salt, nonce of the cipher, and the encrypted bytes, all in base64."""

    salt: str
    iv: str
    text: str

    def as_dict(self) -> dict[str, str]:
        """Return the members as JSON keeps them."""
        return {"form": _FORM, "salt": self.salt, "iv": self.iv, "text": self.text}

    @classmethod
    def of(cls, document: object) -> Sealed:
        """Read the members again; SealError for anything else."""
        members = ("salt", "iv", "text")
        if not isinstance(document, dict) or document.get("form") != _FORM:
            raise SealError("seal_form")
        found = [document.get(name) for name in members]
        if not all(isinstance(one, str) for one in found):
            raise SealError("seal_form")
        return cls(*map(str, found))


def lock(secret: bytes, data: bytes, bound: str) -> Sealed:
    """Encrypt bytes under a secret.

    Args:
        secret: the passphrase in UTF-8, or the bytes of a key file; at least 12 bytes.
        data: what is locked away.
        bound: what it belongs to; the same text is needed to open it.

    Raises:
        SealError: ``seal_short``.
    """
    if len(secret) < LEAST_SECRET:
        raise SealError("seal_short", least=LEAST_SECRET)
    salt, iv = os.urandom(_SALT), os.urandom(_NONCE)
    text = AESGCM(_derived(secret, salt)).encrypt(iv, data, bound.encode())
    return Sealed(*(base64.b64encode(one).decode() for one in (salt, iv, text)))


def unlock(secret: bytes, sealed: Sealed, bound: str) -> bytes:
    """Return what was locked.

    Raises:
        SealError: ``seal_wrong``: another secret, another owner, or changed bytes.
    """
    try:
        salt, iv, text = (base64.b64decode(one, validate=True) for one in (sealed.salt, sealed.iv, sealed.text))
        return AESGCM(_derived(secret, salt)).decrypt(iv, text, bound.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealError("seal_wrong") from error


def _derived(secret: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=1).derive(secret)


def bound_to(draw_id: str, holder: str, digest: str) -> str:
    """Return what a nonce is bound to; line ends keep the parts apart."""
    return f"{draw_id}\n{holder}\n{digest}"
