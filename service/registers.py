"""Files of registers: CSV (UTF-8 or GB18030), workbooks, Parquet, lines of JSON; read in blocks of rows.

Empty rows of a table are no records; everything else comes out, in order, as an entry with its problem
where it could not be read.
"""

from __future__ import annotations

import codecs
import csv
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from credit.register import HEADING_ROWS, Columns, Entry, heading_row, unread
from credit.register_cells import is_nothing
from kernel.errors import InputError
from kernel.jsondoc import read_json
from service.casefiles import MAX_WORKBOOK, digest_of, encoding_of, guarded, lines_of, unpacked_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from credit.register import Maker

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_TOP: Final = frozenset({"record_id", "channel", "kind", "province", "jurisdiction", "class"})
_BATCH: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows as they stand in the file: cells under ``headings``, or lines of JSON where these are None."""

    headings: tuple[object, ...] | None
    rows: Sequence[Any]


class Reading:
    """Makes entries of raw rows; remembers the cells it has read."""

    def __init__(self, maker: Maker) -> None:
        """``maker`` derives what rows do not say."""
        self._maker = maker
        self._columns: dict[tuple[object, ...], Columns] = {}

    def entries(self, raw: Raw) -> list[Entry]:
        """One entry for each row, in order."""
        if raw.headings is None:
            return [self._of_line(line) for line in raw.rows]
        return list(self._under(raw.headings).entries(raw.rows, self._maker))

    def _of_line(self, line: bytes) -> Entry:
        try:
            document = read_json(line)
            if not isinstance(document, dict) or _is_document(document):
                return self._maker.of_document(document)
            heading_row([tuple(document)])
            columns = self._under(tuple(document))
        except InputError as error:
            return unread("；".join(one.detail for one in error.errors))
        return next(columns.entries([list(document.values())], self._maker))

    def _under(self, headings: tuple[object, ...]) -> Columns:
        if headings not in self._columns:
            self._columns[headings] = Columns(headings)
        return self._columns[headings]


def _is_document(document: dict[str, object]) -> bool:
    return any(isinstance(one, dict) for one in document.values()) or document.keys() <= {
        "kind",
        "channel",
        "record_id",
    }


class Register:
    """A register that is open: its rows in blocks, asked for once.

    ``digest``: SHA-256 of the file; ``about``: about how many records it holds; ``notices``: codes of
    messages; ``passed_over``: headings that were not recognised.
    """

    def __init__(self, headings: tuple[object, ...] | None, rows: Iterator[Any], digest: str, about: int) -> None:
        """Made by :func:`open_register`."""
        self._headings = headings
        self._rows = rows
        self.digest = digest
        self.about = about
        self.notices: list[str] = []
        columns = Columns(headings) if headings is not None else None
        self.passed_over: list[str] = columns.passed_over if columns else []
        self._used = columns.used if columns else ()

    def blocks(self, size: int, first: int) -> Iterator[Raw]:
        """Blocks of ``size`` rows, from block number ``first`` on."""
        rows = islice(self._rows, size * first, None)
        while block := list(islice(rows, size)):
            yield self._narrow(block)

    def _narrow(self, block: list[Any]) -> Raw:
        """Only the columns that are read: the others are not sent to other processes, the long texts least of all.

        A row that is too long or too short is a fault to be told, so its block stays as it is.
        """
        headings = self._headings
        if headings is None or len(self._used) <= 1 or {len(row) for row in block} != {len(headings)}:
            return Raw(headings, block)
        pick = itemgetter(*self._used)
        return Raw(pick(headings), [pick(row) for row in block])


def _table(rows: Iterator[Sequence[object]], digest: str, about: int) -> Register:
    """Rows below the first row in which headings are recognised; empty ones are no records."""
    top = list(islice(rows, HEADING_ROWS))
    place = heading_row(top)
    found = chain(top[place + 1 :], rows)
    return Register(
        tuple(top[place]), (row for row in found if not all(is_nothing(cell) for cell in row)), digest, about
    )


def _lines(stream: BinaryIO) -> Register:
    digest, about = digest_of(stream)
    return Register(None, lines_of(stream), digest, about)


@contextmanager
def open_register(path: Path, suffix: str | None = None) -> Iterator[Register]:
    """Open a register by its extension (or the ``suffix`` it came with); anything unknown is lines of JSON.

    Raises OSError where the file cannot be read, and InputError where it is not what its extension
    says, or where no headings were recognised.
    """
    kind = path.suffix.lower() if suffix is None else suffix
    with path.open("rb") as stream:
        if kind == ".csv":
            yield _csv(stream)
        elif kind in WORKBOOKS:
            yield _workbook(path, stream)
        elif kind == ".parquet":
            yield _parquet(stream)
        else:
            yield _lines(stream)


def _csv(stream: BinaryIO) -> Register:
    digest, lines = digest_of(stream)
    encoding = encoding_of(stream)
    rows = guarded(csv.reader(codecs.getreader(encoding)(stream), strict=False))
    table = _table(rows, digest, max(lines - 1, 0))
    if encoding == "gb18030":
        table.notices.append("case_file_gb18030")
    return table


def _workbook(path: Path, stream: BinaryIO) -> Register:
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
    table = _table(rows, digest, max(sheet.height - 1, 0))
    if len(book.sheet_names) > 1:
        table.notices.append("case_file_first_sheet")
    return table


def _parquet(stream: BinaryIO) -> Register:
    import pyarrow as pa  # noqa: PLC0415  (not needed for the other kinds)
    from pyarrow import parquet  # noqa: PLC0415  (as above)

    digest, _ = digest_of(stream)
    try:
        file = parquet.ParquetFile(stream)
    except (pa.ArrowException, ValueError) as error:
        raise InputError.at("", "case_file_broken", why=str(error)) from error
    batches = (batch.to_pydict().values() for batch in file.iter_batches(batch_size=_BATCH))
    rows: Iterable[Sequence[object]] = chain.from_iterable(zip(*columns, strict=True) for columns in batches)
    return _table(chain([file.schema_arrow.names], rows), digest, file.metadata.num_rows)
