"""What the tests of the service share: one engine, one application, a client, the command in this process."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from service.app import create_app
from service.cli import main
from service.engine import Engine
from service.settings import Settings
from tests.databases import cluster, database, served, sqlite_template, user_client, work, works
from tests.service.asgi import Client

__all__ = ["cluster", "database", "served", "sqlite_template", "user_client", "work", "works"]

CASE: dict[str, Any] = {
    "jurisdiction": "210200",
    "violation": "food-expired-sale",
    "list_items": ["MR-N05"],
    "facts": {
        "conduct_date": "2026-03-01",
        "discovery_date": "2026-03-05",
        "decision_date": "2026-04-20",
        "party_type": "enterprise",
        "first_violation": True,
        "correction_status": "on_spot",
        "goods_value_yuan": 180,
    },
}


class KeptEngine(Engine):
    """An engine that outlives the commands of one test run."""

    def close(self) -> None:
        """Stay open."""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = KeptEngine.load(Settings(cache_dir=tmp_path_factory.mktemp("cache")))
    yield engine
    Engine.close(engine)


@pytest.fixture(scope="session")
def app(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), engine=engine)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@dataclass(frozen=True)
class Done:
    """A command that has run in this process."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `xinheng …` in this process with the shared engine; `stdin` is what it reads."""
    monkeypatch.setattr(Engine, "load", classmethod(lambda _cls, _settings: engine))
    monkeypatch.setattr("service.cli.catalogue.load", lambda: engine.release)

    def go(*words: str, stdin: str | bytes = "") -> Done:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        code = main(list(words))
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return go


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), "utf-8")
    return path
