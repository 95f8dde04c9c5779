"""The databases and the engine, as the tests of the service have them."""

from tests.databases import cluster, database, sqlite_template
from tests.service.conftest import engine

__all__ = ["cluster", "database", "engine", "sqlite_template"]
