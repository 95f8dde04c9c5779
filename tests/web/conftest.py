"""The application with the real catalogue and both engines, without a network."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from service.app import create_app
from service.engine import Engine
from service.settings import Settings
from tests.service.asgi import Client
from tests.web.dom import Page

SUPERMARKET = {
    "violation": "food-expired-sale",
    "place": "210200",
    "party_type": "enterprise",
    "is_catering": "false",
    "conduct_date": "2026-03-01",
    "discovery_date": "2026-03-05",
    "decision_date": "2026-04-20",
    "first_violation": "true",
    "correction_status": "on_spot",
    "food_accident": "false",
    "source_stated": "true",
    "goods_value_yuan": "180",
}
"""A supermarket with expired food worth 180 yuan, corrected on the spot, first time in two years."""
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine.load(Settings()) as loaded:
        yield loaded


@pytest.fixture(scope="session")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), engine=engine))


Get = Callable[..., Page]


@pytest.fixture
def get(client: Client) -> Get:
    """Fetch a page: the path, the status expected, the query as keywords."""

    def fetch(path: str, status: int = 200, /, **query: str) -> Page:
        answer = client.get(f"{path}?{urlencode(query)}" if query else path, headers=BROWSER)
        assert answer.status_code == status, answer.text[:2000]
        return Page(answer.text)

    return fetch
