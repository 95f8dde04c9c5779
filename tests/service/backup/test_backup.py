"""A backup is one state, is checked byte for byte, and comes back as what it was, on both databases."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from service.backup.fingerprint import fingerprint
from service.backup.make import MANIFEST, NAMES, make
from service.backup.restore import check, restore
from service.db.database import Database
from service.errors import StateError
from service.filestore import FileStore
from tests.databases import NOW, Cluster
from tests.service.db.filling import fill

Empty = Callable[[], AbstractContextManager[Database]]


@pytest.fixture
def empty(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    """Makes a database of the same kind without any table."""

    @contextlib.contextmanager
    def sqlite() -> Iterator[Database]:
        made = Database(f"sqlite:///{tmp_path / 'restored.db'}")
        yield made
        made.close()

    @contextlib.contextmanager
    def postgresql() -> Iterator[Database]:
        cluster: Cluster = request.getfixturevalue("cluster")
        cluster.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        cluster.execute("CREATE DATABASE restored")
        made = Database(cluster.url("restored"))
        yield made
        made.close()
        cluster.execute("DROP DATABASE restored WITH (FORCE)")

    return sqlite if database.is_sqlite else postgresql


def test_what_is_restored_is_what_was_saved(database: Database, empty: Empty, tmp_path: Path) -> None:
    fill(database, rows=3)
    files = FileStore(tmp_path / "files")
    kept = [files.put(b"one"), files.put(b"two")]
    saved = make(database, files, tmp_path / "backup", NOW)
    with database.engine.connect() as connection:
        before = fingerprint(connection)
    assert saved["tables"] == before
    assert all(one["rows"] for one in before.values())
    fill(database, rows=1, seed=1)  # what comes later is not in the backup
    other = FileStore(tmp_path / "other")
    with empty() as place:
        assert restore(tmp_path / "backup", place, other) == saved
        with place.engine.connect() as connection:
            assert fingerprint(connection) == before
    assert other.digests() == sorted(kept)


def test_a_place_with_data_is_not_touched(database: Database, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    make(database, files, tmp_path / "backup", NOW)
    with pytest.raises(StateError, match="restore_not_empty"):
        restore(tmp_path / "backup", database, files)
    with pytest.raises(StateError, match="backup_folder_there"):
        make(database, files, tmp_path / "backup", NOW)


def test_any_changed_byte_is_found(database: Database, tmp_path: Path) -> None:
    files = FileStore(tmp_path / "files")
    digest = files.put(b"a file").removeprefix("sha256:")
    folder = tmp_path / "backup"
    manifest = make(database, files, folder, NOW)
    assert check(folder) == manifest
    for place in (folder / "files" / digest[:2] / digest, folder / NAMES[manifest["kind"]]):
        whole = place.read_bytes()
        place.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(StateError, match="backup_wrong"):
            check(folder)
        place.write_bytes(whole)
    (folder / MANIFEST).write_text("{}")
    with pytest.raises(StateError, match="backup_wrong"):
        check(folder)


def test_a_backup_that_fails_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("service.backup.make._copy_files", full)
    with pytest.raises(OSError, match="No space"):
        make(database, FileStore(tmp_path / "files"), tmp_path / "backups" / "one", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_backups_of_the_other_kind_are_refused(
    database: Database, sqlite_template: Path, tmp_path: Path, cluster: Cluster
) -> None:
    files = FileStore(tmp_path / "files")
    make(database, files, tmp_path / "backup", NOW)
    url = cluster.url("postgres") if database.is_sqlite else f"sqlite:///{sqlite_template}"
    other = Database(url)
    with pytest.raises(StateError, match="backup_other_kind"):
        restore(tmp_path / "backup", other, files)
    other.close()
