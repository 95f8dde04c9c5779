"""The commands that run the service: database, trail, backup, each with its words and its exit code."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.access.actor import Actor
from service.audit.verify import verify
from service.db import migrate
from service.db.database import Database
from service.engine import Engine
from service.filestore import FileStore
from service.jobs.queue import start
from service.settings import Settings
from service.storage import open_database, open_files
from service.work import Works
from tests.service.conftest import Run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Path:
    """A data folder with a migrated database, named by the environment."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "xinheng.db").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("XINHENG_DATA_DIR", str(folder))
    monkeypatch.delenv("XINHENG_DATABASE_URL", raising=False)
    return folder


def some_events(engine: Engine, folder: Path) -> None:
    """Three jobs in the queue, told to the trail, and a file."""
    database = open_database(Settings(data_dir=folder))
    works = Works(database, engine, FileStore(folder / "files"))
    for _ in range(3):
        with works.writing(Actor.system("test")) as work:
            start(work, "audit.verify")
    works.files.put(b"a file")
    database.close()


@pytest.mark.usefixtures("data")
def test_status_upgrade_and_downgrade(run: Run) -> None:
    assert run("db", "status", "--json").json() == {
        "kind": "sqlite",
        "current": migrate.expected(),
        "expected": migrate.expected(),
    }
    assert run("db", "downgrade", "0001").code == 2
    assert run("db", "downgrade", "0001", "--yes").code == 0
    found = run("db", "status")
    assert found.code == 1
    assert "db upgrade" in found.out
    assert run("audit", "verify").code == 4
    assert run("db", "upgrade", "--to", "no-such").code == 2
    assert run("db", "upgrade").code == 0
    assert run("db", "status").code == 0


def test_a_changed_event_is_named(run: Run, data: Path, engine: Engine) -> None:
    some_events(engine, data)
    assert run("audit", "verify").code == 0
    database = Database(f"sqlite:///{data / 'xinheng.db'}")
    with database.connection() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_events_no_update")
        connection.exec_driver_sql("UPDATE audit_events SET actor_name = '别人' WHERE seq = 2")
    database.close()
    found = run("audit", "verify")
    assert found.code == 1
    assert "第 2 号" in found.out
    assert run("audit", "verify", "--json").json()["breaks"] == [{"seq": 2, "code": "audit_event_changed"}]


def test_a_chain_written_anew_is_caught_by_an_anchor(run: Run, data: Path, engine: Engine, tmp_path: Path) -> None:
    some_events(engine, data)
    anchors = tmp_path / "anchors.txt"
    assert run("audit", "anchor", str(anchors)).code == 0
    assert run("audit", "anchor", str(anchors)).code == 0
    assert len(anchors.read_text().splitlines()) == 1  # the same end is written once
    assert run("audit", "verify", "--anchors", str(anchors)).code == 0
    (data / "xinheng.db").unlink()
    for beside in data.glob("xinheng.db-*"):
        beside.unlink()
    some_events(engine, data)  # another chain, sound in itself
    assert run("audit", "verify").code == 0
    found = run("audit", "verify", "--anchors", str(anchors), "--json").json()
    assert [one["code"] for one in found["breaks"]] == ["audit_unlike_anchor"]
    anchors.write_text("3 sha256:no\n")
    assert run("audit", "verify", "--anchors", str(anchors)).code == 4
    assert run("audit", "anchor").code == 2


def test_export_is_whole_and_can_be_narrowed(run: Run, data: Path, engine: Engine, tmp_path: Path) -> None:
    some_events(engine, data)
    out = tmp_path / "audit.ndjson"
    assert run("audit", "export", str(out)).code == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert {line["title"] for line in lines} == {"发起后台任务"}
    assert run("audit", "export", "-", "--to", "2020-01-01").out == ""
    assert run("audit", "export", str(tmp_path / "none" / "x")).code == 2


def test_backup_make_check_restore(
    run: Run, data: Path, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_events(engine, data)
    folder = tmp_path / "backup"
    made = run("backup", "make", str(folder))
    assert made.code == 0
    assert "secret.key" in made.err
    assert run("backup", "make", str(folder)).code == 4
    assert run("backup", "check", str(folder)).code == 0
    assert run("backup", "check", str(tmp_path)).code == 4
    assert run("backup", "restore", str(folder)).code == 4  # the place is not empty
    other = tmp_path / "other"
    monkeypatch.setenv("XINHENG_DATA_DIR", str(other))
    assert run("backup", "restore", str(folder), "--json").json()["audit"]["seq"] == 3
    assert run("audit", "verify").code == 0
    assert len(open_files(Settings(data_dir=other)).digests()) == 1
    assert "backup.made" in run("audit", "export", "-").out or run("audit", "verify").code == 0


def test_a_worker_does_what_waits_and_ends_with_its_parent(data: Path, engine: Engine) -> None:
    some_events(engine, data)
    command = [sys.executable, "-m", "service.cli", "worker", "--attached"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert worker.stderr
    assert worker.stdin
    assert "已启动" in worker.stderr.readline()
    database = Database(f"sqlite:///{data / 'xinheng.db'}")
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(1.5)
    worker.stdin.close()
    assert worker.wait(60) == 0
    worker.stderr.close()
    with database.read() as session:
        assert verify(session).events >= 6  # three began, three ended
    database.close()


@pytest.mark.usefixtures("data")
def test_a_worker_stops_when_it_is_told() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "worker"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert worker.stderr
    assert "已启动" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    worker.stderr.close()
