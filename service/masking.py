"""Personal data as lists and pages show it until somebody gives a reason to see more."""

from __future__ import annotations

from typing import Final

_ENDS: Final = 4
_SHORT: Final = 8


def masked_name(name: str) -> str:
    """The first character and stars: 张**; nothing stays nothing."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2) if name else ""


def masked_code(code: str) -> str:
    """The first and last four characters of a number of identity; stars alone of a short one."""
    if len(code) < _SHORT:
        return "*" * len(code)
    return f"{code[:_ENDS]}{'*' * (len(code) - 2 * _ENDS)}{code[-_ENDS:]}"
