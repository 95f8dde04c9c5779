"""From libraries to tasks: what the tests of stored plans begin with, each step by its person."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlmodel import select

from service.access.actor import Actor, Grant
from service.access.area import EVERYWHERE
from service.access.roles import role_table
from service.clock import CHINA
from service.db.tables.accounts import UserRow
from service.db.tables.plans import CheckRow, PlanRow, TaskRow
from service.draws import drawing
from service.planning import fromdraw, libraries, plans, tasks
from service.work import Work
from supervision.taskresults import Entry, ItemResult
from tests.service.draws.ceremony import DOCUMENT, NOTARY, Ceremony
from tests.supervision.plan.libraries import CLASSES, ITEM_ROWS, PEOPLE_ROWS, document, entry

MakeWork = Callable[..., AbstractContextManager[Work]]
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=CHINA)
VISIT = datetime(2026, 12, 8, 15, 0, tzinfo=CHINA)
BATCH = [{"since": "2026-12-01", "last": "2026-12-18"}]
PUBLIC = DOCUMENT["public"]
UNITS = 40


def actor(name: str, *roles: str, department: str = "market") -> Actor:
    grants = tuple(Grant(role, frozenset(role_table()[role].permissions), EVERYWHERE) for role in roles)
    return Actor(f"user-{name}", name, grants=grants, department=department, region="210200")


PLANNER = actor("计划员", "planner")
APPROVER = actor("局长", "plan_approver")


def objects_csv() -> bytes:
    rows = ["统一社会信用代码,名称,行政区划,信用风险类别,行业风险,标签,住所"]
    rows += [
        f"U{n:02d},企业{n},{'210202' if n % 2 else '210203'},{CLASSES[n % 20]},{'低中'[n % 2]},学校,示范路{n}号"
        for n in range(UNITS)
    ]
    return "\n".join(rows).encode("gb18030")


def people_rows() -> list[list[object]]:
    return [[*row, "登录账号" if number == 0 else f"u{row[0]}".lower()] for number, row in enumerate(PEOPLE_ROWS)]


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return out.getvalue()


def library_files(folder: Path) -> dict[str, Path]:
    files = {
        "items": ("事项.xlsx", workbook(ITEM_ROWS)),
        "objects": ("对象.csv", objects_csv()),
        "inspectors": ("人员.xlsx", workbook(people_rows())),
    }
    for name, data in files.values():
        (folder / name).write_bytes(data)
    return {kind: folder / name for kind, (name, _) in files.items()}


def keep_libraries(work: MakeWork, folder: Path) -> None:
    with work(PLANNER.acting(None), NOW) as at:
        for kind, path in library_files(folder).items():
            libraries.keep(at, libraries.read(kind, path.name, path))


def plan_document() -> dict[str, Any]:
    sizing = {"rule": "ceil", "by": "class", "ratio_set": "RATIO.DEFAULT"}
    return document(
        entry("P1", batches=BATCH, sizing=sizing),
        entry("P2", batches=BATCH, items=["F1"], kind="general", department="fire", partners=[], sizing=sizing),
    )


def approved_plan(work: MakeWork) -> str:
    with work(PLANNER, NOW) as at:
        row = plans.create(at, plan_document())
        plans.submit(at, row.id, 1, {})
        key = row.id
    with work(APPROVER, NOW) as at:
        plans.act(at, key, 2, "approve")
    return key


def dispatched_draw(work: MakeWork, plan_id: str) -> Ceremony:
    """A draw of the whole plan, as far as its tasks can be made."""
    ceremony = Ceremony(work)
    with work(PLANNER, NOW) as at:
        new = {"draw_id": "2026-Q4", "title": "第四季度抽查", "public": PUBLIC, "holders": [NOTARY]}
        ceremony.id = fromdraw.prepare(at, plan_id, ["P1", "P2"], new).id
    ceremony.seal().commit().event().open().run()
    ceremony.act(Actor.system("test"), drawing.dispatch, NOW)
    return ceremony


def made_tasks(work: MakeWork, folder: Path) -> Ceremony:
    keep_libraries(work, folder)
    ceremony = dispatched_draw(work, approved_plan(work))
    ceremony.act(PLANNER, fromdraw.make_tasks, NOW)
    with work(PLANNER, NOW) as at:
        tasks.dispatch(at, [one.id for one in at.session.exec(select(CheckRow))])
    return ceremony


def inspector(work: MakeWork, number: str, department: str) -> Actor:
    """The actor of an inspector, with his account."""
    name = actor(number, "inspector", department=department)
    with work(Actor.system("test"), NOW) as at:
        if at.session.get(UserRow, name.id) is None:
            at.session.add(_user(name, f"u{number}".lower()))
    return name


def _user(who: Actor, login: str) -> UserRow:
    from service.access.accounts import User  # noqa: PLC0415 - a helper of one test module
    from service.db.mapping.accounts import user_row  # noqa: PLC0415 - as above

    made = {"department": who.department, "region": who.region, "created_at": NOW, "created_by": "system:test"}
    return user_row(User(id=who.id, login=login, name=who.name, password_at=None, **made), None)


def rows(work: MakeWork, table: type[Any] = TaskRow) -> list[Any]:
    with work(Actor.system("test"), NOW) as at:
        found = list(at.session.exec(select(table).order_by(table.id)))
        for one in found:
            at.session.expunge(one)
        return found


def plan_row(work: MakeWork) -> PlanRow:
    return rows(work, PlanRow)[0]  # type: ignore[no-any-return]  # a row of that table


def clean(check: CheckRow, code: str = "1", due_on: date | None = None) -> Entry:
    found = tuple(ItemResult(item, "province-results", code, "", due_on) for item in check.items)
    return Entry(date(2026, 12, 8), "onsite", scanned=True, rows=found)
