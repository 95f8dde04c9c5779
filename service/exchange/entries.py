"""What a workbook brings: documents, where in the workbook each stands, and what they were before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from service.exchange.context import COVERED
from service.exchange.documents import by_id
from service.exchange.workbook import FORMAT, ORIGINALS

if TYPE_CHECKING:
    from service.exchange.context import Context, Doc
    from service.exchange.grid import Book
    from service.exchange.tables import Record


@dataclass(slots=True)
class Entry:
    """One document: ``base`` as it was exported, ``current`` as the catalogue has it now.

    ``records`` are the rows it was read from, ``cases`` those of its tests in their order; ``headers``
    are the headings, for messages.
    """

    document: Doc
    records: list[Record]
    headers: dict[str, str]
    base: Doc | None = None
    current: Doc | None = None
    cases: list[Record] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the document."""
        return str(self.document["id"])


@dataclass(slots=True)
class Incoming:
    """All that was read. ``absent``: exported, but no longer in the sheets.

    ``counts``: rows by sheet; ``heading_rows``: where the headings of each sheet stand;
    ``written``: the headings as the workbook has them, by sheet and column;
    ``case_texts``: item and facts of every row of 示例; ``untested``: items with conditions that no case tests.
    """

    context: Context
    originals: dict[str, Doc]
    current: dict[str, Doc]
    entries: dict[str, Entry] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    heading_rows: dict[str, int] = field(default_factory=dict)
    written: dict[tuple[str, int], str] = field(default_factory=dict)
    case_texts: set[tuple[str, str]] = field(default_factory=set)
    untested: set[str] = field(default_factory=set)

    def base_of(self, identifier: str) -> Doc | None:
        """What a row with this id starts from: the document as exported, else as the catalogue has it."""
        return self.originals.get(identifier) or self.current.get(identifier)

    def add(self, entry: Entry) -> None:
        """Take an entry; a second one with the same id is a fault of its first row."""
        entry.base = self.originals.get(entry.id)
        entry.current = self.current.get(entry.id)
        first = self.entries.get(entry.id)
        if first is not None:
            record = entry.records[0]
            other = first.records[0]
            shown = {"value": entry.id, "sheet": other.sheet, "row": other.row}
            self.context.faults.add(record.cell("id"), entry.headers.get("id", "编号"), "exchange_repeated", shown)
            return
        self.entries[entry.id] = entry
        self.context.documents[entry.id] = entry.document


def read_originals(book: Book, context: Context) -> dict[str, Doc]:
    """The documents that the hidden sheet holds; empty for a workbook that we did not write."""
    sheet = book.sheet(ORIGINALS)
    if sheet is None or not sheet.rows:
        return {}
    if sheet.rows[0][0] != FORMAT:
        context.faults.note_row(ORIGINALS, 1, "exchange_other_format")
        return {}
    documents: dict[str, object] = {}
    for number, row in enumerate(sheet.rows[1:], 2):
        text = "".join(str(part) for part in row[1:] if part)
        try:
            documents[str(row[0])] = orjson.loads(text)
        except orjson.JSONDecodeError:
            context.faults.note_row(ORIGINALS, number, "exchange_broken_original")
    found, files = by_id(documents)
    for name, file in files.items():
        context.files.setdefault(name, file)
    return {name: one for name, one in found.items() if one.get("kind") in COVERED}
