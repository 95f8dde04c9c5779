"""People and records that the tests of the credit desk share."""

import json
from datetime import datetime
from typing import Any

from kernel.datafile import read_text
from service.access.actor import Actor
from service.access.area import Area
from service.access.permissions import Permission
from service.access.roles import grant
from service.clock import CHINA
from service.repairdesk import acts, records
from service.repairdesk.acts import Wish, permission_of
from service.repairdesk.model import StoredRecord, StoredRepair
from tests.databases import MakeWork

EXAMPLE: dict[str, Any] = json.loads(read_text("repair.json", "service.api.examples"))["record"]
FACTS: dict[str, dict[str, Any]] = {
    "notify": {"served_on": "2026-04-10"},
    "receive": {"source": "enterprise_system", "applicant": "恒通公司"},
    "ask_materials": {"materials_asked": ["缴款凭证"]},
    "supply": {"materials_supplied": ["缴款凭证"]},
    "accept": {"materials_complete": True},
    "not_accept": {"reason": "材料不全"},
    "verify": {"proofs": ["缴款凭证第8号"]},
    "refuse": {"reason": "没有纠正"},
    "stop_publication": {"proofs": ["截图1"]},
    "stop_sharing": {"proofs": ["回执1"]},
    "lift_measures": {"proofs": ["通知1"]},
    "object": {"reason": "期限有误", "applicant": "恒通公司"},
    "settle_objection": {"reason": "期限无误"},
    "withdraw": {"reason": "材料虚假", "proofs": ["核查记录"], "false_promise_found": True},
    "revive_record": {"proofs": ["截图2"]},
}
WHOLE = (
    ("notify", "2026-04-10"),
    ("receive", "2026-07-13"),
    ("accept", "2026-07-15"),
    ("verify", "2026-07-20"),
    ("grant", "2026-07-24"),
    ("stop_publication", "2026-07-24"),
    ("stop_sharing", "2026-07-24"),
    ("lift_measures", "2026-07-27"),
    ("finish", "2026-07-27"),
)


def person(
    permission: Permission, role: str = "credit_clerk", department: str = "2102-scjg", region: str = "210202"
) -> Actor:
    """A member of the credit staff in an act that needs a right."""
    held = (grant(role, Area(department, region)),)
    actor = Actor(f"user-{role}", role, grants=held, department=department, region=region)
    return actor.acting(permission)


def mover(move: str, **place: str) -> Actor:
    """Somebody who may make a move."""
    permission = permission_of(move)
    role = "credit_reviewer" if permission is Permission.REPAIR_DECIDE else "credit_clerk"
    return person(permission, role, **place)


def at_noon(day: str) -> datetime:
    """Noon of a day in China."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=CHINA)


def entered(work: MakeWork, **changes: Any) -> StoredRecord:  # noqa: ANN401 - JSON
    """The example record, entered by a clerk on the day after its decision; dotted names change it."""
    document: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    document["application"] = {"promise_made": True}
    for path, value in changes.items():
        section, _, key = path.rpartition("__")
        (document[section] if section else document)[key] = value
    with work(person(Permission.REPAIR_EDIT), at_noon("2026-04-16")) as at:
        return records.save(at, document)


def opened(work: MakeWork, record: StoredRecord | None = None, on: str = "2026-04-16") -> StoredRepair:
    """A repair of a record."""
    record = record or entered(work)
    with work(person(Permission.REPAIR_EDIT), at_noon(on)) as at:
        return acts.open_repair(at, record.id)


def moved(work: MakeWork, repair: StoredRepair, move: str, on: str, **facts: Any) -> StoredRepair:  # noqa: ANN401 - JSON
    """The repair after a move."""
    with work(mover(move), at_noon("2026-11-25")) as at:
        wish = Wish(move, {**FACTS.get(move, {}), **facts}, datetime.fromisoformat(on).date())
        return acts.make_move(at, repair.id, repair.version, wish)


def brought(work: MakeWork, until: str, repair: StoredRepair | None = None) -> StoredRepair:
    """A repair brought through the usual moves up to one of them."""
    repair = repair or opened(work)
    for move, on in WHOLE:
        repair = moved(work, repair, move, on)
        if move == until:
            break
    return repair
