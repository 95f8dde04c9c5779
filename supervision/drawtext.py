"""Bytes of vdraw-1: SHA-256, tickets, identifiers.

Every decision of a draw compares SHA-256 digests of text that a person can paste into any tool.
Identifiers and digests are compared by their bytes; for text in UTF-8 that is the order in which
Python compares ``str``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Final, Protocol

from kernel import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

messages.register("supervision", "draw_messages_zh.yaml")

SPEC: Final = "vdraw-1"
LONGEST: Final = 80
"""Bytes of an identifier."""
_FORBIDDEN: Final = frozenset("/:,*")


class State(Protocol):
    """A SHA-256 that has taken in some bytes and can be copied."""

    def copy(self) -> State:
        """Return an independent copy."""
        ...

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""
        ...

    def digest(self) -> bytes:
        """Return the 32 bytes for what was taken in."""
        ...


def sha256_hex(data: bytes | str) -> str:
    """Return H(x): 64 lower-case hexadecimal characters.

    >>> sha256_hex("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


class Tickets:
    """T(label) = H(key followed by label), with the key hashed once.

    The key is 64 characters and so exactly one block of SHA-256: each ticket costs one more block.
    """

    def __init__(self, key: str) -> None:
        """``key`` is K: 64 lower-case hexadecimal characters."""
        self.key = key
        self._state: State = hashlib.sha256(key.encode("ascii"))

    def ticket(self, label: str) -> str:
        """Return the ticket of a label in hexadecimal."""
        return self.after(label).digest().hex()

    def number(self, label: str) -> int:
        """Return the ticket of a label as a whole number below 2**256."""
        return int.from_bytes(self.after(label).digest(), "big")

    def after(self, beginning: str) -> State:
        """Return the state after the beginning of a label, for :func:`digests`."""
        state = self._state.copy()
        state.update(beginning.encode())
        return state


def digests(state: State, endings: Iterable[bytes]) -> list[bytes]:
    """Return the 32-byte tickets of the labels with these endings.

    This is the innermost loop of a draw: ten million units pass through it.
    """
    copy = state.copy
    found: list[bytes] = []
    append = found.append
    for ending in endings:
        one = copy()
        one.update(ending)
        append(one.digest())
    return found


def identifier_fault(text: str) -> str | None:
    """Return the code of what is wrong with an identifier, or None.

    An identifier has 1 to 80 bytes in normal form NFC, no control or white-space character and
    none of ``/ : , *``.
    """
    if not text:
        return "draw_empty"
    if len(text.encode()) > LONGEST:
        return "draw_too_long"
    if any(map(_forbidden, text)):
        return "draw_character"
    return None if unicodedata.is_normalized("NFC", text) else "draw_not_nfc"


def unit_fault(text: str) -> str | None:
    """Return the code of what is wrong with a unit's identifier, which is upper case, or None."""
    return identifier_fault(text) or (None if text == text.upper() else "draw_lower_case")


def line_fault(text: str) -> str | None:
    """Return the code of what is wrong with text that fills one line of the seed text, or None."""
    if not text:
        return "draw_empty"
    if text != text.strip() or any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in text):
        return "draw_character"
    return None if unicodedata.is_normalized("NFC", text) else "draw_not_nfc"


def _forbidden(one: str) -> bool:
    return one in _FORBIDDEN or one.isspace() or unicodedata.category(one) == "Cc"
