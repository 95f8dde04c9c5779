"""One release and one reader for the whole suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.load import CATALOGUE, link, read_documents
from rules.table_read import ConditionReader
from rules.table_words import lexicon

if TYPE_CHECKING:
    from rules.release import Release


@pytest.fixture(scope="session")
def documents() -> dict[str, object]:
    return read_documents(CATALOGUE)


@pytest.fixture(scope="session")
def release(documents: dict[str, object]) -> Release:
    return link(documents)


@pytest.fixture(scope="session")
def reader(release: Release) -> ConditionReader:
    return ConditionReader(lexicon(release.vocabulary))
