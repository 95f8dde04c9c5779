"""The databases, the engine and the application, as the tests of the service have them."""

from tests.databases import cluster, database, served, sqlite_template, user_client, work, works
from tests.service.conftest import engine

__all__ = ["cluster", "database", "engine", "served", "sqlite_template", "user_client", "work", "works"]
