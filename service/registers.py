"""Files of registers: CSV (UTF-8 or GB18030), workbooks, Parquet, lines of JSON; read in blocks of rows.

Empty rows of a table are no records; everything else comes out, in order, as an entry with its problem
where it could not be read.
"""

from __future__ import annotations

import codecs
import csv
from abc import ABC, abstractmethod
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from credit.register import Columns, Entry, heading_row, unread
from credit.register_cells import is_nothing
from kernel.errors import InputError
from kernel.jsondoc import read_json
from service.casefiles import MAX_WORKBOOK, digest_of, encoding_of, guarded, lines_of, unpacked_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from credit.register import Maker

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_LOOKED_AT: Final = 10
_BATCH: Final = 1 << 14


class Register(ABC):
    """A register that is open: its entries in blocks, asked for once.

    ``digest``: SHA-256 of the file; ``about``: about how many records it holds; ``notices``: codes of
    messages; ``passed_over``: headings that were not recognised.
    """

    def __init__(self, digest: str, about: int) -> None:
        """Made by :func:`open_register`."""
        self.digest = digest
        self.about = about
        self.notices: list[str] = []
        self.passed_over: list[str] = []

    @abstractmethod
    def blocks(self, size: int, first: int) -> Iterator[list[Entry]]:
        """Blocks of ``size`` entries, from block number ``first`` on."""


class _Table(Register):
    """Rows under headings."""

    def __init__(self, rows: Iterator[Sequence[object]], maker: Maker, digest: str, about: int) -> None:
        super().__init__(digest, about)
        top = list(islice(rows, _LOOKED_AT))
        place = heading_row(top)
        self._columns = Columns(top[place])
        self._maker = maker
        self.passed_over = self._columns.passed_over
        found = chain(top[place + 1 :], rows)
        self._rows = (row for row in found if not all(is_nothing(cell) for cell in row))

    def blocks(self, size: int, first: int) -> Iterator[list[Entry]]:
        rows = islice(self._rows, size * first, None)
        while block := list(islice(rows, size)):
            yield list(self._columns.entries(block, self._maker))


class _Lines(Register):
    """Lines of JSON: record documents, or flat objects whose keys are headings."""

    def __init__(self, stream: BinaryIO, maker: Maker) -> None:
        digest, about = digest_of(stream)
        super().__init__(digest, about)
        self._lines = lines_of(stream)
        self._maker = maker
        self._columns: dict[tuple[str, ...], Columns] = {}

    def blocks(self, size: int, first: int) -> Iterator[list[Entry]]:
        lines = islice(self._lines, size * first, None)
        while block := list(islice(lines, size)):
            yield [self._entry(line) for line in block]

    def _entry(self, line: bytes) -> Entry:
        try:
            document = read_json(line)
            if not isinstance(document, dict) or "kind" in document or "decision" in document:
                return self._maker.of_document(document)
            columns = self._under(tuple(document))
        except InputError as error:
            return unread("；".join(one.detail for one in error.errors))
        return next(columns.entries([list(document.values())], self._maker))

    def _under(self, keys: tuple[str, ...]) -> Columns:
        if keys not in self._columns:
            heading_row([keys])
            self._columns[keys] = Columns(keys)
            self.passed_over = list(dict.fromkeys([*self.passed_over, *self._columns[keys].passed_over]))
        return self._columns[keys]


@contextmanager
def open_register(path: Path, maker: Maker) -> Iterator[Register]:
    """Open a register by its extension; anything unknown is lines of JSON.

    Raises OSError where the file cannot be read, and InputError where it is not what its extension
    says, or where no headings were recognised.
    """
    kind = path.suffix.lower()
    with path.open("rb") as stream:
        if kind == ".csv":
            yield _csv(stream, maker)
        elif kind in WORKBOOKS:
            yield _workbook(path, stream, maker)
        elif kind == ".parquet":
            yield _parquet(stream, maker)
        else:
            yield _Lines(stream, maker)


def _csv(stream: BinaryIO, maker: Maker) -> Register:
    digest, lines = digest_of(stream)
    encoding = encoding_of(stream)
    rows = guarded(csv.reader(codecs.getreader(encoding)(stream), strict=False))
    table = _Table(rows, maker, digest, max(lines - 1, 0))
    if encoding == "gb18030":
        table.notices.append("case_file_gb18030")
    return table


def _workbook(path: Path, stream: BinaryIO, maker: Maker) -> Register:
    import python_calamine  # noqa: PLC0415  (not needed for the other kinds)

    digest, _ = digest_of(stream)
    if (size := unpacked_size(stream, path.stat().st_size)) > MAX_WORKBOOK:
        raise InputError.at("", "case_file_too_large", size=size, max=MAX_WORKBOOK)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        sheet = book.get_sheet_by_index(0)
        rows: Iterator[list[Any]] = iter(sheet.to_python(skip_empty_area=False))
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound) as error:
        raise InputError.at("", "case_file_broken", why=str(error)) from error
    table = _Table(rows, maker, digest, max(sheet.height - 1, 0))
    if len(book.sheet_names) > 1:
        table.notices.append("case_file_first_sheet")
    return table


def _parquet(stream: BinaryIO, maker: Maker) -> Register:
    import pyarrow as pa  # noqa: PLC0415  (not needed for the other kinds)
    from pyarrow import parquet  # noqa: PLC0415  (as above)

    digest, _ = digest_of(stream)
    try:
        file = parquet.ParquetFile(stream)
    except (pa.ArrowException, ValueError) as error:
        raise InputError.at("", "case_file_broken", why=str(error)) from error
    batches = (batch.to_pydict().values() for batch in file.iter_batches(batch_size=_BATCH))
    rows: Iterable[Sequence[object]] = chain.from_iterable(zip(*columns, strict=True) for columns in batches)
    return _Table(chain([file.schema_arrow.names], rows), maker, digest, file.metadata.num_rows)
