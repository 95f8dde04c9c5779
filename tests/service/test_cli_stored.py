"""``xinheng case list|show`` and ``decision replay`` on a database."""

from pathlib import Path

import pytest

from service.cases import acts
from service.cases.model import Choice
from service.db.database import Database
from service.db.tables.cases import DecisionRow
from service.engine import Engine
from service.filestore import FileStore
from service.work import Works
from tests.databases import sqlite_database
from tests.service.cases.officers import entry, officer
from tests.service.conftest import Run


@pytest.fixture
def decided(
    tmp_path: Path, sqlite_template: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, str, str]:
    """A data folder with one decided case: the folder, the case, the decision."""
    monkeypatch.setenv("XINHENG_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("XINHENG_DATABASE_URL", raising=False)
    with sqlite_database(sqlite_template, tmp_path) as database:
        works = Works(database, engine, FileStore(tmp_path / "files"))
        with works.writing(officer()) as at:
            case = acts.save(at, entry(engine, number="市监罚1号"))
            decision = acts.decide(at, case.id, 1, Choice("general", None, "理由充分"))
    return tmp_path, case.id, decision.id


def test_lists_and_shows_cases(run: Run, decided: tuple[Path, str, str]) -> None:
    _, case, decision = decided
    listed = run("case", "list", "--status", "decided", "--json").json()
    assert (listed["total"], listed["items"][0]["id"]) == (1, case)
    assert "市监罚1号" in run("case", "list").out
    assert run("case", "list", "--words", "没有").out == ""
    shown = run("case", "show", case, "--json").json()
    assert [one["id"] for one in shown["decisions"]] == [decision]
    assert "货值" in run("case", "show", case).out
    assert run("case", "show", "case-0").code == 3


def test_replays_one_and_all(run: Run, decided: tuple[Path, str, str]) -> None:
    folder, _, decision = decided
    assert run("decision", "replay", decision, "--json").json()["verdict"] == "agrees"
    assert "一致 1" in run("decision", "replay", "--all").out
    database = Database(f"sqlite:///{folder}/xinheng.db")
    with database.write() as session:
        row = session.get_one(DecisionRow, decision)
        row.answer = {**row.answer, "result": {**row.answer["result"], "force": "shall"}}
    database.close()
    told = run("decision", "replay", decision)
    assert (told.code, "result" in told.out) == (1, True)
    every = run("decision", "replay", "--all", "--json")
    assert (every.code, every.json()["differ"]) == (1, 1)


def test_one_or_all_has_to_be_said(run: Run, decided: tuple[Path, str, str]) -> None:
    assert decided
    assert run("decision", "replay").code == 2
    assert run("decision", "replay", "x", "--all").code == 2
