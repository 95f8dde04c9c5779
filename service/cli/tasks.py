"""``xinheng task …`` and ``xinheng plan prepare``: from a yearly plan to a draw, and from a draw to tasks on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from kernel.errors import CodedValueError, InputError
from kernel.jsondoc import read_json
from service import clock
from service.cli.files import reading_error, write_whole
from service.cli.output import emit_json, note, say
from service.cli.planfiles import entry_numbers, open_plan
from service.errors import StateError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    import polars as pl

    from service.cli.planfiles import PlanFiles
    from service.documents.tasksheet import Sheet
    from supervision.assignments import Assignment
    from supervision.tasks import Finding

_MOST_BYTES: Final = 2_000_000_000


def prepare(options: argparse.Namespace) -> int:
    """Freeze the pools of a plan into a folder that ``draw commit`` takes."""
    from supervision.annualdraw import folder  # noqa: PLC0415 - start-up time

    files = open_plan(options.plan)
    on = options.on or clock.today()
    numbers = entry_numbers(files.plan, options.entry or [])
    entries = [one for one in files.plan.entries if one.number in numbers]
    made = folder(files.plan, entries, files.libraries, files.known, on)
    out = Path(options.dir)
    if (out / "commit.json").exists():
        raise StateError("draw_sealed_exists", file="commit.json")
    out.mkdir(parents=True, exist_ok=True)
    for name, data in made.files.items():
        write_whole(out / name, data)
    draft = {"draw_id": options.draw_id, "nonces": ["planner"], "public": [], **made.draft}
    write_whole(out / "draft.json", orjson.dumps(draft, option=orjson.OPT_INDENT_2))
    effects = [one.as_dict() for one in made.effects.values()]
    if options.json:
        emit_json({"entries": effects, "left_out": dict(made.left_out), "excluded": dict(made.excluded)})
        return 0
    for one in effects:
        say(f"{one['entry']}：对象池 {one['total']} 户，抽取 {one['size']} 户")
    note(f"已写入 {out}。请在 draft.json 的 public 写明公开事件，再执行 xinheng draw commit {out}")
    return 0


def listed(options: argparse.Namespace) -> int:
    """The tasks of a draw with their days, as a table or on the screen."""
    from service.tablefiles import FORMATS, write_table  # noqa: PLC0415 - start-up time

    files = open_plan(options.plan)
    tasks, days = _tasks(files, options.dir)
    table = _table(tasks, days)
    if options.out:
        path = Path(options.out)
        if path.suffix.lower() not in FORMATS:
            raise UsageError(why=f"输出文件的扩展名应当是 {'、'.join(FORMATS)} 之一", command="xinheng task list")
        write_table(table, path)
        note(f"任务 {len(tasks)} 个，已写入 {path}")
    if options.json:
        emit_json([{name: str(cell) for name, cell in row.items()} for row in table.iter_rows(named=True)])
    elif not options.out:
        for row in table.iter_rows(named=True):
            say(f"{row['安排日期']}　{row['对象代码']}　{row['部门']}　{row['人员'] or '空缺'}")
    return 0


def _tasks(files: PlanFiles, name: str) -> tuple[list[Assignment], dict[str, date]]:
    from supervision.assignments import Source, TaskError, assignments  # noqa: PLC0415 - start-up time
    from supervision.taskcalendar import schedule  # noqa: PLC0415 - as above

    record, result = (_document(Path(name) / one) for one in ("commit.json", "result.json"))
    groups = {one["plan_id"]: one["group"] for one in record["plans"]}
    entries = {one.number: one for one in files.plan.entries}
    try:
        found = assignments(Source(record["draw_id"], result, groups, entries, files.libraries.items))
    except TaskError as error:
        raise InputError.at("/plans", error.code, **error.params) from error
    people = {one.inspector_id: one for one in files.libraries.people}
    days = schedule(found, lambda person, day: person in people and people[person].away_on(day))
    return found, days


def _document(path: Path) -> Any:  # noqa: ANN401 - JSON of a draw that was made
    try:
        return read_json(path.read_bytes(), max_bytes=_MOST_BYTES)
    except OSError as error:
        raise reading_error(str(path), error) from error


def _table(tasks: Sequence[Assignment], days: dict[str, date]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 - start-up time

    rows = [
        (
            one.number,
            one.unit,
            one.region,
            days[one.number].isoformat(),
            check.department,
            "；".join(check.people),
            "；".join(check.items),
            "联合" if one.joint else "",
        )
        for one in tasks
        for check in one.checks
    ]
    names = ("任务编号", "对象代码", "区域", "安排日期", "部门", "人员", "事项", "联合")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def sheets(options: argparse.Namespace) -> int:
    """The task sheets of a draw, A4, as one PDF."""
    from service.documents.tasksheet import sheets_pdf  # noqa: PLC0415 - start-up time

    out = Path(options.out)
    if out.suffix.lower() != ".pdf":
        raise UsageError(why="输出文件的扩展名应当是 .pdf", command="xinheng task sheets")
    files = open_plan(options.plan)
    tasks, days = _tasks(files, options.dir)
    record = (Path(options.dir) / "commit.json").read_bytes()
    made = [_sheet(files, one, days[one.number], (record, options.address)) for one in tasks]
    if not made:
        raise UsageError(why="抽取结果里没有任务", command="xinheng task sheets")
    write_whole(out, sheets_pdf(made))
    note(f"任务单 {len(made)} 张，已写入 {out}")
    if options.json:
        emit_json({"out": str(out), "sheets": len(made)})
    return 0


def _sheet(files: PlanFiles, task: Assignment, day: date, context: tuple[bytes, str]) -> Sheet:
    from service.departments import department_zh  # noqa: PLC0415 - start-up time
    from service.documents.tasksheet import Sheet, SheetCheck  # noqa: PLC0415 - as above
    from service.web.words import place_zh  # noqa: PLC0415 - as above
    from supervision.drawtext import sha256_hex  # noqa: PLC0415 - as above

    record, address = context
    table = files.libraries.objects
    (row,) = table.filter(table["unit"] == task.unit).rows(named=True) or ({"name": task.unit, "address": ""},)
    names = {one.inspector_id: one.name for one in files.libraries.people}
    numbers = sorted({number for one in task.checks for number in one.entries})
    entries = [one for one in files.plan.entries if one.number in numbers]
    items = files.libraries.items
    return Sheet(
        number=task.number,
        title="；".join(one.name for one in entries),
        draw_id=task.draw_id,
        record=sha256_hex(record),
        unit=task.unit,
        name=row["name"],
        place=row["address"] or "",
        region=place_zh(task.region),
        since=task.window.since.isoformat(),
        last=task.window.last.isoformat(),
        day=day.isoformat(),
        checks=tuple(
            SheetCheck(
                department_zh(one.department),
                tuple(names.get(person, person) for person in one.people),
                tuple((code, items[code].name if code in items else "") for code in one.items),
                one.department == entries[0].department,
            )
            for one in task.checks
        ),
        address=f"{address.rstrip('/')}/planner/tasks?q={task.number}",
    )


def figures(options: argparse.Namespace) -> int:
    """The figures of results in a table: both counts, share, definition."""
    from supervision.annualcheck import percent  # noqa: PLC0415 - start-up time
    from supervision.tasksfigures import Year, definitions  # noqa: PLC0415 - as above
    from supervision.tasksfigures import figures as count  # noqa: PLC0415 - as above

    found = _findings(options.results)
    done = len({(one.draw_id, one.unit, one.dept) for one in found})
    year = Year(
        findings=found,
        plans=[],
        enterprises=options.enterprises,
        items=sorted({one.item for one in found}),
        low_risk=frozenset(),
        lifted={},
        checks=(done, done),
        place=options.place,
        on=options.on or clock.today(),
    )
    # What a table of results cannot tell (plans, low risk, what was dispatched) is left out, not shown as nought.
    left_out = {"class_plans", "class_checks", "undisturbed", "lifted", "items", "completion"}
    shown = [one for one in count(year) if one.of not in left_out]
    if options.json:
        emit_json([one.as_dict() for one in shown])
        return 0
    for one in shown:
        definition = definitions()[one.of]
        about = one.name.removeprefix(one.of).removeprefix("_")
        value = "—" if one.ppm is None else percent(one.ppm)
        secret = "（内部）" if definition.internal else ""
        say(f"{definition.name}{about}{secret}：{value}（{one.part} / {one.whole}；{one.definition}）")
    return 0


def _findings(name: str) -> list[Finding]:
    from service.planning.sheets import read_sheet  # noqa: PLC0415 - start-up time
    from supervision.tablerows import Column, choice, day, flag, read_rows, words  # noqa: PLC0415 - as above
    from supervision.tablerows import name as identifier  # noqa: PLC0415 - as above
    from supervision.tasks import Finding, result_code  # noqa: PLC0415 - as above

    columns = (
        Column("draw_id", "抽取编号", words, needed=True),
        Column("plan_id", "计划编号", words, needed=True),
        Column("unit", "对象代码", identifier, needed=True, also=("统一社会信用代码",)),
        Column("dept", "部门", words, needed=True),
        Column("item", "事项", words, needed=True),
        Column("checked_on", "检查日期", day, needed=True),
        Column("code_set", "代码集", words, needed=True),
        Column("code", "代码", words, needed=True),
        Column("joint", "联合", flag, needed=True),
        Column("credit_class", "类别", choice({one: one for one in "ABCD"})),
        Column("published_on", "公示日期", day),
        Column("due_on", "改正期限", day),
        Column("corrected_on", "改正日期", day),
        Column("scanned", "扫码", flag),
    )

    def check(row: Any) -> Any:  # noqa: ANN401 - a record of the table
        try:
            result_code(row["code_set"], row["code"])
        except CodedValueError as error:
            yield "代码", error.code, error.params

    path = Path(name)
    try:
        rows = read_rows(columns, path.name, read_sheet(path.name, path), check=check)
    except OSError as error:
        raise reading_error(name, error) from error
    return [Finding(**row) for row in rows]
