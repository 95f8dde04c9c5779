"""One release and one reader for the whole suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.table_read import ConditionReader
from rules.table_words import lexicon
from tests.exchange.desk import DELIVERED, RELEASE

if TYPE_CHECKING:
    from rules.release import Release


@pytest.fixture(scope="session")
def documents() -> dict[str, object]:
    return DELIVERED


@pytest.fixture(scope="session")
def release() -> Release:
    return RELEASE


@pytest.fixture(scope="session")
def reader(release: Release) -> ConditionReader:
    return ConditionReader(lexicon(release.vocabulary))
