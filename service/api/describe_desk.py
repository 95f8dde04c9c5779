"""The words of the OpenAPI document beside the credit desk: schemas, answers, errors, examples."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from credit.labels import OUTCOMES
from credit.workflow import Refusal
from credit.worktable import table
from kernel.datafile import read_text
from service.access.permissions import Permission
from service.api.describing import Responses, answer, body, errors, page, problem
from service.db.tables.repairs import IMPORT_STATES
from service.errors import HttpError, StateError
from service.repairdesk.acts import RefusedMoveError

_RECORD_DOCUMENT: Final[dict[str, Any]] = json.loads(read_text("repair.json", "service.api.examples"))["record"]
_MOMENT: Final = "2026-07-24T09:30:00+08:00"
_RECORD_ID, _REPAIR_ID = "record-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A", "repair-01KBWZ3K5M2Q8R7T9V0X1Y2Z3B"
_PLACE: Final = {"department": "2102-scjg", "region": "210202"}
_PARTY: Final = {"name": "演示市恒通运输有限公司", "code": "91210200MA0QC4XG62", "kind": "enterprise", "masked": False}
_SAID: Final = {
    "outcome": "TOO_EARLY",
    "class": "general",
    "regime": "SAMR107",
    "earliest_on": "2026-07-11",
    "ends_on": "2027-04-10",
    "checked_on": "2026-04-16",
}
_RECORD: Final[dict[str, Any]] = {
    "id": _RECORD_ID,
    **_PLACE,
    "document": _RECORD_DOCUMENT,
    "masked": False,
    "display_until": None,
    "notice_served_on": None,
    "remarks": [],
    **_SAID,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "updated_by": "王经办",
    "version": 1,
}
_RECORD_LINE: Final = {
    "id": _RECORD_ID,
    **_PLACE,
    "number": "大市监处罚〔2026〕1号",
    "party": _PARTY,
    "kind": "penalty",
    "channel": "market_regulation",
    "authority": "大连市市场监督管理局",
    "decided_on": "2026-04-10",
    "published_on": "2026-04-15",
    **_SAID,
    "updated_at": _MOMENT,
    "version": 1,
}
_CLOCK: Final = {
    "step": "decide",
    "rule": "RM-07",
    "started_on": "2026-07-15",
    "days": 7,
    "ends": "decided",
    "pauses": [],
    "ended_on": None,
    "extended": False,
    "label": "作出决定",
    "due_on": "2026-07-24",
    "provisional": False,
}
_REPAIR: Final = {
    "id": _REPAIR_ID,
    "record": _RECORD_ID,
    "number": 1,
    **_PLACE,
    "regime": "SAMR107",
    "state": "accepted",
    "state_label": "已受理",
    "marks": [],
    "clocks": [_CLOCK],
    "moves": [{"move": "receive", "on": "2026-07-13"}, {"move": "accept", "on": "2026-07-15"}],
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "updated_by": "王经办",
    "version": 2,
}
_REPAIR_LINE: Final = {
    "id": _REPAIR_ID,
    "record": _RECORD_ID,
    "record_number": "大市监处罚〔2026〕1号",
    "party": _PARTY,
    **_PLACE,
    "regime": "SAMR107",
    "state": "accepted",
    "state_label": "已受理",
    "due_on": "2026-07-24",
    "due_step": "decide",
    "received_on": "2026-07-13",
    "decided_on": None,
    "updated_at": _MOMENT,
    "version": 2,
}
_MOVE: Final = {
    "version": 2,
    "move": "accept",
    "label": "受理",
    "event": "repair.accepted",
    "document": "accept_notice",
    "role": "credit_clerk",
    "by": {"id": "usr-1", "name": "王经办"},
    "on": "2026-07-15",
    "at": _MOMENT,
    "facts": {"materials_complete": True},
    "rules": ["R22-06"],
}
_POSSIBLE: Final = {
    "move": "verify",
    "label": "核实",
    "permission": "repair.edit",
    "needs": ["proofs"],
    "holds": [],
    "document": None,
    "refused": None,
    "rules": [],
    "from_on": None,
    "questions": [],
}
_ASKED: Final = {
    "id": "P-suspend-permit",
    "question": "暂扣许可证件属于严重还是一般？",
    "choices": [{"value": "serious", "text": "严重：最短一年（对最终文本的解读）"}],
    "decided": None,
}
_DETERMINE: Final = {**_POSSIBLE, "move": "determine", "permission": "repair.decide", "questions": [_ASKED]}
_IMPORT: Final = {
    "id": "import-01KBWZ3K5M2Q8R7T9V0X1Y2Z3C",
    **_PLACE,
    "status": "read",
    "name": "登记簿.csv",
    "file": "sha256:" + "3e" * 32,
    "channel": None,
    "checked_on": "2026-07-24",
    "figures": {"rows": 2, "readable": 1, "problems": 1, "new": 1, "known": 0},
    "created_at": _MOMENT,
    "created_by": "王经办",
    "applied_at": None,
    "applied_by": None,
    "version": 1,
}
_FIGURE: Final = {
    "id": "timely",
    "label": "信用修复及时率",
    "value": 0.857143,
    "text": "85.7%",
    "group": None,
    "from": "2026-01-01",
    "until": "2026-12-31",
    "counted": 7,
    "hit": 6,
    "missed": 1,
    "parts": {},
    "definition": {"text": "……", "in_force": {"from": "2026-01-01", "until": None}, "confidence": "DESIGN"},
}
_NAMED: Final = {"hit": [_REPAIR_ID], "missed": [], "parts": {}}
_BUSINESS: Final = {
    "record": _RECORD_ID,
    "number": "大市监处罚〔2026〕1号",
    "party": "演示市恒通运输有限公司",
    "code": "soon",
    "earliest_on": "2026-07-11",
    "ends_on": "2027-04-10",
    "text": "……",
}
_STAFF: Final = {
    "repair": _REPAIR_ID,
    "step": "decide",
    "rule": "RM-07",
    "due_on": "2026-07-24",
    "left": 2,
    "within": 3,
    "provisional": False,
}
_READ, _EDIT = Permission.REPAIR_READ, Permission.REPAIR_EDIT
_NO_RECORD: Final = problem("没有这条记录", unknown=HttpError(404, "record_unknown", id="record-0"))
_NO_REPAIR: Final = problem("没有这个修复事项", unknown=HttpError(404, "repair_unknown", id="repair-0"))
_NO_IMPORT: Final = problem("没有这次导入", unknown=HttpError(404, "import_unknown", id="import-0"))
_EARLY: Final = Refusal(
    "repair_move_outcome", {"move": "受理", "outcome": "期限未到"}, ("RM-03",), date.fromisoformat("2026-07-11")
)
_REFUSED: Final = problem(
    "这一步现在不能办：为什么、依据哪条、哪一天起可以",
    early=RefusedMoveError(_EARLY),
    later=StateError("repair_move_later", on="2026-07-25", today="2026-07-24"),
)
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

RECORD_BODY: Final = body("RepairRecord", _RECORD_DOCUMENT)
MOVE_BODY: Final = body("RepairMoveWish", {"move": "accept", "on": "2026-07-15", "facts": {"materials_complete": True}})
OPEN_BODY: Final = body("RepairOpening", {"record": _RECORD_ID})
UNMASK_BODY: Final = body("Reason", {"reason": "核对送达地址"})
FILE_BODY: Final = {"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}}
LINES_BODY: Final = {"requestBody": {"required": True, "content": {"application/x-ndjson": _BINARY}}}

RECORDS: Final[Responses] = {200: page("CreditRecords", "一页信用记录", _RECORD_LINE), **errors(_READ)}
RECORD_SAVED: Final[Responses] = {201: answer("CreditRecord", "已登记的记录", _RECORD), **errors(_EDIT, changes=True)}
RECORD: Final[Responses] = {200: answer("CreditRecord", "一条记录", _RECORD), 404: _NO_RECORD, **errors(_READ)}
RECORD_CHANGED: Final[Responses] = {
    200: answer("CreditRecord", "修改后的记录", _RECORD),
    404: _NO_RECORD,
    409: problem("记录正在办理修复", repair=StateError("record_changed_in_repair")),
    **errors(_EDIT, changes=True, version=True),
}
UNMASKED: Final[Responses] = {**RECORD, **errors(Permission.UNMASK, changes=True)}
REPAIRS: Final[Responses] = {200: page("Repairs", "一页修复事项", _REPAIR_LINE), **errors(_READ)}
OPENED: Final[Responses] = {
    201: answer("StoredRepair", "已开立的修复事项", _REPAIR),
    404: _NO_RECORD,
    409: problem("已有办理中的修复事项", open=StateError("repair_open_already", id=_REPAIR_ID)),
    **errors(_EDIT, changes=True),
}
REPAIR: Final[Responses] = {200: answer("StoredRepair", "一个修复事项", _REPAIR), 404: _NO_REPAIR, **errors(_READ)}
MOVES: Final[Responses] = {
    200: answer("RepairMoves", "已经办的和可以办的", {"items": [_MOVE], "possible": [_POSSIBLE, _DETERMINE]}),
    404: _NO_REPAIR,
    **errors(_READ),
}
MOVED: Final[Responses] = {
    201: answer("StoredRepair", "办理之后的修复事项", _REPAIR),
    404: _NO_REPAIR,
    409: _REFUSED,
    **errors(_EDIT, changes=True, version=True),
}
DOCUMENT: Final[Responses] = {
    200: {"description": "文书", "content": {"application/octet-stream": _BINARY}},
    404: _NO_REPAIR,
    409: problem("结论不支持这份文书", state=StateError("repair_document_materials", title="信用修复受理通知书")),
    **errors(_READ),
}
SCAN: Final[Responses] = {
    200: {"description": "逐行的结论，次序与所送的相同", "content": {"application/x-ndjson": _BINARY}},
    413: problem("内容过大", too_large=HttpError(413, "body_too_large", max_bytes=1_000_000)),
    **{status: one for status, one in errors(None).items() if status not in {401, 503}},
}
REMINDERS: Final[Responses] = {
    200: answer("RepairReminders", "提醒", {"on": "2026-07-22", "businesses": [_BUSINESS], "staff": [_STAFF]}),
    **errors(_READ),
}
FIGURES: Final[Responses] = {
    200: answer("RepairFigures", "指标和定义", {"items": [_FIGURE]}),
    **errors(Permission.STATISTICS_READ),
}
FIGURE: Final[Responses] = {
    200: answer("RepairFigureParts", "一个指标由哪些事项得出", {**_FIGURE, "cases": _NAMED}),
    404: problem("没有这个指标", unknown=HttpError(404, "figure_unknown", id="x", allowed="timely")),
    **errors(Permission.STATISTICS_READ),
}
_IMPORTING: Final = Permission.REPAIR_IMPORT
_STARTED: Final = answer("RegisterJob", "超过五万条：由后台任务办理", {"job": {"id": "job-1", "href": "…"}})
IMPORTED: Final[Responses] = {
    201: answer("RegisterImport", "读到的登记簿", _IMPORT),
    202: _STARTED,
    413: problem("内容过大", too_large=HttpError(413, "body_too_large", max_bytes=1_000_000)),
    **errors(_IMPORTING),
}
IMPORT: Final[Responses] = {200: answer("RegisterImport", "一次导入", _IMPORT), 404: _NO_IMPORT, **errors(_IMPORTING)}
APPLIED: Final[Responses] = {
    200: answer("RegisterImport", "导入之后", {**_IMPORT, "status": "applied", "version": 2}),
    202: _STARTED,
    404: _NO_IMPORT,
    409: problem("不能再导入", state=StateError("import_not_read", status="已导入")),
    **errors(_IMPORTING, version=True),
}
WORKBOOK: Final[Responses] = {
    200: {"description": "逐行核对结果", "content": {_XLSX: _BINARY}},
    404: _NO_IMPORT,
    **errors(_IMPORTING),
}

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_WHOLE: Final[dict[str, Any]] = {"type": "integer"}
_ANY: Final[dict[str, Any]] = {"type": "object"}
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_DAY_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"], "format": "date"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}


def _made(example: dict[str, Any], **known: dict[str, Any]) -> dict[str, Any]:
    """What is answered: every member is always there; those not named are as their example."""
    properties = {name: known.get(name, _like(name, value)) for name, value in example.items()}
    return {"type": "object", "required": list(properties), "properties": properties}


def _like(name: str, value: object) -> dict[str, Any]:
    if name.endswith("_on") or name in {"from", "until", "on", "display_until"}:
        return _DAY_OR_NULL
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return _WHOLE
    if isinstance(value, float):
        return {"type": ["number", "null"]}
    if isinstance(value, list):
        return {"type": "array"}
    return {"type": ["object", "null"]} if isinstance(value, dict) else _OR_NULL


def _page_of(name: str) -> dict[str, Any]:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    properties = {"total": _WHOLE, "offset": _WHOLE, "limit": _WHOLE, "items": items, "next": _OR_NULL}
    return {"type": "object", "required": list(properties), "properties": properties}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_OUTCOME: Final = {"enum": list(OUTCOMES)}
_STATE: Final = {"enum": list(table().states)}
_WISH: Final = {
    "type": "object",
    "required": ["move"],
    "properties": {
        "move": {"enum": list(table().moves)},
        "on": {**_DAY_OR_NULL, "description": "办理日；不写的为今天，不能是将来"},
        "facts": {"type": "object", "description": "这一步要填的内容，见可以办的步骤（needs、holds）"},
    },
    "additionalProperties": False,
}
_OPENING: Final = {
    "type": "object",
    "required": ["record"],
    "properties": {"record": {**_TEXT, "description": "信用记录的编号"}},
    "additionalProperties": False,
}
DESK_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "CreditRecord": _made(
        _RECORD, outcome=_OUTCOME, document={"$ref": "#/components/schemas/RepairRecord"}, remarks=_TEXTS
    ),
    "CreditRecordRow": _made(_RECORD_LINE, outcome=_OUTCOME),
    "CreditRecords": _page_of("CreditRecordRow"),
    "StoredRepair": _made(_REPAIR, state=_STATE, clocks={"type": "array", "items": _made(_CLOCK)}),
    "RepairRow": _made(_REPAIR_LINE, state=_STATE),
    "Repairs": _page_of("RepairRow"),
    "RepairMove": _made(_MOVE),
    "RepairMovePossible": _made(_POSSIBLE, needs=_TEXTS, holds=_TEXTS, rules=_TEXTS, questions=_list_of("RepairAsked")),
    "RepairAsked": _made(_ASKED),
    "RegisterJob": _made({"job": {}}),
    "RepairMoves": {
        "type": "object",
        "required": ["items", "possible"],
        "properties": {"items": _list_of("RepairMove"), "possible": _list_of("RepairMovePossible")},
    },
    "RepairMoveWish": _WISH,
    "RepairOpening": _OPENING,
    "RepairFigure": _made(_FIGURE, value={"type": ["number", "null"]}),
    "RepairFigures": {"type": "object", "required": ["items"], "properties": {"items": _list_of("RepairFigure")}},
    "RepairFigureParts": _made({**_FIGURE, "cases": {}}, value={"type": ["number", "null"]}),
    "RepairReminders": {
        "type": "object",
        "required": ["on", "businesses", "staff"],
        "properties": {
            "on": _DAY,
            "businesses": {"type": "array", "items": _made(_BUSINESS)},
            "staff": {"type": "array", "items": _made(_STAFF)},
        },
    },
    "RegisterImport": _made(_IMPORT, status={"enum": list(IMPORT_STATES)}, figures=_ANY),
}
DESK_RESPONSES: Final[dict[str, Responses]] = {
    "GET /api/v1/records": RECORDS,
    "POST /api/v1/records": RECORD_SAVED,
    "GET /api/v1/records/{id}": RECORD,
    "PUT /api/v1/records/{id}": RECORD_CHANGED,
    "POST /api/v1/records/{id}/unmasking": UNMASKED,
    "POST /api/v1/registers": IMPORTED,
    "GET /api/v1/registers/{id}": IMPORT,
    "POST /api/v1/registers/{id}/application": APPLIED,
    "DELETE /api/v1/registers/{id}": APPLIED,
    "GET /api/v1/registers/{id}/workbook": WORKBOOK,
    "GET /api/v1/repairs": REPAIRS,
    "POST /api/v1/repairs": OPENED,
    "POST /api/v1/repairs/scan": SCAN,
    "GET /api/v1/repairs/reminders": REMINDERS,
    "GET /api/v1/repairs/figures": FIGURES,
    "GET /api/v1/repairs/figures/{name}": FIGURE,
    "GET /api/v1/repairs/{id}": REPAIR,
    "GET /api/v1/repairs/{id}/moves": MOVES,
    "POST /api/v1/repairs/{id}/moves": MOVED,
    "GET /api/v1/repairs/{id}/documents/{name}": DOCUMENT,
}
