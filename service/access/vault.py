"""Encrypting the few secrets that have to be read again: those of second factors.

The key file holds one key a line. The first encrypts; the others still open what they closed, for as long as
``xinheng db rekey`` is at work.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

_OWNER_ONLY: Final = 0o600


class Vault:
    """Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) under the keys of one file."""

    def __init__(self, file: Path) -> None:
        """``file``: keys as :meth:`Fernet.generate_key` makes them; StateError for anything else."""
        self._file = file
        self._fernet = _read(file)

    @classmethod
    def open(cls, file: Path) -> Self:
        """Read the key file, or make it (readable by its owner alone) where there is none.

        Two processes that start together agree: the file is created whole, and only once.
        """
        if not file.exists():
            _create(file)
        return cls(file)

    def hide(self, text: str) -> str:
        """Encrypted text, under the first key that the file holds now."""
        self._fernet = _read(self._file)
        return self._fernet.encrypt(text.encode()).decode()

    def is_current(self, hidden: str) -> bool:
        """Whether it was encrypted with the first key that the file holds now."""
        try:
            Fernet(keys_of(self._file)[0]).decrypt(hidden.encode())
        except InvalidToken:
            return False
        return True

    def show(self, hidden: str) -> str:
        """The text again; StateError where it was encrypted with another key."""
        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken:
            self._fernet = _read(self._file)  # renewed since it was read
        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken as error:
            raise StateError("secret_file_other") from error


def keys_of(file: Path) -> list[bytes]:
    """The keys of a file, that in use first."""
    return [line for line in file.read_bytes().split() if line]


def add_key(file: Path) -> None:
    """Put a new key in front of the others; the file is replaced whole and stays its owner's."""
    _replace(file, [Fernet.generate_key(), *keys_of(file)])


def drop_keys(file: Path) -> None:
    """Forget every key but the first."""
    _replace(file, keys_of(file)[:1])


def _read(file: Path) -> MultiFernet:
    try:
        keys = [Fernet(key) for key in keys_of(file)]
        return MultiFernet(keys)
    except ValueError as error:
        raise StateError("secret_file_wrong") from error


def _replace(file: Path, keys: list[bytes]) -> None:
    before, part = file.stat(), file.with_name(f"{file.name}.{os.getpid()}")
    _write(part, b"\n".join(keys))
    if (before.st_uid, before.st_gid) != (part.stat().st_uid, part.stat().st_gid):
        os.chown(part, before.st_uid, before.st_gid)  # run by root for the user of the service
    part.replace(file)


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    _write(part, Fernet.generate_key())
    try:
        os.link(part, file)
    except FileExistsError:
        return  # another process was first: its key is the one
    finally:
        part.unlink()


def _write(part: Path, data: bytes) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
