"""What the tests of stored draws share."""

import pytest

from service import drawseal
from tests.service.draws.ceremony import Ceremony, MakeWork


@pytest.fixture(autouse=True)
def quick_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key is slow on purpose; here it need not be."""
    monkeypatch.setattr(drawseal, "_COST", 2)


@pytest.fixture
def ceremony(work: MakeWork) -> Ceremony:
    return Ceremony(work)
