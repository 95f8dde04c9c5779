"""The case document of the command line and the interface, checked as a whole.

All mistakes are reported together, each with a JSON pointer and what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError, pointer
from kernel.regions import RegionError, normalise
from rules.history import parse_history
from rules.instant import Case, check_days
from rules.search import nearest_violations

if TYPE_CHECKING:
    from rules.facts import FactValue
    from rules.release import Release

KEYS: Final = ("jurisdiction", "violation", "list_items", "facts", "history", "organ")
MAX_ITEMS: Final = 1000


def parse_case(document: object, release: Release) -> Case:
    """Check and normalise a case document.

    Raises InputError naming every mistake: unknown keys, an unknown place, violation, item or
    fact, values of the wrong type or outside their range, days that contradict each other.
    """
    if not isinstance(document, Mapping):
        raise InputError.at("", "case_not_object")
    errors = [_unknown_key(key) for key in document if key not in KEYS]
    jurisdiction = _jurisdiction(document, errors)
    violation = _violation(document.get("violation"), release, errors)
    items = _items(document.get("list_items"), release, errors)
    facts = _facts(document, release, errors)
    history, found = parse_history(document.get("history"), document.get("organ"), release.violations)
    errors += found
    if errors:
        code = errors[0].code if len(errors) == 1 else None
        raise InputError(errors, code, **(errors[0].params if code else {}))
    return Case(jurisdiction, violation, items, facts, history)


def _unknown_key(key: object) -> FieldError:
    params = {"key": str(key), "allowed": "、".join(KEYS)}
    return FieldError(pointer(str(key)), "unknown_key", params)


def _jurisdiction(document: Mapping[str, object], errors: list[FieldError]) -> str:
    code = document.get("jurisdiction")
    if code is None:
        errors.append(FieldError("/jurisdiction", "jurisdiction_missing"))
        return ""
    if not isinstance(code, str):
        errors.append(FieldError("/jurisdiction", "jurisdiction_not_text"))
        return ""
    try:
        return normalise(code)
    except RegionError as error:
        errors.append(FieldError("/jurisdiction", error.code, error.params))
        return ""


def _violation(raw: object, release: Release, errors: list[FieldError]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        errors.append(FieldError("/violation", "violation_not_text"))
        return None
    if raw not in release.violations:
        near = nearest_violations(release, raw)
        shown = [f"{one}（{release.violations[one].title}）" for one in near]
        params: dict[str, object] = {"violation": raw, "nearest": shown or "（无相近案由）"}
        errors.append(FieldError("/violation", "unknown_violation", params))
        return None
    return raw


def _items(raw: object, release: Release, errors: list[FieldError]) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list | tuple) or len(raw) > MAX_ITEMS:
        errors.append(FieldError("/list_items", "items_not_list", {"max": MAX_ITEMS}))
        return None
    for number, item in enumerate(raw):
        where = pointer("list_items", number)
        if not isinstance(item, str):
            errors.append(FieldError(where, "item_not_text"))
        elif item not in release.items:
            near = "、".join(difflib.get_close_matches(item, release.items, n=3)) or "（无相近编号）"
            errors.append(FieldError(where, "unknown_item", {"item": item, "nearest": near}))
    return tuple(dict.fromkeys(one for one in raw if isinstance(one, str)))


def _facts(document: Mapping[str, object], release: Release, errors: list[FieldError]) -> dict[str, FactValue]:
    raw = document.get("facts")
    if raw is None and "facts" in document:
        errors.append(FieldError("/facts", "facts_not_object"))
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        errors.append(FieldError("/facts", "facts_not_object"))
        return {}
    values, found = release.vocabulary.normalise(raw)
    errors += found
    errors += check_days(values)
    return values
