"""Reading what an officer enters, strictly: every mistake at its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import FieldError, InputError, pointer
from kernel.identifiers import check_uscc
from rules.facts import BadFactValueError, fact_value_json
from service.cases.model import PERSONS, Content, Evidence
from service.db.tables.cases import NAME_LENGTH, NUMBER_LENGTH, TEXT_LENGTH
from service.documents.particulars import LABELS

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

KEYS: Final = ("number", "party", "document", "evidence", "particulars", "note")
_PARTY: Final = ("name", "code")
_EVIDENCE: Final = ("text", "by", "on")
CODE_LENGTH: Final = 40
_ALLOWED: Final = "、"


def parse_content(raw: object, vocabulary: Vocabulary) -> Content:
    """Check and normalise an entry; InputError names every mistake.

    The facts of the case document are not judged here (a draft may hold what is no value yet); those
    that are values get their JSON form.
    """
    if not isinstance(raw, Mapping):
        raise InputError.at("", "entry_not_object", allowed=_ALLOWED.join(KEYS))
    errors: list[FieldError] = []
    _known(raw, KEYS, "", errors)
    party = _mapping(raw, "party", errors)
    _known(party, _PARTY, "/party", errors)
    content = Content(
        document=normal_document(_mapping(raw, "document", errors, needed=True), vocabulary),
        number=_text(raw, "number", "", NUMBER_LENGTH, errors),
        party_name=_text(party, "name", "/party", NAME_LENGTH, errors),
        party_code=_code(_text(party, "code", "/party", CODE_LENGTH, errors)),
        evidence=_evidence(_mapping(raw, "evidence", errors), vocabulary, errors),
        particulars=_particulars(_mapping(raw, "particulars", errors), errors),
        note=_text(raw, "note", "", TEXT_LENGTH, errors),
    )
    _check_code(content, errors)
    errors += [
        FieldError(pointer("evidence", name), "evidence_without_fact", {"fact": name})
        for name in content.evidence
        if name not in content.facts
    ]
    if errors:
        code = errors[0].code if len(errors) == 1 else None
        raise InputError(errors, code, **(errors[0].params if code else {}))
    return content


def normal_document(document: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """The case document with its facts in their JSON form, nulls left out; what is no value stays as it is."""
    plain = {str(key): _plain(value) for key, value in document.items() if value is not None}
    facts = document.get("facts")
    if isinstance(facts, Mapping):
        given = {str(name): value for name, value in facts.items() if value is not None}
        plain["facts"] = {name: _normal(vocabulary.get(name), value) for name, value in sorted(given.items())}
    return plain


def _normal(fact: Fact | None, value: object) -> object:
    if fact is None:
        return _plain(value)
    try:
        return fact_value_json(fact, fact.normalise(value))
    except BadFactValueError:
        return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _known(raw: Mapping[str, Any], keys: tuple[str, ...], where: str, errors: list[FieldError]) -> None:
    errors += [
        FieldError(where + pointer(str(key)), "unknown_key", {"key": str(key), "allowed": _ALLOWED.join(keys)})
        for key in raw
        if key not in keys
    ]


def _mapping(raw: Mapping[str, Any], key: str, errors: list[FieldError], *, needed: bool = False) -> Mapping[str, Any]:
    value = raw.get(key)
    if value is None and not needed:
        return {}
    if not isinstance(value, Mapping):
        errors.append(FieldError(f"/{key}", "entry_part_not_object", {"key": key}))
        return {}
    return value


def _text(raw: Mapping[str, Any], key: str, where: str, longest: int, errors: list[FieldError]) -> str:
    value = raw.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        errors.append(FieldError(f"{where}/{key}", "entry_text", {"key": key, "most": longest}))
        return ""
    return value.strip()


def _evidence(raw: Mapping[str, Any], vocabulary: Vocabulary, errors: list[FieldError]) -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for name, one in raw.items():
        where = pointer("evidence", str(name))
        if name not in vocabulary:
            near = _ALLOWED.join(vocabulary.nearest(str(name))) or "（无相近名称）"
            errors.append(FieldError(where, "unknown_fact", {"fact": str(name), "nearest": near}))
        elif isinstance(one, str):
            found[name] = Evidence(_text({"text": one}, "text", where, TEXT_LENGTH, errors))
        elif isinstance(one, Mapping):
            _known(one, _EVIDENCE, where, errors)
            text = _text(one, "text", where, TEXT_LENGTH, errors)
            by = _text(one, "by", where, NAME_LENGTH, errors) or None
            found[name] = Evidence(text, by, _day(one, where, errors))
        elif one is not None:
            errors.append(FieldError(where, "entry_part_not_object", {"key": str(name)}))
    return found


def _day(raw: Mapping[str, Any], where: str, errors: list[FieldError]) -> date | None:
    value = raw.get("on")
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and value.isascii() and len(value) == len("2026-01-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    errors.append(FieldError(f"{where}/on", "entry_day", {"value": str(value)}))
    return None


def _particulars(raw: Mapping[str, Any], errors: list[FieldError]) -> dict[str, str]:
    _known(raw, tuple(LABELS), "/particulars", errors)
    found = {key: _text(raw, key, "/particulars", TEXT_LENGTH, errors) for key in LABELS}
    return {key: value for key, value in found.items() if value}


def _code(text: str) -> str:
    """A number of identity as it is looked up: capitals, half width."""
    return check_uscc(text).normal or text.upper()


def _check_code(content: Content, errors: list[FieldError]) -> None:
    """A credit code has to be one: history is looked up by it. Persons have other numbers."""
    code = content.party_code
    if code and content.party_type not in PERSONS and not check_uscc(code).is_valid:
        errors.append(FieldError("/party/code", "entry_uscc", {"value": code}))
