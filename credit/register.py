"""Registers of penalties, row by row: the 双公示 data standard, local columns, or the flattened record document.

A row becomes an :class:`Entry`: the facts of the repair vocabulary, what was derived and from what, and
remarks. What cannot be read keeps its row with the reason; nothing is left out and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from credit.facts import PENALTY
from credit.records import PATHS, BadRecordValueError, parse_record
from credit.regime import CREDIT_CHINA, MARKET
from credit.register_cells import (
    columns_by_name,
    distinct,
    folded,
    is_nothing,
    plain,
    read_served,
    reader_of,
    vocabulary,
    why,
)
from kernel.errors import CodedValueError, InputError
from kernel.identifiers import check_uscc
from kernel.messages import text
from kernel.regions import NATION, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from credit.regime import Regimes

HEADING_ROWS: Final = 10
"""Titles and notes may stand above the headings, in this many rows at most."""
_FEWEST: Final = 3
_ESSENTIAL: Final = frozenset({"decided_on", "record_kind", "authority"})
NOTICE: Final = "notice_served_on"
"""The key that a record document of a register may have beside those of the interface."""
_REGION: Final = slice(2, 8)
_EMPTY: Final[Mapping[str, object]] = dict.fromkeys(PATHS)
_NOWHERE: Final = frozenset({"100000", NATION})


@dataclass(slots=True)
class Entry:
    """One row of a register.

    ``values``: facts as in ``credit.records.Record``; ``published`` likewise. ``notice``: whether the
    notice of repair was served with the decision (None: the register does not say), ``notice_on`` when. ``department``:
    the authority's code, else its name. ``problem``: why the row could not be read.
    """

    values: dict[str, object]
    published: bool | None = None
    notice: bool | None = None
    notice_on: date | None = None
    display_until: date | None = None
    department: str | None = None
    remarks: list[str] = field(default_factory=list)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a whole register where its rows do not say: the system it was taken from, the place."""

    channel: str | None = None
    jurisdiction: str | None = None


def unread(problem: str) -> Entry:
    """A row of which nothing could be read, with the reason."""
    return Entry(dict(_EMPTY), problem=problem)


def heading_row(rows: Sequence[Sequence[object]]) -> int:
    """Which of the first rows holds the headings; InputError where none does."""
    names = columns_by_name()
    for place, row in enumerate(rows[:HEADING_ROWS]):
        known = {folded(cell) for cell in row} & names.keys()
        facts = {names[one][0] for one in known}
        if facts & _ESSENTIAL and len(known) >= min(_FEWEST, sum(not is_nothing(cell) for cell in row)):
            return place
    raise InputError.at("", "register_no_headings", rows=HEADING_ROWS)


class Columns:
    """The columns of a register by its headings; cells are read once for each distinct content."""

    def __init__(self, headings: Sequence[object]) -> None:
        """Columns that are not known, or begin with ``#``, are passed over; InputError where one stands twice."""
        names = columns_by_name()
        self.width = len(headings)
        self.passed_over = [
            str(one) for one in headings if not is_nothing(one) and folded(one) not in names and folded(one)[:1] != "#"
        ]
        self._columns: list[tuple[int, str, str, Callable[[object], object], dict[object, object]]] = []
        for place, one in enumerate(headings):
            fact, reads = names.get(folded(one), (None, None))
            if fact is not None:
                self._columns.append((place, str(one).strip(), fact, reader_of(fact, reads), {}))
        facts = [fact for _, _, fact, _, _ in self._columns]
        twice = next((fact for fact in facts if facts.count(fact) > 1), None)
        if twice is not None:
            raise InputError.at("", "register_column_twice", name=twice)

    @property
    def used(self) -> tuple[int, ...]:
        """Places of the columns that are read."""
        return tuple(place for place, _, _, _, _ in self._columns)

    def entries(self, rows: Sequence[Sequence[object]], maker: Maker) -> Iterator[Entry]:
        """The rows as entries, in order."""
        facts = [fact for _, _, fact, _, _ in self._columns]
        read = [
            distinct([row[place] if place < len(row) else None for row in rows], reader, known)
            for place, _, _, reader, known in self._columns
        ]
        columns = zip(*read, strict=True) if read else (() for _ in rows)
        for row, cells in zip(rows, columns, strict=True):
            found = dict(zip(facts, cells, strict=True))
            too_long = len(row) > self.width and not all(is_nothing(cell) for cell in row[self.width :])
            problem = self._problem(cells, len(row) if too_long else 0)
            yield maker.entry(found, problem)

    def _problem(self, cells: Sequence[object], too_long: int) -> str | None:
        if too_long:
            return text("register_row_too_long", {"cells": too_long, "columns": self.width})
        wrong = [
            text("register_cell", {"column": name, "why": why(cell)})
            for cell, (_, name, _, _, _) in zip(cells, self._columns, strict=True)
            if isinstance(cell, CodedValueError)
        ]
        return "；".join(wrong) or None


class Maker:
    """Makes entries: splits what belongs to the record from what only the register uses, and derives."""

    def __init__(self, regimes: Regimes, defaults: Defaults) -> None:
        """``regimes`` tells authorities apart by the words of their names."""
        self._regimes = regimes
        self._defaults = defaults
        self._places: dict[str, str | None] = {}
        self._channels: dict[str | None, str | None] = {}
        self._codes: dict[str, tuple[str | None, bool]] = {}

    def entry(self, found: Mapping[str, object], problem: str | None) -> Entry:
        """A row of a table: facts by name, and ``row_…`` for what is the register's own."""
        values = dict(_EMPTY)
        own: dict[str, object] = {}
        for name, value in found.items():
            if not isinstance(value, CodedValueError):
                (own if name.startswith("row_") else values)[name] = value
        published = values["published_on"]
        if published is False:
            values["published_on"] = None
        entry = Entry(values, None if published is None else published is not False, problem=problem)
        self._complete(entry, own)
        return entry

    def of_document(self, document: object) -> Entry:
        """A record document of a register, with ``notice_served_on`` beside its own keys; or what is wrong with it."""
        plain_document = dict(document) if isinstance(document, Mapping) else document
        own: dict[str, object] = {}
        try:
            if isinstance(plain_document, dict) and NOTICE in plain_document:
                served = plain_document.pop(NOTICE)
                own["row_notice_served_on"] = None if served is None else served and read_served(served)
            record = parse_record(plain_document)
        except InputError as error:
            return unread("；".join(f"{one.pointer} {one.detail}" for one in error.errors))
        except BadRecordValueError as error:
            return unread(why(error))
        entry = Entry(record.values, record.published)
        self._own(entry, own)
        return entry

    def _complete(self, entry: Entry, own: Mapping[str, object]) -> None:
        """Derive what the standard does not carry; see the how-to for what comes from where."""
        values = entry.values
        if values["record_kind"] is None:
            values["record_kind"] = PENALTY
        if values["party_kind"] is None:
            values["party_kind"] = self._party(own.get("row_party_class"), values["uscc"], entry)
        if values["channel"] is None:
            values["channel"] = self._defaults.channel or self._channel(values["authority"])
        if values["jurisdiction"] is None and values["province"] is None:
            values["jurisdiction"] = self._place(own.get("row_authority_uscc")) or self._defaults.jurisdiction
        if values["decided_on"] is None and entry.problem is None and values["record_kind"] == PENALTY:
            entry.problem = text("register_decided_missing", {})
        if values["penalty_kinds"] is None and (values["fine_yuan"] or values["confiscated_yuan"]):
            values["penalty_kinds"] = ()  # the row is all there is: the kinds follow from its amounts
        self._own(entry, own)

    def _own(self, entry: Entry, own: Mapping[str, object]) -> None:
        served = own.get("row_notice_served_on")
        entry.notice = None if served is None else served is not False
        entry.notice_on = served if isinstance(served, date) else None
        until = own.get("row_display_until")
        entry.display_until = until if isinstance(until, date) else None
        code = own.get("row_authority_uscc")
        entry.department = str(code or entry.values["authority"] or "") or None
        entry.remarks += _remarks(entry.values)

    def _party(self, category: object, code: object, entry: Entry) -> str | None:
        """By the category and the head of the code; where they contradict each other the category stands."""
        head, valid = self._head(str(code)) if code else (None, True)
        if not valid:
            entry.remarks.append("uscc_wrong")
        if category in {None, "organisation"}:
            if category is None:
                return head
            if head == "sole_trader":
                entry.remarks.append("party_contradicts")
            return head if head not in {None, "sole_trader"} else "enterprise"
        if head is not None and head != category:
            entry.remarks.append("party_contradicts")
        return str(category)

    def _head(self, code: str) -> tuple[str | None, bool]:
        if code not in self._codes:
            found = check_uscc(code)
            head = vocabulary().heads.get(found.normal[:2]) if found.normal and found.is_valid else None
            self._codes[code] = (head, found.is_valid)
        return self._codes[code]

    def _channel(self, authority: object) -> str | None:
        """Where its records are published, by its kind; drug regulators publish in either system."""
        name = authority if isinstance(authority, str) else None
        if name not in self._channels:
            kind = self._regimes.authority(name)
            code = kind.code if kind else None
            self._channels[name] = None if code in {None, "drug"} else MARKET if code == MARKET else CREDIT_CHINA
        return self._channels[name]

    def _place(self, code: object) -> str | None:
        """The place in the authority's own code; None where it names none that ever was."""
        words = plain(code) if code else ""
        if words not in self._places:
            place = words[_REGION]
            known = len(place) == len(NATION) and place.isdigit() and place not in _NOWHERE
            self._places[words] = place if known and status(place) != "unknown" else None
        return self._places[words]


def _remarks(values: Mapping[str, object]) -> list[str]:
    """What is odd in a row that can nevertheless be read."""
    found: list[str] = []
    kinds = values["penalty_kinds"]
    if not isinstance(kinds, tuple):
        kinds = ()
    if values["fine_yuan"] and "fine" not in kinds:
        found.append("fine_not_named")
    if "fine" in kinds and values["fine_yuan"] is None:
        found.append("fine_without_amount")
    if "fine" in kinds and values["fine_yuan"] == 0:
        found.append("fine_of_nought")
    if values["confiscated_yuan"] and not {"confiscate_gains", "confiscate_property"} & set(kinds):
        found.append("confiscation_not_named")
    return found
