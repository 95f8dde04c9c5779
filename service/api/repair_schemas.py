"""JSON Schemas of credit repair: the record, and the answer with all its keys (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any, Final

from credit.labels import AFFECTS, CLASSES, CONFIDENCE, OUTCOMES, STATES
from credit.records import CHANNELS, DOMAINS, MAX_TEXT, PARTY_KINDS, PENALTY_KINDS, RECORD_KINDS

Schema = dict[str, Any]
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_GIVEN_TEXT: Final[Schema] = {"type": ["string", "null"], "maxLength": MAX_TEXT}
_FLAG: Final[Schema] = {"type": ["boolean", "null"]}
_YUAN: Final[Schema] = {"type": ["number", "string", "null"], "minimum": 0, "description": "元，最多两位小数"}
_PLACE: Final[Schema] = {"type": ["string", "null"], "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6})$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _given(properties: Schema) -> Schema:
    """A part of the record: nothing is required, nothing unknown is taken."""
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _made(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _choice(values: tuple[str, ...]) -> Schema:
    return {"enum": [*values, None]}


_DECISION: Final = _given(
    {
        "number": _GIVEN_TEXT,
        "authority": {**_GIVEN_TEXT, "description": "决定机关全称；市场监管部门与其他机关的渠道不同"},
        "decided_on": {**_DAY_OR_NULL, "description": "决定日；名单、名录为列入日"},
        "published_on": {**_DAY_OR_NULL, "description": "公示日；写 null 为没有公示，不写为不知道"},
        "procedure": _choice(("simple", "ordinary")),
        "penalty_kinds": {"type": ["array", "null"], "items": {"enum": list(PENALTY_KINDS)}},
        "fine_yuan": _YUAN,
        "confiscated_yuan": _YUAN,
        "domain": _choice(DOMAINS),
        "annulled": _FLAG,
        "wrong_subject": _FLAG,
        "misclassified": {**_FLAG, "description": "经核实，类别或者公示期限定错"},
        "restriction_until": _DAY_OR_NULL,
    }
)
_RECORD: Final[Schema] = {
    "type": "object",
    "description": "一条信用记录；没有写的、写 null 的都是不知道（published_on 除外）。",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "record_id": _GIVEN_TEXT,
        "channel": _choice(CHANNELS),
        "kind": {"enum": list(RECORD_KINDS)},
        "province": _PLACE,
        "jurisdiction": {**_PLACE, "description": "决定机关所在地；比省更细，数额表和本地规定按它查"},
        "party": _given({"kind": _choice(PARTY_KINDS), "name": _GIVEN_TEXT, "uscc": _GIVEN_TEXT}),
        "decision": _DECISION,
        "class": {**_choice(tuple(CLASSES)), "description": "主管部门认定的类别；null 为由系统推算"},
        "conduct": _given(
            {
                "corrected": _FLAG,
                "duties_performed": _FLAG,
                "harm_removed": _FLAG,
                "performed_on": _DAY_OR_NULL,
                "repeat_same_kind": _FLAG,
                "further_heavier_penalty": _FLAG,
            }
        ),
        "lists": _given({"on_abnormal_list": _FLAG, "on_serious_list": _FLAG}),
        "application": _given(
            {
                "applied_on": _DAY_OR_NULL,
                "promise_made": _FLAG,
                "materials_complete": _FLAG,
                "false_promise_on": _DAY_OR_NULL,
            }
        ),
        "reorganisation": _given({"court_ruling_on": _DAY_OR_NULL, "plan_completed_on": _DAY_OR_NULL}),
        "determinations": {
            "type": ["object", "null"],
            "maxProperties": 20,
            "additionalProperties": {"type": ["string", "boolean"]},
            "description": "已经作出的人工认定：参数（或者转人工的规则）的编号和读法；当地有规定的，以规定为准",
        },
    },
}
_CITED: Final[Schema] = {"type": ["object", "null"], "description": "引用的规定；没有可以引用的条文时为 null"}
_LABEL: Final[Schema] = {"enum": [*CONFIDENCE, None]}
_VALUE: Final[Schema] = {"type": ["string", "boolean"]}
_READING: Final = _made(
    {
        "value": {**_VALUE, "description": "认定时写的值"},
        "text": _TEXT,
        "regime": _TEXT_OR_NULL,
        "class": _choice(tuple(CLASSES)),
        "outcome": {"enum": list(OUTCOMES)},
        "earliest_on": _DAY_OR_NULL,
        "ends_on": _DAY_OR_NULL,
        "assuming": {**_list(_TEXT), "description": "其他问题不按默认读法时的假设"},
    }
)
_QUESTION: Final = _made(
    {"id": _TEXT_OR_NULL, "question": _TEXT, "readings": _list(_READING), "affects": _list({"enum": list(AFFECTS)})},
    {"parameter": _TEXT, "rule": {**_TEXT, "description": "转人工的规则"}, "confidence": _LABEL},
)
_CLOCK: Final = _made(
    {
        "step": _TEXT,
        "id": _TEXT,
        "title": _TEXT,
        "starts_on": _DAY_OR_NULL,
        "due_on": _DAY_OR_NULL,
        "days": {"type": ["integer", "null"]},
        "unit": {"enum": ["working_day"]},
        "provisional": {"type": "boolean", "description": "所涉年份还没有官方的放假安排"},
        "as_a_rule": {"type": "boolean", "description": "一般应当，不是必须"},
        "citation": _CITED,
        "confidence": _LABEL,
    },
    {"assumes": {**_TEXT, "description": "以这一步的最后一日推算"}},
)
_ANSWER: Final = _made(
    {
        "record_id": _TEXT_OR_NULL,
        "on": _DAY,
        "outcome": {"enum": list(OUTCOMES)},
        "settled": {"type": "boolean", "description": "false：结论还要看 missing 中的事实，或者由人工判断"},
        "regime": _TEXT_OR_NULL,
        "class": _choice(tuple(CLASSES)),
        "class_why": _list({"type": "object"}),
        "earliest_on": {**_DAY_OR_NULL, "description": "最早可以申请的一天"},
        "ends_on": {**_DAY_OR_NULL, "description": "公示的最后一天"},
        "boundary_days": {"type": "integer"},
        "boundary": {"type": "boolean", "description": "离期限前后 boundary_days 日之内"},
        "conditions": _list(_ref("RepairCondition")),
        "missing": _list(_made({"fact": _TEXT, "pointer": _TEXT, "question": _TEXT, "would_settle": _list(_TEXT)})),
        "questions": _list(_ref("RepairQuestion")),
        "determinations": _list(
            _made(
                {
                    "id": _TEXT,
                    "value": _VALUE,
                    "text": _TEXT_OR_NULL,
                    "used": {"type": "boolean", "description": "false：当地已有规定，或者目录已经不问"},
                }
            )
        ),
        "next_steps": _list(_made({"code": _TEXT, "text": _TEXT}, {"on": _DAY})),
        "clocks": _list(_ref("RepairClock")),
        "rules": _list(_TEXT),
        "confidence": _LABEL,
        "second_opinion": _made({"agrees": {"type": ["boolean", "null"]}}),
        "catalogue": _made({"digest": _TEXT}),
        "trace": _list(_TEXT),
    }
)
REPAIR_SCHEMAS: Final[dict[str, Schema]] = {
    "RepairRequest": {
        "type": "object",
        "required": ["record"],
        "additionalProperties": False,
        "properties": {"record": _ref("RepairRecord"), "on": _DAY_OR_NULL},
    },
    "RepairRecord": _RECORD,
    "RepairAnswer": _ANSWER,
    "RepairCondition": _made(
        {
            "id": _TEXT,
            "text": _TEXT,
            "state": {"enum": list(STATES)},
            "citation": _CITED,
            "confidence": _LABEL,
            "requirement": {"type": "boolean", "description": "true：应当具备；false：具备即得出本结论"},
        }
    ),
    "RepairQuestion": _QUESTION,
    "RepairClock": _CLOCK,
}
