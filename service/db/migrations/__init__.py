"""Alembic: one chain of revisions, the same on SQLite and PostgreSQL."""
