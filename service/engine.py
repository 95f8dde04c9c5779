"""What a process needs to decide: one catalogue release, both engines, the search index."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Self

from rules.decide import Decider
from rules.load import CATALOGUE, link, read_documents
from rules.opinion import second_opinion
from rules.search import Search
from service import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rules.release import Release
    from service.settings import Settings

_log = logging.getLogger("xinheng.engine")


class Engine(AbstractContextManager["Engine"]):
    """One release with its decider; built once at start-up, closed at the end."""

    def __init__(
        self, release: Release, templates: Path | None = None, documents: Mapping[str, object] | None = None
    ) -> None:
        """Build the second opinion, which checks itself on every rule; raises if it fails.

        ``documents``: the files the release was linked from, by name; they are kept with what it decides.
        """
        self.release = release
        self.documents = documents or {}
        self.templates = templates
        self._second = second_opinion(release)
        self.decider = Decider(release, second=self._second)

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Load the catalogue; CatalogueError names file and key of a mistake in it."""
        documents = read_documents(settings.catalogue or CATALOGUE, settings.cache_dir, settings.further)
        return cls(link(documents), settings.templates, documents)

    @cached_property
    def search(self) -> Search:
        """The search index, built when first asked for."""
        return Search(self.release)

    def today(self) -> date:
        """The day taken for a decision that names none."""
        return clock.today()

    def check(self, document: object, on: date | None = None) -> dict[str, object]:
        """Decide a case document (to be read only); InputError where it is wrong.

        A disagreement of the two engines is in the answer, and in the log.
        """
        decision = self.decider.check(document, on or self.today())
        opinion = decision["second_opinion"]
        if isinstance(opinion, dict) and opinion["agrees"] is False:
            _log.error("the two engines disagree: %s", {"opinion": opinion, "case": document})
        return decision

    def close(self) -> None:
        """Free the second engine."""
        self._second.close()

    def __exit__(self, *_: object) -> None:
        """Free the second engine."""
        self.close()
