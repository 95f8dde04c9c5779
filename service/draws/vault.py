"""The key of this machine: what was drawn lies encrypted under it until the draw is closed.

The key file stands beside the database, readable by its owner alone. Whoever has only the database, or only the
stored files, cannot read what was drawn.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.access.vault import Vault
from service.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

    from service.work import Work

_IV: Final = 12


class DrawVault:
    """Encrypts whole files (AES-256-GCM), each bound to the draw it belongs to; and short texts."""

    def __init__(self, file: Path) -> None:
        """Read the key, or make it where there is none yet."""
        self._texts = Vault.open(file)
        self._files = AESGCM(_key(file))

    @classmethod
    def of(cls, work: Work) -> DrawVault:
        """The vault of the data folder that the work's files lie in."""
        return cls(work.files.folder.parent / "draw.key")

    def hide(self, text: str) -> str:
        """Encrypted text."""
        return self._texts.hide(text)

    def show(self, hidden: str) -> str:
        """The text again; StateError where it was encrypted under another key."""
        return self._texts.show(hidden)

    def close(self, data: bytes, draw: str) -> bytes:
        """The encrypted file."""
        iv = os.urandom(_IV)
        return iv + self._files.encrypt(iv, data, draw.encode())

    def open(self, data: bytes, draw: str) -> bytes:
        """The file again; StateError where it belongs to another draw, was changed, or has another key."""
        try:
            return self._files.decrypt(data[:_IV], data[_IV:], draw.encode())
        except (InvalidTag, ValueError) as error:
            raise StateError("secret_file_other") from error


def _key(file: Path) -> bytes:
    """The 32 bytes that the key file holds in base64."""
    return base64.urlsafe_b64decode(file.read_bytes().strip())
