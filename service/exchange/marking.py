"""Handing a workbook back with its faults: the same file, one more column, the cells marked.

An .xlsx file is changed inside, part by part, so that its drop-downs, widths and colours stay; any
other kind of file comes back as a plain .xlsx with the same cells.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from service.exchange import examples, labels
from service.exchange.tables import ERRORS
from service.exchange.workbook import EXAMPLES
from service.exchange.xlsxparts import (
    RELATIONS,
    WORKBOOK,
    BadPackageError,
    letters,
    parse,
    place,
    read_parts,
    sheet_parts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.exchange.faults import Fault
    from service.exchange.grid import Book, Sheet

_STYLES: Final = "xl/styles.xml"
_TYPES: Final = "[Content_Types].xml"
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_EMPTY: Final = (
    '<worksheet xmlns="{namespace}"><sheetData/><dataValidations count="1">'
    '<dataValidation type="list" allowBlank="1" sqref="E2:E2000"><formula1>"{answers}"</formula1></dataValidation>'
    "</dataValidations></worksheet>"
)
_RED: Final = "FFFFC7CE"
_WIDTH: Final = 60
_LOOKED_AT: Final = 20
_MOST_TEXT: Final = 32_000


@dataclass(slots=True)
class Marks:
    """What is to be written: faults, where headings stand, and rows for the sheet 示例."""

    faults: Sequence[Fault]
    heading_rows: Mapping[str, int] = field(default_factory=dict)
    proposals: Sequence[Mapping[str, object]] = ()


def marked_workbook(path: Path, book: Book, marks: Marks) -> bytes:
    """The workbook with its faults, as the bytes of an .xlsx file."""
    try:
        parts = read_parts(path) if zipfile.is_zipfile(path) else {}
        if WORKBOOK in parts:
            return _Marker(parts, book, marks).write()
    except (BadPackageError, KeyError):
        pass  # a package that we cannot change is written anew
    return _rewritten(book, marks)


def _by_row(faults: Sequence[Fault], sheet: str) -> dict[int, list[Fault]]:
    found: dict[int, list[Fault]] = defaultdict(list)
    for one in faults:
        if one.sheet == sheet and one.row:
            found[one.row].append(one)
    return found


def _text(faults: Sequence[Fault]) -> str:
    said = []
    for one in sorted(faults, key=lambda one: (one.notice, one.column)):
        where = f"【{one.header}】" if one.header else ""
        said.append(f"{'提示：' if one.notice else ''}{where}{one.detail}")
    return "\n".join(dict.fromkeys(said))[:_MOST_TEXT]


def _error_column(sheet: Sheet) -> int:
    """The column that says 错误说明 already, else the first free one."""
    for row in range(1, min(len(sheet.rows), _LOOKED_AT) + 1):
        for column in range(1, sheet.width + 1):
            if sheet.raw(row, column).text == ERRORS:
                return column
    return sheet.width + 1


class _Marker:
    """Changes the parts of one package."""

    def __init__(self, parts: dict[str, bytes], book: Book, marks: Marks) -> None:
        self._parts = parts
        self._book = book
        self._marks = marks
        self._styles = _Styles(parts[_STYLES])

    def write(self) -> bytes:
        for name, part in sheet_parts(self._parts).items():
            sheet = self._book.sheet(name)
            rows = _by_row(self._marks.faults, name)
            if sheet is not None and rows:
                self._mark(part, sheet, rows)
        if self._marks.proposals:
            self._propose()
        self._parts[_STYLES] = self._styles.write()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in self._parts.items():
                package.writestr(name, data)
        return stream.getvalue()

    def _mark(self, part: str, sheet: Sheet, rows: Mapping[int, Sequence[Fault]]) -> None:
        root = _Root(self._parts[part])
        column = _error_column(sheet)
        root.clear(column)
        heading = self._marks.heading_rows.get(sheet.name, 1)
        root.put(heading, column, ERRORS, self._styles.wrapped)
        root.widen(column)
        for row, faults in rows.items():
            text = f"{ERRORS}\n{_text(faults)}" if row == heading else _text(faults)
            root.put(row, column, text, self._styles.wrapped)
            for one in faults:
                if one.column and not one.notice:
                    root.restyle(one.row, one.column, self._styles.marked)
        self._parts[part] = root.write()

    def _propose(self) -> None:
        keys = [one.key for one in examples.HEADINGS]
        parts = sheet_parts(self._parts)
        if EXAMPLES not in parts:
            parts[EXAMPLES] = self._new_sheet(EXAMPLES)
        root = _Root(self._parts[parts[EXAMPLES]])
        for at, heading in enumerate(examples.HEADINGS, 1):
            if root.last_row == 0 or root.is_new:
                root.put(1, at, heading.header, self._styles.wrapped)
        first = max(root.last_row, 1) + 1
        for number, row in enumerate(self._marks.proposals):
            for at, key in enumerate(keys, 1):
                if row.get(key):
                    root.put(first + number, at, str(row[key]), self._styles.wrapped)
        for at, key in enumerate(keys, 1):
            root.widen(at, examples.WIDTHS[key])
        self._parts[parts[EXAMPLES]] = root.write()

    def _new_sheet(self, name: str) -> str:
        """Add an empty sheet to the package; returns its part."""
        workbook = parse(self._parts[WORKBOOK])
        namespace = etree.QName(workbook).namespace
        part = next(
            f"xl/worksheets/sheet{n}.xml" for n in range(1, 999) if f"xl/worksheets/sheet{n}.xml" not in self._parts
        )
        relations = parse(self._parts[RELATIONS])
        known = {one.get("Id") for one in relations}
        identifier = next(f"rId{n}" for n in range(1, 999) if f"rId{n}" not in known)
        kind = f"{_RELATIONSHIPS}/worksheet"
        tag = f"{{{etree.QName(relations).namespace}}}Relationship"
        etree.SubElement(relations, tag, Id=identifier, Type=kind, Target=f"/{part}")
        sheets = workbook.find(f"{{{namespace}}}sheets")
        number = max(int(one.get("sheetId")) for one in sheets) + 1
        sheet = etree.SubElement(sheets, f"{{{namespace}}}sheet", name=name, sheetId=str(number))
        sheet.set(f"{{{_RELATIONSHIPS}}}id", identifier)
        types = parse(self._parts[_TYPES])
        etree.SubElement(
            types, f"{{{etree.QName(types).namespace}}}Override", PartName=f"/{part}", ContentType=_WORKSHEET
        )
        self._parts |= {WORKBOOK: _bytes(workbook), RELATIONS: _bytes(relations), _TYPES: _bytes(types)}
        self._parts[part] = _EMPTY.format(namespace=namespace, answers=",".join(labels.EXPECTED.values())).encode()
        return part


class _Root:
    """One sheet part: cells are set as text in place, everything else stays as it is."""

    def __init__(self, data: bytes) -> None:
        self._root = parse(data)
        self._ns = f"{{{etree.QName(self._root).namespace}}}"
        self._data = self._root.find(f"{self._ns}sheetData")
        self._rows = {int(row.get("r")): row for row in self._data if row.get("r")}
        self.is_new = not self._rows
        size = self._root.find(f"{self._ns}dimension")
        if size is not None:  # it would be wrong with one more column, and is not needed
            self._root.remove(size)

    @property
    def last_row(self) -> int:
        return max((number for number, row in self._rows.items() if len(row)), default=0)

    def write(self) -> bytes:
        return _bytes(self._root)

    def clear(self, column: int) -> None:
        """Take away what an earlier round said."""
        for row in self._rows.values():
            cell = self._find(row, column)
            if cell is not None:
                row.remove(cell)

    def put(self, row: int, column: int, text: str, style: int) -> None:
        """Set a cell to a text."""
        line = self._row(row)
        old = self._find(line, column)
        if old is not None:
            line.remove(old)
        cell = etree.Element(f"{self._ns}c", r=f"{letters(column)}{row}", t="inlineStr", s=str(style))
        inside = etree.SubElement(etree.SubElement(cell, f"{self._ns}is"), f"{self._ns}t")
        inside.text = text
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        line.insert(self._position(line, column), cell)
        line.attrib.pop("spans", None)

    def restyle(self, row: int, column: int, marked: Any) -> None:  # noqa: ANN401  (style → style)
        """Give a cell the marked form of its style; an empty place becomes a cell."""
        line = self._row(row)
        cell = self._find(line, column)
        if cell is None:
            cell = etree.Element(f"{self._ns}c", r=f"{letters(column)}{row}")
            line.insert(self._position(line, column), cell)
        cell.set("s", str(marked(int(cell.get("s") or 0))))

    def widen(self, column: int, width: int = _WIDTH) -> None:
        """Set a width, where nobody has set one."""
        columns = self._root.find(f"{self._ns}cols")
        if columns is None:
            columns = etree.Element(f"{self._ns}cols")
            self._data.addprevious(columns)
        if any(int(one.get("min")) <= column <= int(one.get("max")) for one in columns):
            return
        one = etree.Element(f"{self._ns}col", min=str(column), max=str(column), width=str(width), customWidth="1")
        after = [other for other in columns if int(other.get("min")) < column]
        columns.insert(len(after), one)

    def _row(self, number: int) -> Any:  # noqa: ANN401
        if number not in self._rows:
            row = etree.Element(f"{self._ns}row", r=str(number))
            before = [other for other in self._rows if other < number]
            self._data.insert(len(before), row)
            self._rows[number] = row
        return self._rows[number]

    def _find(self, row: Any, column: int) -> Any:  # noqa: ANN401
        return next((cell for cell in row if cell.get("r") and place(cell.get("r"))[1] == column), None)

    def _position(self, row: Any, column: int) -> int:  # noqa: ANN401
        return sum(1 for cell in row if cell.get("r") and place(cell.get("r"))[1] < column)


class _Styles:
    """The style sheet: one style for our text, and for each style met one with a red ground."""

    def __init__(self, data: bytes) -> None:
        self._root = parse(data)
        self._ns = f"{{{etree.QName(self._root).namespace}}}"
        self._forms = self._root.find(f"{self._ns}cellXfs")
        self._fill = self._new_fill()
        self._known: dict[int, int] = {}
        self.wrapped = self._add(etree.Element(f"{self._ns}xf", numFmtId="0", fontId="0", fillId="0", borderId="0"))
        form = self._forms[self.wrapped]
        form.set("applyAlignment", "1")
        etree.SubElement(form, f"{self._ns}alignment", wrapText="1", vertical="top")

    def marked(self, style: int) -> int:
        """The number of the style that looks as this one, on red."""
        if style not in self._known:
            copy = etree.fromstring(etree.tostring(self._forms[style]))
            copy.set("fillId", str(self._fill))
            copy.set("applyFill", "1")
            self._known[style] = self._add(copy)
        return self._known[style]

    def write(self) -> bytes:
        return _bytes(self._root)

    def _add(self, form: Any) -> int:  # noqa: ANN401
        self._forms.append(form)
        self._forms.set("count", str(len(self._forms)))
        return len(self._forms) - 1

    def _new_fill(self) -> int:
        fills = self._root.find(f"{self._ns}fills")
        pattern = etree.SubElement(
            etree.SubElement(fills, f"{self._ns}fill"), f"{self._ns}patternFill", patternType="solid"
        )
        etree.SubElement(pattern, f"{self._ns}fgColor", rgb=_RED)
        etree.SubElement(pattern, f"{self._ns}bgColor", indexed="64")
        fills.set("count", str(len(fills)))
        return len(fills) - 1


def _bytes(root: Any) -> bytes:  # noqa: ANN401
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def _rewritten(book: Book, marks: Marks) -> bytes:
    """The cells of a workbook in a new .xlsx file, with the faults."""
    import xlsxwriter  # noqa: PLC0415  (start-up time of other commands)

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as out:
        look = {"text_wrap": True, "valign": "top"}
        formats = (out.add_format(look), out.add_format({**look, "bg_color": "#FFC7CE"}))
        for sheet in book.sheets:
            _copy(out.add_worksheet(sheet.name[:31]), sheet, marks, formats)
        if marks.proposals:
            known = book.sheet(EXAMPLES)
            target = out.get_worksheet_by_name(EXAMPLES) or out.add_worksheet(EXAMPLES)
            _offer(target, len(known.rows) if known else 0, marks, formats[0])
    return stream.getvalue()


def _copy(target: Any, sheet: Sheet, marks: Marks, formats: tuple[Any, Any]) -> None:  # noqa: ANN401
    rows = _by_row(marks.faults, sheet.name)
    wrong = {(one.row, one.column) for every in rows.values() for one in every if not one.notice}
    column = _error_column(sheet)
    for row in range(1, len(sheet.rows) + 1):
        for at in range(1, sheet.width + 1):
            if at != column:
                target.write_string(row - 1, at - 1, sheet.raw(row, at).text, formats[(row, at) in wrong])
    for (top, left), (bottom, right) in _extents(sheet).items():
        text = sheet.raw(top, left).text
        target.merge_range(top - 1, left - 1, bottom - 1, right - 1, text, formats[(top, left) in wrong])
    heading = marks.heading_rows.get(sheet.name, 1)
    if rows:
        target.set_column(column - 1, column - 1, _WIDTH)
        target.write_string(heading - 1, column - 1, ERRORS, formats[0])
    for row, faults in rows.items():
        if row != heading:
            target.write_string(row - 1, column - 1, _text(faults), formats[0])


def _extents(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Merged cells: first place → last place."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for where, anchor in sheet.merged.items():
        found[anchor] = max(found.get(anchor, anchor), where)
    return {anchor: last for anchor, last in found.items() if anchor != last}


def _offer(target: Any, known: int, marks: Marks, plain: Any) -> None:  # noqa: ANN401
    for at, heading in enumerate(examples.HEADINGS):
        target.write_string(0, at, heading.header, plain)
        target.set_column(at, at, examples.WIDTHS[heading.key])
        for number, proposal in enumerate(marks.proposals, max(known, 1)):
            target.write_string(number, at, str(proposal.get(heading.key) or ""), plain)
