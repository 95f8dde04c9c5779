from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rules.load import CATALOGUE, load_catalogue
from service.engine import Engine
from service.repairs import Repairs

if TYPE_CHECKING:
    from collections.abc import Iterator

ON = date(2026, 11, 24)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine(load_catalogue(CATALOGUE)) as one:
        yield one


@pytest.fixture(scope="session")
def repairs(engine: Engine) -> Iterator[Repairs]:
    one = Repairs(engine.release)
    yield one
    one.close()


@pytest.fixture
def exempt() -> dict[str, Any]:
    return {
        "jurisdiction": "210200",
        "violation": "food-expired-sale",
        "facts": {
            "conduct_date": "2026-03-01",
            "discovery_date": "2026-03-05",
            "decision_date": "2026-04-20",
            "party_type": "enterprise",
            "first_violation": True,
            "correction_status": "on_spot",
            "goods_value_yuan": 180,
            "is_catering": False,
            "source_stated": True,
            "food_accident": False,
        },
    }


@pytest.fixture
def punished(exempt: dict[str, Any]) -> dict[str, Any]:
    more = {
        "goods_value_yuan": 20000,
        "harm_eliminated": True,
        "violation_minor": False,
        "harm_level": "general",
        "fault": "negligence",
        "facts_established": True,
        "first_violation": False,
    }
    return exempt | {"facts": exempt["facts"] | more}
