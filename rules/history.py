"""初次违法 from earlier records: which of them count under a list's window, scope and source.

Eight ways of counting are in use (``four-lists.md`` 7.1); a list states its own. The day counted
back from is that of the conduct, else of the discovery, else of the decision. A record on the
corresponding day at the far end of the window lies outside it. What a record does not say
(its organ, its kind) leaves the answer unknown, never "first".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, pointer
from kernel.interval import add_months, months_between

if TYPE_CHECKING:
    from rules.compiled import Ground
    from rules.schema import FirstViolation

RECORD_KEYS: Final = ("record_id", "violation", "same_type", "organ", "conduct_on", "decided_on", "outcome")
OUTCOMES: Final = ("penalty", "no_penalty", "not_filed")
MAX_RECORDS: Final = 500
_COUNTS: Final = True
_UNKNOWN: Final = None


@dataclass(frozen=True, slots=True)
class Record:
    """An earlier violation of the party, as a register shows it.

    ``same_type`` is the officer's finding where the register names no violation of the catalogue.
    """

    record_id: str
    decided_on: date
    violation: str | None = None
    same_type: bool | None = None
    organ: str | None = None
    conduct_on: date | None = None
    outcome: str = "penalty"

    @property
    def day(self) -> date:
        """The day of the earlier conduct, or of its decision where that is all we know."""
        return self.conduct_on or self.decided_on


@dataclass(frozen=True, slots=True)
class History:
    """The records found, and the organ that now decides; an empty list is a search without find."""

    records: tuple[Record, ...]
    organ: str | None = None


@dataclass(slots=True)
class Counted:
    """What one list makes of the records."""

    items: list[str]
    window_months: int | None
    scope: str
    first_violation: bool | None
    counted: list[str] = field(default_factory=list)
    not_counted: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The entry of the decision's ``history``."""
        return {
            "items": self.items,
            "window_months": self.window_months,
            "scope": self.scope,
            "first_violation": self.first_violation,
            "counted": self.counted,
            "not_counted": self.not_counted,
        }


def count(history: History, ground: Ground, first: FirstViolation, violation: str | None, on: date) -> Counted:
    """Count the records under the list of a ground, as of the day ``on``."""
    counted = Counted([ground.id], first.window_months, first.scope, None)
    doubtful = False
    for record in history.records:
        verdict, why = _verdict(record, history, ground, first, violation, on)
        if verdict is _COUNTS:
            counted.counted.append(record.record_id)
        else:
            counted.not_counted.append({"record_id": record.record_id, "why": why})
            doubtful |= verdict is _UNKNOWN
    if counted.counted:
        counted.first_violation = False
    elif not doubtful:
        counted.first_violation = True
    return counted


def _verdict(
    record: Record,
    history: History,
    ground: Ground,
    first: FirstViolation,
    violation: str | None,
    on: date,
) -> tuple[bool | None, str]:
    if record.day > on:
        return False, "发生在本次行为之后"
    if record.outcome != "penalty" and not first.count_exempted_before:
        return False, "该清单不计算此前免予处罚的记录"
    if first.window_months is not None and add_months(record.day, first.window_months) <= on:
        return False, f"在{first.window_months}个月的期限之外"
    if first.scope == "since_list_in_force" and record.day < ground.provision.in_force.from_:
        return False, "在清单施行之前"
    if first.scope == "any_type_same_organ":
        return _same_organ(record, history.organ)
    return _same_type(record, violation)


def _same_organ(record: Record, organ: str | None) -> tuple[bool | None, str]:
    if record.organ is None or organ is None:
        return None, "没有写明查处机关，无法判断是否同一机关"
    return (True, "") if record.organ == organ else (False, "不是同一机关查处")


def _same_type(record: Record, violation: str | None) -> tuple[bool | None, str]:
    if record.same_type is not None:
        return (True, "") if record.same_type else (False, "经认定不是同一类违法")
    if record.violation is None or violation is None:
        return None, "没有写明案由，无法判断是否同一类违法"
    return (True, "") if record.violation == violation else (False, "不是同一案由")


def months_since_same_type(history: History, violation: str | None, on: date) -> int | None:
    """Whole months since the latest record of the same type; None where there is none."""
    days = [one.day for one in history.records if one.day <= on and _same_type(one, violation)[0]]
    return months_between(max(days), on) if days else None


def parse_history(
    raw: object, organ: object, violations: Mapping[str, object]
) -> tuple[History | None, list[FieldError]]:
    """Check the ``history`` and ``organ`` members of a case document."""
    errors: list[FieldError] = []
    if organ is not None and not isinstance(organ, str):
        errors.append(FieldError("/organ", "organ_not_text"))
    if raw is None:
        return None, errors
    if not isinstance(raw, list | tuple) or len(raw) > MAX_RECORDS:
        return None, [*errors, FieldError("/history", "history_not_list", {"max": MAX_RECORDS})]
    records = [_record(one, pointer("history", number), violations, errors) for number, one in enumerate(raw)]
    found = tuple(one for one in records if one is not None)
    return History(found, organ if isinstance(organ, str) else None), errors


def _record(raw: object, where: str, violations: Mapping[str, object], errors: list[FieldError]) -> Record | None:
    if not isinstance(raw, Mapping):
        errors.append(FieldError(where, "record_not_object"))
        return None
    before = len(errors)
    errors += [
        FieldError(where + pointer(str(key)), "unknown_key", {"key": str(key), "allowed": "、".join(RECORD_KEYS)})
        for key in raw
        if key not in RECORD_KEYS
    ]
    texts = {name: _text(raw, name, where, errors) for name in ("record_id", "violation", "organ", "outcome")}
    days = {name: _day(raw, name, where, errors) for name in ("conduct_on", "decided_on")}
    same = raw.get("same_type")
    if same is not None and not isinstance(same, bool):
        errors.append(FieldError(f"{where}/same_type", "record_not_boolean"))
    _check_record(texts, days, where, violations, errors)
    if len(errors) > before or texts["record_id"] is None or days["decided_on"] is None:
        return None
    return Record(
        texts["record_id"],
        days["decided_on"],
        texts["violation"],
        same if isinstance(same, bool) else None,
        texts["organ"],
        days["conduct_on"],
        texts["outcome"] or "penalty",
    )


def _check_record(
    texts: Mapping[str, str | None],
    days: Mapping[str, date | None],
    where: str,
    violations: Mapping[str, object],
    errors: list[FieldError],
) -> None:
    if texts["record_id"] is None:
        errors.append(FieldError(f"{where}/record_id", "record_key_missing", {"key": "record_id"}))
    if days["decided_on"] is None and not any(error.pointer == f"{where}/decided_on" for error in errors):
        errors.append(FieldError(f"{where}/decided_on", "record_key_missing", {"key": "decided_on"}))
    if texts["outcome"] not in (None, *OUTCOMES):
        errors.append(FieldError(f"{where}/outcome", "record_outcome", {"allowed": "、".join(OUTCOMES)}))
    if texts["violation"] is not None and texts["violation"] not in violations:
        errors.append(FieldError(f"{where}/violation", "record_violation", {"violation": texts["violation"]}))
    conduct, decided = days["conduct_on"], days["decided_on"]
    if conduct is not None and decided is not None and decided < conduct:
        errors.append(
            FieldError(f"{where}/decided_on", "decision_before_conduct", {"earlier": conduct, "later": decided})
        )


def _text(raw: Mapping[str, object], name: str, where: str, errors: list[FieldError]) -> str | None:
    value = raw.get(name)
    if value is None or isinstance(value, str):
        return value
    errors.append(FieldError(f"{where}/{name}", "record_not_text", {"key": name}))
    return None


def _day(raw: Mapping[str, object], name: str, where: str, errors: list[FieldError]) -> date | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str) and value.isascii() and len(value) == len("2026-01-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    errors.append(FieldError(f"{where}/{name}", "record_not_date", {"key": name}))
    return None


def merged(rows: Sequence[Counted]) -> list[dict[str, object]]:
    """The answers of all lists, items that count alike together."""
    found: dict[tuple[object, ...], Counted] = {}
    for row in rows:
        key = (row.window_months, row.scope, row.first_violation, tuple(row.counted))
        known = found.get(key)
        if known is None:
            found[key] = row
        else:
            known.items += row.items
    return [row.as_dict() for row in found.values()]
