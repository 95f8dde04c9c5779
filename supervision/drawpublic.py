"""Forms of public values: a value that could be written in two ways would leave a choice to whoever enters it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_BALLS: Final = re.compile(r"([a-z])\1(?:[.+]([a-z])\2)*")
_HIGHEST: Final[dict[tuple[int, ...], tuple[int, ...]]] = {(6, 1): (33, 16), (5, 2): (35, 12)}
"""Balls of each part → highest number of each part: 双色球 and 大乐透, the two games of the specification."""
_TENTHS: Final = {"digits": 664, "hex64": 2560, "0.00": 100}
_TENTHS_OF_BALLS: Final[dict[tuple[int, ...], int]] = {(6, 1): 241, (5, 2): 244}
_LEAST_TENTHS: Final = 240
"""Randomness in tenths of a bit: what each form gives, and what a record needs in all."""
_PATTERNS: Final = {
    "digits": re.compile(r"[0-9]{20,}"),
    "hex64": re.compile(r"[0-9a-f]{64}"),
    "0.00": re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]{2}"),
}
"""Dice or balls in the order thrown (at least 20 digits), a round of drand, a number with two decimals."""


def value_fault(form: str, value: str) -> str | None:
    """Return the code of what is wrong with a public value, or None; an unknown form allows any line.

    ``form`` is ``digits``, ``hex64``, ``0.00`` or two equal letters for each ball, as in
    ``rr.rr.rr.rr.rr.rr+bb``: two digits each, ascending between the ``+``.
    """
    if form in _PATTERNS:
        return None if _PATTERNS[form].fullmatch(value) else "draw_value_form"
    if not _BALLS.fullmatch(form):
        return None
    if not re.fullmatch(re.sub("[a-z]", "[0-9]", re.escape(form)), value):
        return "draw_value_form"
    return None if _possible(value) else "draw_value_balls"


def _possible(value: str) -> bool:
    parts = [part.split(".") for part in value.split("+")]
    if any(one >= other for part in parts for one, other in pairwise(part)):
        return False
    highest = _HIGHEST.get(tuple(map(len, parts)))
    return highest is None or all(
        1 <= int(one) <= top for part, top in zip(parts, highest, strict=True) for one in part
    )


def too_weak(forms: Iterable[str]) -> bool:
    """Say whether the events of a record give less than 24 bits together; an unknown form may give any number."""
    tenths = [_tenths(form) for form in forms]
    return None not in tenths and sum(one or 0 for one in tenths) < _LEAST_TENTHS


def _tenths(form: str) -> int | None:
    parts = tuple(len(part.split(".")) for part in form.split("+")) if _BALLS.fullmatch(form) else ()
    return _TENTHS.get(form) or _TENTHS_OF_BALLS.get(parts)
