"""Figures and reminders on the command line: from the database, and the same from a file of every move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.access.actor import Actor
from service.db import migrate
from service.filestore import FileStore
from service.settings import Settings
from service.storage import open_database
from service.work import Works
from tests.service.repairdesk.clerks import at_noon, brought

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from service.engine import Engine
    from service.work import Work
    from tests.service.conftest import Run


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Path:
    """A data folder with one repair that was accepted, as commands find it."""
    monkeypatch.setenv("XINHENG_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("XINHENG_DATABASE_URL", raising=False)
    monkeypatch.setattr("service.engine.Engine.load", lambda *_: engine)
    database = open_database(Settings(data_dir=tmp_path))
    migrate.upgrade(database)
    works = Works(database, engine, FileStore(tmp_path / "files"))

    def work(actor: Actor | None = None, now: datetime | None = None) -> AbstractContextManager[Work]:
        return works.writing(actor or Actor.system("test"), now or at_noon("2026-11-25"))

    brought(work, "accept")
    database.close()
    return tmp_path


def test_figures_of_a_file_are_those_of_the_database(place: Path, run: Run) -> None:
    words = ["repair", "kpi", "--since", "2026-01-01", "--until", "2026-12-31"]
    stored: Any = run(*words, "--json").json()["items"]
    assert {one["id"]: one["text"] for one in stored}["timely"] == "50.0%"
    out = place / "repairs.ndjson"
    assert run("repair", "export", str(out), "--json").json()["repairs"] == 1
    assert run(*words, "--events", str(out), "--json").json()["items"] == stored
    said = run(*words, "--figure", "timely").out
    assert "定义：" in said
    assert "repair-" in said
    assert run(*words, "--figure", "none").code == 3


def test_clocks_are_reminded_of_alike(place: Path, run: Run) -> None:
    stored = run("repair", "remind", "--on", "2026-07-22", "--json").json()
    assert [(one["step"], one["left"]) for one in stored["staff"]] == [("decide", 2)]
    run("repair", "export", str(place / "r.ndjson"))
    again = run("repair", "remind", "--on", "2026-07-22", "--events", str(place / "r.ndjson"), "--json").json()
    assert again["staff"] == stored["staff"]
    assert "还有 2 个工作日" in run("repair", "remind", "--on", "2026-07-22").out


def test_a_file_that_is_none_is_bad_data(place: Path, run: Run) -> None:
    (place / "x.ndjson").write_text('{"id": "x"}\n', "utf-8")
    done = run("repair", "kpi", "--events", str(place / "x.ndjson"), "--json")
    assert done.code == 3
    assert done.json()["code"] == "events_line_wrong"
