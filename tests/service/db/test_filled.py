"""A filled database goes down step by step and up again: what a step does not take away stays as it was."""

from service.backup.fingerprint import fingerprint
from service.db import migrate
from service.db.database import Database
from service.db.tables import METADATA
from tests.service.db.filling import fill

Held = dict[str, dict[str, object]]


def held(database: Database) -> Held:
    with database.engine.connect() as connection:
        return fingerprint(connection)


def test_every_table_can_be_filled(database: Database) -> None:
    fill(database, rows=2)
    found = held(database)
    assert found.keys() == METADATA.tables.keys()
    assert {name for name, one in found.items() if one["rows"] != (1 if name == "audit_head" else 2)} == set()


def test_down_and_up_again_keeps_what_is_older(database: Database) -> None:
    fill(database, rows=2)
    before = left = held(database)
    for number in range(int(migrate.expected()) - 1, 0, -1):
        migrate.downgrade(database, f"{number:04}")
        left = held(database)
        assert left == {name: before[name] for name in left}, f"at {number:04}"
    assert 0 < len(left) < len(before)
    migrate.upgrade(database)
    after = held(database)
    assert after.keys() == before.keys()
    assert {name: after[name] for name in left} == left
    assert {one["rows"] for name, one in after.items() if name not in left} == {0}


def test_a_database_that_went_down_and_up_works_like_a_new_one(database: Database) -> None:
    fill(database, rows=2)
    before = held(database)
    migrate.downgrade(database)
    migrate.upgrade(database)
    assert {one["rows"] for one in held(database).values()} == {0}
    fill(database, rows=2)
    assert held(database) == before
