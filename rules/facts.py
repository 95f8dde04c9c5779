"""The typed fact vocabulary: what an officer can establish, how it is asked, what counts as a value.

Source: ``rules/catalogue/facts/*.yaml``, one file a group. A fact that is absent from a case, or
null, is *not established*; that is never the same as false.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from kernel.errors import FieldError
from kernel.errors import pointer as json_pointer
from kernel.money import MoneyError, fen_to_yuan_json, yuan_to_fen
from rules.defects import defect

FactType = Literal["bool", "integer", "number", "money", "date", "enum", "text", "text_list"]
FACT_TYPES: Final = ("bool", "integer", "number", "money", "date", "enum", "text", "text_list")
NUMERIC: Final = frozenset({"integer", "number", "money"})
_KEYS: Final = frozenset(
    {
        "asks",
        "derived",
        "help",
        "label",
        "max",
        "min",
        "name",
        "no",
        "ordered",
        "procedure",
        "question",
        "type",
        "unit",
        "usual_source",
        "values",
        "yes",
    }
)
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MAX_NUMBER: Final = 10**13
MAX_TEXT: Final = 4000
MAX_LIST: Final = 200
_MOST_SUGGESTIONS: Final = 20
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2200

FactValue = bool | int | Decimal | date | str | tuple[str, ...]


class BadFactValueError(ValueError):
    """A value that is not one of the fact's values; ``code`` and ``params`` name the message."""

    def __init__(self, code: str, **params: object) -> None:
        """``code`` is a message code of ``rules/messages_zh.yaml``."""
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One allowed value of an enumeration and its Chinese label."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the vocabulary (``four-lists.md`` section 10, and the extras of the statute).

    ``derived`` facts are worked out from others where possible; ``asks`` names the facts an
    officer is asked for instead.
    """

    name: str
    type: FactType
    group: str
    label: str
    question: str
    yes: str = ""
    no: str = ""
    values: tuple[EnumValue, ...] = ()
    ordered: bool = False
    unit: str = ""
    min: int | Decimal | None = None
    max: int | Decimal | None = None
    usual_source: str = ""
    help: str = ""
    derived: bool = False
    asks: tuple[str, ...] = ()
    procedure: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether ``<`` and ``between`` mean something for this fact."""
        return self.ordered or self.type == "date" or self.type in NUMERIC

    @property
    def value_names(self) -> tuple[str, ...]:
        """The allowed values of an enumeration, in their order."""
        return tuple(one.value for one in self.values)

    def value_label(self, value: object) -> str:
        """Chinese label of an enumeration value; the value itself when it has none."""
        return next((one.label for one in self.values if one.value == value), str(value))

    def rank(self, value: Any) -> Any:  # noqa: ANN401  (numbers, days, or the place in an enumeration)
        """What decides whether a value is the greater one."""
        return self.value_names.index(value) if self.type == "enum" else value

    def normalise(self, raw: object) -> FactValue:
        """Turn a JSON value into the internal one (money in fen, dates as ``date``).

        Raises BadFactValueError with the code of the Chinese message.
        """
        return _NORMALISERS[self.type](self, raw)


def _bool(fact: Fact, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BadFactValueError("fact_not_boolean", fact=fact.name, label=fact.label)
    return raw


def _number(fact: Fact, raw: object) -> int | Decimal:
    number = raw
    if isinstance(raw, float):
        number = Decimal(str(raw))
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise BadFactValueError("fact_not_number", fact=fact.name, label=fact.label)
    if isinstance(number, Decimal) and not number.is_finite():
        raise BadFactValueError("fact_not_finite", fact=fact.name, label=fact.label)
    return _in_range(fact, number)


def _in_range(fact: Fact, number: int | Decimal) -> int | Decimal:
    low = fact.min if fact.min is not None else -MAX_NUMBER
    high = fact.max if fact.max is not None else MAX_NUMBER
    if not low <= number <= high:
        params = {"fact": fact.name, "label": fact.label, "min": low, "max": high}
        raise BadFactValueError("fact_out_of_range", **params)
    if isinstance(number, Decimal) and number == number.to_integral_value():
        return int(number)
    return number


def _integer(fact: Fact, raw: object) -> int:
    number = _number(fact, raw)
    if not isinstance(number, int):
        raise BadFactValueError("fact_not_integer", fact=fact.name, label=fact.label)
    return number


def _money(fact: Fact, raw: object) -> int:
    try:
        return yuan_to_fen(raw)  # type: ignore[arg-type]
    except MoneyError as error:
        about = f"“{fact.label}”（{fact.name}）"
        raise BadFactValueError(error.code, about=about, **error.params) from error


def _date(fact: Fact, raw: object) -> date:
    params = {"fact": fact.name, "label": fact.label}
    if not isinstance(raw, str) or not _ISO_DAY.fullmatch(raw) or not raw.isascii():
        raise BadFactValueError("fact_not_date", **params)
    try:
        day = date.fromisoformat(raw)
    except ValueError as error:
        raise BadFactValueError("fact_no_such_day", **params, value=raw) from error
    if day.year < FIRST_YEAR:
        raise BadFactValueError("fact_day_too_early", **params, year=FIRST_YEAR)
    if day.year > LAST_YEAR:
        raise BadFactValueError("fact_day_too_late", **params, year=LAST_YEAR)
    return day


def _enum(fact: Fact, raw: object) -> str:
    if not isinstance(raw, str) or raw not in fact.value_names:
        params = {"fact": fact.name, "label": fact.label, "allowed": fact.value_names}
        raise BadFactValueError("fact_not_in_enumeration", **params)
    return raw


def _text(fact: Fact, raw: object) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_TEXT:
        raise BadFactValueError("fact_not_text", fact=fact.name, label=fact.label, max=MAX_TEXT)
    return raw


def _text_list(fact: Fact, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > MAX_LIST:
        params = {"fact": fact.name, "label": fact.label, "max": MAX_LIST}
        raise BadFactValueError("fact_not_text_list", **params)
    return tuple(_text(fact, one) for one in raw)


_NORMALISERS: Final = {
    "bool": _bool,
    "integer": _integer,
    "number": _number,
    "money": _money,
    "date": _date,
    "enum": _enum,
    "text": _text,
    "text_list": _text_list,
}


def fact_value_json(fact: Fact, value: object) -> object:
    """The JSON form of an internal value: the inverse of :meth:`Fact.normalise`."""
    if isinstance(value, bool):
        return value
    if fact.type == "money" and isinstance(value, int):
        return fen_to_yuan_json(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return list(value) if isinstance(value, tuple) else value


class Vocabulary:
    """All facts by name, in the order of their files."""

    def __init__(self, facts: Iterable[Fact], groups: Mapping[str, str]) -> None:
        """``groups`` maps a group to its Chinese title."""
        self._facts = {fact.name: fact for fact in facts}
        self.groups = dict(groups)
        self.order = {name: number for number, name in enumerate(self._facts)}

    def get(self, name: str) -> Fact | None:
        """The fact of that name, or None."""
        return self._facts.get(name)

    def __getitem__(self, name: str) -> Fact:
        """The fact of that name; KeyError when there is none."""
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        """Whether the vocabulary has a fact of that name."""
        return name in self._facts

    def __iter__(self) -> Iterator[Fact]:
        """The facts in their order."""
        return iter(self._facts.values())

    def __len__(self) -> int:
        """How many facts there are."""
        return len(self._facts)

    def nearest(self, name: str) -> tuple[str, ...]:
        """Up to three fact names that look like ``name``."""
        return tuple(difflib.get_close_matches(name, self._facts, n=3, cutoff=0.6))

    def normalise(
        self, raw: Mapping[str, object], prefix: str = "/facts"
    ) -> tuple[dict[str, FactValue], list[FieldError]]:
        """Normalise all given facts; absent and null ones are left out.

        Returns the values and every error found, each with its JSON pointer below ``prefix``.
        """
        values: dict[str, FactValue] = {}
        errors: list[FieldError] = []
        for name, value in raw.items():
            fact = self._facts.get(name)
            if fact is None:
                # Look-alikes are slow to find: a document full of unknown names must not keep us busy.
                look_alikes = self.nearest(name) if len(errors) < _MOST_SUGGESTIONS else ()
                near = "、".join(look_alikes) or "（无相近名称）"
                where = f"{prefix}{json_pointer(name)}"
                errors.append(FieldError(where, "unknown_fact", {"fact": name, "nearest": near}))
            elif value is not None:
                try:
                    values[name] = fact.normalise(value)
                except BadFactValueError as error:
                    errors.append(FieldError(f"{prefix}{json_pointer(name)}", error.code, error.params))
        return values, errors


def fact_from_yaml(raw: Mapping[str, object], group: str, file: str, key: str) -> Fact:
    """Build one fact from its YAML mapping; CatalogueError names file and key."""
    unknown = set(raw) - _KEYS
    if unknown:
        raise defect(file, f"{key}.{min(unknown)}", "不认识的键")
    for needed in ("name", "type", "label", "question"):
        if not isinstance(raw.get(needed), str) or not raw[needed]:
            raise defect(file, f"{key}.{needed}", "应当是非空文字")
    if raw["type"] not in FACT_TYPES:
        raise defect(file, f"{key}.type", f"只能是 {'、'.join(FACT_TYPES)} 之一")
    _check_kind(raw, file, key)
    _check_bounds(raw, file, key)
    body = {name: value for name, value in raw.items() if name not in {"values", "asks"}}
    body["asks"] = tuple(raw.get("asks", ()))  # type: ignore[arg-type]
    values = tuple(EnumValue(**one) for one in raw.get("values", ()))  # type: ignore[attr-defined]
    for bound in ("min", "max"):
        if isinstance(body.get(bound), float):
            body[bound] = Decimal(str(body[bound]))
    return Fact(group=group, values=values, **body)  # type: ignore[arg-type]


def _check_kind(raw: Mapping[str, object], file: str, key: str) -> None:
    values = raw.get("values")
    if (raw["type"] == "enum") != bool(values):
        raise defect(file, f"{key}.values", "枚举应当列出 values，其他类型不应有")
    if raw["type"] == "bool" and not (raw.get("yes") and raw.get("no")):
        raise defect(file, f"{key}.yes", "是非类事实应当写明 yes 与 no 的说法")
    for number, one in enumerate(values or ()):  # type: ignore[arg-type,var-annotated]
        if not isinstance(one, Mapping) or set(one) != {"value", "label"}:
            where = f"{key}.values[{number}]"
            raise defect(file, where, "应当只有 value 与 label")
    names = [one["value"] for one in values or ()]  # type: ignore[attr-defined]
    if len(names) != len(set(names)):
        raise defect(file, f"{key}.values", "同一个值写了两次")


def _check_bounds(raw: Mapping[str, Any], file: str, key: str) -> None:
    low, high = raw.get("min"), raw.get("max")
    if low is not None and high is not None and low > high:
        raise defect(file, f"{key}.max", "max 不能小于 min")
