"""JSON Schemas of what the interface takes and gives (OpenAPI 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rules.facts import MAX_LIST, MAX_NUMBER, MAX_TEXT
from rules.history import MAX_RECORDS, OUTCOMES
from rules.priority import LENIENCY, LISTS
from rules.ranges import TIERS
from service.api import describe_classes, describe_draws, describe_releases, describe_schemes, plan_schemas
from service.api.account_schemas import ACCOUNT_SCHEMAS
from service.api.case_schemas import CASE_SCHEMAS
from service.api.describe_desk import DESK_SCHEMAS
from service.api.platform_schemas import PLATFORM_SCHEMAS
from service.api.repair_schemas import REPAIR_SCHEMAS

if TYPE_CHECKING:
    from rules.facts import Fact, Vocabulary

Schema = dict[str, Any]
_OUTCOMES: Final = ("applies", "not_met", "undetermined", "needs_human")
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_FORCE: Final[Schema] = {"enum": ["shall", "may", None]}


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _array(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def _object(required: Schema, optional: Schema | None = None, *, closed: bool = False) -> Schema:
    shown: Schema = {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}
    return {**shown, "additionalProperties": False} if closed else shown


def schemas(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Every named schema; those of the facts follow the vocabulary of the catalogue."""
    asked = {"Case": _case(), "Record": _record(), "Facts": _facts(vocabulary)}
    return {
        **asked,
        **_ANSWERS,
        **_CATALOGUE,
        "Problem": _PROBLEM,
        **REPAIR_SCHEMAS,
        **CASE_SCHEMAS,
        **DESK_SCHEMAS,
        **PLATFORM_SCHEMAS,
        **ACCOUNT_SCHEMAS,
        **describe_releases.SCHEMAS,
        **describe_schemes.SCHEMAS,
        **describe_draws.SCHEMAS,
        **plan_schemas.SCHEMAS,
        **describe_classes.SCHEMAS,
    }


def _case() -> Schema:
    return _object(
        {"jurisdiction": {**_TEXT, "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6})$", "description": "行政区划代码"}},
        {
            "violation": {**_TEXT_OR_NULL, "description": "案由编号；只问一般法定情形时不写"},
            "list_items": {"type": ["array", "null"], "items": _TEXT, "description": "只考虑这些清单事项和法定情形"},
            "facts": ref("Facts"),
            "history": {
                "type": ["array", "null"],
                "items": ref("Record"),
                "maxItems": MAX_RECORDS,
                "description": "当事人以往的违法记录；各清单按自己的期限和范围计算是否初次违法；空列表表示查过而没有",
            },
            "organ": {**_TEXT_OR_NULL, "description": "本次作出决定的机关，用来与以往记录的机关比对"},
        },
        closed=True,
    )


def _record() -> Schema:
    return _object(
        {"record_id": _TEXT, "decided_on": _DAY},
        {
            "violation": {**_TEXT_OR_NULL, "description": "目录中的案由编号"},
            "same_type": {"type": ["boolean", "null"], "description": "记录没有写案由时，办案人员认定是否同类违法"},
            "organ": _TEXT_OR_NULL,
            "conduct_on": _DAY_OR_NULL,
            "outcome": {"enum": [*OUTCOMES, None]},
        },
        closed=True,
    )


def _facts(vocabulary: Vocabulary) -> Schema:
    facts = {fact.name: _fact(fact) for fact in vocabulary}
    words = "已经查清的事实；没有写的、写 null 的都是尚未查清，与“否”不同。"
    return {"type": "object", "description": words, "properties": facts, "additionalProperties": False}


def _fact(fact: Fact) -> Schema:
    kinds: dict[str, Schema] = {
        "bool": {"type": ["boolean", "null"]},
        "integer": {"type": ["integer", "null"]},
        "number": {"type": ["number", "null"]},
        "money": {"type": ["number", "string", "null"], "minimum": 0, "maximum": MAX_NUMBER},
        "date": _DAY_OR_NULL,
        "enum": {"enum": [*fact.value_names, None]},
        "text": {**_TEXT_OR_NULL, "maxLength": MAX_TEXT},
        "text_list": {"type": ["array", "null"], "items": _TEXT, "maxItems": MAX_LIST},
    }
    shown: Schema = {"title": fact.label, "description": _described(fact), **kinds[fact.type]}
    for name, bound in (("minimum", fact.min), ("maximum", fact.max)):
        if bound is not None:
            shown[name] = bound if isinstance(bound, int) else float(bound)
    return shown


def _described(fact: Fact) -> str:
    values = "；".join(f"{one.value}：{one.label}" for one in fact.values)
    unit = "元，最多两位小数" if fact.type == "money" else fact.unit
    said = [fact.question, f"（{unit}）" if unit else "", values]
    return "".join(one for one in said if one)


_CITATION: Final = _object({"instrument": _TEXT, "article": _TEXT, "role": _TEXT}, {"version": _TEXT, "note": _TEXT})
_CONDITION: Final = _object(
    {"text": _TEXT, "facts": _TEXTS, "state": {"enum": ["met", "not_met", "missing"]}},
    {"ours": {"type": "boolean", "description": "这一条是本系统对原文的理解"}},
)
_MISSING: Final = _object({"fact": _TEXT, "question": _TEXT, "would_settle": _TEXTS})
_IN_FORCE: Final = _object({"from": _DAY, "until": _DAY_OR_NULL})
_GROUND: Final = _object(
    {
        "id": _TEXT,
        "kind": {"enum": ["list_item", "statute", "aggravating"]},
        "outcome": {"enum": list(_OUTCOMES)},
        "force": _FORCE,
        "jurisdiction": _TEXT_OR_NULL,
        "title": _TEXT,
        "citations": _array("Citation"),
        "source": _object(
            {"title": _TEXT, "number": _TEXT_OR_NULL, "issued_on": _DAY_OR_NULL, "confidence": _TEXT}, {"id": _TEXT}
        ),
        "conditions": _array("Condition"),
        "missing": _array("Missing"),
        "in_force": _IN_FORCE,
    },
    {"place": _TEXT, "stale": _TEXT, "question": _TEXT, "open_question": _TEXT},
)
_LIST: Final = _object(
    {"outcome": {"enum": list(_OUTCOMES)}, "force": _FORCE, "grounds": _array("Ground")}, {"question": _TEXT}
)
_RANGE: Final[Schema] = {
    "type": ["object", "null"],
    "description": "两端都包括在内，除非 min_inclusive 或者 max_inclusive 为 false；倍数另有 min_x、max_x、base。",
    "properties": {
        "min_yuan": {"type": "integer"},
        "max_yuan": {"type": "integer"},
        "min_x": {"type": "number"},
        "max_x": {"type": "number"},
        "base": _TEXT,
        "per": _TEXT,
        "unit_min_yuan": {"type": "integer"},
        "unit_max_yuan": {"type": "integer"},
        "min_inclusive": {"type": "boolean"},
        "max_inclusive": {"type": "boolean"},
    },
}
_PENALTY: Final[Schema] = {
    "type": ["object", "null"],
    "required": ["trigger", "optional", "kinds", "branch", "ranges"],
    "properties": {
        "trigger": {"enum": ["immediate", "on_refusal", "serious_only"]},
        "optional": {"type": "boolean"},
        "kinds": _TEXTS,
        "branch": _TEXT_OR_NULL,
        "ranges": {"type": ["object", "null"], "properties": {tier: ref("Range") for tier in TIERS}},
        "fine_possible": {"type": ["boolean", "null"]},
        "branches": {"type": "array", "items": {"type": "object"}},
        "label": _TEXT,
        "note": _TEXT,
    },
}
_RESULT: Final = _object(
    {"tier": {"enum": [*LENIENCY, "undetermined", "needs_human"]}, "force": _FORCE, "why": _TEXTS},
    {"question": _TEXT, "conflict": {"type": "array", "items": _TEXTS}},
)
_DECISION: Final = _object(
    {
        "decided_for": _object({"jurisdiction": _TEXT, "conduct_on": _DAY_OR_NULL, "decision_on": _DAY}),
        "catalogue": _object({"digest": _TEXT, "as_of": _DAY}),
        "lists": _object({name: ref("List") for name in LISTS}),
        "missing": _array("Missing"),
        "result": ref("Result"),
        "penalty": ref("Penalty"),
        "law_version": _object(
            {"applied": {"enum": ["conduct", "decision"]}, "why": _TEXT, "compared": _array("Compared")}
        ),
        "duties": _array("Duty"),
        "warnings": _array("Warning"),
        "trace": _TEXTS,
    },
    {
        "violation": {"type": ["object", "null"]},
        "heavier": _array("Ground"),
        "history": _array("Counted"),
        "clocks": _array("Clock"),
        "second_opinion": _object({"agrees": {"type": ["boolean", "null"]}}),
    },
)
_ANSWERS: Final[dict[str, Schema]] = {
    "Decision": _DECISION,
    "List": _LIST,
    "Ground": _GROUND,
    "Condition": _CONDITION,
    "Citation": _CITATION,
    "Missing": _MISSING,
    "Result": _RESULT,
    "Penalty": _PENALTY,
    "Range": _RANGE,
    "Compared": _object(
        {"at": {"enum": ["conduct", "decision"]}, "tier": _TEXT}, {"on": _DAY, "penalty": ref("Penalty")}
    ),
    "Counted": _object(
        {
            "items": _TEXTS,
            "window_months": {"type": ["integer", "null"]},
            "scope": _TEXT,
            "first_violation": {"type": ["boolean", "null"]},
            "counted": _TEXTS,
            "not_counted": {"type": "array", "items": _object({"record_id": _TEXT, "why": _TEXT})},
        }
    ),
    "Duty": _object({"code": _TEXT, "citation": ref("Citation")}, {"title": _TEXT}),
    "Warning": _object({"code": _TEXT, "detail": _TEXT}, {"items": _TEXTS, "citation": ref("Citation")}),
    "Clock": _object(
        {
            "code": _TEXT,
            "title": _TEXT,
            "due_on": _DAY_OR_NULL,
            "days": {"type": "integer"},
            "unit": {"enum": ["day", "working_day"]},
            "provisional": {"type": "boolean"},
            "state": _TEXT,
            "citation": ref("Citation"),
        }
    ),
}
_CATALOGUE: Final[dict[str, Schema]] = {
    "Rows": _object(
        {
            "catalogue": _object({"digest": _TEXT}),
            "total": {"type": "integer"},
            "offset": {"type": "integer"},
            "limit": {"type": "integer"},
            "items": _array("Row"),
            "next": _TEXT_OR_NULL,
        }
    ),
    "Row": _object(
        {
            "id": _TEXT,
            "kind": {"enum": ["list_item", "statute", "violation"]},
            "title": _TEXT,
            "in_force": _IN_FORCE,
            "confidence": _TEXT,
        },
        {"lists": _TEXTS, "force": _FORCE, "score": {"type": "integer"}, "matched": _TEXTS},
    ),
    "Entry": _object(
        {"id": _TEXT, "kind": _TEXT, "title": _TEXT, "file": _TEXT, "definition": {"type": "object"}},
        {"versions": {"type": "array", "items": {"type": "object"}}, "citations": _array("Citation")},
    ),
    "FactTable": _object(
        {
            "groups": {"type": "array", "items": _object({"id": _TEXT, "title": _TEXT})},
            "facts": {
                "type": "array",
                "items": _object({"name": _TEXT, "type": _TEXT, "label": _TEXT, "question": _TEXT}),
            },
        }
    ),
}
_PROBLEM: Final = _object(
    {
        "type": _TEXT,
        "title": _TEXT,
        "detail": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "errors": {
            "type": "array",
            "items": _object({"pointer": _TEXT, "code": _TEXT, "detail": _TEXT}, closed=True),
        },
    },
    closed=True,
)
