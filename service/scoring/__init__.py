"""Scoring of files: reading, writing, resuming, comparing. The meaning stands in ``supervision``."""

from kernel.messages import register

register("service.scoring")
