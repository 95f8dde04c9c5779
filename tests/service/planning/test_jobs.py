"""Tasks of a large draw are made by a job, a piece at a time, and once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from kernel.errors import XinhengError
from service import clock, drawseal
from service.db.repositories import draws
from service.db.tables.jobs import JobRow
from service.db.tables.plans import CheckRow, SeatRow, TaskRow
from service.jobs.worker import run_all
from service.planning import fromdraw, jobs, libraries
from service.work import Work, Works
from tests.service.draws.ceremony import ONE_DATABASE, Ceremony
from tests.service.planning.flow import NOW, PLANNER, MakeWork, approved_plan, dispatched_draw, keep_libraries


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(drawseal, "_COST", 2)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(jobs, "LARGE_SEATS", 0)
    monkeypatch.setattr(jobs, "PIECE", 3)
    yield
    libraries.forget()


@pytest.fixture
def draw(work: MakeWork, tmp_path: Path) -> Ceremony:
    keep_libraries(work, tmp_path)
    return dispatched_draw(work, approved_plan(work))


def kept(work: MakeWork) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Every task with its checks: number, unit, department, people."""
    with work(PLANNER, NOW) as at:
        rows = at.session.exec(select(TaskRow, CheckRow).where(TaskRow.id == CheckRow.task_id))
        return sorted((task.number, task.unit, check.department, tuple(check.people)) for task, check in rows)


def at_once(draw: Ceremony, work: MakeWork) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What making them in one transaction gives; taken back."""

    class Back(Exception):  # noqa: N818 - no error
        pass

    found = []

    def make(at: Work, row: object) -> None:
        fromdraw.make_tasks(at, row)  # type: ignore[arg-type]  # a draw
        rows = at.session.exec(select(TaskRow, CheckRow).where(TaskRow.id == CheckRow.task_id))
        found.extend(sorted((task.number, task.unit, check.department, tuple(check.people)) for task, check in rows))
        raise Back

    with pytest.raises(Back):
        draw.act(PLANNER, make, NOW)
    assert kept(work) == []
    return found


def test_a_job_makes_what_one_transaction_would(draw: Ceremony, work: MakeWork, works: Works) -> None:
    expected = at_once(draw, work)
    key = draw.act(PLANNER, lambda at, row: jobs.begin(at, row, dispatch=True), NOW)
    assert draw.act(PLANNER, jobs.begin, NOW) == key
    run_all(works)
    assert kept(work) == expected
    assert len(expected) > jobs.PIECE * 2
    with work(PLANNER, NOW) as at:
        assert {one.state for one in at.session.exec(select(CheckRow))} == {"dispatched"}
        assert len(at.session.exec(select(SeatRow)).all()) == sum(len(one[3]) for one in expected)
        assert at.session.exec(select(JobRow)).one().state == "done"
        row = draws.row(at.session, PLANNER, draw.id)
        with pytest.raises(XinhengError) as caught:
            jobs.begin(at, row)
    assert caught.value.code == "task_tasks_made"


@ONE_DATABASE
def test_a_stopped_job_goes_on_with_the_next_piece(draw: Ceremony, work: MakeWork, works: Works) -> None:
    expected = at_once(draw, work)

    def first_piece(at: Work, row: object) -> None:
        making = fromdraw.begin(at, row)  # type: ignore[arg-type]  # a draw
        making.keep(making.left[: jobs.PIECE])

    draw.act(PLANNER, first_piece, NOW)
    assert 0 < len({one[0] for one in kept(work)}) == jobs.PIECE
    draw.act(PLANNER, jobs.begin, NOW)
    run_all(works)
    assert kept(work) == expected
