"""``xinheng repair kpi``, ``repair remind``, ``repair export``: figures and reminders from the database or a file."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from credit import labels
from credit.kpi import Period, figures
from credit.reminders import WITHIN, for_staff
from credit.workflow import Workflow
from kernel.errors import InputError
from kernel.jsondoc import read_json
from service import clock
from service.access.actor import Actor
from service.cli.files import read_whole, write_whole
from service.cli.output import emit_json, note, say_all
from service.cli.stored import opened
from service.engine import Engine
from service.repairdesk import eventsfile, reminding
from service.repairdesk import figures as counted
from service.repairdesk.checking import repairs_of
from service.settings import read_settings
from service.storage import open_files
from service.work import Works

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from credit.kpi import Figure


def kpi(options: argparse.Namespace) -> int:
    """Print the figures of a period with their definitions; with ``--figure`` what one was counted from."""
    today = clock.today()
    wanted = counted.Wanted(options.since or date(today.year, 1, 1), options.until or today, options.by)
    with Engine.load(read_settings(os.environ)) as engine:
        found = _from_file(engine, options.events, wanted) if options.events else _from_database(engine, wanted)
    if options.figure:
        found = [one for one in found if one.definition.id == options.figure]
        if not found:
            raise InputError.at("/figure", "figure_unknown", id=options.figure, allowed="见不带 --figure 的结果")
    if options.json:
        emit_json({"items": [_json(one, whole=bool(options.figure)) for one in found]})
    else:
        say_all(line for one in found for line in _figure_lines(one, whole=bool(options.figure)))
    return 0


def remind(options: argparse.Namespace) -> int:
    """Print who can apply and which clocks run out."""
    on: date = options.on or clock.today()
    with Engine.load(read_settings(os.environ)) as engine:
        found = (
            _reminders_of_file(engine, options.events, on) if options.events else _reminders(engine, on, options.days)
        )
    if options.json:
        emit_json({"on": on.isoformat(), **found})
    else:
        say_all(_reminder_lines(found, on))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write every repair with its moves, one a line."""
    with Engine.load(read_settings(os.environ)) as engine, opened() as (settings, database):
        works = Works(database, engine, open_files(settings))
        with works.reading(Actor.system("command")) as work:
            lines = [orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in eventsfile.lines(work)]
    write_whole(Path(options.out), b"".join(lines))
    note(f"已写出 {len(lines)} 个修复事项：{options.out}")
    if options.json:
        emit_json({"out": options.out, "repairs": len(lines)})
    return 0


def _from_database(engine: Engine, wanted: counted.Wanted) -> list[Figure]:
    with opened() as (settings, database):
        works = Works(database, engine, open_files(settings))
        with works.reading(Actor.system("command")) as work:
            return counted.computed(work, wanted)


def _from_file(engine: Engine, name: str, wanted: counted.Wanted) -> list[Figure]:
    checker = repairs_of(engine.release).checker
    workflow = Workflow(checker.deadlines)
    filed = (eventsfile.filed_of(line, checker, workflow, wanted) for line in _lines(name))
    return figures(filed, Period(wanted.first, wanted.last), workflow, wanted.by)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in read_whole(name).splitlines():
        found = read_json(line)
        if not isinstance(found, dict):
            raise InputError.at("", "events_line_wrong")
        yield found


def _reminders(engine: Engine, on: date, days: int) -> dict[str, Any]:
    with opened() as (settings, database):
        works = Works(database, engine, open_files(settings))
        with works.reading(Actor.system("command")) as work:
            return {
                "businesses": [reminding.business_json(one) for one in reminding.businesses(work, on, days)],
                "staff": [reminding.staff_json(one) for one, _ in reminding.staff(work, on)],
            }


def _reminders_of_file(engine: Engine, name: str, on: date) -> dict[str, Any]:
    """Clocks alone: a file of repairs does not tell of records that nobody applied for."""
    workflow = Workflow(repairs_of(engine.release).checker.deadlines)
    cases = (replace(eventsfile.case_of(line, workflow), record_id=str(line["id"])) for line in _lines(name))
    return {"businesses": [], "staff": [reminding.staff_json(one) for one in for_staff(cases, on, WITHIN)]}


def _json(figure: Figure, *, whole: bool) -> dict[str, Any]:
    shown = counted.figure_json(figure)
    if whole:
        parts = {name: list(ids) for name, ids in figure.parts.items()}
        shown["cases"] = {"hit": list(figure.hit), "missed": list(figure.missed), "parts": parts}
    return shown


def _figure_lines(figure: Figure, *, whole: bool) -> Iterator[str]:
    group = f"（{figure.group}）" if figure.group else ""
    yield f"{figure.definition.label}{group}：{counted.value_text(figure)}"
    yield f"  定义：{figure.definition.definition}"
    yield f"  可信度：{labels.CONFIDENCE.get(figure.definition.confidence, figure.definition.confidence)}"
    yield from (f"  {name}：{len(ids)}" for name, ids in figure.parts.items())
    if whole:
        yield from _named("计入的", figure.hit)
        yield from _named("没有达到的", figure.missed)


def _named(title: str, ids: Iterable[str]) -> Iterator[str]:
    yield f"  {title}："
    yield from (f"    {one}" for one in ids)


def _reminder_lines(found: dict[str, Any], on: date) -> Iterator[str]:
    yield f"{on.isoformat()} 提醒企业 {len(found['businesses'])} 条："
    yield from (f"  {one['text']}" for one in found["businesses"])
    yield f"提醒经办 {len(found['staff'])} 条："
    for one in found["staff"]:
        left = f"还有 {one['left']} 个工作日" if one["left"] >= 0 else f"已超期 {-one['left']} 个工作日"
        provisional = "（该年放假安排未公布，暂定）" if one["provisional"] else ""
        yield f"  {one['due_on']} {labels.STEPS.get(one['step'], one['step'])} {left}{provisional}　{one['repair']}"
