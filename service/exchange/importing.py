"""Reading a workbook into documents: sources first, then violations, then items with their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.table_words import squash
from service.exchange import condition_rows, examples, items, labels, sources, violations
from service.exchange.columns import merge
from service.exchange.context import COVERED, Context, Doc
from service.exchange.documents import by_id, new_source_id
from service.exchange.entries import Entry, Incoming, read_originals
from service.exchange.faults import Faults
from service.exchange.itemrows import ItemReader
from service.exchange.tables import ERRORS, Heading, Record, Table, filled_down, read_table
from service.exchange.workbook import CHOICES, CONDITIONS, EXAMPLES, FACTS, GUIDE, ORIGINALS, SOURCES, VIOLATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.release import Release
    from service.exchange.grid import Book, Sheet
    from service.exchange.options import Options

_NOT_READ: Final = frozenset({GUIDE, FACTS, CHOICES, ORIGINALS, ERRORS})


def read_workbook(book: Book, documents: Mapping[str, object], release: Release, options: Options) -> Incoming:
    """Everything a workbook says, against the catalogue ``documents`` (by file) and its ``release``.

    Nothing is raised for what stands in the cells: all faults are in ``context.faults``.
    """
    current, files = by_id(documents)
    context = Context(release, dict(current), dict(files), options.on, Faults())
    covered = {name: one for name, one in current.items() if one.get("kind") in COVERED}
    incoming = Incoming(context, read_originals(book, context), covered)
    _Import(book, incoming, options).run()
    return incoming


class _Import:
    def __init__(self, book: Book, incoming: Incoming, options: Options) -> None:
        self._book = book
        self._incoming = incoming
        self._options = options
        self._context = incoming.context
        self._faults = incoming.context.faults

    def run(self) -> None:
        """Read every sheet that has a table of ours in it."""
        self._sources()
        self._violations()
        conditions = self._joined(CONDITIONS, condition_rows.HEADINGS)
        cases = self._joined(EXAMPLES, examples.HEADINGS)
        reader = ItemReader(self._incoming, self._options, conditions, cases)
        for sheet in self._item_sheets():
            table = read_table(sheet, items.HEADINGS, self._faults, key="title")
            if table is None:
                self._faults.note_row(sheet.name, 0, "exchange_no_table")
                continue
            reader.read(table, self._list_of(sheet, table))
            self._took(table)
        reader.finish()
        self._absent()

    def _item_sheets(self) -> list[Sheet]:
        others = {CONDITIONS, EXAMPLES, VIOLATIONS, SOURCES} | _NOT_READ
        return [one for one in self._book.sheets if one.name not in others and not one.hidden and one.rows]

    def _list_of(self, sheet: Sheet, table: Table) -> str | None:
        """The list that a sheet holds, by its name, the titles above the table, or the option."""
        if sheet.name not in labels.LISTS.values() and self._options.list_key:
            return self._options.list_key
        told = (labels.list_of(text) for text in (sheet.name, *table.titles, self._book.name))
        found = next((one for one in told if one), None)
        if found or "list" in table.columns:
            return found
        self._faults.add_row(
            sheet.name, table.heading_row, "exchange_which_list", lists="、".join(labels.LISTS.values())
        )
        return None

    def _sources(self) -> None:
        table = self._table(SOURCES, sources.HEADINGS)
        for record in table.records if table else ():
            identifier = record.text("id")
            base = self._incoming.base_of(identifier) if identifier else None
            start: Doc = base or {
                "kind": "source",
                "confidence": items.CONFIDENCE,
                "checked_on": self._options.on.isoformat(),
            }
            known = identifier in self._incoming.originals
            document = merge(sources.COLUMNS, record, start, self._context, known=known)
            if not document.get("title"):
                self._faults.add(record.cell("title"), "文件名称", "exchange_required", {"header": "文件名称"})
                continue
            document.setdefault("id", self._source_id(document))
            assert table is not None  # noqa: S101  (it had this record)
            self._incoming.add(Entry(document, [record], table.headers))

    def _source_id(self, document: Doc) -> str:
        same = [
            name
            for name, one in self._incoming.current.items()
            if one["kind"] == "source" and squash(one["title"]) == squash(document["title"])
        ]
        taken = self._context.documents
        issued, code = document.get("issued_on"), document.get("jurisdiction", "000000")
        return same[0] if same else new_source_id(document["title"], issued, code, self._options.on, taken)

    def _violations(self) -> None:
        table = self._table(VIOLATIONS, violations.HEADINGS)
        groups: dict[str, list[Record]] = {}
        for identifier, record in filled_down(table.records if table else (), "id"):
            if identifier:
                groups.setdefault(identifier, []).append(record)
            else:
                self._faults.add(record.cell("id"), "案由编号", "exchange_required", {"header": "案由编号"})
        for identifier, records in groups.items():
            base = self._incoming.base_of(identifier)
            known = identifier in self._incoming.originals
            document = violations.read_violation(records, base, self._context, known=known)
            document.setdefault("id", identifier)
            assert table is not None  # noqa: S101  (it had these records)
            self._incoming.add(Entry(document, records, table.headers))

    def _table(self, name: str, headings: tuple[Heading, ...]) -> Table | None:
        sheet = self._book.sheet(name)
        if sheet is None or not sheet.rows:
            return None
        table = read_table(sheet, headings, self._faults, least=2)
        if table is None:
            self._faults.add_row(name, 0, "exchange_no_headings")
            return None
        self._took(table)
        return table

    def _took(self, table: Table) -> None:
        self._incoming.counts[table.sheet] = len(table.records)
        self._incoming.heading_rows[table.sheet] = table.heading_row
        for key, column in table.columns.items():
            self._incoming.written[table.sheet, column] = table.headers[key]

    def _joined(self, name: str, headings: tuple[Heading, ...]) -> dict[str, list[Record]] | None:
        """Rows of another sheet by the item they belong to; None where the workbook has no such sheet."""
        table = self._table(name, headings)
        if table is None:
            return None
        found: dict[str, list[Record]] = {}
        for identifier, record in filled_down(table.records, "item"):
            found.setdefault(identifier, []).append(record)
        return found

    def _absent(self) -> None:
        gone = set(self._incoming.originals) - set(self._incoming.entries)
        if not self._faults.errors:  # rows that could not be read are not rows taken out
            self._incoming.absent = [name for name in self._incoming.originals if name in gone]
