"""A full disk, a database that goes away, clocks that jump, two officers on one case."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest
from sqlmodel import select

from service.audit.verify import rows, verify
from service.db.database import Database
from service.db.tables.cases import CaseRow, RevisionRow
from service.db.tables.jobs import JobRow
from service.filestore import FileStore
from service.jobs.queue import start
from service.jobs.worker import Worker
from service.work import Works
from tests.databases import NOW, Cluster, MakeClient, MakeWork
from tests.faults.officers import entry


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Writing beyond this size fails, as on a full disk."""
    before = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, before)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_refuses_whole_acts(database: Database, user_client: MakeClient, tmp_path: Path) -> None:
    officer = user_client("officer")
    accepted = [officer.post("/api/v1/cases", json=entry("1", "1")).json()["id"]]
    log = tmp_path / "xinheng.db-wal"
    with no_file_larger_than(log.stat().st_size + 120_000):
        answer = officer.post("/api/v1/cases", json=entry("2", "1"))
        while answer.status_code == 201 and len(accepted) < 199:
            accepted.append(answer.json()["id"])
            answer = officer.post("/api/v1/cases", json=entry(f"n-{len(accepted)}", "1"))
        assert answer.status_code == 503
        assert answer.json()["code"] == "storage_full"
        assert answer.headers["retry-after"]
        assert officer.get("/api/v1/cases").json()["total"] == len(accepted)
    assert 1 < len(accepted) < 199
    accepted.append(officer.post("/api/v1/cases", json=entry("later", "1")).json()["id"])
    with database.read() as session:
        assert sorted(row.id for row in session.exec(select(CaseRow)).all()) == sorted(accepted)
        assert sorted(row.case_id for row in session.exec(select(RevisionRow)).all()) == sorted(accepted)
        told = [row.subject for row in rows(session) if row.kind == "case.saved"]
        assert sorted(told) == sorted(accepted)
        assert verify(session).breaks == ()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with no_file_larger_than(1000), pytest.raises(OSError, match="too large"):
        store.put(b"x" * 5000)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert store.check(store.put(b"x" * 5000))


@contextmanager
def away(cluster: Cluster, database: Database) -> Iterator[None]:
    """The database answers nobody for a while."""
    name = database.url.database
    cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    others = f"pg_stat_activity WHERE datname = '{name}'"
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM {others}")  # noqa: S608 - a name of the test's own
    yield
    cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_and_comes_back(
    cluster: Cluster, database: Database, user_client: MakeClient
) -> None:
    officer = user_client("officer")
    assert officer.post("/api/v1/cases", json=entry("1", "1")).status_code == 201
    with away(cluster, database):
        for answer in (officer.get("/api/v1/cases"), officer.post("/api/v1/cases", json=entry("2", "1"))):
            assert answer.status_code == 503
            assert answer.json()["code"] == "database_unreachable"
        assert officer.get("/readyz").status_code == 503
        assert "xinheng_database_up 0" in officer.get("/metrics").text
        assert officer.get("/healthz").status_code == 200
    assert officer.get("/readyz").status_code == 200
    assert "xinheng_database_up 1" in officer.get("/metrics").text
    assert officer.post("/api/v1/cases", json=entry("2", "1")).status_code == 201
    with database.read() as session:
        assert verify(session).breaks == ()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_waits_for_its_database(
    cluster: Cluster, database: Database, works: Works, work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.jobs.worker._IDLE_SECONDS", 0.02)
    monkeypatch.setattr("service.jobs.worker.start_due", lambda _: [])
    with work() as act:
        job = start(act, "audit.verify")
    stopping = threading.Event()
    thread = threading.Thread(target=Worker(works, stopping).loop)
    with away(cluster, database):
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    for _ in range(500):
        with database.read() as session:
            if session.get_one(JobRow, job).state == "done":
                break
        thread.join(0.02)
    stopping.set()
    thread.join(10)
    with database.read() as session:
        assert session.get_one(JobRow, job).state == "done"


def test_two_officers_on_one_case(database: Database, user_client: MakeClient) -> None:
    first, second = user_client("officer"), user_client("officer")
    made = first.post("/api/v1/cases", json=entry("1", "1"))
    path, tag = f"/api/v1/cases/{made.json()['id']}", made.headers["etag"]
    body = {**entry("1", "2"), "reason": "更正"}
    del body["draft"]
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(one.request, "PUT", path, json=body, headers={"if-match": tag}) for one in (first, second)]
        answers = [one.result() for one in sent]
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    with database.read() as session:
        assert session.get_one(CaseRow, made.json()["id"]).version == 2
        assert verify(session).breaks == ()


def test_a_clock_that_jumps_breaks_no_chain(database: Database, work: MakeWork) -> None:
    for jump in (timedelta(), timedelta(days=400), timedelta(days=-30), timedelta(seconds=1)):
        with work(now=NOW + jump) as act:
            start(act, "audit.verify")
    with database.read() as session:
        assert verify(session).breaks == ()
        assert [row.seq for row in rows(session)] == [1, 2, 3, 4]
