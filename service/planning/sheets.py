"""Rows of a file that an office keeps: CSV (UTF-8 or GB18030) or a workbook's first sheet."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from service.casefiles import MAX_WORKBOOK, encoding_of, guarded, unpacked_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
SUFFIXES: Final = (".csv", *sorted(WORKBOOKS))


def read_sheet(file: str, path: Path) -> Iterator[Sequence[Any]]:
    """Yield the rows, the heading first.

    Args:
        file: its name, for the messages.
        path: where it lies; the extension says what it is.

    Raises:
        InputError: the file is not what its extension says, or too large.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise InputError.at("", "sheet_kind", file=file, allowed=list(SUFFIXES))
    with path.open("rb") as stream:
        if kind == ".csv":
            encoding = encoding_of(stream)
            yield from guarded(csv.reader(codecs.getreader(encoding)(stream), strict=False))
            return
        if (size := unpacked_size(stream, path.stat().st_size)) > MAX_WORKBOOK:
            raise InputError.at("", "case_file_too_large", size=size, max=MAX_WORKBOOK)
        yield from _workbook(stream)


def _workbook(stream: Any) -> list[list[Any]]:  # noqa: ANN401 - an open file
    import python_calamine  # noqa: PLC0415  (only for workbooks)

    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound) as error:
        raise InputError.at("", "case_file_broken", why=str(error)) from error
    return rows
