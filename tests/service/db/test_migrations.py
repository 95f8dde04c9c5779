"""Both databases come up to the tables in the code, go back to nothing, and come up again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from service.db import migrate
from service.db.database import Database
from service.db.tables import METADATA


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrated_database_has_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
    assert found == []
    assert tables(database) == set(METADATA.tables)


def test_down_and_up_again(database: Database) -> None:
    assert migrate.is_current(database)
    migrate.downgrade(database)
    assert tables(database) == set()
    assert migrate.current(database) is None
    migrate.upgrade(database)
    assert tables(database) == set(METADATA.tables)


def test_every_step_can_be_taken_back(database: Database) -> None:
    for _ in range(int(migrate.expected())):
        migrate.downgrade(database, "-1")
    assert tables(database) == set()
