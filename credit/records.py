"""The record document, read strictly: every mistake at once, each with its place and what to do.

Absent or null means *not known*; only ``published_on: null`` with the key present means *not
published*. Values come back under the names of the repair vocabulary; days as ``date``, amounts
in fen, kinds as a tuple in the order of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kernel.errors import CodedValueError, FieldError, InputError, pointer
from kernel.money import yuan_to_fen
from kernel.regions import ancestors

RECORD_KINDS: Final = (
    "penalty",
    "abnormal_list",
    "serious_list",
    "spot_check",
    "court_dishonest",
    "credit_reporting",
    "other",
)
CHANNELS: Final = ("market_regulation", "credit_china")
PARTY_KINDS: Final = ("enterprise", "sole_trader", "institution", "social_org", "cooperative", "individual")
PENALTY_KINDS: Final = (
    "warning",
    "criticism",
    "fine",
    "confiscate_gains",
    "confiscate_property",
    "suspend_permit",
    "downgrade_qualification",
    "revoke_permit",
    "restrict_business",
    "stop_business",
    "close_business",
    "ban_from_trade",
    "detention",
    "other",
)
DOMAINS: Final = (
    "food",
    "drug",
    "special_equipment",
    "work_safety",
    "fire",
    "environment",
    "tax",
    "transport",
    "other",
)
CLASSES: Final = ("minor", "general", "serious")
DETERMINED: Final = "determinations"
"""The fact that holds what a person has decided of open questions: pairs of a provision's id and the answer."""
CLASS: Final = "record_class"
"""The fact that holds the class, set by the regulator or derived."""
MAX_TEXT: Final = 4000
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2200
_MOST_DETERMINED: Final = 20
_DAY_LENGTH: Final = len("2026-01-01")

Reader = Callable[[object], object]


class BadRecordValueError(CodedValueError):
    """A value that a record cannot have."""


def _flag(raw: object) -> bool:
    if raw is True or raw is False:
        return raw
    raise BadRecordValueError("record_flag")


def _text(raw: object) -> str:
    if isinstance(raw, str) and len(raw) <= MAX_TEXT:
        return raw
    raise BadRecordValueError("record_text", max=MAX_TEXT)


def read_day(raw: object) -> date:
    """A day from its ISO text; BadRecordValueError with the code of the message."""
    if not isinstance(raw, str):
        raise BadRecordValueError("record_day")
    return _parsed_day(raw)


@lru_cache(maxsize=1 << 16)
def _parsed_day(text: str) -> date:
    if len(text) != _DAY_LENGTH or not text.isascii() or text[4] != "-" or text[7] != "-":
        raise BadRecordValueError("record_day")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadRecordValueError("record_no_such_day", value=text) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadRecordValueError("record_day_range", first=FIRST_YEAR, last=LAST_YEAR)
    return day


def _amount(raw: object) -> int:
    return yuan_to_fen(raw)  # type: ignore[arg-type]  # it refuses whatever is no amount


def _choice(*allowed: str) -> Reader:
    known = frozenset(allowed)

    def read(raw: object) -> str:
        if isinstance(raw, str) and raw in known:
            return raw
        raise BadRecordValueError("record_choice", allowed=list(allowed))

    return read


def _kinds(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise BadRecordValueError("record_kinds_not_list")
    wrong = [one for one in raw if not isinstance(one, str)]
    if wrong:
        raise BadRecordValueError("record_kind_unknown", value=wrong[0], allowed=list(PENALTY_KINDS))
    return _ordered_kinds(tuple(raw))


@lru_cache(maxsize=4096)
def _ordered_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    for one in kinds:
        if one not in PENALTY_KINDS:
            raise BadRecordValueError("record_kind_unknown", value=one, allowed=list(PENALTY_KINDS))
    return tuple(one for one in PENALTY_KINDS if one in kinds)


@lru_cache(maxsize=4096)
def _place(raw: object) -> str:
    if not isinstance(raw, str):
        raise BadRecordValueError("record_place")
    return ancestors(raw)[0]


def _determinations(raw: object) -> tuple[tuple[str, str | bool], ...] | None:
    """Pairs in the order of the ids; None for an empty object."""
    if not isinstance(raw, Mapping) or len(raw) > _MOST_DETERMINED:
        raise BadRecordValueError("record_determinations")
    if not all(isinstance(name, str) and isinstance(value, str | bool) for name, value in raw.items()):
        raise BadRecordValueError("record_determinations")
    return tuple(sorted((_text(name), value) for name, value in raw.items())) or None


_TOP: Final[Mapping[str, tuple[str, Reader]]] = {
    "record_id": ("record_id", _text),
    "channel": ("channel", _choice(*CHANNELS)),
    "kind": ("record_kind", _choice(*RECORD_KINDS)),
    "province": ("province", _place),
    "jurisdiction": ("jurisdiction", _place),
    "class": ("record_class", _choice(*CLASSES)),
    "determinations": (DETERMINED, _determinations),
}
_SECTIONS: Final[Mapping[str, Mapping[str, tuple[str, Reader]]]] = {
    "party": {
        "kind": ("party_kind", _choice(*PARTY_KINDS)),
        "name": ("party_name", _text),
        "uscc": ("uscc", _text),
    },
    "decision": {
        "number": ("number", _text),
        "authority": ("authority", _text),
        "decided_on": ("decided_on", read_day),
        "published_on": ("published_on", read_day),
        "procedure": ("procedure", _choice("simple", "ordinary")),
        "penalty_kinds": ("penalty_kinds", _kinds),
        "fine_yuan": ("fine_yuan", _amount),
        "confiscated_yuan": ("confiscated_yuan", _amount),
        "domain": ("domain", _choice(*DOMAINS)),
        "annulled": ("annulled", _flag),
        "wrong_subject": ("wrong_subject", _flag),
        "misclassified": ("misclassified", _flag),
        "restriction_until": ("restriction_until", read_day),
    },
    "conduct": {
        "corrected": ("corrected", _flag),
        "duties_performed": ("duties_performed", _flag),
        "harm_removed": ("harm_removed", _flag),
        "performed_on": ("performed_on", read_day),
        "repeat_same_kind": ("repeat_same_kind", _flag),
        "further_heavier_penalty": ("further_heavier_penalty", _flag),
    },
    "lists": {
        "on_abnormal_list": ("on_abnormal_list", _flag),
        "on_serious_list": ("on_serious_list", _flag),
    },
    "application": {
        "applied_on": ("applied_on", read_day),
        "promise_made": ("promise_made", _flag),
        "materials_complete": ("materials_complete", _flag),
        "false_promise_on": ("false_promise_on", read_day),
    },
    "reorganisation": {
        "court_ruling_on": ("court_ruling_on", read_day),
        "plan_completed_on": ("plan_completed_on", read_day),
    },
}
PATHS: Final[Mapping[str, str]] = {
    **{fact: key for key, (fact, _) in _TOP.items()},
    **{fact: f"{section}.{key}" for section, keys in _SECTIONS.items() for key, (fact, _) in keys.items()},
}
"""Where in the document each fact of the vocabulary stands, dotted."""
_EMPTY: Final[Mapping[str, object]] = dict.fromkeys(PATHS)
_FAULTS: Final = (CodedValueError, TypeError)
_ORDERED_DAYS: Final = (
    ("decided_on", "published_on", "/decision/published_on", "record_published_before_decided"),
    ("decided_on", "applied_on", "/application/applied_on", "record_applied_before_decided"),
    ("decided_on", "restriction_until", "/decision/restriction_until", "record_restriction_before_decided"),
    ("court_ruling_on", "plan_completed_on", "/reorganisation/plan_completed_on", "record_completed_before_ruling"),
)


@dataclass(slots=True)
class Record:
    """A record by the names of the repair vocabulary; a value of None is not known.

    ``published``: True with a day, False where the document says that there is none, None unknown.
    """

    values: dict[str, object]
    published: bool | None

    def day(self, name: str) -> date | None:
        """A day of the record, or None."""
        return self.values[name]  # type: ignore[return-value]  # its reader gives days

    def text(self, name: str) -> str | None:
        """A word of the record, or None."""
        return self.values[name]  # type: ignore[return-value]  # its reader gives text

    @property
    def kind(self) -> str:
        """What kind of record it is: always known."""
        return self.values["record_kind"]  # type: ignore[return-value]  # required by parse_record

    @property
    def place(self) -> str | None:
        """The place whose figures and settings hold: that of the authority, else the province."""
        return self.text("jurisdiction") or self.text("province")


def parse_record(document: object) -> Record:
    """Check and normalise a record document; InputError names every mistake with its pointer."""
    if type(document) is not dict and not isinstance(document, Mapping):
        raise InputError.at("", "record_not_object_repair")
    values = dict(_EMPTY)
    errors: list[FieldError] = []
    for key, raw in document.items():
        section = _SECTIONS.get(key)
        if section is not None:
            _read_section(key, section, raw, values, errors)
        elif key in _TOP:
            _read_value(_TOP[key], raw, values, errors, key)
        else:
            errors.append(_unknown("", key, (*_TOP, *_SECTIONS)))
    _check_whole(values, errors)
    if errors:
        code = errors[0].code if len(errors) == 1 else None
        raise InputError(errors, code, **(errors[0].params if code else {}))
    return Record(values, _published(document.get("decision"), values))


def _read_section(
    name: str,
    fields: Mapping[str, tuple[str, Reader]],
    raw: object,
    values: dict[str, object],
    errors: list[FieldError],
) -> None:
    if raw is None:
        return
    if type(raw) is not dict and not isinstance(raw, Mapping):
        errors.append(FieldError(pointer(name), "record_section_not_object", {"section": name}))
        return
    for key, value in raw.items():
        spec = fields.get(key)
        if spec is None:
            errors.append(_unknown(pointer(name), key, tuple(fields)))
        elif value is not None:
            try:
                values[spec[0]] = spec[1](value)
            except _FAULTS as error:
                errors.append(_fault(error, (name, key)))


def _read_value(
    spec: tuple[str, Reader], raw: object, values: dict[str, object], errors: list[FieldError], key: str
) -> None:
    if raw is not None:
        try:
            values[spec[0]] = spec[1](raw)
        except _FAULTS as error:
            errors.append(_fault(error, ("", key)))


def _fault(error: CodedValueError | TypeError, where: tuple[str, str]) -> FieldError:
    if isinstance(error, TypeError):  # an unhashable value asked of a cache
        return FieldError(_pointer(where), "record_place")
    return FieldError(_pointer(where), error.code, error.params)


def _pointer(where: tuple[str, str]) -> str:
    section, key = where
    return pointer(section, key) if section else pointer(key)


def _unknown(prefix: str, key: object, allowed: tuple[str, ...]) -> FieldError:
    params = {"key": str(key), "allowed": list(allowed)}
    return FieldError(prefix + pointer(str(key)), "record_unknown_key", params)


def _check_whole(values: Mapping[str, object], errors: list[FieldError]) -> None:
    if values["record_kind"] is None and not any(error.pointer == "/kind" for error in errors):
        errors.append(FieldError("/kind", "record_kind_missing", {"allowed": list(RECORD_KINDS)}))
    for first, second, where, code in _ORDERED_DAYS:
        earlier, later = values[first], values[second]
        if isinstance(earlier, date) and isinstance(later, date) and later < earlier:
            errors.append(FieldError(where, code, {"earlier": earlier, "later": later}))


def _published(decision: object, values: Mapping[str, object]) -> bool | None:
    if values["published_on"] is not None:
        return True
    return False if isinstance(decision, Mapping) and "published_on" in decision else None
