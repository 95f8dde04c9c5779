"""Confidence labels in order: an answer is as sure as the weakest rule it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ORDER: Final = ("P", "V9", "V8", "V7", "V6", "V5", "V4", "V3", "V2", "V1", "F", "DR", "GK", "DESIGN")
"""Surest first: primary text, sources counted, fragment, draft, general knowledge, our suggestion."""
_RANK: Final = {label: place for place, label in enumerate(ORDER)}


def weakest(labels: Iterable[str]) -> str | None:
    """The least sure of some labels; None when there are none."""
    return max(labels, key=_RANK.__getitem__, default=None)
