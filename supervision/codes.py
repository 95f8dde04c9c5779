"""Unified social credit codes of a table: what is wrong with each, many at a time.

A wrong code never keeps an enterprise from being scored; it is named. Only a row without any code
is not scored, because nobody could be told the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kernel.identifiers import ALPHABET, check_uscc
from kernel.messages import text

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_LENGTH: Final = 18
_FOREIGN: Final = 255
_TABLE: Final = bytes(
    ALPHABET.index(chr(byte)) if byte < 0x80 and chr(byte) in ALPHABET else _FOREIGN  # noqa: PLR2004 - ASCII ends here
    for byte in range(256)
)
_BASE: Final = len(ALPHABET)
_BLOCK: Final = 1 << 13
# The check character has the weight 1: a right code adds up to a multiple of 31.
_WEIGHTS: Final = np.array([pow(3, place, _BASE) for place in range(_LENGTH - 1)] + [1], dtype=np.float32)
_SAID: Final = ("bad_length", "bad_character", "bad_check_digit", "lower_case", "full_width")


def code_problem(code: str | None) -> str | None:
    """Return in Chinese what is wrong with a code, or None; an absent or blank one is ``code_missing``."""
    if code is None or not code.strip():
        return text("code_missing")
    flags: list[str] = [flag for flag in check_uscc(code).flags if flag in _SAID]
    if code != code.strip():
        flags.append("blanks")
    return "，".join(text(f"code_{flag}") for flag in flags) or None


def is_missing(code: str | None) -> bool:
    """Whether a row has no code at all."""
    return code is None or not code.strip()


def irregular(codes: pa.Array) -> NDArray[np.int64]:
    """Return the places of codes (large strings) that are absent or may be wrong; the others are right."""
    regular = _lengths(codes) == _LENGTH
    if codes.null_count:
        regular &= codes.is_valid().to_numpy(zero_copy_only=False)
    if regular.all():
        return np.flatnonzero(_wrong(codes))
    wrong = ~regular
    wrong[regular] = _wrong(codes.filter(regular))
    return np.flatnonzero(wrong)


def _offsets(codes: pa.Array) -> NDArray[np.int64]:
    return np.frombuffer(codes.buffers()[1], dtype=np.int64)[codes.offset : codes.offset + len(codes) + 1]


def _lengths(codes: pa.Array) -> NDArray[np.int64]:
    """Lengths in bytes; of an absent one, whatever the buffer holds."""
    return np.diff(_offsets(codes)) if len(codes) else np.zeros(0, dtype=np.int64)


def _wrong(codes: pa.Array) -> NDArray[np.bool_]:
    """Which codes of eighteen bytes hold a foreign character or the wrong check character."""
    if not len(codes):
        return np.zeros(0, dtype=bool)
    ends = _offsets(codes)
    data = memoryview(codes.buffers()[2])[ends[0] : ends[-1]]
    blocks = range(0, len(data), _BLOCK * _LENGTH)
    return np.concatenate([_wrong_in(bytes(data[start : start + _BLOCK * _LENGTH])) for start in blocks])


def _wrong_in(data: bytes) -> NDArray[np.bool_]:
    values = np.frombuffer(data.translate(_TABLE), dtype=np.uint8).reshape(-1, _LENGTH)
    total = values.astype(np.float32) @ _WEIGHTS
    # Whole numbers below 2^24 are exact in a float of four bytes; so is the nearest multiple.
    wrong: NDArray[np.bool_] = np.rint(total / _BASE) * _BASE != total
    if values.max() == _FOREIGN:
        wrong |= (values == _FOREIGN).any(axis=1)
    return wrong
