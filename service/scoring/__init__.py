"""Scoring of files: reading, writing, resuming, comparing. The meaning stands in ``supervision``."""
