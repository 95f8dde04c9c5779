"""Backups: one consistent state of the database with the files beside it, and back again into an empty place."""
