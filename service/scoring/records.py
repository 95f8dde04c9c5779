"""A folder of raw records: a Parquet or CSV file for each table."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.errors import InputError
from service.errors import UsageError
from service.scoring.source import FAULTS, scan_table, unreadable
from supervision.indicatorspec import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUFFIXES: Final = (".parquet", ".csv")
_HEAD: Final = 1 << 20


@dataclass(frozen=True)
class Folder:
    """Tables by name, not read yet; files of the folder that are no table of ours."""

    path: Path
    tables: Mapping[str, pl.LazyFrame]
    files: Mapping[str, Path]
    strangers: tuple[str, ...]


def open_folder(name: str) -> Folder:
    """Find the tables of a folder.

    Raises:
        UsageError: there is no such folder.
        InputError: ``records_no_registry``; ``records_twice``: a table as Parquet and as CSV; ``table_unreadable``,
            ``table_empty_file``, ``table_no_parquet``: a file is not what its name says.
    """
    path = Path(name)
    if not path.is_dir():
        raise UsageError("folder_not_found", folder=name)
    found: dict[str, Path] = {}
    strangers = []
    for file in sorted(path.iterdir()):
        if file.stem not in tables() or file.suffix not in _SUFFIXES:
            strangers.append(file.name)
        elif file.stem in found:
            raise InputError.at("", "records_twice", table=file.stem, folder=name)
        else:
            found[file.stem] = file
    if "registry" not in found:
        raise InputError.at("", "records_no_registry", folder=name, tables=list(tables()))
    frames = {table: _scanned(found[table]) for table in tables() if table in found}
    return Folder(path, frames, found, tuple(strangers))


def _scanned(file: Path) -> pl.LazyFrame:
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
        if not head:
            raise InputError.at("", "table_empty_file", file=str(file))
        if file.suffix == ".csv":
            frame = _csv(file, head)
        elif head[:4] != b"PAR1":
            raise InputError.at("", "table_no_parquet", file=str(file))
        else:
            frame = scan_table(file)
        frame.collect_schema()
    except FAULTS as error:
        raise unreadable(file, error) from error
    return frame


def _csv(file: Path, head: bytes) -> pl.LazyFrame:
    """Text as it stands; what the columns are is decided by the table. Chinese offices write UTF-8 or GB 18030."""
    if _is_utf8(head):
        return pl.scan_csv(file, infer_schema=False, glob=False, encoding="utf8")
    text = file.read_bytes().decode("gb18030")
    return pl.read_csv(io.StringIO(text), infer_schema=False).lazy()


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == _HEAD  # only a character cut in two at the end
    return True
