"""Real databases for tests: an SQLite file and a PostgreSQL cluster of our own, each migrated once and copied."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI

from service.access.access import Access
from service.access.actor import Actor
from service.access.policy import AccessSettings
from service.app import create_app
from service.clock import CHINA
from service.db import migrate
from service.db.database import Database
from service.engine import Engine
from service.filestore import FileStore
from service.releases.desk import ReleaseDesk
from service.settings import Settings
from service.storage import open_files
from service.work import Work, Works
from tests.service.people import Place, UserClient, make_user

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=CHINA)
"""The moment of a test that names none."""
_TEMPLATE = "xinheng_template"


def _programs() -> Path:
    """The folder of PostgreSQL's programs; the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("pg_ctl")
    assert named, "PostgreSQL is needed: make setup installs it"
    return Path(named).resolve().parent


class Cluster:
    """A PostgreSQL server of one test run, on a port of its own; without durable storage unless it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._bin = _programs()
        self._as_owner: list[str] = []
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self._as_owner = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]

    def start(self, *, durable: bool = False) -> None:
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "xinheng", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=120"
            f"{'' if durable else ' -c fsync=off -c full_page_writes=off -c synchronous_commit=off'}"
        )
        self._run("pg_ctl", "-D", data, "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://xinheng@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *words: object) -> None:
        command = [*self._as_owner, str(self._bin / program), *map(str, words)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL, started when the first test asks for it."""
    folder = Path(tempfile.mkdtemp(prefix="xinheng-pg-"))  # pytest's own is closed to the server's user
    server = Cluster(folder)
    server.start()
    server.execute(f"CREATE DATABASE {_TEMPLATE}")
    template = Database(server.url(_TEMPLATE))
    migrate.upgrade(template)
    template.close()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{file}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


_numbers = iter(range(1_000_000))


@contextlib.contextmanager
def sqlite_database(template: Path, folder: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database in a folder."""
    file = folder / "xinheng.db"
    shutil.copyfile(template, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@contextlib.contextmanager
def postgresql_database(cluster: Cluster) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database; dropped afterwards."""
    name = f"xinheng_{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    database = Database(cluster.url(name))
    yield database
    database.close()
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of the test's own; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        with sqlite_database(request.getfixturevalue("sqlite_template"), tmp_path) as made:
            yield made
    else:
        with postgresql_database(request.getfixturevalue("cluster")) as made:
            yield made


@pytest.fixture
def works(database: Database, engine: Engine, tmp_path: Path) -> Works:
    return Works(database, engine, FileStore(tmp_path / "files"))


MakeWork = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def work(works: Works) -> MakeWork:
    """Opens writing works: of the system at NOW, or of another actor at another moment."""

    def make(actor: Actor | None = None, now: datetime = NOW) -> AbstractContextManager[Work]:
        return works.writing(actor or Actor.system("test"), now)

    return make


_apps: dict[int, FastAPI] = {}
"""The application of each engine: its routes take longer to make than most tests."""


@pytest.fixture
def served(database: Database, engine: Engine, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application on the database and the folder of the test; the key of secrets is one for all."""
    key = tmp_path_factory.getbasetemp() / "secret.key"
    settings = Settings(data_dir=tmp_path, access=AccessSettings(secret_file=key))
    if id(engine) not in _apps:
        _apps[id(engine)] = create_app(settings, engine=engine, database=database)
    app = _apps[id(engine)]
    app.state.settings, app.state.works = settings, Works(database, engine, open_files(settings))
    app.state.access = Access.open(settings, app.state.works)
    app.state.release_desk = ReleaseDesk.of(settings, tmp_path)
    app.middleware_stack = None  # made anew: what it counts and whom it lets wait belongs to one test
    return app


MakeClient = Callable[..., UserClient]


@pytest.fixture
def user_client(served: FastAPI, database: Database) -> MakeClient:
    """`user_client("officer", place=Place(department, region))` — a browser of a new user with these roles."""

    def make(*roles: str, place: Place | None = None) -> UserClient:
        return UserClient(served, database, make_user(database, *roles, place=place))

    return make
