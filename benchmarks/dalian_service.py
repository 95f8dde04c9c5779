"""The year of ``dalian_year`` loaded into the service: libraries, plan, four draws, their tasks; times and sizes.

``python -m benchmarks.dalian_service FOLDER`` fills an empty data folder (``… FOLDER 50`` with a fiftieth of the city)
and prints what each stage took; ``XINHENG_DATA_DIR=FOLDER xinheng serve`` then shows it. Results are entered, one
check at a time as an inspector would, for the first checks of the first quarter only.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from sqlmodel import col, func, select

from benchmarks.dalian_city import MOST, Size, inspectors, items, objects, plan
from service import clock
from service.access.actor import Actor, Grant
from service.access.permissions import Permission
from service.db.repositories import draws
from service.db.repositories import plans as plan_rows
from service.db.tables.plans import CheckRow, TaskRow
from service.demo.city import make_city
from service.demo.draws import Stage
from service.demo.fill import fill
from service.draws import drawing, record
from service.engine import Engine
from service.planning import fromdraw, jobs, libraries, plans, tasks
from service.settings import Settings
from service.storage import open_database, open_files
from service.work import Works
from supervision import inspectors as people_columns
from supervision import items as item_columns
from supervision.load import load_scheme
from supervision.tablerows import write_rows
from supervision.taskresults import Entry, ItemResult

SMALL = 400
RESULTS = 1000
HOLDER = "演示市司法局"


class Timed:
    """Prints processor seconds and the most memory so far, stage by stage."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        wall, start = time.perf_counter(), time.process_time()
        yield
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        spent, passed = time.process_time() - start, time.perf_counter() - wall
        sys.stdout.write(f"{name}\t{spent:.1f} s\t{passed:.1f} s\t{memory:.2f} GB\n")
        sys.stdout.flush()


def keep_libraries(works: Works, stage: Stage, size: Size, folder: Path, at: datetime) -> None:
    """Import the three libraries as an office would."""
    rows = {
        "items": write_rows(item_columns.COLUMNS, map(asdict, items(size).values())),
        "inspectors": write_rows(people_columns.COLUMNS, map(asdict, inspectors(size, Counter()))),
    }
    for kind, (heading, *lines) in rows.items():
        path = folder / f"{kind}.csv"
        pl.DataFrame(lines, schema=dict.fromkeys(heading, pl.String), orient="row").write_csv(path)
    objects(size, size.seed).write_parquet(folder / "objects.parquet")
    for kind, name in (("items", "items.csv"), ("objects", "objects.parquet"), ("inspectors", "inspectors.csv")):
        with works.writing(stage.actor("planner").acting(Permission.LIBRARY_EDIT), at) as work:
            libraries.keep(work, libraries.read(kind, name, folder / name))


def make_plan(works: Works, stage: Stage, size: Size, at: datetime) -> str:
    """Keep the plan, submit and approve it."""
    # The check of a plan tries the whole year in one draw: a person may take as much there as in four.
    document = plan(size, random.Random(size.seed)).as_dict() | {"most": 4 * MOST}
    with works.writing(stage.actor("planner"), at) as work:
        row = plans.create(work, document)
        plans.submit(work, row.id, row.version, {})
        key, version = row.id, row.version
    with works.writing(stage.actor("approver"), at) as work:
        plans.act(work, key, version, "approve")
    return key


def quarter(works: Works, stage: Stage, timed: Timed, plan_id: str, number: int) -> None:
    """Draw a quarter and make its tasks."""
    at = datetime(2026, 3 * number - 2, 15, 10, tzinfo=clock.CHINA)
    event = at + timedelta(days=1)
    public = {"id": f"ssq-{number}", "what": "双色球（演示）", "format": "rr.rr.rr.rr.rr.rr+bb"}
    public |= {"when": event.isoformat(), "if_cancelled": "改用下一期"}
    with works.reading(stage.actor("planner")) as work:
        entries = plans.in_force(work, plan_rows.plan(work.session, work.actor, plan_id)).entries
    numbers = [one.number for one in entries if one.span.since.month == 3 * number - 1]
    new = {"draw_id": f"2026-Q{number}", "title": f"第 {number} 季度抽查", "public": [public], "holders": [HOLDER]}
    with timed.stage(f"Q{number} pools and frames"), works.writing(stage.actor("planner"), at) as work:
        stage.key = fromdraw.prepare(work, plan_id, numbers, new).id
    stage.seal(at)
    with timed.stage(f"Q{number} record"):
        stage.do("planner", at, record.commit)
    with timed.stage(f"Q{number} draw"):
        stage.draw(f"ssq-{number}", event + timedelta(hours=1))
    stage.do("planner", event, drawing.dispatch)
    with timed.stage(f"Q{number} tasks"):
        _tasks(works, stage, event)


def _tasks(works: Works, stage: Stage, at: datetime) -> None:
    """As the job makes them: a piece in a transaction."""
    with works.reading(stage.actor("planner")) as work:
        making = fromdraw.begin(work, draws.row(work.session, work.actor, stage.key))
    for place in range(0, len(making.left), jobs.PIECE):
        piece = making.left[place : place + jobs.PIECE]
        with works.writing(stage.actor("planner"), at) as work:
            row = draws.row(work.session, work.actor, stage.key)
            fromdraw.Making(work, row, piece, making.days).keep(piece)
    stage.do("planner", at, lambda work, row: tasks.dispatch_draw(work, row.draw_id))


def enter_results(works: Works) -> None:
    """Enter the first checks, one by one."""
    everything = (Grant("system", frozenset(Permission)),)
    someone = Actor("system:demo", "演示检查人员", kind="system", grants=everything)
    wanted = select(col(CheckRow.id), col(TaskRow.day)).join(TaskRow, col(TaskRow.id) == col(CheckRow.task_id))
    with works.reading(someone) as work:
        some = list(
            work.session.exec(
                wanted.where(col(CheckRow.state) == "dispatched").order_by(col(TaskRow.day)).limit(RESULTS)
            )
        )
    for key, day in some:
        with works.writing(someone, datetime(day.year, day.month, day.day, 17, tzinfo=clock.CHINA)) as work:
            check = work.session.get_one(CheckRow, key)
            rows = tuple(ItemResult(item, "province-results", "1", "", None) for item in check.items)
            tasks.enter(work, key, check.version, Entry(day, "onsite", scanned=True, rows=rows))


def main(data: Path, parts: int) -> None:
    """Load the year and print the table."""
    size, timed = Size.of_dalian(parts), Timed()
    settings = Settings(data_dir=data)
    with Engine.load(Settings()) as engine:
        works = Works(open_database(settings), engine, open_files(settings))
        city = make_city(load_scheme(), clock.today(), SMALL)
        with timed.stage("people and a small city"):
            logins = fill(works, city, lambda _: None)
        stage = Stage(works, city)
        at = clock.now()  # behind those of the small city, so that these hold
        with timed.stage("libraries"):
            keep_libraries(works, stage, size, data, at)
        with timed.stage("plan, submitted with its check, approved"):
            key = make_plan(works, stage, size, at)
        for number in range(1, 5):
            quarter(works, stage, timed, key, number)
        with timed.stage(f"results of {RESULTS} checks"):
            enter_results(works)
        with works.reading(Actor.system("bench")) as work:
            for row in (TaskRow, CheckRow):
                sys.stdout.write(
                    f"{row.__tablename__}\t{work.session.exec(select(func.count()).select_from(row)).one():,}\n"
                )
    stored = sum(one.stat().st_size for one in (data / "files").rglob("*") if one.is_file())
    database = sum(one.stat().st_size for one in data.glob("*.db*"))
    sys.stdout.write(f"database\t{database / 2**20:.0f} MB\nfiles\t{stored / 2**20:.0f} MB\n")
    sys.stdout.writelines(f"{one.login}\t{one.password}\n" for one in logins if one.login in {"planner", "inspector"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > len(("program", "folder")) else 1)
