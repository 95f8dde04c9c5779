"""What the person who imports says beside the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Options:
    """``on``: the day of the import. The others fill what a table made by an office does not say.

    ``list_key``, ``field``, ``force``: for every item; ``source_…``, ``jurisdiction``, ``start``, ``last``
    (last day included): the published document. ``as_published``: make drafts, keep the words.
    """

    on: date
    list_key: str | None = None
    field: str | None = None
    force: str | None = None
    source_title: str | None = None
    source_number: str | None = None
    issuer: str | None = None
    jurisdiction: str | None = None
    start: date | None = None
    last: date | None = None
    as_published: bool = False
