"""Files of tab-separated lines, read strictly: every fault names file and line, nothing is repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError, pointer
from supervision.drawtext import identifier_fault, unit_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_FAULTS: Final = 20
"""So many faults of a file are told at once; a file in the wrong order would fill the screen."""
_BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Chinese name, and what says the code of a fault of a field."""

    name: str
    check: Callable[[str], str | None]


@dataclass(slots=True)
class Lines:
    """One file with its columns; the first ``keys`` columns are its order and are unique together."""

    file: str
    data: bytes
    columns: tuple[Column, ...]
    keys: int
    faults: list[FieldError] = field(default_factory=list)

    def fault(self, line: int, code: str, **params: object) -> None:
        """Note a fault of a line (counted from 1)."""
        self.faults.append(line_error(self.file, line, code, **params))

    def rows(self) -> Iterator[list[str]]:
        """Yield the fields of each line that is in order; note the faults of the others."""
        if self.data.startswith(_BOM):
            self.fault(1, "draw_bom")
        before: list[str] = []
        for number, raw in enumerate(self._raw(), 1):
            row = self._row(number, raw)
            if row is None:
                continue
            if before and row[: self.keys] <= before:
                code = "draw_repeated" if row[: self.keys] == before else "draw_order"
                self.fault(number, code, value=" ".join(row[: self.keys]))
            before = row[: self.keys]
            yield row

    def checked(self) -> list[list[str]]:
        """Return all rows.

        Raises:
            InputError: something is wrong; names file and line, at most MOST_FAULTS of them.
        """
        rows = []
        for row in self.rows():
            rows.append(row)
            if len(self.faults) >= MOST_FAULTS:
                break
        if self.faults:
            raise InputError(self.faults[:MOST_FAULTS], self.faults[0].code, **self.faults[0].params)
        return rows

    def _raw(self) -> list[bytes]:
        lines = self.data.split(b"\n")
        if lines[-1]:
            self.fault(len(lines), "draw_last_line")
            return lines
        return lines[:-1]

    def _row(self, number: int, raw: bytes) -> list[str] | None:
        try:
            fields = raw.decode().split("\t")
        except UnicodeDecodeError:
            self.fault(number, "draw_not_utf8")
            return None
        if len(fields) != len(self.columns):
            self.fault(number, "draw_columns", found=len(fields), wanted=len(self.columns))
            return None
        wrong = [
            (one.name, code, text) for one, text in zip(self.columns, fields, strict=True) if (code := one.check(text))
        ]
        for name, code, text in wrong:
            self.fault(number, code, column=name, value=text)
        return None if wrong else fields


def line_error(file: str, line: int, code: str, **params: object) -> FieldError:
    """Return the fault of a line of a file (counted from 1)."""
    return FieldError(pointer(file, line), code, {"file": file, "line": line, **params})


def number_fault(text: str) -> str | None:
    """Return the code of what is wrong with a whole number not below 0, written without sign or leading 0."""
    return None if _NUMBER.fullmatch(text) else "draw_number"


def regions_fault(text: str) -> str | None:
    """Return the code of what is wrong with regions: identifiers with commas between, or ``*`` for all."""
    return None if text == "*" else _listed(text)


def qualifications_fault(text: str) -> str | None:
    """Return the code of what is wrong with qualifications: identifiers with commas between, or ``-`` for none."""
    return None if text == "-" else _listed(text) or ("draw_dash" if "-" in text.split(",") else None)


def _listed(text: str) -> str | None:
    parts = text.split(",")
    if len(set(parts)) != len(parts):
        return "draw_listed_twice"
    return next(filter(None, map(identifier_fault, parts)), None)


UNIT: Final = Column("对象代码", unit_fault)
STRATUM: Final = Column("分层", identifier_fault)
STATUS: Final = Column("状态", identifier_fault)
REGION: Final = Column("区域", identifier_fault)
INSPECTOR: Final = Column("人员编号", identifier_fault)
DEPARTMENT: Final = Column("部门", identifier_fault)
FRAME: Final = (UNIT, STRATUM, STATUS, REGION)
ROSTER: Final = (
    INSPECTOR,
    DEPARTMENT,
    Column("区域", regions_fault),
    Column("资格", qualifications_fault),
    Column("上限", number_fault),
    Column("已有任务数", number_fault),
)
RECUSAL: Final = (INSPECTOR, UNIT)
