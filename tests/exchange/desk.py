"""What the tests do at the desk: export, change cells as people do, import, and look at what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter

from rules.load import CATALOGUE, link, read_documents, read_yaml
from service.exchange.desk import Considered, Selection, Shelf, consider, export_workbook
from service.exchange.grid import Book, Sheet, read_book
from service.exchange.importing import read_workbook
from service.exchange.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from rules.release import Release
    from service.exchange.entries import Incoming

ON = date(2026, 11, 24)
OFFICE: dict[str, Any] = {"jurisdiction": "210200", "start": date(2026, 1, 1), "force": "may"}

DELIVERED = read_documents(CATALOGUE)
RELEASE = link(DELIVERED)


class KnownShelf(Shelf):
    """The delivered catalogue as it was read once, and a folder beside it."""

    def read(self) -> dict[str, object]:
        own = {path.relative_to(folder).as_posix(): path for folder in self.own for path in folder.rglob("*.yaml")}
        assert not own.keys() & DELIVERED.keys()
        merged = DELIVERED | {name: read_yaml(path, name) for name, path in own.items()}
        return {name: merged[name] for name in sorted(merged, key=lambda name: name.split("/"))}

    def link(self, documents: Mapping[str, object]) -> Release:
        return super().link(documents) if len(documents) > len(DELIVERED) else RELEASE


Change = Callable[[dict[str, Any]], None]


def export(path: Path, shelf: Shelf | None = None, **wanted: Any) -> Path:  # noqa: ANN401  (any selection)
    """Write the working table of a catalogue."""
    path.write_bytes(export_workbook(shelf or KnownShelf(), Selection(**wanted), ON)[0])
    return path


def read(path: Path, into: Path | None = None, *, remove: bool = False, **options: Any) -> Considered:  # noqa: ANN401
    """Look at a workbook as the city with the folder ``into`` would."""
    return consider(path, KnownShelf(), Options(ON, **options), into, remove=remove)


@dataclass(frozen=True)
class Read:
    """What was read of a workbook, before anything is held together."""

    incoming: Incoming


def read_alone(path: Path, **options: Any) -> Read:  # noqa: ANN401
    """Read the cells of a workbook and nothing more: quicker."""
    return Read(read_workbook(read_book(path), DELIVERED, RELEASE, Options(ON, **options)))


def codes(found: Considered | Read) -> list[str]:
    """The codes of all faults."""
    return [one.code for one in found.incoming.context.faults.errors]


def notices(found: Considered | Read) -> list[str]:
    """The codes of all notices."""
    return [one.code for one in found.incoming.context.faults.notices]


def said(found: Considered | Read) -> list[str]:
    """Every fault as it is told."""
    return [f"{one.place}：{one.detail}" for one in found.incoming.context.faults.errors]


def item(found: Considered | Read, identifier: str) -> dict[str, Any]:
    """The document of an id, as the workbook gives it."""
    return found.incoming.entries[identifier].document


def edit(source: Path, target: Path, changes: Mapping[str, Change], *, drop: Iterable[str] = ()) -> Path:
    """Copy a workbook cell by cell, changing rows of some sheets (by their headings in the first row)."""
    book = read_book(source)
    with xlsxwriter.Workbook(target) as out:
        for sheet in book.sheets:
            if sheet.name not in drop:
                _copy(out.add_worksheet(sheet.name), sheet, changes.get(sheet.name))
    return target


def _copy(target: Any, sheet: Sheet, change: Change | None) -> None:  # noqa: ANN401
    for row in range(1, len(sheet.rows) + 1):
        values: list[Any] = [sheet.raw(row, at).value for at in range(1, sheet.width + 1)]
        if change is not None and row > 1:
            values = _changed(sheet, values, change)
        for at, value in enumerate(values):
            if value is not None and value != "":
                target.write(row - 1, at, value.isoformat() if isinstance(value, date) else value)
    for anchor, last in _merged(sheet).items():
        text = sheet.raw(*anchor).text
        target.merge_range(anchor[0] - 1, anchor[1] - 1, last[0] - 1, last[1] - 1, text)


def _changed(sheet: Sheet, values: list[Any], change: Change) -> list[Any]:
    """The row after the change; nothing where it is to be taken out."""
    heads = [sheet.raw(1, at).text for at in range(1, sheet.width + 1)]
    cells = dict(zip(heads, values, strict=True))
    change(cells)
    return [] if cells.get("删去") else [cells[head] for head in heads]


def _merged(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for where, anchor in sheet.merged.items():
        found[anchor] = max(found.get(anchor, anchor), where)
    return {anchor: last for anchor, last in found.items() if anchor != last}


def answer(row: dict[str, Any]) -> None:
    """Fill in a case that was proposed, as somebody who has read the list would."""
    row["应当得出"] = "适用" if row["示例名称"] == "基本情形" else "不适用"


def table(path: Path, heads: Iterable[str], rows: Iterable[Iterable[Any]], name: str = "不予行政处罚") -> Path:
    """A plain table of one sheet."""
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet(name)
        for number, row in enumerate([heads, *rows]):
            for at, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write(number, at, value)
    return path


def without(book: Book, name: str) -> Book:
    """The book without one sheet."""
    return Book(book.name, tuple(one for one in book.sheets if one.name != name))
