"""What the tests of the rules share: the real catalogue and its decider, read once."""

from collections.abc import Iterator
from datetime import date

import pytest

from rules.decide import Decider
from rules.load import load_catalogue
from rules.opinion import ReleaseOpinion, second_opinion
from rules.release import Release

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def release() -> Release:
    return load_catalogue()


@pytest.fixture(scope="session")
def decider(release: Release) -> Decider:
    """The evaluator alone; the second opinion has its own fixture and its own tests."""
    return Decider(release)


@pytest.fixture(scope="session")
def opinion(release: Release) -> Iterator[ReleaseOpinion]:
    found = second_opinion(release)
    yield found
    found.close()
