"""Records of credit repair for the tests of documents, and short ways to make and to refuse one."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from service.documents.make import Wish
from service.documents.repair import make_repair
from service.errors import StateError

if TYPE_CHECKING:
    from service.repairs import Repairs

ON = date(2026, 7, 20)
RECORD: dict[str, Any] = {
    "record_id": "R-1",
    "channel": "credit_china",
    "kind": "penalty",
    "jurisdiction": "210200",
    "class": "general",
    "party": {"kind": "enterprise", "name": "演示市恒通运输有限公司", "uscc": "91210200MA0000001X"},
    "decision": {
        "number": "演交罚〔2026〕12号",
        "authority": "演示市交通运输局",
        "decided_on": "2026-04-10",
        "published_on": "2026-04-15",
        "procedure": "ordinary",
        "penalty_kinds": ["fine"],
        "fine_yuan": 30000,
        "annulled": False,
        "wrong_subject": False,
    },
    "conduct": {"corrected": True, "duties_performed": True, "performed_on": "2026-04-20"},
    "application": {"applied_on": "2026-07-20", "promise_made": True, "materials_complete": True},
}
MARKET = {"channel": "market_regulation", "decision.authority": "演示市市场监督管理局", "jurisdiction": "420100"}
LEFT_OPEN = {"class": None, "decision.penalty_kinds": ["suspend_permit"], "decision.fine_yuan": None}


def record(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  (values of a document)
    return changed(changes)


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(RECORD)
    for path, value in changes.items():
        section, _, key = path.partition(".")
        if key:
            found.setdefault(section, {})[key] = value
        else:
            found[section] = value
    return found


def text_of(repairs: Repairs, raw: object, kind: str, on: date = ON, **particulars: str) -> str:
    return make_repair(repairs, raw, Wish(kind, "txt", particulars), on).data.decode()


def refusal(repairs: Repairs, raw: object, kind: str, on: date = ON, **particulars: str) -> StateError:
    with pytest.raises(StateError) as refused:
        make_repair(repairs, raw, Wish(kind, "docx", particulars), on)
    return refused.value
