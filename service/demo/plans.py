"""Plans of the demonstration city: libraries, a plan in force with a draw and tasks half way, next year's draft."""

from __future__ import annotations

import tempfile
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from sqlmodel import col, select

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from service import clock
from service.access.actor import Actor, Grant
from service.access.permissions import Permission
from service.db.tables.plans import CheckRow, TaskRow
from service.demo.classes import newest_classes
from service.demo.draws import Stage
from service.draws import drawing, record
from service.planning import fromdraw, libraries, marks, plans, tasks
from supervision.caps import Visit
from supervision.taskresults import Entry, ItemResult
from supervision.tasks import code_sets

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.demo.city import City
    from service.work import Works

_HOLDER: Final = "演示市司法局"
_CLASSES: Final = ("A", "B", "C", "D")
_SHARES: Final = (65, 26, 7, 2)
_RISKS: Final = ("低", "中", "较高", "高")
_DRAWN_DAYS: Final = 20
_LATE: Final = 0.12
_TAGGED: Final = 0.25
_LOCAL: Final = 3
_TRIGGERS: Final = 12
_PPM_PERCENT: Final = 10_000
_NOTES: Final = {"3": "货架上有两袋食品超过保质期。", "B": "没有按期公示变更信息。", "6": "两次上门均无人。"}
_FOOD: Final = frozenset({"SC-03", "SC-04", "SC-05", "SC-06"})
_CODES: Final = (("1", 70), ("3", 8), ("B", 5), ("E", 8), ("6", 3), ("F", 6))


@cache
def described() -> dict[str, Any]:
    """The description, as delivered."""
    found = read_yaml(read_text("plans.yaml", "service.demo"), "plans.yaml")
    return found if isinstance(found, dict) else {}


def fill(works: Works, city: City) -> None:
    """Keep libraries, triggers, a plan in force with a draw and its tasks, and the draft of next year's plan."""
    noon = datetime.combine(city.today, time(12), clock.CHINA)
    begun = noon - timedelta(days=_DRAWN_DAYS)
    stage = Stage(works, city)
    _libraries(works, city, stage, begun)
    _known(works, city, stage, begun)
    plan_id = _plan(works, city, stage, begun)
    _draw(works, stage, plan_id, begun)
    _visits(works, city, stage, noon)
    with works.writing(stage.actor("planner"), noon) as work:
        document = _document(city, city.today.year + 1)
        plans.create(work, {**document, "title": f"{city.today.year + 1} 年度抽查计划（草案）"})


def _libraries(works: Works, city: City, stage: Stage, at: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder, works.writing(stage.actor("planner"), at) as work:
        known = newest_classes(work)
        for kind, table in (("items", _items()), ("objects", _objects(city, known)), ("inspectors", _people(city))):
            path = Path(folder) / f"{kind}.csv"
            table.write_csv(path)
            title = f"演示{libraries.TITLES[kind]}.csv"
            libraries.keep(work, libraries.read(kind, title, path), "演示数据，全部虚构")


def _items() -> pl.DataFrame:
    names = ["事项编号", "抽查事项", "事项类别", "检查对象", "检查依据", "检查主体", "配合部门", "检查方式", "人员资格"]
    rows = [
        [code, name, kind, objects, basis, dept, "；".join(partners), "；".join(methods), qualification]
        for code, name, kind, objects, basis, dept, partners, methods, qualification in described()["items"]
    ]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return table.with_columns(pl.lit("county").alias("实施层级"), pl.lit("2020-01-01").alias("起始日期"))


def _objects(city: City, known: Mapping[str, str]) -> pl.DataFrame:
    """The objects, with the class that the newest month gives each; one that is in no month gets any."""
    rng = city.random("plans")
    titles = {one.code: one.title for one in city.industries}
    rows = [
        {
            "统一社会信用代码": one.uscc,
            "名称": one.name,
            "行政区划": one.region,
            "住所": one.address,
            "联系人": one.manager,
            "行业": titles[one.industry],
            "信用风险类别": known.get(one.uscc) or rng.choices(_CLASSES, _SHARES)[0],
            "行业风险": rng.choices(_RISKS, (40, 35, 18, 7))[0],
            "标签": rng.choice(described()["tags"]) if rng.random() < _TAGGED else "",
        }
        for one in city.enterprises
    ]
    return pl.DataFrame(rows)


def _people(city: City) -> pl.DataFrame:
    person = city.person("inspector")
    mine = next(one.id for one in city.inspectors if one.department == person.department)
    rows = [
        {
            "人员编号": one.id,
            "姓名": person.name if one.id == mine else one.name,
            "执法证号": one.certificate,
            "证件有效期至": f"{city.today.year + 2}-12-31",
            "部门": one.department,
            # Small departments go everywhere; of the large one every third keeps to his district.
            "执法区域": one.region
            if one.department == person.department and number % _LOCAL == 0 and one.region != "*"
            else "",
            "年度任务上限": "120",
            "登录账号": person.login if one.id == mine else "",
        }
        for number, one in enumerate(city.inspectors)
    ]
    return pl.DataFrame(rows)


def _known(works: Works, city: City, stage: Stage, at: datetime) -> None:
    """Enter some triggers, an exemption, and visits of other bodies this year."""
    rng = city.random("marks")
    chosen = rng.sample(city.enterprises, _TRIGGERS * 2)
    codes = ("complaint", "monitoring", "transfer", "law")
    with works.writing(stage.actor("planner").acting(Permission.LIBRARY_EDIT), at) as work:
        for number, one in enumerate(chosen[:_TRIGGERS]):
            since = at.date() - timedelta(days=rng.randrange(30))
            until = since + timedelta(days=180)
            new = marks.NewMark("trigger", one.uscc, codes[number % len(codes)], since, until, "演示")
            marks.add(work, new, one.region)
        for one in chosen[_TRIGGERS:]:
            day = at.date() - timedelta(days=rng.randrange(1, 200))
            reason = rng.choice([None, "complaint", "licensing"])
            marks.enter_visit(work, Visit(one.uscc, "health", "county", day, reason), one.region, "演示")


def _document(city: City, year: int) -> dict[str, Any]:
    entries = [_entry(city, year, row) for row in described()["entries"]]
    departments = {dept for one in entries for dept in (one["department"], *one["partners"])}
    return {
        "title": f"{year} 年度抽查计划（演示）",
        "year": year,
        "place": city.region,
        "department": city.person("planner").department,
        "level": "city",
        "entries": entries,
        "needs": {dept: {"alone": [["-", 2]], "joint": [["-", 1]]} for dept in sorted(departments)},
        "caps": ["F-JIASHAN-2025"],
        "repeat": "REPEAT.DEFAULT",
        "most": 30,
        "per_person_day": 200,
    }


def _entry(city: City, year: int, row: Sequence[Any]) -> dict[str, Any]:
    number, name, items, fields, department, partners, kind, rates, first, last = row
    if year == city.today.year:
        since, until = _in_year(city.today, first), _in_year(city.today, last)
    else:
        since, until = f"{year}-04-01", f"{year}-06-30"
    return {
        "number": number,
        "name": name,
        "items": items,
        "scope": {"fields": fields},
        "drawing": "directed" if fields else "undirected",
        "kind": kind,
        "sizing": {
            "rule": "ceil",
            "by": "class",
            "rate": {one: round(rate * _PPM_PERCENT) for one, rate in zip(_CLASSES, rates, strict=True)},
        },
        "frequency": "=1",
        "batches": [{"since": since, "last": until}],
        "organised_by": "city",
        "carried_out_by": "county",
        "department": department,
        "partners": partners,
        "group": "全市",
        "reserve": 5,
    }


def _in_year(today: date, days: int) -> str:
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    return min(max(today + timedelta(days=days), first), last).isoformat()


def _plan(works: Works, city: City, stage: Stage, at: datetime) -> str:
    with works.writing(stage.actor("planner"), at) as work:
        row = plans.create(work, _document(city, city.today.year))
        plans.submit(work, row.id, row.version, {})
        key, version = row.id, row.version
    for step, act in enumerate(("approve", "file", "publish")):
        with works.writing(stage.actor("approver"), at) as work:
            plans.act(work, key, version + step, act, number="演示备〔2026〕1号")
    return key


def _draw(works: Works, stage: Stage, plan_id: str, at: datetime) -> None:
    event = at + timedelta(days=1)
    public = {
        "id": "ssq-9",
        "what": "双色球（演示第 9 期）",
        "format": "rr.rr.rr.rr.rr.rr+bb",
        "when": event.isoformat(),
        "if_cancelled": "改用紧接着的下一期",
    }
    numbers = [row[0] for row in described()["entries"]]
    new = {"draw_id": "演示年末", "title": "年末双随机抽查（演示）", "public": [public], "holders": [_HOLDER]}
    with works.writing(stage.actor("planner"), at) as work:
        stage.key = fromdraw.prepare(work, plan_id, numbers, new).id
    stage.seal(at)
    stage.do("planner", at, record.commit)
    stage.draw("ssq-9", event + timedelta(hours=1))
    stage.do("planner", at + timedelta(days=2), drawing.dispatch)
    stage.do("planner", at + timedelta(days=2), fromdraw.make_tasks)
    with works.writing(stage.actor("planner").acting(Permission.TASK_DISPATCH), at + timedelta(days=2)) as work:
        tasks.dispatch(work, [one.id for one in work.session.exec(select(CheckRow))])


def _visits(works: Works, city: City, stage: Stage, noon: datetime) -> None:
    """Enter what was found until yesterday, day by day; most of it is reviewed, the oldest published."""
    rng = city.random("results")
    with works.database.read() as session:
        wanted = select(col(TaskRow.day), col(CheckRow.id)).where(col(CheckRow.task_id) == col(TaskRow.id))
        by_day: dict[date, list[str]] = {}
        for day, key in sorted(session.exec(wanted.where(col(TaskRow.day) < city.today))):
            by_day.setdefault(day, []).append(key)
    everything = (Grant("system", frozenset(Permission)),)
    someone = Actor("system:demo", "演示检查人员", kind="system", grants=everything)
    for day, keys in sorted(by_day.items()):
        at = datetime.combine(day, time(17), clock.CHINA)
        with works.writing(someone, at) as work:
            chosen = [work.session.get_one(CheckRow, key) for key in keys if rng.random() > _LATE]
            # Where nobody goes there is nothing to enter.
            chosen = [one for one in chosen if one.people and not one.empty]
            kept = [(one.id, tasks.enter(work, one.id, one.version, _found(rng, one, day)).version) for one in chosen]
        with works.writing(stage.actor("planner").acting(Permission.TASK_DISPATCH), at + timedelta(hours=1)) as work:
            for key, version in kept:
                tasks.review(work, key, version, passed=True)
            if day < noon.date() - timedelta(days=5):
                tasks.publish(work, [key for key, _ in kept])


def _found(rng: random.Random, check: CheckRow, day: date) -> Entry:
    known = code_sets()["province-results"]
    rows = []
    for item in check.items:
        code = rng.choices([one for one, _ in _CODES], [weight for _, weight in _CODES])[0]
        if code == "3" and item not in _FOOD:
            code = "5"
        due = day + timedelta(days=30) if known[code].group == "problem" and code in {"3", "5", "B"} else None
        rows.append(ItemResult(item, "province-results", code, _NOTES.get(code, ""), due))
    return Entry(day, "onsite", scanned=rng.random() > _LATE, rows=tuple(rows))
