"""A whole register on one day: one finding a row, the same as ``repair check`` gives for that record.

Records that differ in nothing that the rules read (names, numbers, the exact fine within a grade) are
judged once; days are part of what is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from credit.amounts import Amounts
from credit.facts import PENALTY
from credit.records import DETERMINED, PATHS, Record, parse_record
from credit.regime import Regimes
from kernel.errors import InputError
from kernel.money import fen_to_yuan_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from credit.amounts import Grades
    from credit.answer import Asked
    from credit.eligibility import Checker
    from credit.register import Entry

_AMOUNTS: Final = frozenset({"fine_yuan", "confiscated_yuan"})
_APART: Final = frozenset(
    {"record_id", "party_name", "uscc", "number", "authority", "province", "jurisdiction", *_AMOUNTS}
)
_READ: Final = itemgetter(*(name for name in PATHS if name not in _APART))
"""Facts that count as they stand; of those in ``_APART`` only what follows from them does."""
_IN_ORDER: Final = (
    ("decided_on", "published_on"),
    ("decided_on", "applied_on"),
    ("decided_on", "restriction_until"),
    ("court_ruling_on", "plan_completed_on"),
)
"""Days that the record document takes in this order only; out of it, the document itself is asked."""
_MOST: Final = 2_000_000


class Finding(NamedTuple):
    """What the scan says about a record; the names are those of the answer of ``repair check``.

    ``rules`` and ``missing`` are joined by spaces. ``overdue``: the first clock that has run out, by
    its step, and its last day.
    """

    outcome: str
    settled: bool
    regime: str | None
    record_class: str | None
    earliest_on: date | None
    ends_on: date | None
    boundary: bool
    confidence: str | None
    rules: str
    missing: str
    overdue: str | None
    overdue_since: date | None


@dataclass(slots=True)
class Row:
    """A row of a register with its finding, or with the reason why there is none."""

    entry: Entry
    finding: Finding | None
    problem: str | None


class Scanner:
    """Judges entries of a register on a day."""

    def __init__(self, checker: Checker, on: date) -> None:
        """``checker`` answers for single records."""
        self._checker = checker
        self._on = on
        self._policy = checker.policy
        self._amounts = Amounts(checker.policy)
        self._regimes = Regimes(checker.policy)
        self._known: dict[tuple[object, ...], Finding | str] = {}
        self._grades: dict[tuple[object, ...], tuple[int, object]] = {}
        self._numbers: dict[Grades, int] = {}
        self._settings: dict[str | None, int] = {}
        self._sets: dict[object, int] = {}
        self._codes: dict[object, str | None] = {}

    @property
    def judged(self) -> int:
        """How many distinct records have been judged."""
        return len(self._known)

    def rows(self, entries: Iterable[Entry]) -> list[Row]:
        """The entries with their findings, in order."""
        return [self._row(one) for one in entries]

    def _row(self, entry: Entry) -> Row:
        if entry.problem is not None:
            return Row(entry, None, entry.problem)
        key = self._key(entry)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = self._known[key] = self._judge(entry)
        return Row(entry, None, found) if isinstance(found, str) else Row(entry, found, None)

    def _key(self, entry: Entry) -> tuple[object, ...]:
        """All that the answer depends on."""
        values = entry.values
        authority, confiscated = values["authority"], values["confiscated_yuan"]
        place = values["jurisdiction"] or values["province"]
        return (
            entry.published,
            self._code(authority),
            self._setting(place),  # type: ignore[arg-type]  # its reader gives a code
            values["jurisdiction"] is None,
            values["province"] is None,
            self._grade(values, place),
            confiscated and True,  # nought and not known stay apart
            _READ(values),
        )

    def _code(self, authority: object) -> str | None:
        if authority not in self._codes:
            found = self._regimes.authority(authority if isinstance(authority, str) else None)
            named = "" if authority is not None else None
            self._codes[authority] = found.code if found else named
        return self._codes[authority]

    def _setting(self, place: str | None) -> int:
        """A number for what is settled in a place."""
        if place not in self._settings:
            found = self._policy.set_values(place, self._on)
            content = tuple(sorted((name, repr(value)) for name, (value, _) in found.items()))
            self._settings[place] = self._sets.setdefault(content, len(self._sets))
        return self._settings[place]

    def _grade(self, values: Mapping[str, object], place: object) -> tuple[int, object]:
        """A number for the grades of the fine; nought and not known stay apart."""
        fine = values["fine_yuan"]
        day: date = values["decided_on"] or self._on  # type: ignore[assignment]  # its reader gives a day
        key = (fine, place, values["party_kind"], values["domain"], self._policy.epoch(day))
        found = self._grades.get(key)
        if found is None:
            grades: Grades = ()
            if values["record_kind"] == PENALTY:
                grades = self._amounts.grades(fine or None, place, values["party_kind"], values["domain"], day)  # type: ignore[arg-type]  # words and fen
            number = self._numbers.setdefault(grades, len(self._numbers))
            found = self._grades[key] = (number, fine and True)
        return found

    def _judge(self, entry: Entry) -> Finding | str:
        values = entry.values
        record = Record(values, entry.published)
        if any(_is_reversed(values[first], values[second]) for first, second in _IN_ORDER):
            try:
                record = parse_record(document_of(values, entry.published))
            except InputError as error:
                return "；".join(one.detail for one in error.errors)
        return self._finding(record, self._checker.judged(record, self._on))

    def _finding(self, record: Record, asked: Asked) -> Finding:
        verdict = asked.verdict
        earliest, ends = asked.two_days()
        first = verdict.reads[0].reading.regime
        regime = first.id if first is not None and verdict.outcome != "OUT_OF_SCOPE" else None
        near = self._policy.boundary_days(self._on)
        overdue, since = self._overdue(record, regime)
        return Finding(
            verdict.outcome,
            verdict.settled,
            regime,
            verdict.record_class,
            earliest,
            ends,
            any(day is not None and abs((self._on - day).days) <= near for day in (earliest, ends)),
            verdict.confidence,
            " ".join(verdict.rules),
            " ".join(str(one["fact"]) for one in verdict.missing),
            overdue,
            since,
        )

    def _overdue(self, record: Record, regime: str | None) -> tuple[str | None, date | None]:
        """The clock that ran out first; one that only an assumed event started is none."""
        clocks = self._checker.deadlines.of_record(record, regime, self._on)
        sure = ((one["due_on"], str(one["step"])) for one in clocks if "assumes" not in one)
        found = sorted((due, step) for due, step in sure if isinstance(due, str) and due < self._on.isoformat())
        return (found[0][1], date.fromisoformat(found[0][0])) if found else (None, None)


def _is_reversed(earlier: object, later: object) -> bool:
    return isinstance(earlier, date) and isinstance(later, date) and later < earlier


def document_of(values: Mapping[str, object], published: bool | None) -> dict[str, object]:  # noqa: FBT001  (as in Record)
    """The record document that ``parse_record`` would read as these values."""
    document: dict[str, object] = {}
    for fact, path in PATHS.items():
        value = values[fact]
        if value is not None:
            _put(document, path, _written(fact, value))
    if published is False:
        _put(document, PATHS["published_on"], None)
    return document


def _put(document: dict[str, object], path: str, value: object) -> None:
    section, _, key = path.rpartition(".")
    place = document.setdefault(section, {}) if section else document
    assert isinstance(place, dict)  # noqa: S101  (made above)
    place[key] = value


def _written(fact: str, value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return dict(value) if fact == DETERMINED else list(value)
    return fen_to_yuan_json(value) if fact in _AMOUNTS and isinstance(value, int) else value
