"""The credit desk of the demonstration city: a year of records, repairs closed and under way, a register to confirm.

Records follow the calendar: what is old has been repaired or has ended, what is new waits; a few clocks are late.
What an ordinary year does not bring by itself stands among the stories of :mod:`service.demo.repairstories`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select

from credit.synthetic import headings, rows
from kernel.workdays import add_workdays
from service.access.actor import Actor
from service.access.permissions import Permission
from service.access.roles import grant
from service.clock import CHINA
from service.db.tables.accounts import UserRow
from service.demo.repairstories import FACTS, STORIES, back
from service.repairdesk import acts, importing, records
from service.repairdesk.acts import Wish, permission_of
from service.repairdesk.model import Own
from service.work import Work

if TYPE_CHECKING:
    from random import Random

    from sqlmodel import Session

    from service.demo.city import City, Enterprise
    from service.demo.repairstories import Story
    from service.repairdesk.model import StoredRecord, StoredRepair
    from service.work import Works

_RECORDS: Final = 120
_REGISTER: Final = 200
_DAYS: Final = 330
_NOTICE: Final = 0.85
_APPLIES: Final = 0.6
_KINDS: Final = (
    (["fine", "confiscate_gains"], 12),
    (["confiscate_gains"], 5),
    (["fine", "confiscate_property"], 5),
    (["warning"], 2),
    (["fine"], 4),
    (["stop_business", "fine"], 1),
)
_LATE: Final = 0.06
_AT_ONCE: Final = frozenset({"stop_publication", "stop_sharing"})
_AUTHORITY: Final = "演示市市场监督管理局"
_USUAL: Final = ("receive", "accept", "verify", "grant", "stop_publication", "stop_sharing", "lift_measures", "finish")
_FACTS: Final[dict[str, dict[str, Any]]] = {
    "receive": {"source": "enterprise_system", "applicant": "法定代表人（演示）"},
    "accept": {"materials_complete": True},
    "verify": {"proofs": ["缴款凭证（演示）", "整改报告（演示）"]},
    "refuse": {"reason": "危害后果没有消除"},
    "stop_publication": {"proofs": ["停止公示的页面截图（演示）"]},
    "stop_sharing": {"proofs": ["共享平台回执（演示）"]},
    "lift_measures": {"proofs": ["解除惩戒措施通知（演示）"]},
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where records and repairs are made up: many acts in one transaction, each with its own actor and moment."""

    works: Works
    session: Session
    people: dict[str, Actor]
    city: City

    def act(self, role: str, permission: Permission, day: date, region: str) -> Work:
        """A work of one act; :meth:`told` ends it."""
        actor = replace(self.people[role], region=region).acting(permission)
        return Work(
            self.session, actor, datetime.combine(day, time(10, 30), CHINA), self.works.engine, self.works.files
        )


def fill(works: Works, city: City) -> None:
    """Fill the desk up to the city's today."""
    rng = city.random("repairs")
    people = _people(works)
    days = sorted(city.today - timedelta(days=rng.randrange(8, _DAYS)) for _ in range(_RECORDS))
    with works.database.write() as session:
        desk = Desk(works, session, people, city)
        for number, day in enumerate(days, 1):
            _one(desk, rng, number, day)
        for number, story in enumerate(STORIES, len(days) + 1):
            _told(desk, rng.choice(city.enterprises), number, story)
    with works.database.write() as session:
        _register(Desk(works, session, people, city))


def _people(works: Works) -> dict[str, Actor]:
    """The clerk and the reviewer of the city."""
    found: dict[str, Actor] = {}
    with works.database.read() as session:
        for login, role in (("clerk", "credit_clerk"), ("credit", "credit_reviewer")):
            row = session.exec(select(UserRow).where(col(UserRow.login) == login)).one()
            found[role] = Actor(row.id, row.name, grants=(grant(role),), department=row.department)
    return found


def _one(desk: Desk, rng: Random, number: int, day: date) -> None:
    party = rng.choice(desk.city.enterprises)
    record = _record(desk, rng, number, (day, party))
    begins = record.glance.earliest_on
    if begins is None or begins > desk.city.today or rng.random() > _APPLIES:
        return
    received = begins + timedelta(days=rng.randrange(0, 40))
    if received <= desk.city.today:
        _repair(desk, rng, record, received)


def _record(desk: Desk, rng: Random, number: int, what: tuple[date, Enterprise]) -> StoredRecord:
    day, party = what
    kinds = rng.choices([one for one, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    published = day + timedelta(days=rng.randrange(1, 12))
    warned = kinds == ["warning"]
    fine = rng.choice((500, 2000, 5000, 12000, 50000)) if "fine" in kinds else None
    document = {
        "channel": "market_regulation",
        "kind": "penalty",
        "jurisdiction": party.region,
        "party": {"kind": "enterprise", "name": party.name, "uscc": party.uscc},
        "decision": {
            "number": f"演市监处罚〔{day.year}〕{number}号",
            "authority": _AUTHORITY,
            "decided_on": day.isoformat(),
            "published_on": None if warned else published.isoformat(),
            "procedure": "ordinary",
            "penalty_kinds": kinds,
            "fine_yuan": fine,
            "domain": rng.choice(("food", "other", "other")),
        },
        "conduct": {"corrected": True, "duties_performed": rng.random() < 0.9, "harm_removed": True},  # noqa: PLR2004 - a share
        "lists": {"on_abnormal_list": False, "on_serious_list": False},
        "application": {"promise_made": True},
    }
    served = day if rng.random() < _NOTICE else None
    return _saved(desk, document, published, served)


def _saved(desk: Desk, document: dict[str, Any], published: date, served: date | None) -> StoredRecord:
    entered = min(published + timedelta(days=1), desk.city.today)
    work = desk.act("credit_clerk", Permission.REPAIR_EDIT, entered, document["jurisdiction"])
    record = records.save(work, document, Own(notice_served_on=served))
    work.keep_events()
    return record


def _told(desk: Desk, party: Enterprise, number: int, story: Story) -> None:
    """A record and a repair of it that go as the story says, as far as the rules of the day allow."""
    today = desk.city.today
    day = today - timedelta(days=story.days_ago)
    published = day + timedelta(days=5)
    document = story.document(party, f"演{story.mark}罚〔{day.year}〕{number}号", (day, published))
    record = _saved(desk, document, published, day)
    if not story.moves:
        return
    first = back(today, story.moves[0][1])
    work = desk.act("credit_clerk", Permission.REPAIR_EDIT, first, record.region)
    repair: StoredRepair | None = acts.open_repair(work, record.id)
    work.keep_events()
    for move, days in story.moves:
        repair = _move(desk, repair, move, back(today, days)) if repair is not None else None


def _repair(desk: Desk, rng: Random, record: StoredRecord, received: date) -> None:
    """The usual way, as far as the days have gone; some are refused, a few are late."""
    work = desk.act("credit_clerk", Permission.REPAIR_EDIT, received, record.region)
    repair = acts.open_repair(work, record.id)
    work.keep_events()
    duties = bool(record.part("conduct").get("duties_performed"))
    moves = list(_USUAL) if duties else ["receive", "accept", "verify", "refuse"]
    day = received
    for move in moves:
        day = add_workdays(day, _pace(rng, move)).day
        if day > desk.city.today:
            return
        made = _move(desk, repair, move, day)
        if made is None:
            return
        repair = made


def _pace(rng: Random, move: str) -> int:
    """Working days until a move: most are made in time, a few decisions are late."""
    if move == "receive":
        return 0
    if move == "grant" and rng.random() < _LATE:
        return 9
    return 0 if move in _AT_ONCE else rng.choice((0, 1, 1, 2))


def _move(desk: Desk, repair: StoredRepair, move: str, day: date) -> StoredRepair | None:
    """The repair after a move; None where the rules refuse it, as they may."""
    permission = permission_of(move)
    role = "credit_reviewer" if permission is Permission.REPAIR_DECIDE else "credit_clerk"
    work = desk.act(role, permission, day, repair.region)
    facts = {**_FACTS.get(move, {}), **FACTS.get(move, {})}
    if move == "notify":
        facts["served_on"] = day.isoformat()
    try:
        with work.attempt():
            made = acts.make_move(work, repair.id, repair.version, Wish(move, facts, day))
    except acts.RefusedMoveError:
        return None
    work.keep_events()
    return made


def _register(desk: Desk) -> None:
    """A register that was read and waits to be confirmed."""
    today = desk.city.today
    out = io.StringIO()
    csv.writer(out).writerows([headings(local=True), *rows(_REGISTER, desk.city.seed, today, local=True)])
    work = desk.act("credit_clerk", Permission.REPAIR_IMPORT, today, desk.city.region)
    importing.read(work, "双公示登记簿（演示）.csv", out.getvalue().encode())
    work.keep_events()
