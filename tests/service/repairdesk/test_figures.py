"""Figures and reminders from what is stored, counted by hand, with the repairs that each number names."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.errors import InputError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.repairdesk import checking, eventsfile, figures, reminding
from service.repairdesk.figures import Wanted, figure_json
from tests.databases import MakeWork
from tests.service.repairdesk.clerks import at_noon, brought, entered, moved, opened, person

YEAR = Wanted(date(2026, 1, 1), date(2026, 12, 31))


def shown(work: MakeWork, wanted: Wanted = YEAR, on: str = "2026-12-31") -> dict[str, Any]:
    with work(person(Permission.STATISTICS_READ), at_noon(on)) as at:
        return {one.definition.id: figure_json(one) for one in figures.computed(at, wanted)}


def test_figures_come_from_the_moves_and_name_their_repairs(work: MakeWork) -> None:
    done = brought(work, "finish")
    other = entered(work, decision__number="2号")
    refused = moved(work, brought(work, "verify", opened(work, other)), "refuse", "2026-08-20")
    found = shown(work)
    assert (found["repaired"]["value"], found["repaired"]["parts"]) == (1, {"2026-07": 1})
    assert found["average_days"]["text"] == "11.0 天"
    assert found["refused"]["parts"] == {"没有纠正": 1}
    assert (found["timely"]["hit"], found["timely"]["missed"]) == (6, 1)
    assert found["served_together"]["text"] == "100.0%"
    with work(person(Permission.STATISTICS_READ), at_noon("2026-12-31")) as at:
        timely = figures.one(at, YEAR, "timely", None)
    assert set(timely.missed) == {refused.id}
    assert done.id in timely.hit
    # the refusal does not stand up to a second look: everything was there
    assert (found["compliant"]["hit"], found["compliant"]["missed"]) == (1, 1)


def test_records_without_a_repair_count_too(work: MakeWork) -> None:
    entered(work)
    found = shown(work, Wanted(date(2026, 4, 1), date(2030, 1, 1)), "2030-01-01")
    assert found["served_together"]["missed"] == 1
    assert found["beyond_maximum"]["value"] == 1
    assert found["timely"]["text"] == "—"


def test_groups_and_places(work: MakeWork) -> None:
    brought(work, "finish")
    with work(person(Permission.STATISTICS_READ), at_noon("2026-12-31")) as at:
        grouped = figures.computed(at, Wanted(YEAR.first, YEAR.last, "region"))
        elsewhere = figures.computed(at, Wanted(YEAR.first, YEAR.last, region="210203"))
    assert {one.group for one in grouped} == {"210202"}
    assert all(not one.hit for one in elsewhere)
    with pytest.raises(InputError, match="period_wrong"):
        Wanted(YEAR.last, YEAR.first)


def test_businesses_are_reminded_when_they_may_apply(work: MakeWork) -> None:
    record = entered(work)
    with work(person(Permission.REPAIR_READ), at_noon("2026-06-20")) as at:
        (soon,) = reminding.businesses(at, at.today)
        assert (soon.record, soon.code, soon.earliest_on) == (record.id, "soon", date(2026, 7, 11))
        assert reminding.businesses(at, at.today - timedelta(days=40)) == []
    opened(work, record)
    with work(person(Permission.REPAIR_READ), at_noon("2026-06-20")) as at:
        assert reminding.businesses(at, at.today) == []


def test_staff_are_reminded_before_a_clock_runs_out(work: MakeWork) -> None:
    repair = brought(work, "accept")
    with work(person(Permission.REPAIR_READ)) as at:
        ((one, row),) = reminding.staff(at, date(2026, 7, 22))
        assert (row.id, one.step, one.left, one.within) == (repair.id, "decide", 2, 3)
        ((late, _),) = reminding.staff(at, date(2026, 7, 28))
        assert late.left == -2
        assert reminding.staff(at, date(2026, 7, 15)) == []


def test_a_notice_that_the_register_tells_of_counts_for_a_record_under_repair(work: MakeWork) -> None:
    repair = opened(work)
    with work(person(Permission.REPAIR_EDIT), at_noon("2026-04-17")) as at:
        row = store.record_row_of(at.session, at.actor, repair.record_id)
        row.notice_served_on = date(2026, 4, 10)
        at.session.add(row)
    moved(work, repair, "receive", "2026-07-13")
    assert (shown(work)["served_together"]["hit"], shown(work)["served_together"]["missed"]) == (1, 0)
    with work(person(Permission.REPAIR_READ), at_noon("2026-12-31")) as at:
        line = json.loads(json.dumps(next(iter(eventsfile.lines(at)))))
        checker = checking.checker_of(at)
        filed = eventsfile.filed_of(line, checker, checking.workflow_of(at), YEAR)
    assert [step.move for step in filed.case.history] == ["notify", "receive"]


def test_nobody_is_told_to_apply_for_what_is_repaired(work: MakeWork) -> None:
    done = brought(work, "finish")
    with work(person(Permission.REPAIR_READ), at_noon("2026-08-03")) as at:
        assert store.is_repaired(store.repair_row_of(at.session, at.actor, done.id))
        assert reminding.businesses(at, date(2026, 8, 3)) == []
    gone = moved(work, done, "withdraw", "2026-08-04")
    moved(work, gone, "revive_record", "2026-08-05")
    with work(person(Permission.REPAIR_READ), at_noon("2026-08-06")) as at:
        assert not store.is_repaired(store.repair_row_of(at.session, at.actor, done.id))
