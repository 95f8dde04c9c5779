"""What the pages need from the service; :class:`service.engine.Engine` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rules.release import Release
    from rules.search import Search


class PagesState(Protocol):
    """One catalogue release, its search index, and the decision about a case."""

    @property
    def release(self) -> Release:
        """The catalogue the answers come from."""

    @property
    def search(self) -> Search:
        """The search index over it."""

    @property
    def templates(self) -> Path | None:
        """Folder of the city's own document templates, if it has one."""

    def today(self) -> date:
        """Today's civil day in China."""

    def check(self, document: object, on: date | None = None) -> dict[str, object]:
        """Decide a case document; InputError where it is wrong."""
