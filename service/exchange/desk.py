"""Export and import as the command line (and later the pages) use them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rules.load import CATALOGUE, link, read_documents
from service.errors import UsageError
from service.exchange.checking import check_together, proposals
from service.exchange.context import COVERED, Context
from service.exchange.documents import by_id, file_of, yaml_text
from service.exchange.grid import read_book
from service.exchange.importing import read_workbook
from service.exchange.marking import Marks, marked_workbook
from service.exchange.preview import outcome_of, preview_of
from service.exchange.store import write_folder
from service.exchange.todo import todo_of
from service.exchange.workbook import Wanted, write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rules.release import Release
    from service.exchange.context import Doc
    from service.exchange.entries import Incoming
    from service.exchange.faults import Fault
    from service.exchange.grid import Book
    from service.exchange.options import Options
    from service.exchange.preview import Preview


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders that make up the catalogue: the delivered one and those beside it."""

    root: Path = CATALOGUE
    own: tuple[Path, ...] = ()
    cache_dir: Path | None = None

    def read(self) -> dict[str, object]:
        """Every document by file; CatalogueError where the catalogue itself is wrong."""
        return read_documents(self.root, self.cache_dir, self.own)

    def link(self, documents: Mapping[str, object]) -> Release:
        """The release of what was read; errors as in :func:`rules.load.link`."""
        return link(documents)

    def with_folder(self, folder: Path | None) -> Shelf:
        """The same with one more folder, unless it is there already (or is not made yet)."""
        known = [one.resolve() for one in (self.root, *self.own)]
        if folder is None or folder.resolve() in known or not folder.is_dir():
            return self
        return replace(self, own=(*self.own, folder))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items go into an export; None: all. ``blank``: none, a form to be filled in."""

    list_key: str | None = None
    jurisdiction: str | None = None
    field: str | None = None
    source: str | None = None
    drafts_only: bool = False
    blank: bool = False

    def takes(self, item: Doc) -> bool:
        """Whether an item is wanted."""
        places = (item.get("jurisdiction", "000000"), *(item.get("also_in") or ()))
        return (
            not self.blank
            and self.list_key in {None, item["list"]}
            and (self.jurisdiction is None or self.jurisdiction in places)
            and self.field in {None, item["field"]}
            and self.source in {None, item["source"]}
            and (not self.drafts_only or item.get("status") == "draft")
        )


def export_workbook(shelf: Shelf, selection: Selection, on: date) -> tuple[bytes, int]:
    """The working table and how many items it holds: the items selected, what they refer to, and the facts."""
    documents = shelf.read()
    release = shelf.link(documents)
    found, files = by_id(documents)
    context = Context(release, found, files, on)
    if selection == Selection():
        chosen = [name for name, one in found.items() if one.get("kind") in COVERED]
    else:
        chosen = _with_references([name for name, one in found.items() if _wanted(one, selection)], found)
    todo = {name: todo_of(found[name], context) for name in chosen if found[name].get("status") == "draft"}
    count = sum(1 for name in chosen if found[name]["kind"] == "list_item")
    wanted = Wanted([(files[name], found[name]) for name in chosen], release.digest, todo=todo)
    return write_workbook(wanted, context), count


def _wanted(document: Doc, selection: Selection) -> bool:
    return document.get("kind") == "list_item" and selection.takes(document)


def _with_references(items: list[str], documents: Mapping[str, Doc]) -> list[str]:
    """Items, and the violations and sources that they name."""
    names = list(items)
    for item in items:
        names += [*(documents[item].get("violations") or ()), documents[item]["source"]]
    return [name for name in dict.fromkeys(names) if name in documents]


@dataclass(slots=True)
class Considered:
    """An import looked at: ``release`` is None while anything is wrong; ``into`` None: only looking."""

    path: Path
    book: Book
    incoming: Incoming
    preview: Preview
    release: Release | None
    digest_before: str
    place: str
    into: Path | None = None
    offered: list[dict[str, object]] = field(default_factory=list)

    def write(self) -> None:
        """Write what the preview says, all or nothing.

        Raises:
            InputError: there are faults; nothing is written.
            UsageError: there is no folder to write to, or it cannot be written.
        """
        faults = self.incoming.context.faults
        if faults.errors or self.release is None:
            raise faults.as_error(self.path.name)
        if self.into is None:
            raise UsageError("exchange_no_folder")
        written = {}
        for entry in self.incoming.entries.values():
            if outcome_of(entry) in {"added", "changed"}:
                file = file_of(entry.document, self.incoming.context.files, self.incoming.context.documents, self.place)
                written[file] = yaml_text(entry.document)
        write_folder(self.into, written, [one.file for one in self.preview.removed])

    def marked(self) -> bytes:
        """The workbook with the column 错误说明, and cases proposed for items that have none."""
        found = self.incoming.context.faults.found
        shown = [one for one in found if not one.notice or one.code in _SHOWN_NOTICES]
        return marked_workbook(self.path, self.book, Marks(shown, self.incoming.heading_rows, self.offered))

    def completed(self) -> bytes:
        """What was read as our own working table, with what is still to be done beside each item."""
        context = self.incoming.context
        documents = [entry.document for entry in self.incoming.entries.values()]
        named = [(context.files.get(one["id"], ""), one) for one in documents]
        todo = {one["id"]: todo_of(one, context) for one in documents if one["kind"] == "list_item"}
        wanted = Wanted(named, self.digest_before, proposals=self.offered, todo=todo)  # type: ignore[arg-type]
        return write_workbook(wanted, context)


_SHOWN_NOTICES = frozenset({"exchange_assumed", "exchange_force", "exchange_continued", "exchange_new_field"})


def consider(path: Path, shelf: Shelf, options: Options, into: Path | None, *, remove: bool = False) -> Considered:
    """Read a workbook, check everything, and say what would change; nothing is written.

    Raises:
        UsageError: no such file, or not of a kind that we read.
        InputError: the file is damaged.
        CatalogueError: the catalogue itself is wrong.
    """
    whole = shelf.with_folder(into)
    documents = whole.read()
    release = whole.link(documents)
    book = read_book(path)
    incoming = read_workbook(book, documents, release, options)
    faults = incoming.context.faults
    if not incoming.counts:
        faults.add_row(book.name, 0, "exchange_nothing_read")
    preview = preview_of(incoming, into, remove=remove)
    place = options.jurisdiction or _place(incoming)
    remaining = {name: one for name, one in documents.items() if name not in {gone.file for gone in preview.removed}}
    after = check_together(incoming, remaining, place)
    for change in (*preview.added, *preview.changed):
        change.file = incoming.context.files.get(change.id, "")
    faults.found = [_as_headed(one, incoming) for one in faults.found]
    return Considered(path, book, incoming, preview, after, release.digest, place, into, proposals(incoming))


def _as_headed(fault: Fault, incoming: Incoming) -> Fault:
    """The fault under the heading that the person sees in their own table."""
    return replace(fault, header=incoming.written.get((fault.sheet, fault.column), fault.header))


def _place(incoming: Incoming) -> str:
    """Where new violations belong: where the first new item does."""
    codes = (
        entry.document.get("jurisdiction")
        for entry in incoming.entries.values()
        if entry.document["kind"] == "list_item" and entry.current is None
    )
    return next((code for code in codes if code), "000000")
