"""Stored repairs: every move kept, none skipped, nobody overwrites another, and each day can be looked back at."""

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from service.access.errors import PermissionDeniedError
from service.access.permissions import Permission
from service.audit.verify import verify
from service.db.database import Database
from service.db.mapping.repairs import clock_json, clock_of, record_of, record_row, repair_of, repair_row
from service.db.repositories import repairs as store
from service.db.tables.audit import AuditRow
from service.db.tables.repairs import MoveRow
from service.errors import HttpError, StateError
from service.repairdesk import acts, records
from service.repairdesk.acts import RefusedMoveError, Wish
from service.repairdesk.checking import workflow_of
from tests.databases import MakeWork
from tests.service.repairdesk.clerks import (
    EXAMPLE,
    FACTS,
    WHOLE,
    at_noon,
    brought,
    entered,
    moved,
    mover,
    opened,
    person,
)

if TYPE_CHECKING:
    from credit.workflow import Workflow


def test_a_whole_repair_is_kept_move_by_move(work: MakeWork, database: Database) -> None:
    done = brought(work, "finish")
    assert (done.case.state, done.version) == ("closed", len(WHOLE))
    with work(person(Permission.REPAIR_READ)) as at:
        moves = store.moves(at.session, done.id)
        assert [(one.move, one.on.isoformat()) for one in moves] == list(WHOLE)
        assert [one.version for one in moves] == list(range(1, len(WHOLE) + 1))
        grant = next(one for one in moves if one.move == "grant")
        assert grant.facts["answer"]["outcome"] == "ELIGIBLE"
        assert grant.document == "grant_decision"
        assert grant.record["application"]["applied_on"] == "2026-07-13"
        assert grant.record["application"]["materials_complete"] is True
        kinds = [row.kind for row in at.session.exec(select(AuditRow))]
    assert kinds.count("repair.moved") == len(WHOLE)
    with database.read() as session:
        assert not verify(session).breaks


def test_a_repair_stands_on_any_earlier_day_as_it_did_then(work: MakeWork) -> None:
    done = brought(work, "finish")
    with work(person(Permission.REPAIR_READ)) as at:
        repair = store.repair(at.session, at.actor, done.id)
        states = {day: acts.replayed(at, repair, date.fromisoformat(day)).state for _, day in WHOLE}
        assert states["2026-07-13"] == "requested"
        assert states["2026-07-20"] == "verified"
        assert acts.replayed(at, repair, date(2026, 4, 9)).state == "known"
        assert acts.replayed(at, repair, date(2026, 7, 27)) == repair.case
        with pytest.raises(StateError, match="repair_replay_early"):
            acts.replayed(at, repair, date(2026, 11, 26))


def test_nothing_is_skipped_and_a_refusal_says_why_and_from_when(work: MakeWork) -> None:
    repair = opened(work)
    with pytest.raises(RefusedMoveError) as refused, work(mover("grant")) as at:
        acts.make_move(at, repair.id, repair.version, Wish("grant", {}))
    assert "准予修复" in refused.value.detail
    early = moved(work, repair, "receive", "2026-06-01")
    with pytest.raises(RefusedMoveError) as refused, work(mover("accept"), at_noon("2026-06-02")) as at:
        acts.make_move(at, early.id, early.version, Wish("accept", FACTS["accept"]))
    assert refused.value.refusal.from_on == date(2026, 7, 11)
    assert "2026-07-11" in refused.value.detail
    assert "RM-03" in refused.value.detail
    with work(person(Permission.REPAIR_READ)) as at:
        assert store.repair(at.session, at.actor, repair.id).version == 1
        assert (
            store.record(at.session, at.actor, repair.record_id).part("application").get("materials_complete") is None
        )


def test_two_people_do_not_overwrite_each_other(work: MakeWork) -> None:
    repair = opened(work)
    first = moved(work, repair, "notify", "2026-04-16", served_on="2026-04-16")
    with pytest.raises(StateError, match="version_stale"):
        moved(work, repair, "receive", "2026-07-13")
    assert moved(work, first, "receive", "2026-07-13").version == 2


def test_a_move_needs_its_right_and_its_area(work: MakeWork) -> None:
    repair = brought(work, "verify")
    with pytest.raises(PermissionDeniedError), work(person(Permission.REPAIR_EDIT)) as at:
        acts.make_move(at, repair.id, repair.version, Wish("grant", {}))
    with pytest.raises(HttpError), work(mover("grant", department="other")) as at:
        acts.make_move(at, repair.id, repair.version, Wish("grant", {}))


def test_days_to_come_are_not_entered(work: MakeWork) -> None:
    repair = opened(work)
    with pytest.raises(StateError, match="repair_move_later"):
        moved(work, repair, "notify", "2026-11-26")


def test_a_withdrawn_grant_bars_the_party_and_is_written_into_the_record(work: MakeWork) -> None:
    withdrawn = moved(work, brought(work, "finish"), "withdraw", "2026-10-09")
    assert withdrawn.case.state == "withdrawn"
    with work(person(Permission.REPAIR_READ), at_noon("2026-10-10")) as at:
        record = store.record(at.session, at.actor, withdrawn.record_id)
        assert record.part("application")["false_promise_on"] == "2026-10-09"
    assert moved(work, withdrawn, "revive_record", "2026-10-10").case.state == "closed"


def test_one_open_repair_at_a_time(work: MakeWork) -> None:
    repair = opened(work)
    with pytest.raises(StateError, match="repair_open_already"), work(person(Permission.REPAIR_EDIT)) as at:
        acts.open_repair(at, repair.record_id)
    done = brought(work, "finish", repair)
    with work(person(Permission.REPAIR_EDIT)) as at:
        assert acts.open_repair(at, done.record_id).number == 2


def test_what_a_record_is_does_not_change_under_a_repair(work: MakeWork) -> None:
    record = entered(work)
    opened(work, record)
    other = {**record.document, "decision": {**record.part("decision"), "fine_yuan": 1}}
    with pytest.raises(StateError, match="record_changed_in_repair"), work(person(Permission.REPAIR_EDIT)) as at:
        records.change(at, record.id, 1, other)
    paid = {**record.document, "conduct": {**record.part("conduct"), "duties_performed": False}}
    with work(person(Permission.REPAIR_EDIT)) as at:
        changed = records.change(at, record.id, 1, paid)
    assert changed.version == 2
    assert changed.glance.outcome == "DUTY_OPEN"


def test_rows_come_back_as_they_were(work: MakeWork) -> None:
    repair = brought(work, "grant")
    with work(person(Permission.REPAIR_READ)) as at:
        row = store.repair_row_of(at.session, at.actor, repair.id)
        moves = at.session.exec(select(MoveRow).where(MoveRow.repair_id == repair.id).order_by(MoveRow.version)).all()  # type: ignore[arg-type]  # a column
        again = repair_of(row, moves)
        assert again.case == repair.case
        assert repair_row(again).model_dump() == row.model_dump()
        record = store.record_row_of(at.session, at.actor, repair.record_id)
        assert record_row(record_of(record)).model_dump() == record.model_dump()
        assert [clock_of(clock_json(one)) for one in again.case.clocks] == list(again.case.clocks)
        with pytest.raises(ValueError, match="no such state"):
            repair_of(row.model_copy(update={"state": "nowhere"}), moves)


def test_the_moves_offered_are_those_of_the_table_with_their_refusals(work: MakeWork) -> None:
    repair = moved(work, opened(work), "receive", "2026-06-01")
    with work(person(Permission.REPAIR_READ), at_noon("2026-06-02")) as at:
        offered = {
            name: refusal for name, _, refusal in acts.possible(at, store.repair(at.session, at.actor, repair.id))
        }
    assert set(offered) == {"ask_materials", "accept", "not_accept", "end_by_itself", "determine"}
    assert offered["not_accept"] is None
    assert offered["accept"] is not None
    assert offered["accept"].from_on == date(2026, 7, 11)


def test_the_clocks_stored_are_those_of_the_workflow(work: MakeWork) -> None:
    repair = brought(work, "accept")
    with work(person(Permission.REPAIR_READ)) as at:
        row = store.repair_row_of(at.session, at.actor, repair.id)
        assert (row.due_on, row.due_step) == (date(2026, 7, 24), "decide")
        workflow: Workflow = workflow_of(at)
        assert workflow.replay(store.whole(at.session, row).case, date(2026, 11, 25)).clocks == repair.case.clocks


def test_contents_of_a_move_are_read_strictly() -> None:
    assert acts.parse_facts("verify", {"proofs": " 缴款凭证 "}) == {"proofs": ["缴款凭证"]}
    assert acts.parse_facts("notify", {"served_on": "2026-04-10"}) == {"served_on": "2026-04-10"}
    for move, raw in (
        ("verify", {"proof": "x"}),
        ("notify", {"served_on": "10.4."}),
        ("accept", {"materials_complete": "yes"}),
        ("nothing", {}),
    ):
        with pytest.raises(Exception, match="move_"):
            acts.parse_facts(move, raw)


def test_the_example_is_the_document_of_the_interface() -> None:
    assert records.normal(EXAMPLE)["decision"]["penalty_kinds"] == ["fine", "confiscate_gains"]


def test_a_class_that_was_open_is_settled_while_the_repair_runs(work: MakeWork) -> None:
    """A fine without a figure of the province goes to a person; the regulator's class settles it, at any time."""
    record = entered(work, decision__penalty_kinds=["fine"], decision__confiscated_yuan=None)
    repair = opened(work, record)
    repair = moved(work, repair, "receive", "2026-07-13")
    repair = moved(work, repair, "accept", "2026-07-14")
    repair = moved(work, repair, "verify", "2026-07-15")
    with pytest.raises(RefusedMoveError, match="需要人工判断") as refused:
        moved(work, repair, "grant", "2026-07-16")
    assert refused.value.refusal.params["outcome"] == "需要人工判断"
    with work(person(Permission.REPAIR_EDIT)) as at:
        stored = store.record(at.session, at.actor, record.id)
        records.change(at, record.id, stored.version, {**stored.document, "class": "general"})
    assert moved(work, repair, "grant", "2026-07-16").case.state == "granted"
