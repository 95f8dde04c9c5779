"""What is taken of a file that somebody sends: its size, its kind, what an archive unfolds to, no formulas.

Every form with files passes through here (:func:`service.web.sent.sent_upload`), before any reader sees it.
A file is what its bytes are; its name only has to agree. Formulas are refused: a cell is to hold a value, and
a formula that slips through comes back to somebody's spreadsheet with the next export.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_BYTES: Final = 60_000_000
MAX_UNFOLDED: Final = 1_000_000_000
"""Bytes that an archive may hold once it is unfolded."""
MAX_RATIO: Final = 200
"""How many times larger than the file that may be; a table packs 10 to 40 times."""
_SMALL: Final = 20_000_000
"""Below this no ratio is suspicious."""
_MOST_PARTS: Final = 2000
_PIECE: Final = 1 << 20
_OVERLAP: Final = 200
_HEAD: Final = 8
_SHOWN: Final = 40
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET: Final = b"PAR1"
_ARCHIVES: Final = {".xlsx": "xl/workbook.xml", ".ods": "content.xml", ".docx": "word/document.xml"}
"""Kinds that are archives, and the part that makes them so."""
_DELIMITED: Final = {".csv": ",", ".tsv": "\t"}
_TEXTS: Final = (".json", ".ndjson", ".jsonl", ".yaml", ".yml", *_DELIMITED)
KINDS: Final = (*_ARCHIVES, ".xls", ".parquet", *_TEXTS)
_SHEET_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ODS_FORMULA: Final = re.compile(rb"\btable:formula=")
_CELL: Final = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_CALL: Final = re.compile(r"[A-Za-z_.]+\s*\(|\||!")
_REFUSED_PARTS: Final = ("vbaproject.bin", "externallinks/", "embeddings/", "activex/")
_SPREAD: Final = (".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".docm")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was looked at: its name and its kind (the ending, small letters)."""

    name: str
    kind: str


def check_file(name: str, stream: BinaryIO, place: str = "/file", most: int = MAX_BYTES) -> Sent:
    """Look a file through, from the start, and go back there; InputError at ``place`` where it is not taken."""
    kind = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if kind not in KINDS:
        raise InputError.at(place, "upload_kind", name=name, allowed=list(KINDS))
    size = stream.seek(0, io.SEEK_END)
    if not 0 < size <= most:
        raise InputError.at(place, "upload_size" if size else "upload_empty", name=name, size=size, most=most)
    stream.seek(0)
    try:
        _check_content(kind, name, stream, size, place)
    finally:
        stream.seek(0)
    return Sent(name, kind)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate with a text: ``=1+1``, ``@SUM(A1)``, ``+cmd|…``; -5 and +86 are none."""
    text = text.lstrip()
    if text.startswith("="):
        return len(text) > 1
    return text[:1] in {"+", "-", "@"} and _CALL.search(text) is not None


def _check_content(kind: str, name: str, stream: BinaryIO, size: int, place: str) -> None:
    head = stream.read(_HEAD)
    stream.seek(0)
    fits = (
        head.startswith(_ZIP)
        if kind in _ARCHIVES
        else head.startswith(_OLE)
        if kind == ".xls"
        else head.startswith(_PARQUET)
        if kind == ".parquet"
        else not head.startswith((_ZIP, _OLE, _PARQUET))
    )
    if not fits:
        raise InputError.at(place, "upload_other_kind", name=name, kind=kind)
    if kind in _ARCHIVES:
        _check_archive(kind, name, stream, size, place)
    elif kind in _TEXTS:
        _check_text(kind, name, stream, place)


def _check_archive(kind: str, name: str, stream: BinaryIO, size: int, place: str) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            _check_parts(kind, name, parts, size, place)
            for part in parts:
                _check_part(kind, name, archive, part, place)
    except (zipfile.BadZipFile, EOFError, RuntimeError) as error:  # damaged, locked, or packed in an unknown way
        raise InputError.at(place, "upload_damaged", name=name) from error


def _check_parts(kind: str, name: str, parts: list[zipfile.ZipInfo], size: int, place: str) -> None:
    """What the list of an archive tells before anything is unfolded."""
    names = [part.filename for part in parts]
    if _ARCHIVES[kind] not in names:
        raise InputError.at(place, "upload_other_kind", name=name, kind=kind)
    total = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or total > MAX_UNFOLDED or (total > _SMALL and total > size * MAX_RATIO):
        raise InputError.at(place, "upload_unfolds", name=name, size=total)
    for one in names:
        path = PurePosixPath(one)
        if path.is_absolute() or ".." in path.parts or "\\" in one or len(set(names)) != len(names):
            raise InputError.at(place, "upload_damaged", name=name)
        if any(word in one.lower() for word in _REFUSED_PARTS) or one.lower().endswith(_SPREAD):
            raise InputError.at(place, "upload_active", name=name, part=one)


def _check_part(kind: str, name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo, place: str) -> None:
    """Unfold a part in pieces: it must hold what the list says, and no formula."""
    seek = _formula_of(kind, part.filename)
    unfolded, tail = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            unfolded += len(piece)
            if unfolded > part.file_size:
                raise InputError.at(place, "upload_unfolds", name=name, size=unfolded)
            window = tail + piece
            if seek is not None and (found := seek.search(window)):
                raise InputError.at(place, "upload_formula", name=name, cell=_cell(window, found.start()))
            tail = window[-_OVERLAP:]


def _formula_of(kind: str, part: str) -> re.Pattern[bytes] | None:
    if kind == ".xlsx" and part.startswith("xl/worksheets/"):
        return _SHEET_FORMULA
    return _ODS_FORMULA if kind == ".ods" and part == "content.xml" else None


def _cell(window: bytes, at: int) -> str:
    """The name of the cell that stands before a place in a sheet."""
    names = _CELL.findall(window[max(0, at - _OVERLAP) : at])
    return names[-1].decode() if names else "（位置不明）"


def _check_text(kind: str, name: str, stream: BinaryIO, place: str) -> None:
    for number, row in enumerate(_rows(kind, name, stream, place), 1):
        for cell in row:
            if is_formula(cell):
                shown = cell[:_SHOWN].encode("latin-1").decode("utf-8", "replace")
                raise InputError.at(place, "upload_formula", name=name, cell=f"第 {number} 行“{shown}”")


def _rows(kind: str, name: str, stream: BinaryIO, place: str) -> Iterator[list[str]]:
    """The rows of a table as text; of other texts nothing but that they are text."""
    start = stream.read(_PIECE)
    if b"\0" in start:
        raise InputError.at(place, "upload_other_kind", name=name, kind=kind)
    if kind not in _DELIMITED:
        return
    stream.seek(0)
    # Whatever the encoding: in UTF-8 and GB18030 no byte of a longer character is a comma, a quote or an = sign.
    lines = (line.decode("latin-1") for line in stream)
    try:
        yield from csv.reader(chain([next(lines, "").removeprefix("ï»¿")], lines), delimiter=_DELIMITED[kind])
    except csv.Error as error:
        raise InputError.at(place, "upload_damaged", name=name) from error
