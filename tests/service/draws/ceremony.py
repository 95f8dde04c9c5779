"""A small draw, step by step, by people of their own: what the tests of stored draws begin with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kernel.errors import XinhengError
from service.access.actor import Actor, Grant
from service.access.area import EVERYWHERE, Area
from service.access.roles import role_table
from service.db.repositories import draws
from service.db.tables.draws import DrawRow
from service.draws import draft, drawing, record, sealing
from service.work import Work
from supervision.drawchanges import Act as Approval
from tests.databases import NOW

MakeWork = Callable[..., AbstractContextManager[Work]]
Act = Callable[[Work, DrawRow], Any]
VALUE = "03.08.12.19.25.33+07"
SECRET = "我们部门的口令 2026"  # noqa: S105 - of a test
OTHER_SECRET = "司法局的另一个口令"  # noqa: S105 - of a test
NOTARY = "司法局"
DEPARTMENT, REGION = "市场监管综合执法", "210200"
LATER = NOW + timedelta(days=2)
DOCUMENT: dict[str, Any] = {
    "public": [
        {
            "id": "ssq-2026137",
            "what": "双色球第2026137期",
            "format": "rr.rr.rr.rr.rr.rr+bb",
            "when": (NOW + timedelta(days=1)).isoformat(),
            "if_cancelled": "改用下一期",
        }
    ],
    "plans": [
        {"plan_id": "P-market", "dept_id": "market", "group": "all", "frame": "frame-market.tsv", "rule": "ceil"}
        | {"rate": {"高": 500000, "低": 200000}, "reserve": 3},
        {"plan_id": "P-fire", "dept_id": "fire", "group": "all", "frame": "frame-market.tsv", "rule": "ceil"}
        | {"rate": {"高": 250000, "低": 100000}, "reserve": 3},
    ],
    "needs": {name: {"alone": [["-", 2]], "joint": [["-", 1]]} for name in ("market", "fire")},
    "balance": "step",
    "excluded": {"whitelist": 12},
}


ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For rules that no database has a part in."""


def refused(make: object, *arguments: object) -> str:
    with pytest.raises(XinhengError) as caught:
        make(*arguments)  # type: ignore[operator]  # a step of the ceremony
    return caught.value.code


def unit(number: int) -> str:
    return f"91210200MA{number:08d}"


FILES = {
    "frame-market.tsv": "".join(
        f"{unit(n)}\t{'高' if n < 12 else '低'}\t{'cap' if n % 9 == 0 else 'ok'}\t{'R1' if n % 2 else 'R2'}\n"
        for n in range(60)
    ).encode(),
    "roster.tsv": "".join(f"M{n:02d}\t{'market' if n % 2 else 'fire'}\t*\t-\t30\t0\n" for n in range(14)).encode(),
    "recusal.tsv": f"M01\t{unit(3)}\n".encode(),
}


def person(name: str, *roles: str, area: Area = EVERYWHERE) -> Actor:
    table = role_table()
    grants = tuple(Grant(role, frozenset(table[role].permissions), area) for role in roles)
    return Actor(f"user-{name}", name, grants=grants, department=DEPARTMENT, region=REGION)


PLANNER, FIRST, SECOND = person("计划员", "planner"), person("见证甲", "draw_witness"), person("见证乙", "draw_witness")


def _seal(holder: str, secret: str, work: Work, row: DrawRow) -> str:
    return sealing.seal(work, row, holder, secret)


def opening(holder: str, *, secret: str = "", copy: str = "") -> Act:
    """The step by which a holder opens his nonce."""
    return lambda work, row: sealing.open_nonce(work, row, holder, secret=secret, copy=copy)


@dataclass
class Ceremony:
    """One draw in a database; each step is a work of its own, by whom and when the test says."""

    work: MakeWork
    id: str = ""
    copies: dict[str, str] = field(default_factory=dict)

    def act(self, who: Actor, what: Act, now: datetime = NOW) -> Any:  # noqa: ANN401
        with self.work(who, now) as work:
            return what(work, draws.row(work.session, work.actor, self.id, lock=True))

    def draft(self, draw_id: str = "2026-Q4", **changes: Any) -> "Ceremony":  # noqa: ANN401 - parts of a draft
        document = {**DOCUMENT, **changes.pop("document", {})}
        new = draft.NewDraw(
            draw_id,
            "2026 年第四季度抽查",
            DEPARTMENT,
            REGION,
            document,
            (NOTARY,),
            changes.pop("files", FILES),
            **changes,
        )
        with self.work(PLANNER) as work:
            self.id = draft.create(work, new).id
        return self

    def seal(self) -> "Ceremony":
        for who, holder, secret in ((PLANNER, "planner", SECRET), (FIRST, NOTARY, OTHER_SECRET)):
            self.copies[holder] = self.act(who, partial(_seal, holder, secret))
        return self

    def commit(self) -> "Ceremony":
        self.act(PLANNER, record.commit)
        return self

    def event(self, value: str = VALUE) -> "Ceremony":
        source = DOCUMENT["public"][0]["id"]
        self.act(FIRST, lambda work, row: record.enter_event(work, row, source, value, "中国福彩网"), LATER)
        self.act(SECOND, lambda work, row: record.confirm_event(work, row, source, value), LATER)
        return self

    def open(self) -> "Ceremony":
        for who, holder, secret in ((PLANNER, "planner", SECRET), (FIRST, NOTARY, OTHER_SECRET)):
            self.act(who, opening(holder, secret=secret), LATER)
        return self

    def run(self) -> "Ceremony":
        self.act(PLANNER, drawing.make_draw, LATER)
        return self

    def drawn(self) -> "Ceremony":
        return self.draft().seal().commit().event().open().run()

    def closed(self) -> "Ceremony":
        self.act(PLANNER, drawing.dispatch, LATER)
        self.act(PLANNER, lambda work, row: drawing.close(work, row, tasks_done=True), LATER)
        return self

    def published(self) -> "Ceremony":
        self.closed()
        self.act(PLANNER, drawing.publish, LATER)
        return self

    def look(self, what: Act) -> Any:  # noqa: ANN401 - whatever was looked at
        return self.act(Actor.system("test"), what)

    @property
    def row(self) -> DrawRow:
        found: DrawRow = self.look(lambda _, row: row)
        return found


GONE = Approval("9", "局长", "2026-11-28T10:00:00+08:00")
ILL = Approval("生病", "局长", "2026-11-28T11:00:00+08:00")
