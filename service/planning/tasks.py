"""What is done with tasks: dispatch, another day, somebody else, results, review, publication, follow-up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update
from sqlmodel import col, func, select

from kernel.errors import InputError
from service.access import scope
from service.db.mapping.plans import batches_of, result_row
from service.db.repositories import plans as store
from service.db.tables.accounts import UserRow
from service.db.tables.plans import CheckRow, ResultRow, SeatRow, TaskChangeRow, TaskRow, VisitRow
from service.departments import department_zh
from service.draws import drawing
from service.errors import StateError
from service.ids import new_id
from service.planning import libraries
from service.planning.events import CheckMoved, FollowedUp, TaskChanged, TasksDispatched
from service.planning.fromdraw import draw_named, seats_of
from service.planning.marks import visit_row
from service.versions import expect_number
from supervision import taskstates
from supervision.assignments import TaskError
from supervision.caps import DAILY
from supervision.drawchanges import Act
from supervision.planparams import reasons
from supervision.taskresults import check_entry, overdue_duty
from supervision.tasks import ABNORMAL, PUBLISH, due, result_code
from supervision.visitledger import Done, visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from service.work import Work
    from supervision.drawchanges import Change
    from supervision.drawlog import Stand
    from supervision.taskresults import Entry

_LEAST_REASON: Final = 2
_NO_STAFF: Final = "no_staff"
_MOST: Final = 2000


def inspector_of(work: Work) -> str | None:
    """Return the number of the inspector that the actor is, by the account that the library names; None: nobody."""
    row = work.session.get(UserRow, work.actor.id)
    if row is None:
        return None
    return next((one.inspector_id for one in libraries.load_people(work) if one.account == row.login), None)


def dispatch(work: Work, check_ids: Sequence[str]) -> list[CheckRow]:
    """Hand checks out; those that are not planned any more are left alone."""
    done = []
    for check_id in check_ids:
        check = store.check(work.session, work.actor, check_id, lock=True)
        if check.state == "planned":
            check.dispatched_on = work.today
            _move(work, check, "dispatch")
            done.append(check)
    return done


def dispatch_draw(work: Work, draw_id: str) -> int:
    """Hand out every planned check of a draw; returns how many. One event tells of all of them."""
    tasks = select(TaskRow.id).where(TaskRow.draw_id == draw_id)
    planned = (
        col(CheckRow.task_id).in_(tasks),
        col(CheckRow.state) == "planned",
        scope.condition(CheckRow, work.actor),
    )
    changed = update(CheckRow).where(*planned)
    done = work.session.execute(
        changed.values(state="dispatched", dispatched_on=work.today, version=col(CheckRow.version) + 1),
        execution_options={"synchronize_session": False},
    )
    work.session.expire_all()
    many: int = done.rowcount  # type: ignore[attr-defined]  # an update has one
    if many:
        where = {"department": work.actor.department, "region": work.actor.region}
        work.record(TasksDispatched(subject=draw_id, **where, draw_id=draw_id, checks=many))
    return many


def any_planned(work: Work) -> bool:
    """Return whether any check at all may still be handed out: one look, before draws are counted one by one."""
    wanted = select(CheckRow.id).where(CheckRow.state == "planned", scope.condition(CheckRow, work.actor)).limit(1)
    return work.session.exec(wanted).first() is not None


def planned(work: Work, draw_id: str) -> int:
    """Return how many checks of a draw the actor may still hand out."""
    wanted = select(func.count()).select_from(CheckRow).join(TaskRow, col(TaskRow.id) == col(CheckRow.task_id))
    own = scope.condition(CheckRow, work.actor)
    return work.session.exec(wanted.where(TaskRow.draw_id == draw_id, CheckRow.state == "planned", own)).one()


def reschedule(work: Work, task_id: str, seen: int, day: date, reason: str) -> TaskRow:
    """Put a visit on another day of its batches.

    Raises:
        StateError: a department has entered its results already, or the day is not one of the visit.
    """
    task = store.task(work.session, work.actor, task_id, lock=True)
    expect_number(task.version, seen)
    for check in store.checks_of(work.session, task.id):
        _allowed(lambda state=check.state: taskstates.check_restaffed(state))
    batches = batches_of(task.batches)
    if not any(one.since <= day <= one.last for one in batches):
        allowed = "；".join(f"{one.since} 至 {one.last}" for one in batches)
        raise StateError("task_day", value=day, allowed=allowed)
    words = f"由 {task.day} 改到 {day}"
    task.day, task.version = day, task.version + 1
    work.session.add(task)
    _changed(work, task, "move", words, _reason(reason, "改期"))
    return task


def restaff(work: Work, check_id: str, seen: int, person: str, reason: str) -> Change:
    """Let the next person by the rule of the draw take the seat of somebody who is ill or must withdraw.

    Raises:
        StateError: a result has been entered; the person does not go there; the draw does not allow it.
    """
    check = store.check(work.session, work.actor, check_id, lock=True)
    expect_number(check.version, seen)
    _allowed(lambda: taskstates.check_restaffed(check.state))
    task = work.session.get_one(TaskRow, check.task_id)
    draw = draw_named(work, task.draw_id)
    rank = _rank_of(drawing.standing(work, draw).stands(), task, check, person)
    act = Act(_reason(reason, "换人"), work.actor.name, work.now.isoformat(timespec="seconds"))
    line = drawing.restaff(work, draw, rank, person, act)
    check.people = sorted({*check.people, *([line.by] if line.by else [])} - {person})
    check.empty += line.by is None
    check.version += 1
    for seat in store.seats(work.session, check.id):
        work.session.delete(seat)
    work.session.flush()
    work.session.add(check)
    work.session.add_all(seats_of(work, check))
    _changed(work, task, "restaff", f"{check.department}：{person} 换为 {line.by or '（空缺）'}", act.reason)
    return line


def _rank_of(stands: Iterable[Stand], task: TaskRow, check: CheckRow, person: str) -> int:
    for one in stands:
        here = (one.task.group, one.task.unit, one.demand.dept) == (task.unit_group, task.unit, check.department)
        if here and person in one.people:
            return one.rank
    raise StateError("task_person", value=person)


def enter(work: Work, check_id: str, seen: int, entry: Entry) -> CheckRow:
    """Enter the results of a department; only who goes there may.

    Raises:
        StateError: not the actor's task, or the state does not allow it.
        InputError: every fault of the entry with its place.
    """
    check = store.check(work.session, work.actor, check_id, lock=True)
    expect_number(check.version, seen)
    if work.actor.kind != "system" and inspector_of(work) not in check.people:
        raise StateError("task_not_yours")
    move = _allowed(lambda: taskstates.move("enter", check.state))
    task = work.session.get_one(TaskRow, check.task_id)
    check_entry(entry, check.items, libraries.load_items(work), check.dispatched_on or work.today, work.today)
    check.checked_on, check.method, check.scanned = entry.checked_on, entry.method, entry.scanned
    check.entered_at, check.entered_by, check.entered_by_name = work.now, work.actor.id, work.actor.name
    check.refusal, check.publish_due = "", due(PUBLISH, entry.checked_on, task.region).day
    _keep_results(work, check, entry)
    _told(work, check, move.act, check.state, move.end)
    check.state, check.version = move.end, check.version + 1
    work.session.add(check)
    _keep_visit(work, task, check)
    return check


def _keep_results(work: Work, check: CheckRow, entry: Entry) -> None:
    for row in store.results_of(work.session, [check.id]).get(check.id, []):
        work.session.delete(row)
    work.session.flush()
    for place, one in enumerate(entry.rows):
        listing = due(ABNORMAL, entry.checked_on, check.region).day if one.result.abnormal else None
        key = new_id("result", work.now)
        work.session.add(result_row(one, row_id=key, check_id=check.id, position=place, listing_due=listing))
    work.session.flush()


def _keep_visit(work: Work, task: TaskRow, check: CheckRow) -> None:
    """Write the visit into the ledger, or take it out where the visit turned out to be none."""
    old = work.session.exec(select(VisitRow).where(VisitRow.check_id == check.id)).one_or_none()
    if old is not None:
        work.session.delete(old)
        work.session.flush()
    results = store.results_of(work.session, [check.id]).get(check.id, [])
    for visit in visits([done_of(task, check, results)]):
        work.session.add(visit_row(work, visit, task.region, f"任务 {task.number}", check.id))
    work.session.flush()


def done_of(task: TaskRow, check: CheckRow, results: Sequence[ResultRow]) -> Done:
    """Return a check that has taken place as the ledger and the records of scoring see it."""
    if check.checked_on is None:
        raise ValueError(f"check {check.id} has not taken place")
    listed = [(one.listed_on, one) for one in results if one.listed_on is not None]
    return Done(
        task.unit,
        check.department,
        check.level,
        check.checked_on,
        check.method,
        initiating=check.initiating,
        joint=task.joint,
        kind=DAILY,
        codes=tuple((one.item, one.code_set, one.code) for one in results),
        corrections=tuple((one.due_on, one.corrected_on) for one in results if one.due_on is not None),
        listed=tuple((day, _listing(one)) for day, one in listed),
    )


def _listing(row: ResultRow) -> str:
    return result_code(row.code_set, row.code).listing or "other"


def review(work: Work, check_id: str, seen: int, *, passed: bool, words: str = "") -> CheckRow:
    """Pass the results of a department, or send them back with the reason.

    Raises:
        StateError: the state does not allow it, or the one who reviews is the one who entered.
    """
    check = store.check(work.session, work.actor, check_id, lock=True)
    expect_number(check.version, seen)
    if check.entered_by == work.actor.id:
        raise StateError("task_own_review")
    if not passed:
        check.refusal = _reason(words, "退回")
    check.reviewed_by, check.reviewed_by_name = work.actor.id, work.actor.name
    _move(work, check, "review" if passed else "refuse")
    return check


def cancel(work: Work, check_id: str, seen: int, code: str, words: str) -> CheckRow:
    """Take a check out that does not take place, for a reason of the closed list and in words.

    Raises:
        InputError: no such reason, or no words.
        StateError: results were entered; or the seats are filled where the reason is that nobody could be sent.
    """
    check = store.check(work.session, work.actor, check_id, lock=True)
    expect_number(check.version, seen)
    allowed = reasons("cancellation")
    if code not in allowed:
        raise InputError.at("/code", "member_wrong", why=f"应当是{'、'.join(allowed.values())}之一")
    reason = _reason(words, "取消")
    if code == _NO_STAFF and not check.empty and check.people:
        raise StateError("task_has_staff", people=list(check.people))
    task = work.session.get_one(TaskRow, check.task_id)
    _move(work, check, "cancel")
    _changed(work, task, "cancel", f"{department_zh(check.department)}：{allowed[code]}", reason)
    return check


def cancelled(work: Work, draw_id: str) -> dict[str, int]:
    """Return how many checks of a draw were taken out, by reason in words: what the public is told."""
    wanted = select(TaskChangeRow.words).join(TaskRow, col(TaskRow.id) == col(TaskChangeRow.task_id))
    wanted = wanted.where(TaskRow.draw_id == draw_id, TaskChangeRow.kind == "cancel")
    return dict(Counter(words.partition("：")[2] for words in work.session.exec(wanted)))


def publish(work: Work, check_ids: Sequence[str]) -> list[CheckRow]:
    """Note that results were published today."""
    done = []
    for check_id in check_ids:
        check = store.check(work.session, work.actor, check_id, lock=True)
        if check.state == "reviewed":
            check.published_on = work.today
            _move(work, check, "publish")
            done.append(check)
    return done


def correct(work: Work, result_id: str, on: date) -> ResultRow:
    """Note the day on which a problem was put right."""
    row, check = _result(work, result_id)
    if row.due_on is None or check.checked_on is None or not check.checked_on <= on <= work.today:
        raise InputError.at("/on", "result_day", value=on, since=check.checked_on, on=work.today)
    row.corrected_on = on
    return _followed(work, row, check, "corrected", on)


def list_abnormal(work: Work, result_id: str, on: date) -> ResultRow:
    """Note the day of the decision to list as abnormal: for what was found, or for what was not put right in time."""
    row, check = _result(work, result_id)
    if check.checked_on is None or not check.checked_on <= on <= work.today:
        raise InputError.at("/on", "result_day", value=on, since=check.checked_on, on=work.today)
    row.listed_on = on
    return _followed(work, row, check, "listed", on)


def listing_due(row: ResultRow, region: str, on: date) -> date | None:
    """Return the last day of the decision to list as abnormal, if there is one to make; None otherwise."""
    if row.listed_on is not None:
        return None
    if row.listing_due is not None:
        return row.listing_due
    overdue = row.due_on is not None and row.corrected_on is None and row.due_on < on
    return overdue_duty(row.item, row.due_on, region).last if overdue and row.due_on else None


def _result(work: Work, result_id: str) -> tuple[ResultRow, CheckRow]:
    row = work.session.get(ResultRow, result_id)
    check = store.check(work.session, work.actor, row.check_id if row else result_id, lock=True)
    if row is None:
        raise StateError("task_unknown", id=result_id)
    return row, check


def _followed(work: Work, row: ResultRow, check: CheckRow, what: str, on: date) -> ResultRow:
    work.session.add(row)
    work.session.flush()
    where = {"subject": check.id, "department": check.department, "region": check.region}
    work.record(FollowedUp(**where, what=what, on=on.isoformat()))
    return row


def _move(work: Work, check: CheckRow, act: str) -> None:
    move = _allowed(lambda: taskstates.move(act, check.state))
    _told(work, check, act, check.state, move.end)
    check.state, check.version = move.end, check.version + 1
    work.session.add(check)
    work.session.flush()


def _told(work: Work, check: CheckRow, act: str, source: str, target: str) -> None:
    where = {"subject": check.id, "department": check.department, "region": check.region}
    work.record(CheckMoved(**where, task=check.task_id, act=act, source=source, target=target))


def _changed(work: Work, task: TaskRow, kind: str, words: str, reason: str) -> None:
    number = work.session.exec(
        select(func.count()).select_from(TaskChangeRow).where(TaskChangeRow.task_id == task.id)
    ).one()
    line = TaskChangeRow(
        id=new_id("taskchange", work.now),
        task_id=task.id,
        number=number + 1,
        kind=kind,
        words=words,
        reason=reason,
        at=work.now,
        by=work.actor.id,
        by_name=work.actor.name,
    )
    work.session.add(line)
    work.session.flush()
    where = {"subject": task.id, "department": task.department, "region": task.region}
    work.record(TaskChanged(**where, change=kind, words=words, reason=reason))


def _reason(text: str, act: str) -> str:
    text = text.strip()
    if not _LEAST_REASON <= len(text) <= _MOST:
        raise InputError.at("/reason", "reason_needed", act=act, most=_MOST)
    return text


def _allowed(call: Any) -> Any:  # noqa: ANN401 - whatever it returns
    try:
        return call()
    except TaskError as error:
        raise StateError(error.code, **error.params) from error


def tasks_done(work: Work, draw_id: str) -> bool:
    """Say whether every check of a draw has its results, or was taken out: then the batch may be closed."""
    open_states = ("planned", "dispatched", "refused")
    wanted = select(CheckRow.id).join(TaskRow, col(TaskRow.id) == col(CheckRow.task_id))
    wanted = wanted.where(TaskRow.draw_id == draw_id, col(CheckRow.state).in_(open_states)).limit(1)
    return work.session.exec(wanted).first() is None


def my_checks(work: Work) -> Any:  # noqa: ANN401 - a statement over checks
    """Return the checks of the inspector that the actor is."""
    seats = select(SeatRow.check_id).where(SeatRow.inspector == (inspector_of(work) or ""))
    return store.checks(work.actor).where(col(CheckRow.id).in_(seats))
