"""What is wrong in a workbook: which cell, what, and what to do; all faults together."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kernel import messages
from kernel.errors import CodedValueError, FieldError, InputError, pointer
from service.exchange.xlsxparts import letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.exchange.grid import Cell


NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class CellError(CodedValueError):
    """The text of one cell cannot be taken; whoever reads the row knows where it stands."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or worth a look, then ``notice``) in one cell; column 0 is the row as a whole."""

    sheet: str
    row: int
    column: int
    header: str
    code: str
    params: Mapping[str, object]
    notice: bool = False
    line: int = 0

    @property
    def reference(self) -> str:
        """``K5``, or the row alone."""
        return f"{letters(self.column)}{self.row}" if self.column else str(self.row)

    @property
    def title(self) -> str:
        """What is wrong, in a few words."""
        return messages.title(self.code)

    @property
    def detail(self) -> str:
        """What is wrong and what to do, without the place."""
        said = messages.text(self.code, self.params)
        return f"第{self.line}行：{said}" if self.line > 1 else said

    @property
    def place(self) -> str:
        """Where, in words: 「不予行政处罚」第5行“适用条件”（K5）."""
        if not self.row:
            return f"「{self.sheet}」"
        column = f"“{self.header}”（{self.reference}）" if self.column else ""
        return f"「{self.sheet}」第{self.row}行{column}"

    def as_dict(self) -> dict[str, object]:
        """The fault for programs."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": letters(self.column) if self.column else None,
            "header": self.header or None,
            "code": self.code,
            "detail": self.detail,
        }


@dataclass(slots=True)
class Faults:
    """Collects faults and notices of one workbook."""

    found: list[Fault] = field(default_factory=list)

    def add(self, cell: Cell, header: str, code: str, params: Mapping[str, object] = NOTHING, *, line: int = 0) -> None:
        """Note a fault of a cell; ``line`` counts the lines inside it."""
        self.found.append(Fault(cell.sheet, cell.row, cell.column, header, code, params, line=line))

    def note(
        self, cell: Cell, header: str, code: str, params: Mapping[str, object] = NOTHING, *, line: int = 0
    ) -> None:
        """Note something that does not stand in the way but should be seen."""
        self.found.append(Fault(cell.sheet, cell.row, cell.column, header, code, params, notice=True, line=line))

    def add_row(self, sheet: str, row: int, code: str, **params: object) -> None:
        """Note a fault of a whole row (row 0: of the sheet)."""
        self.found.append(Fault(sheet, row, 0, "", code, params))

    def note_row(self, sheet: str, row: int, code: str, **params: object) -> None:
        """Note something about a whole row (row 0: about the sheet)."""
        self.found.append(Fault(sheet, row, 0, "", code, params, notice=True))

    @property
    def errors(self) -> list[Fault]:
        """The faults, in the order of the sheets."""
        return [one for one in self.found if not one.notice]

    @property
    def notices(self) -> list[Fault]:
        """What should be seen."""
        return [one for one in self.found if one.notice]

    def as_error(self, file: str) -> InputError:
        """All faults as one error; each pointer is ``/sheet/cell``."""
        places = [FieldError(pointer(one.sheet, one.reference), one.code, one.params) for one in self.errors]
        return InputError(places, code="exchange_faults", count=len(places), file=file)
