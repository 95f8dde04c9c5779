"""Encrypting the few secrets that have to be read again: those of second factors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Self

from cryptography.fernet import Fernet, InvalidToken

from service.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

_OWNER_ONLY: Final = 0o600


class Vault:
    """Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) under one key."""

    def __init__(self, key: bytes) -> None:
        """``key``: as :meth:`Fernet.generate_key` makes it; StateError for anything else."""
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise StateError("secret_file_wrong") from error

    @classmethod
    def open(cls, file: Path) -> Self:
        """Read the key file, or make it (readable by its owner alone) where there is none.

        Two processes that start together agree: the file is created whole, and only once.
        """
        if not file.exists():
            _create(file)
        return cls(file.read_bytes().strip())

    def hide(self, text: str) -> str:
        """Encrypted text."""
        return self._fernet.encrypt(text.encode()).decode()

    def show(self, hidden: str) -> str:
        """The text again; StateError where it was encrypted with another key."""
        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken as error:
            raise StateError("secret_file_other") from error


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        out.write(Fernet.generate_key())
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(part, file)
    except FileExistsError:
        return  # another process was first: its key is the one
    finally:
        part.unlink()
