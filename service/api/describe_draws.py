"""The words of the OpenAPI document beside draws: schemas, answers, errors, examples."""

from __future__ import annotations

from typing import Any, Final

from kernel.errors import InputError
from service.access.permissions import Permission
from service.api.describing import JSON, Responses, answer, body, errors, page, problem
from service.db.tables.draws import FILE_KINDS, STATES
from service.draws.acts import STEPS
from service.errors import HttpError, StateError
from supervision.ceremony import CeremonyError

_HEX: Final = "7e54c7e7472c940699d03609fa894449202c2baf80c49011a8856b797dad5020"
_MOMENT: Final = "2026-11-25T09:30:00+08:00"
_PLAN: Final[dict[str, Any]] = {
    "plan_id": "P-market",
    "dept_id": "market",
    "group": "all",
    "frame": "frame-market.tsv",
    "rule": "ceil",
    "rate": {"高": 500000},
    "reserve": 2,
}
_PUBLIC: Final = {
    "id": "ssq-2026137",
    "what": "双色球第2026137期",
    "format": "rr.rr.rr.rr.rr.rr+bb",
    "when": _MOMENT,
    "if_cancelled": "改用下一期",
}
_DOCUMENT: Final[dict[str, Any]] = {
    "public": [_PUBLIC],
    "plans": [_PLAN],
    "needs": {"market": {"alone": [["-", 2]], "joint": [["-", 1]]}},
    "balance": "step",
}
_LISTED: Final[dict[str, Any]] = {
    "id": "draw-01KBWZ3K5M2Q8R7T9V0X1Y2Z3A",
    "draw_id": "2026-Q4",
    "title": "第四季度抽查",
    "department": "市场监管综合执法",
    "region": "210200",
    "state": "committed",
    "state_name": "已公布记录",
    "number": 1,
    "prev": None,
    "digest": _HEX,
    "result_digest": None,
    "committed_at": _MOMENT,
    "drawn_at": None,
    "published_at": None,
    "updated_at": _MOMENT,
    "version": 9,
}
_HOLDER: Final[dict[str, Any]] = {
    "holder": "planner",
    "digest": _HEX,
    "sealed_by": "周计划",
    "sealed_at": _MOMENT,
    "is_locked": True,
    "is_open": False,
    "nonce": None,
}
_EVENT: Final[dict[str, Any]] = {
    "source": "ssq-2026137",
    "value": None,
    "entered_by": "",
    "entered_at": None,
    "confirmed_by": "",
    "confirmed_at": None,
    "evidence": "",
}
_STEP: Final = {
    "number": 1,
    "move": "commit",
    "source": "draft",
    "target": "committed",
    "at": _MOMENT,
    "by": "周计划",
    "words": "",
}
_FILE: Final = {
    "name": "frame-market.tsv",
    "kind": "frame",
    "sha256": _HEX,
    "size": 1740,
    "at": _MOMENT,
    "is_public": False,
}
_DRAW: Final[dict[str, Any]] = {
    **_LISTED,
    "document": _DOCUMENT,
    "frames_public": False,
    "holders": [_HOLDER],
    "events": [_EVENT],
    "files": [_FILE],
    "steps": [_STEP],
    "changes": [],
    "summary": {},
    "cancellation": None,
    "nonce": None,
}
_ENTRY: Final[dict[str, Any]] = {
    "draw_id": "2026-Q4",
    "title": "第四季度抽查",
    "department": "市场监管综合执法",
    "region": "210200",
    "document": _DOCUMENT,
    "holders": ["司法局"],
    "frames_public": False,
}
_UNKNOWN: Final = problem("没有这次抽取，或者不在管辖范围内", unknown=HttpError(404, "draw_unknown", id="draw-0"))
_STATE: Final = problem(
    "时间线不允许",
    state=CeremonyError("ceremony_state", move="抽取", state="已公布记录", sources=["公开数已确认"]),
    person=CeremonyError("ceremony_same_person", move="确认公开数", other="登记公开数"),
    fixed=StateError("draw_fixed", state="已公布记录"),
)
_WRONG: Final = problem(
    "内容有误",
    missing=InputError.at("/holder", "draw_field_missing", about="持有人"),
    key=InputError.at("", "idempotency_key_reused"),
)
_BYTES: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_DRAW_ANSWER: Final = answer("Draw", "抽取", _DRAW)
ENTRY_BODY: Final = body("DrawEntry", _ENTRY)
FILE_BODY: Final = {"requestBody": {"required": True, "content": _BYTES}}
LIST: Final[Responses] = {200: page("DrawPage", "一页抽取", _LISTED), **errors(Permission.DRAW_READ)}
CREATE: Final[Responses] = {
    201: _DRAW_ANSWER,
    409: problem("编号已经用过", taken=StateError("draw_id_taken", value="2026-Q4")),
    **errors(Permission.DRAW_COMMIT, changes=True),
    422: _WRONG,
}
ONE: Final[Responses] = {200: _DRAW_ANSWER, 404: _UNKNOWN, **errors(Permission.DRAW_READ)}
FILE: Final[Responses] = {
    200: {"description": "文件的字节", "content": _BYTES},
    404: problem("没有这个文件", unknown=HttpError(404, "draw_file_unknown", name="result.json")),
    **errors(Permission.DRAW_READ),
}
PUT_FILE: Final[Responses] = {
    200: _DRAW_ANSWER,
    404: _UNKNOWN,
    409: _STATE,
    **errors(Permission.DRAW_COMMIT, changes=True, version=True),
    422: problem(
        "文件有误，写明文件和行",
        line=InputError.at("/frame-market.tsv/2", "draw_order", file="frame-market.tsv", line=2, value="A"),
    ),
}
_EXAMPLES: Final[dict[str, str]] = {
    "holder": "司法局",
    "secret": "持有人自己的口令",
    "digest": _HEX,
    "source": "ssq-2026137",
    "value": "03.08.12.19.25.33+07",
    "evidence": "中国福彩网公告",
    "copy": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    "plan": "P-market",
    "stratum": "高",
    "unit": "91210200MA00000001",
    "reason": "9",
    "approved_by": "局长",
    "rank": "3",
    "person": "M02",
    "tasks_done": "yes",
    "words": "第2026137期停售",
    "second": "李四",
}


def step_body(name: str) -> dict[str, Any]:
    """``openapi_extra`` of a step."""
    step = STEPS[name]
    return body(_schema_name(name), {key: _EXAMPLES[key] for key in (*step.required, *step.optional)})


def step_answers(name: str) -> Responses:
    """What a step answers."""
    usual = errors(STEPS[name].permission, changes=True, version=True)
    # The example stands at the address of the draw itself; here it would be repeated for every step.
    done = {"description": "抽取，这一步之后", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Draw"}}}}
    return {200: done, 404: _UNKNOWN, 409: _STATE, **usual, 422: _WRONG}


def _schema_name(name: str) -> str:
    return f"DrawStep{name.capitalize()}"


_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_TIME: Final[dict[str, Any]] = {"type": "string", "format": "date-time"}
_TIME_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"], "format": "date-time"}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}
_HEX_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"}


def _object(properties: dict[str, Any], *optional: str, closed: bool = False) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    found = {"type": "object", "required": required, "properties": properties}
    return {**found, "additionalProperties": False} if closed else found


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_LISTED_SCHEMA: Final = {
    "id": _TEXT,
    "draw_id": {**_TEXT, "description": "抽取编号，公布后不变"},
    "title": _TEXT,
    "department": _TEXT,
    "region": _TEXT,
    "state": {"enum": list(STATES)},
    "state_name": _TEXT,
    "number": {"type": ["integer", "null"], "minimum": 1, "description": "在记录链中的序号"},
    "prev": {**_HEX_OR_NULL, "description": "上一份记录的摘要"},
    "digest": {**_HEX_OR_NULL, "description": "记录 commit.json 的 SHA-256"},
    "result_digest": {**_HEX_OR_NULL, "description": "结果 result.json 的 SHA-256，抽取时公布"},
    "committed_at": _TIME_OR_NULL,
    "drawn_at": _TIME_OR_NULL,
    "published_at": _TIME_OR_NULL,
    "updated_at": _TIME,
    "version": {"type": "integer", "minimum": 1},
}
_DOCUMENT_SCHEMA: Final = {"type": "object", "description": "plans、needs、balance、public，以及保留的其他内容"}
SCHEMAS: Final[dict[str, Any]] = {
    "DrawListed": _object(_LISTED_SCHEMA),
    "DrawPage": _object(
        {"total": _COUNT, "offset": _COUNT, "limit": _COUNT, "items": _list(_ref("DrawListed")), "next": _OR_NULL}
    ),
    "DrawEntry": _object(
        {
            "draw_id": {**_TEXT, "minLength": 1, "maxLength": 80},
            "title": {**_TEXT, "minLength": 1, "maxLength": 200},
            "department": _TEXT,
            "region": {**_TEXT, "pattern": "^[0-9]{6}$"},
            "document": _DOCUMENT_SCHEMA,
            "holders": {**_list(_TEXT), "description": "抽取单位以外的密封数持有人"},
            "frames_public": _FLAG,
        },
        *("holders", "frames_public"),
        closed=True,
    ),
    "Draw": _object(
        {
            **_LISTED_SCHEMA,
            "document": _DOCUMENT_SCHEMA,
            "frames_public": _FLAG,
            "holders": _list(
                _object(
                    {
                        "holder": _TEXT,
                        "digest": _HEX_OR_NULL,
                        "sealed_by": _TEXT,
                        "sealed_at": _TIME_OR_NULL,
                        "is_locked": _FLAG,
                        "is_open": _FLAG,
                        "nonce": {**_HEX_OR_NULL, "description": "结束以后揭示"},
                    }
                )
            ),
            "events": _list(
                _object(
                    {
                        "source": _TEXT,
                        "value": {**_OR_NULL, "description": "两人登记、确认以后才显示"},
                        "entered_by": _TEXT,
                        "entered_at": _TIME_OR_NULL,
                        "confirmed_by": _TEXT,
                        "confirmed_at": _TIME_OR_NULL,
                        "evidence": _TEXT,
                    }
                )
            ),
            "files": _list(
                _object(
                    {
                        "name": _TEXT,
                        "kind": {"enum": list(FILE_KINDS)},
                        "sha256": {**_TEXT, "pattern": "^[0-9a-f]{64}$"},
                        "size": _COUNT,
                        "at": _TIME,
                        "is_public": _FLAG,
                    }
                )
            ),
            "steps": _list(
                _object(
                    {
                        "number": _COUNT,
                        "move": _TEXT,
                        "source": {"enum": list(STATES)},
                        "target": {"enum": list(STATES)},
                        "at": _TIME,
                        "by": _TEXT,
                        "words": _TEXT,
                    }
                )
            ),
            "changes": {"type": "array", "items": {"type": "object"}, "description": "changes.jsonl 的各行"},
            "summary": {"type": "object", "description": "结果的数目；不含抽中了谁"},
            "cancellation": {"type": ["object", "null"]},
            "nonce": {**_HEX_OR_NULL, "description": "只在封存的答复中出现一次，供抄写副本"},
        }
    ),
    **{
        _schema_name(name): _object(
            {key: {**_TEXT, "description": label} for key, label in {**step.required, **step.optional}.items()},
            *step.optional,
            closed=True,
        )
        for name, step in STEPS.items()
    },
}
DRAW_RESPONSES: Final[dict[str, Responses]] = {
    "GET /api/v1/draws": LIST,
    "POST /api/v1/draws": CREATE,
    "GET /api/v1/draws/{id}": ONE,
    "GET /api/v1/draws/{id}/files/{name}": FILE,
    "PUT /api/v1/draws/{id}/files/{name}": PUT_FILE,
    **{f"POST /api/v1/draws/{{id}}/{name}": step_answers(name) for name in STEPS},
}
"""What each method of each address answers with."""
