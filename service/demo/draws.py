"""Draws of the demonstration city: one published, one whose record waits for its public event, one still a draft."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from service import clock
from service.access.actor import Actor, Grant
from service.access.roles import role_table
from service.db.repositories import draws
from service.draws import draft, drawing, record, sealing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.db.tables.draws import DrawRow
    from service.demo.city import City
    from service.work import Work, Works

    Do = Callable[[Work, DrawRow], Any]

SECRET: Final = "xinheng-demo-2026"  # noqa: S105 - the passphrase of made-up nonces; the title of the draw tells it
_HOLDER: Final = "演示市司法局"
_VALUE: Final = "03.08.12.19.25.33+07"
_SHARE_OF_KEY: Final = 0.1
_SHARE_USED_UP: Final = 0.03
_CAP: Final = 60
_DEPARTMENTS: Final = 3


class Stage:
    """Does the steps of one draw, each in a work of its own, by its person and at its moment."""

    def __init__(self, works: Works, city: City) -> None:
        self._works, self._city = works, city
        self.key = ""

    def actor(self, login: str) -> Actor:
        """Somebody of the city, with all his rights."""
        person = self._city.person(login)
        grants = tuple(Grant(role, frozenset(role_table()[role].permissions)) for role in person.roles)
        return Actor(login, person.name, grants=grants, department=person.department, region=person.region)

    def create(self, new: draft.NewDraw, at: datetime) -> None:
        """Keep the draft."""
        with self._works.writing(self.actor("planner"), at) as work:
            self.key = draft.create(work, new).id

    def do(self, login: str, at: datetime, what: Do) -> None:
        """Do one step."""
        with self._works.writing(self.actor(login), at) as work:
            what(work, draws.row(work.session, work.actor, self.key, lock=True))

    def seal(self, at: datetime) -> None:
        """Lock both nonces away."""
        for login, holder in (("planner", "planner"), ("witness", _HOLDER)):
            self.do(login, at, partial(sealing.seal, holder=holder, secret=SECRET))

    def draw(self, source: str, at: datetime) -> None:
        """Enter and confirm the event, open the nonces, draw."""
        self.do("witness", at, partial(record.enter_event, source=source, value=_VALUE, evidence="开奖公告"))
        self.do("witness2", at, partial(record.confirm_event, source=source, value=_VALUE))
        for login, holder in (("planner", "planner"), ("witness", _HOLDER)):
            self.do(login, at, partial(sealing.open_nonce, holder=holder, secret=SECRET))
        self.do("planner", at, drawing.make_draw)


def fill_past(works: Works, city: City) -> None:
    """Keep the draw of the past; before every later record, since records are a chain."""
    past, files = _noon(city) - timedelta(days=60), _files(city)
    first = Stage(works, city)
    first.create(_new(city, "演示第三季度", "1", past + timedelta(days=1), files), past)
    first.seal(past)
    first.do("planner", past, record.commit)
    first.draw("ssq-1", past + timedelta(days=2))
    first.do("planner", past + timedelta(days=3), drawing.dispatch)
    first.do("planner", past + timedelta(days=40), partial(drawing.close, tasks_done=True))
    first.do("planner", past + timedelta(days=41), drawing.publish)


def fill_coming(works: Works, city: City) -> None:
    """Keep the record that waits for its event, and the draft."""
    noon, files = _noon(city), _files(city)
    second = Stage(works, city)
    second.create(_new(city, "演示第四季度", "2", noon + timedelta(days=2), files), noon - timedelta(days=1))
    second.seal(noon - timedelta(days=1))
    second.do("planner", noon - timedelta(days=1), record.commit)
    third = Stage(works, city)
    third.create(_new(city, "演示来年第一季度", "3", noon + timedelta(days=60), files), noon - timedelta(hours=2))
    third.do("planner", noon - timedelta(hours=2), partial(sealing.seal, holder="planner", secret=SECRET))


def _noon(city: City) -> datetime:
    return datetime.combine(city.today, time(12), clock.CHINA)


def _new(city: City, name: str, issue: str, when: datetime, files: dict[str, bytes]) -> draft.NewDraw:
    public = {
        "id": f"ssq-{issue}",
        "what": f"双色球（演示第 {issue} 期）",
        "format": "rr.rr.rr.rr.rr.rr+bb",
        "when": when.isoformat(),
        "if_cancelled": "改用紧接着的下一期",
    }
    departments = [one.code for one in city.departments[:_DEPARTMENTS]]
    plans = [
        {"plan_id": f"P-{code}", "dept_id": code, "group": "全市", "frame": "frame-city.tsv", "rule": "systematic"}
        | {"rate": {"重点": rate * 3, "一般": rate}, "reserve": 20}
        for code, rate in zip(departments, (20_000, 10_000, 15_000), strict=True)
    ]
    needs = {code: {"alone": [["-", 2]], "joint": [["-", 1]]} for code in departments}
    document = {"public": [public], "plans": plans, "needs": needs, "balance": "step", "excluded": {"白名单": 37}}
    title = f"{name}双随机抽查（演示，密封数口令 {SECRET}）"
    person = city.person("planner")
    return draft.NewDraw(name, title, person.department, city.region, document, (_HOLDER,), files, frames_public=True)


def _files(city: City) -> dict[str, bytes]:
    rng = city.random("draws")
    departments = {one.code for one in city.departments[:_DEPARTMENTS]}
    rows = [
        (
            one.uscc,
            "重点" if rng.random() < _SHARE_OF_KEY else "一般",
            "cap" if rng.random() < _SHARE_USED_UP else "ok",
            one.region,
        )
        for one in city.enterprises
    ]
    people = [
        (one.id, one.department, one.region, "-", str(_CAP), "0")
        for one in city.inspectors
        if one.department in departments
    ]
    return {"frame-city.tsv": _table(rows), "roster.tsv": _table(people), "recusal.tsv": b""}


def _table(rows: Sequence[tuple[str, ...]]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in sorted(rows)).encode()
