"""Files of cases: NDJSON line by line; CSV, Excel and Parquet by column.

A file is read in blocks, so that its size does not matter; only a workbook is held as a whole. Every
row that is a case comes out, in order; what is wrong with a row stands in its place.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from kernel.errors import InputError
from kernel.jsondoc import read_json
from rules.batch_table import documents_table
from rules.caseinput import parse_case
from service.casecells import Headings, is_empty
from service.casegrid import Row, TableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rules.batch_columns import CaseTable
    from rules.instant import Case
    from rules.release import Release

MAX_BYTES: Final = 4_000_000
"""The strict JSON reader takes no more; of a longer line so much is kept that it can say so."""
MAX_WORKBOOK: Final = 1_000_000_000
"""Bytes of a workbook, unpacked."""
_CHUNK: Final = 1 << 20
_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


class Block(Protocol):
    """Some rows that follow one another."""

    def __len__(self) -> int:
        """How many rows there are."""

    def rows(self) -> Sequence[Row]:
        """The rows one by one."""

    def table(self, release: Release) -> CaseTable:
        """The rows by column, for the batch."""

    def case_of(self, row: int, release: Release) -> Case:
        """The case of one row; InputError where it is wrong."""


class Cases(Protocol):
    """A file of cases that is open."""

    @property
    def digest(self) -> str | None:
        """SHA-256 of the file; None for a stream that cannot be read twice."""

    @property
    def about(self) -> int | None:
        """About how many rows there are; None where nobody can know."""

    @property
    def notices(self) -> Sequence[str]:
        """What was done about the file that its owner may want to know (codes of messages)."""

    def pass_over(self, count: int) -> int:
        """Leave out the first rows; returns how many there were to leave out."""

    def blocks(self, size: int) -> Iterator[Block]:
        """The rows, in blocks of so many; to be asked for once."""


# -- lines of JSON ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of JSON."""

    lines: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self) -> Sequence[Row]:
        """The lines as they are."""
        return self.lines

    def table(self, release: Release) -> CaseTable:
        """The documents by column; a line that is no JSON is nothing but a wrong document."""
        return documents_table([_document(line) for line in self.lines], release)

    def case_of(self, row: int, release: Release) -> Case:
        """Read and check one line."""
        return parse_case(read_json(self.lines[row]), release)


def _document(line: bytes) -> object:
    try:
        return read_json(line)
    except InputError:
        return None


class LineFile:
    """Cases as NDJSON."""

    notices: Sequence[str] = ()

    def __init__(self, stream: BinaryIO) -> None:
        """The stream is read through once for its digest, if it can be read twice."""
        self.digest: str | None = None
        self.about: int | None = None
        if stream.seekable():
            self.digest, self.about = digest_of(stream)
        self._lines = lines_of(stream)

    def pass_over(self, count: int) -> int:
        """Leave out the first lines."""
        return sum(1 for _ in islice(self._lines, count))

    def blocks(self, size: int) -> Iterator[Lines]:
        """The lines in blocks; an empty line is a line."""
        while block := list(islice(self._lines, size)):
            yield Lines(block)


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their end; of one that is too long only as much as shows it to be."""
    while line := stream.readline(MAX_BYTES + 2):
        rest = line
        while not rest.endswith(b"\n"):
            rest = stream.readline(_CHUNK)
            if not rest:
                break
        yield line.rstrip(b"\r\n")


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """The digest of what is still to be read, and the number of its lines."""
    start = stream.tell()
    state, ends, last = hashlib.sha256(), 0, b"\n"
    while chunk := stream.read(_CHUNK):
        state.update(chunk)
        ends += chunk.count(b"\n")
        last = chunk[-1:]
    stream.seek(start)
    return state.hexdigest(), ends + (last != b"\n")


# -- opening ------------------------------------------------------------------------------------


@contextmanager
def open_cases(path: Path, release: Release) -> Iterator[Cases]:
    """Open a file of cases by its extension; anything unknown is NDJSON.

    Raises OSError where the file cannot be read, and InputError where it is not what its
    extension says, or its headings name no members of a case.
    """
    kind = path.suffix.lower()
    with path.open("rb") as stream:
        if kind == ".csv":
            yield _csv(stream, release)
        elif kind in _WORKBOOKS:
            yield _workbook(path, stream, release)
        elif kind == ".parquet":
            yield _parquet(stream, release)
        else:
            yield LineFile(stream)


def _csv(stream: BinaryIO, release: Release) -> TableFile:
    digest, lines = digest_of(stream)
    encoding = encoding_of(stream)
    rows = csv.reader(codecs.getreader(encoding)(stream), strict=False)
    table = TableFile(_headings(rows, release), guarded(rows), digest, max(lines - 1, 0))
    if encoding != _ENCODINGS[0]:
        table.notices.append("case_file_gb18030")
    return table


def encoding_of(stream: BinaryIO) -> str:
    """The first encoding in which the whole file can be read."""
    for encoding in _ENCODINGS:
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        stream.seek(0)
        return encoding
    raise InputError.at("", "case_file_encoding")


def guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows as they come; InputError where the file breaks off the format."""
    try:
        yield from rows
    except csv.Error as error:
        raise InputError.at("", "case_file_broken", why=str(error)) from error


def _headings(rows: Iterator[Sequence[object]], release: Release) -> Headings:
    """The first row that is not empty."""
    first = next((row for row in rows if not all(is_empty(cell) for cell in row)), None)
    if first is None:
        raise InputError.at("", "case_file_no_headings")
    return Headings(first, release)


def unpacked_size(stream: BinaryIO, size: int) -> int:
    """The bytes of a workbook once unpacked: a small file may hold a great deal."""
    if zipfile.is_zipfile(stream):
        size = sum(part.file_size for part in zipfile.ZipFile(stream).infolist())
    stream.seek(0)
    return size


def _workbook(path: Path, stream: BinaryIO, release: Release) -> TableFile:
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
    table = TableFile(_headings(rows, release), rows, digest, max(sheet.height - 1, 0))
    if len(book.sheet_names) > 1:
        table.notices.append("case_file_first_sheet")
    return table


def _parquet(stream: BinaryIO, release: Release) -> Cases:
    from service.caseparquet import ParquetFile  # noqa: PLC0415  (not needed for the other kinds)

    return ParquetFile(stream, digest_of(stream)[0], release)
