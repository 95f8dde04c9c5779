"""Rows of a table of cases, by column: every distinct cell is read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kernel.errors import InputError
from rules.batch_table import QUESTION, RawColumn, columns_table
from rules.caseinput import parse_case
from service.casecells import MEMBERS, is_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rules.batch_columns import CaseTable
    from rules.instant import Case
    from rules.release import Release
    from service.casecells import Headings

Row = bytes | dict[str, object] | InputError
"""A line of JSON, a document, or what is wrong with the row."""


@dataclass(slots=True)
class Grid:
    """Rows of a table: for each member of the document its distinct values and each row's own."""

    size: int
    columns: dict[str, RawColumn]
    wrong: dict[int, InputError] = field(default_factory=dict)
    remarks: dict[str, list[object]] = field(default_factory=dict)
    """The cells of columns that are no part of a case, by heading."""

    def __len__(self) -> int:
        return self.size

    def rows(self) -> Sequence[Row]:
        """The documents."""
        return [self.wrong.get(row) or self._document(row) for row in range(self.size)]

    def table(self, release: Release) -> CaseTable:
        """The columns, checked."""
        alone = np.zeros(self.size, bool)
        alone[list(self.wrong)] = True
        covered = {name: one for name, one in self.columns.items() if name in QUESTION or name not in MEMBERS}
        for name in self.columns.keys() - covered.keys():
            alone |= self.columns[name].codes >= 0
        return columns_table(covered, self.size, release, alone)

    def case_of(self, row: int, release: Release) -> Case:
        """Check one row."""
        if row in self.wrong:
            raise self.wrong[row]
        return parse_case(self._document(row), release)

    def _document(self, row: int) -> dict[str, object]:
        found = {name: one.values[one.codes[row]] for name, one in self.columns.items() if one.codes[row] >= 0}
        document = {name: value for name, value in found.items() if name in MEMBERS}
        return {**document, "facts": {name: value for name, value in found.items() if name not in MEMBERS}}


class TableFile:
    """Cases as rows under headings."""

    def __init__(self, headings: Headings, rows: Iterable[Sequence[object]], digest: str, about: int | None) -> None:
        """``rows`` are those below the headings; empty ones are no cases."""
        self._headings = headings
        self._rows = (row for row in rows if not all(is_empty(cell) for cell in row))
        self.digest = digest
        self.about = about
        self.notices = headings.notices()

    def pass_over(self, count: int) -> int:
        """Leave out the first rows."""
        return sum(1 for _ in islice(self._rows, count))

    def blocks(self, size: int) -> Iterator[Grid]:
        """The rows that are not empty, in blocks."""
        while block := list(islice(self._rows, size)):
            yield self._grid(block)

    def _grid(self, rows: Sequence[Sequence[object]]) -> Grid:
        width = len(self._headings.paths)
        wrong = {
            number: InputError.at("", "case_row_too_long", cells=len(row), columns=width)
            for number, row in enumerate(rows)
            if len(row) > width and not all(is_empty(cell) for cell in row[width:])
        }
        readers = self._headings.readers()
        columns = {
            path: raw_column([row[place] if place < len(row) else None for row in rows], readers[path])
            for place, path in enumerate(self._headings.paths)
            if path
        }
        remarks = {
            name: [row[place] if place < len(row) else None for row in rows]
            for name, place in self._headings.remarks.items()
        }
        return Grid(len(rows), columns, wrong, remarks)


def raw_column(cells: Iterable[object], read: Callable[[object], object]) -> RawColumn:
    """A column of cells, each distinct one read once."""
    places: dict[object, int] = {}
    values: list[object] = []
    codes: list[int] = []
    for cell in cells:
        key = (cell.__class__, cell) if cell.__class__ is not list else repr(cell)
        place = places.get(key)
        if place is None:
            place = -1
            if not is_empty(cell):
                place = len(values)
                values.append(read(cell))
            places[key] = place
        codes.append(place)
    return RawColumn(values, np.array(codes, np.int32))
