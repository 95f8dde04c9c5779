"""Mistakes in the catalogue, said in one way: file, key, and what is wrong in Chinese."""

from __future__ import annotations

from kernel.errors import CatalogueError
from kernel.messages import Sentence, register

register("rules")


def defect(file: str, key: str, why: str) -> CatalogueError:
    """The error for ``key`` (dotted path, "" for the file itself) of a catalogue file."""
    return CatalogueError(file, key, "catalogue_entry", why=Sentence(why.rstrip("。")))
