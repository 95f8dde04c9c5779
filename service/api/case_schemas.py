"""JSON Schemas of stored cases and decisions (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any, Final, get_args

from service.cases.acts import MOST_REASON
from service.cases.content import CODE_LENGTH
from service.cases.model import Chosen, Kind, Status
from service.db.tables.cases import NAME_LENGTH, NUMBER_LENGTH, TEXT_LENGTH, VERDICTS
from service.documents.kinds import TIER_WORDS
from service.documents.particulars import LABELS

Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_DAY_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date"}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
_WHOLE: Final[Schema] = {"type": "integer"}
_FLAG: Final[Schema] = {"type": "boolean"}
_YUAN: Final[Schema] = {"type": ["number", "string", "null"], "minimum": 0, "description": "元，最多两位小数"}
_TIER: Final[Schema] = {"enum": [*TIER_WORDS, None]}
_STATUS: Final[Schema] = {"enum": list(get_args(Status)), "description": "draft 草稿，open 办理中，decided 已决定"}
_CHOSEN: Final[Schema] = {"enum": list(get_args(Chosen))}
_CHOSEN_OR_NULL: Final[Schema] = {"enum": [*get_args(Chosen), None]}
_FORCE: Final[Schema] = {"enum": ["shall", "may", None]}
_REASON: Final[Schema] = {"type": "string", "maxLength": MOST_REASON, "description": "理由"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _given(required: Schema, optional: Schema) -> Schema:
    """What is sent: nothing unknown is taken."""
    properties = {**required, **optional}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _made(properties: Schema) -> Schema:
    """What is answered: every member is always there."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _long(most: int, words: str = "") -> Schema:
    return {"type": ["string", "null"], "maxLength": most, **({"description": words} if words else {})}


_PERSON: Final = _made({"id": _TEXT, "name": _TEXT})
_PARTY: Final = _made(
    {
        "name": {**_TEXT, "description": "自然人、个体工商户和类型不明的当事人，名称默认遮盖"},
        "code": _TEXT,
        "type": _TEXT_OR_NULL,
        "masked": _FLAG,
    }
)
_EVIDENCE: Final[Schema] = {
    "type": ["string", "object", "null"],
    "description": "一项事实的证据：文字，或者证据、认定人、认定日",
    "properties": {"text": _long(TEXT_LENGTH), "by": _long(NAME_LENGTH, "认定人"), "on": _DAY_OR_NULL},
    "additionalProperties": False,
}
_CONTENT: Final[Schema] = {
    "number": _long(NUMBER_LENGTH, "案号；在本机关内不重复"),
    "party": {
        "type": ["object", "null"],
        "properties": {"name": _long(NAME_LENGTH), "code": _long(CODE_LENGTH, "统一社会信用代码或者证件号码")},
        "additionalProperties": False,
    },
    "evidence": {"type": ["object", "null"], "additionalProperties": _EVIDENCE, "description": "事实名称 → 证据"},
    "particulars": {
        "type": ["object", "null"],
        "properties": {key: _long(TEXT_LENGTH, title) for key, title in LABELS.items()},
        "additionalProperties": False,
        "description": "文书用的内容，没有的在文书里留空待填",
    },
    "note": _long(TEXT_LENGTH, "备注"),
}
_DRAFT: Final[Schema] = {"type": "boolean", "description": "存为草稿：允许还不能判断的内容"}
_REPLAY: Final = _made(
    {"verdict": {"enum": [*VERDICTS, None]}, "at": _MOMENT_OR_NULL, "differences": _list(_TEXT)},
)
_DECISION_HEAD: Final[Schema] = {
    "id": _TEXT,
    "case": _TEXT,
    "number": {**_WHOLE, "description": "本案的第几份决定"},
    "revises": {**_TEXT_OR_NULL, "description": "代替的决定"},
    "department": _TEXT,
    "region": _TEXT,
    "catalogue": {**_TEXT, "description": "所用规则目录的摘要"},
    "decided_on": _DAY,
    "tier": _TIER,
    "engines_agree": {"type": ["boolean", "null"], "description": "两套引擎的结论是否一致"},
    "chosen": _CHOSEN,
    "fine_yuan": _YUAN,
    "departs": {**_FLAG, "description": "与系统结论不同"},
    "reason": _TEXT,
    "decided_at": _MOMENT,
    "decided_by": _PERSON,
    "software": _TEXT,
    "answer_digest": _TEXT,
    "replay": _REPLAY,
}
_ROW: Final = _made(
    {
        "id": _TEXT,
        "number": _TEXT_OR_NULL,
        "status": _STATUS,
        "department": _TEXT,
        "region": _TEXT,
        "party": _PARTY,
        "violation": _TEXT_OR_NULL,
        "tier": _TIER,
        "force": _FORCE,
        "missing": _WHOLE,
        "conduct_on": _DAY_OR_NULL,
        "decided_on": _DAY_OR_NULL,
        "chosen": _CHOSEN_OR_NULL,
        "fine_yuan": _YUAN,
        "decision": _TEXT_OR_NULL,
        "officer": _PERSON,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "version": _WHOLE,
    }
)
_FINDING: Final = _made(
    {
        "fact": _TEXT,
        "value": {},
        "evidence": _TEXT,
        "found_by": {**_TEXT, "description": "认定人"},
        "found_on": _DAY,
        "entered_at": _MOMENT,
        "ended_at": {**_MOMENT_OR_NULL, "description": "被新的认定代替的时间；空的仍然有效"},
        "version": _WHOLE,
    }
)
_STORED: Final = _made(
    {
        "id": _TEXT,
        "version": _WHOLE,
        "status": _STATUS,
        "department": _TEXT,
        "region": _TEXT,
        "number": _TEXT,
        "party": _PARTY,
        "document": {"type": "object", "description": "案件文件，形式同 Case；草稿里可以有尚不是有效值的内容"},
        "evidence": {"type": "object"},
        "particulars": {"type": "object"},
        "note": _TEXT,
        "findings": _list(_ref("Finding")),
        "result": _made({"tier": _TIER, "force": _FORCE, "missing": _WHOLE}),
        "chosen": _CHOSEN_OR_NULL,
        "fine_yuan": _YUAN,
        "conduct_on": _DAY_OR_NULL,
        "decided_on": _DAY_OR_NULL,
        "decision": _TEXT_OR_NULL,
        "officer": _PERSON,
        "created_at": _MOMENT,
        "updated_at": _MOMENT,
        "updated_by": _TEXT,
    }
)
_REVISION: Final = _made(
    {
        "version": _WHOLE,
        "kind": {"enum": list(get_args(Kind))},
        "title": _TEXT,
        "at": _MOMENT,
        "by": _TEXT,
        "reason": _TEXT,
        "document": {"type": "object"},
        "evidence": {"type": "object"},
    }
)
_FILE: Final = _made({"format": _TEXT, "href": _TEXT})
_REASON_ONLY: Final = _given({"reason": {**_REASON, "minLength": 2}}, {})


def _page(of: str) -> Schema:
    """A page of rows, with the address of the next."""
    items = _list(_ref(of))
    return {"total": _WHOLE, "offset": _WHOLE, "limit": _WHOLE, "items": items, "next": _TEXT_OR_NULL}


CASE_SCHEMAS: Final[dict[str, Schema]] = {
    "CaseEntry": _given({"document": _ref("Case")}, {**_CONTENT, "draft": _DRAFT}),
    "CaseRevision": _given({"document": _ref("Case")}, {**_CONTENT, "reason": _REASON, "draft": _DRAFT}),
    "CaseChoice": _given({"chosen": _CHOSEN}, {"fine_yuan": _YUAN, "reason": {**_REASON, "type": ["string", "null"]}}),
    "Reason": _REASON_ONLY,
    "StoredCase": _STORED,
    "CaseRow": _ROW,
    "CasePage": _made(_page("CaseRow")),
    "DecisionPage": _made(_page("DecisionHead")),
    "Finding": _FINDING,
    "Revision": _REVISION,
    "DecisionHead": _made(_DECISION_HEAD),
    "StoredDecision": _made({**_DECISION_HEAD, "document": _ref("Case"), "answer": _ref("Decision")}),
    "CaseHistory": _made(
        {
            "revisions": _list(_ref("Revision")),
            "decisions": _list(_ref("DecisionHead")),
            "findings": _list(_ref("Finding")),
        }
    ),
    "CaseDocuments": _made({"items": _list(_made({"kind": _TEXT, "title": _TEXT, "files": _list(_FILE)}))}),
    "Replayed": _made(
        {
            "decision": _TEXT,
            "case": _TEXT,
            "verdict": {"enum": list(VERDICTS)},
            "differences": {**_list(_TEXT), "description": "结论不同的部分"},
            "notes": {**_list(_TEXT), "description": "只有文字或者期限随软件变化的部分"},
            "why": {**_TEXT_OR_NULL, "description": "不能复算的原因"},
        }
    ),
}
