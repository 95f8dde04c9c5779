"""The table that is scored: a Parquet file, read a piece at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.canonical import digest
from kernel.errors import InputError
from kernel.messages import Sentence
from service.errors import UsageError, reason
from supervision.layout import Layout, match
from supervision.scheme import USCC, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH: Final = 1 << 18
"""Rows read at a time: with a hundred columns some hundred megabytes."""
KEPT_CODES: Final = 4_000_000
"""So many codes are held in memory: 140 MB."""
FAULTS: Final = (pl.exceptions.PolarsError, OSError, ValueError, BaseExceptionGroup)
"""What a damaged file may raise."""


@dataclass(frozen=True)
class Source:
    """A Parquet file with the columns of a scheme in it."""

    path: Path
    layout: Layout
    rows: int
    kept: pl.Series | None = None

    def with_codes(self) -> Source:
        """The same table with its codes in memory, where they are few enough: they are read once only."""
        if self.rows > KEPT_CODES or not self.rows:
            return self
        return replace(self, kept=pl.concat(self.codes()))

    @cached_property
    def digest(self) -> str:
        """What identifies the file's content cheaply: its size and its footer, which places every page."""
        with self.path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(-8, 2)
            footer = int.from_bytes(stream.read(4), "little") + 8
            stream.seek(-min(footer, size), 2)
            return digest(str(size).encode() + stream.read())

    def read(self, start: int, count: int) -> pl.DataFrame:
        """Some rows, under the names of the scheme.

        Raises:
            InputError: ``table_unreadable``: the file is damaged.
        """
        wanted = self.layout.select() if self.kept is None else self.layout.select_values()
        try:
            frame = scan_table(self.path).slice(start, count).select(wanted).collect()
        except FAULTS as error:
            raise unreadable(self.path, error) from error
        return frame if self.kept is None else frame.insert_column(0, self.kept.slice(start, count))

    def batches(self, start: int, stop: int) -> Iterator[pl.DataFrame]:
        """Rows from one place to another, some at a time."""
        yield from self.pieces([(at, min(BATCH, stop - at)) for at in range(start, stop, BATCH)])

    def pieces(self, spans: Sequence[tuple[int, int]]) -> Iterator[pl.DataFrame]:
        """Rows of each span (start, count); the next is read while the last is worked on."""
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.read, *spans[0]) if spans else None
            for span in (*spans[1:], None):
                if coming is None:
                    return
                frame = coming.result()
                coming = reader.submit(self.read, *span) if span else None
                yield frame

    def codes(self) -> Iterator[pl.Series]:
        """The column of codes, piece by piece."""
        if self.kept is not None:
            yield self.kept
            return
        scan = scan_table(self.path).select(pl.col(self.layout.names[USCC]).alias(USCC))
        for start in range(0, self.rows, BATCH * 4):
            try:
                yield scan.slice(start, BATCH * 4).collect().to_series()
            except FAULTS as error:
                raise unreadable(self.path, error) from error


def open_source(name: str, scheme: Scheme) -> Source:
    """Open a Parquet file for a scheme.

    Raises:
        UsageError: there is no such file.
        InputError: it is no whole Parquet file, or lacks what the scheme needs.
    """
    path = Path(name)
    if path.is_dir():
        raise UsageError("file_is_folder", file=name)
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        code = "file_not_found" if isinstance(error, FileNotFoundError | NotADirectoryError) else "file_unreadable"
        raise UsageError(code, file=name, why=reason(error)) from error
    if head != b"PAR1":
        raise InputError.at("", "table_no_parquet" if head else "table_empty_file", file=name)
    try:
        scan = scan_table(path)
        names = scan.collect_schema().names()
        metadata = pl.read_parquet_metadata(path)
        rows = int(scan.select(pl.len()).collect().item())
    except FAULTS as error:
        raise unreadable(path, error) from error
    return Source(path, match(scheme, names, metadata), rows)


def scan_table(path: Path) -> pl.LazyFrame:
    """A file as it is: no pattern in its name, no folders with values in theirs."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def unreadable(path: Path, error: BaseException) -> InputError:
    """The error of a damaged file."""
    return InputError.at(
        "", "table_unreadable", file=Sentence(path), why=str(error).splitlines()[0] if str(error) else ""
    )
