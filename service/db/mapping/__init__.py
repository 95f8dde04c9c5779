"""Rows to validated objects and back; one module a topic."""
