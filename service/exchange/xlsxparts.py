"""Inside an .xlsx file: which part holds which sheet, and what cell values alone do not tell.

The reader of cell values gives formulas as their last result and errors as nothing; whether a
row is hidden it does not say at all.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATION: Final = re.compile(r"\{http://[^}]*/relationships\}id$")
WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_MOST_BYTES: Final = 200_000_000
"""Unpacked, all parts together: a table of an office has a few hundred kilobytes."""


class BadPackageError(ValueError):
    """The file is no workbook that Excel would open."""


@dataclass(slots=True)
class SheetFacts:
    """Places count from 1, as (row, column)."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def parse(data: bytes) -> Any:  # noqa: ANN401  (lxml publishes no types)
    """The root of an XML part; nothing outside the part is ever read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadPackageError(str(error)) from error


def read_parts(path: Path) -> dict[str, bytes]:
    """Every part of the package by its name."""
    try:
        with zipfile.ZipFile(path) as package:
            if sum(info.file_size for info in package.infolist()) > _MOST_BYTES:
                raise BadPackageError("too large")
            return {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, OSError, RuntimeError) as error:
        raise BadPackageError(str(error)) from error


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Name of each sheet → name of its part, in the order of the workbook."""
    if WORKBOOK not in parts or RELATIONS not in parts:
        raise BadPackageError("no workbook part")
    targets = {one.get("Id"): one.get("Target") for one in parse(parts[RELATIONS])}
    found: dict[str, str] = {}
    for sheet in parse(parts[WORKBOOK]).iter("{*}sheet"):
        relation = next((value for key, value in sheet.items() if _RELATION.search(key)), None)
        target = targets.get(relation)
        if target:
            found[sheet.get("name")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found


def place(reference: str) -> tuple[int, int]:
    """``K5`` as (5, 11)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]), column


def letters(column: int) -> str:
    """11 as ``K``."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def sheet_facts(data: bytes) -> SheetFacts:
    """Formulas, error values and hidden rows of one sheet part."""
    facts = SheetFacts()
    for row in parse(data).iter("{*}row"):
        if row.get("hidden") in {"1", "true"} and row.get("r"):
            facts.hidden_rows.add(int(row.get("r")))
        for cell in row.iterchildren("{*}c"):
            if cell.get("r"):
                _note(cell, place(cell.get("r")), facts)
    return facts


def _note(cell: Any, where: tuple[int, int], facts: SheetFacts) -> None:  # noqa: ANN401
    value = cell.find("{*}v")
    if cell.find("{*}f") is not None:
        facts.formulas.add(where)
        if value is None or value.text is None:
            facts.uncomputed.add(where)
    if cell.get("t") == "e":
        facts.errors[where] = value.text if value is not None and value.text else "#N/A"
