"""Unified social credit code 统一社会信用代码 (GB 32100-2015).

Eighteen characters: registering department, kind of body, six digits of the registering region,
nine of the organisation code, one check character. Real registers hold codes with slips and codes
of regions since withdrawn: a finding here is a flag about the data, never a reason to leave a
record out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kernel.errors import CodedValueError
from kernel.regions import status

UsccFlag: TypeAlias = Literal[
    "bad_length",
    "bad_character",
    "bad_check_digit",
    "unknown_region",
    "withdrawn_region",
    "lower_case",
    "full_width",
]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V and Z."""
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_BASE = len(ALPHABET)
_LENGTH = 18
_WEIGHTS = tuple(3**place % _BASE for place in range(_LENGTH - 1))
_REGION = slice(2, 8)
# Full-width forms of the printable ASCII characters, and only these: nothing else is guessed at.
_NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
# Bodies registered with the national department itself; not a region of GB/T 2260.
_NATIONAL_REGISTRY = "100000"


class UsccError(CodedValueError):
    """A check character was asked for something that is not the first 17 characters of a code."""


@dataclass(frozen=True, slots=True)
class UsccCheck:
    """A code as it should be written, and what was noticed about it.

    ``normal`` is None when the text cannot be brought into the form of a code at all.
    """

    normal: str | None
    flags: tuple[UsccFlag, ...]

    @property
    def is_valid(self) -> bool:
        """Say whether form and check character are right, whatever the region and the writing."""
        return self.normal is not None and "bad_check_digit" not in self.flags


def check_uscc(text: str) -> UsccCheck:
    """Return the normal form of a code (capitals, half width, no blanks around it) and its flags.

    ``unknown_region`` also marks zones that never stood in the standard: such codes are real.
    """
    plain = text.strip()
    narrow = plain if plain.isascii() else plain.translate(_NARROW)
    code = narrow.upper()
    flags: list[UsccFlag] = []
    if narrow != plain:
        flags.append("full_width")
    if code != narrow:
        flags.append("lower_case")
    flags += _form_flags(code)
    if "bad_length" in flags or "bad_character" in flags:
        return UsccCheck(None, tuple(flags))
    flags += _content_flags(code)
    return UsccCheck(code, tuple(flags))


def uscc_check_character(first17: str) -> str:
    """Return the check character that belongs to the first seventeen.

    Raises:
        UsccError: ``uscc_first17``: not seventeen characters of the code's alphabet.
    """
    if len(first17) != _LENGTH - 1 or not _VALUES.keys() >= set(first17):
        raise UsccError("uscc_first17", value=first17)
    return _check_character(first17)


def _check_character(first17: str) -> str:
    total = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, first17, strict=True))
    return ALPHABET[-total % _BASE]


def _form_flags(code: str) -> list[UsccFlag]:
    flags: list[UsccFlag] = []
    if len(code) != _LENGTH:
        flags.append("bad_length")
    if not _VALUES.keys() >= set(code):
        flags.append("bad_character")
    return flags


def _content_flags(code: str) -> list[UsccFlag]:
    flags: list[UsccFlag] = []
    if _check_character(code[:-1]) != code[-1]:
        flags.append("bad_check_digit")
    place = code[_REGION]
    listed = "current" if place == _NATIONAL_REGISTRY else status(place)
    if listed == "unknown":
        flags.append("unknown_region")
    elif listed == "withdrawn":
        flags.append("withdrawn_region")
    return flags
