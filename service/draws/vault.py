"""The key of this machine: what was drawn lies encrypted under it until the draw is closed.

The key file stands beside the database, readable by its owner alone. Whoever has only the database, or only the
stored files, cannot read what was drawn.
"""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.access.vault import Vault, keys_of
from service.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

    from service.work import Work

_IV: Final = 12


def file_of(work: Work) -> Path:
    """The key file of the data folder that the work's files lie in."""
    return work.files.folder.parent / "draw.key"


class DrawVault:
    """Encrypts whole files (AES-256-GCM), each bound to the draw it belongs to; and short texts."""

    def __init__(self, file: Path) -> None:
        """Read the key, or make it where there is none yet."""
        self._texts = Vault.open(file)
        self._files = [AESGCM(base64.urlsafe_b64decode(key)) for key in keys_of(file)]

    @classmethod
    def of(cls, work: Work) -> DrawVault:
        """The vault of the data folder that the work's files lie in."""
        return cls(file_of(work))

    def hide(self, text: str) -> str:
        """Encrypted text."""
        return self._texts.hide(text)

    def show(self, hidden: str) -> str:
        """The text again; StateError where it was encrypted under another key."""
        return self._texts.show(hidden)

    def is_current(self, hidden: str) -> bool:
        """Whether a text was encrypted with the key in use."""
        return self._texts.is_current(hidden)

    def is_closed_now(self, data: bytes, draw: str) -> bool:
        """Whether a file was encrypted with the key in use."""
        try:
            self._files[0].decrypt(data[:_IV], data[_IV:], draw.encode())
        except (InvalidTag, ValueError):
            return False
        return True

    def close(self, data: bytes, draw: str) -> bytes:
        """The encrypted file."""
        iv = os.urandom(_IV)
        return iv + self._files[0].encrypt(iv, data, draw.encode())

    def open(self, data: bytes, draw: str) -> bytes:
        """The file again; StateError where it belongs to another draw, was changed, or has another key."""
        for key in self._files:
            with suppress(InvalidTag, ValueError):
                return key.decrypt(data[:_IV], data[_IV:], draw.encode())
        raise StateError("secret_file_other")
