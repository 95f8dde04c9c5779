"""Cells of tables of cases: which member of a case document a column is, and what a cell says.

A heading is a path (``jurisdiction``, ``violation``, ``list_items``, ``facts.goods_value_yuan``), the
bare name of a fact, or its Chinese label; ``history`` holds JSON. A cell is read as an office writes
it: 是, 否, the label of an enumeration, 2026/3/5, a violation by its title. What cannot be read stays
as it is, so that the check of the case says what is wrong with it. An empty cell is *not established*.
"""

from __future__ import annotations

import difflib
import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError
from kernel.jsondoc import read_json
from rules.caseinput import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.facts import Fact
    from rules.release import Release

LABELS: Final = {
    "行政区划": "jurisdiction",
    "行政区划代码": "jurisdiction",
    "地区": "jurisdiction",
    "案由": "violation",
    "清单事项": "list_items",
    "既往记录": "history",
    "查处机关": "organ",
}
MEMBERS: Final = tuple(key for key in KEYS if key != "facts")
"""What stands in a document beside the facts."""
PASSED_OVER: Final = ("#", "_")
"""A heading that begins like this is no part of the case: a number of the file, a remark."""
_FACTS: Final = "facts."
_YES: Final = frozenset({"true", "yes", "是", "1"})
_NO: Final = frozenset({"false", "no", "否", "0"})
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\.[0-9]{1,18}")
_DAY: Final = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_ITEMS: Final = re.compile(r"[\s,;、，；]+")
_TEXTS: Final = re.compile(r"\s*[;；\n]\s*")


class Headings:
    """The columns of a table of cases."""

    def __init__(self, cells: Sequence[object], release: Release) -> None:
        """Read the heading cells; InputError names every one that is unknown or stands twice."""
        self._release = release
        self._names = _names(release)
        self.paths: tuple[str | None, ...] = tuple(self._path(cell) for cell in cells)
        unused = (cell for cell, path in zip(cells, self.paths, strict=True) if path is None)
        self.passed_over = tuple(str(cell) for cell in unused if not is_empty(cell))
        places = enumerate(zip(cells, self.paths, strict=True))
        self.remarks = {str(cell).strip(): at for at, (cell, path) in places if path is None and not is_empty(cell)}
        """Where the columns stand that are no part of a case."""
        errors = [*self._unknown(cells), *self._twice()]
        if errors:
            code = errors[0].code if len(errors) == 1 else None
            raise InputError(errors, code, **(errors[0].params if code else {}))

    def notices(self) -> list[str]:
        """Codes of messages about the headings."""
        return ["case_columns_passed_over"] if any(self.passed_over) else []

    def readers(self) -> dict[str, Callable[[object], object]]:
        """For each member the function that reads its cells."""
        return {path: self._reader(path) for path in self.paths if path}

    def _path(self, cell: object) -> str | None:
        text = str(cell if cell is not None else "").strip().removeprefix("\ufeff")
        if not text or text.startswith(PASSED_OVER):
            return None
        return self._names.get(text.removeprefix(_FACTS), text)

    def _unknown(self, cells: Sequence[object]) -> list[FieldError]:
        known = {*MEMBERS, *(fact.name for fact in self._release.vocabulary)}
        errors = []
        for number, (cell, path) in enumerate(zip(cells, self.paths, strict=True), 1):
            if path is not None and path not in known:
                near = "、".join(difflib.get_close_matches(str(cell), self._names, n=3)) or "（无相近名称）"
                errors.append(FieldError("", "case_column_unknown", {"column": number, "name": cell, "nearest": near}))
        return errors

    def _twice(self) -> list[FieldError]:
        given = [path for path in self.paths if path]
        twice = {path for path in given if given.count(path) > 1}
        return [FieldError("", "case_column_twice", {"name": path}) for path in sorted(twice)]

    def _reader(self, path: str) -> Callable[[object], object]:
        if path == "violation":
            titles = _titles(self._release)
            return lambda cell: titles.get(text) if (text := _text(cell)) in titles else text
        if path == "list_items":
            return _items
        if path == "history":
            return _records
        if path in MEMBERS:
            return _text
        fact = self._release.vocabulary[path]
        return lambda cell: fact_value(fact, cell)


def _names(release: Release) -> dict[str, str]:
    """Every way to name a member."""
    members = {name: name for name in MEMBERS} | LABELS
    facts = release.vocabulary
    return members | {fact.label: fact.name for fact in facts} | {fact.name: fact.name for fact in facts}


def _titles(release: Release) -> dict[object, str]:
    """Violations by title and alias, where these name only one; ids first."""
    found: dict[object, str] = {}
    ambiguous: set[object] = set()
    for violation in release.violations.values():
        for name in {violation.title, *violation.aliases}:
            if name in found:
                ambiguous.add(name)
            found[name] = violation.id
    return {name: one for name, one in found.items() if name not in ambiguous and name not in release.violations}


def is_empty(cell: object) -> bool:
    """Whether a cell says nothing."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _text(cell: object) -> object:
    """A code or a word; a number of a spreadsheet (210200.0) as its digits."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return cell.strip() if isinstance(cell, str) else cell


def _items(cell: object) -> object:
    if isinstance(cell, list):
        return cell
    text = _text(cell)
    return [one for one in _ITEMS.split(text) if one] if isinstance(text, str) else text


def _records(cell: object) -> object:
    """Earlier records: a list, or in a cell of text the JSON of one."""
    if not isinstance(cell, str):
        return cell
    try:
        return read_json(cell)
    except InputError:
        return cell


def fact_value(fact: Fact, cell: object) -> object:
    """The JSON value of a cell that is not empty."""
    if isinstance(cell, date):
        return _iso(cell)
    value = cell.strip() if isinstance(cell, str) else cell
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet knows no whole numbers
    if fact.type == "bool":
        return _bool(value)
    reader = _READERS.get(fact.type)
    return reader(fact, value) if reader and isinstance(value, str) else value


def _iso(day: date) -> str:
    """A day as ISO text; a moment within the day keeps its time, and is refused as no day."""
    if isinstance(day, datetime) and not (day.hour or day.minute or day.second or day.microsecond):
        return day.date().isoformat()
    return day.isoformat()


def _bool(cell: object) -> object:
    if isinstance(cell, bool):
        return cell
    word = str(cell).casefold()
    return True if word in _YES else False if word in _NO else cell


def _enum(fact: Fact, text: str) -> object:
    return next((one.value for one in fact.values if one.label == text), text)


def _number(_fact: Fact, text: str) -> object:
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _day(_fact: Fact, text: str) -> object:
    match = _DAY.fullmatch(text)
    if match is None or (match[2] == "年") != (match[4] == "月") or (match[2] != "年" and match[2] != match[4]):
        return text
    return f"{match[1]}-{int(match[3]):02d}-{int(match[5]):02d}"


def _texts(_fact: Fact, text: str) -> object:
    return [one for one in _TEXTS.split(text) if one]


_READERS: Final[dict[str, Callable[[Fact, str], object]]] = {
    "enum": _enum,
    "integer": _number,
    "number": _number,
    "date": _day,
    "text_list": _texts,
}
