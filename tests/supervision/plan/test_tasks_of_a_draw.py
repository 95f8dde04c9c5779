"""From a draw to tasks, days, results, duties, the ledger, the records of scoring and what is published."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.errors import InputError
from supervision import taskstates
from supervision.annual import Batch
from supervision.assignments import Assignment, Check, Source, TaskError, assignments, common
from supervision.publication import NEVER, NOTICE, RESULTS, PublicationError, public_rows
from supervision.taskcalendar import by_day, schedule, workload
from supervision.taskresults import Entry, ItemResult, check_entry, duties, overdue_duty, rectified
from supervision.tasks import ResultError, code_sets
from supervision.visitledger import RECORDS, Done, records, visits
from tests.supervision.plan.libraries import entry, libraries, plan

ITEMS = libraries().items
ON = date(2026, 6, 10)
RESULT: dict[str, Any] = {
    "plans": {
        "P1": {"A": {"selected": ["U01", "U02"]}},
        "P2": {"D": {"selected": ["U01"]}},
    },
    "demands": [
        {"group": "all", "unit": "U02", "dept": "fire", "region": "210203", "qual": "-", "n": 1, "people": ["F01"]},
        {"group": "all", "unit": "U02", "dept": "market", "region": "210203", "qual": "-", "n": 1, "people": []},
        {"group": "all", "unit": "U01", "dept": "fire", "region": "210202", "qual": "-", "n": 1, "people": ["F02"]},
        {"group": "all", "unit": "U01", "dept": "market", "region": "210202", "qual": "-", "n": 1, "people": ["M01"]},
    ],
    "unfilled": [{"rank": 1, "full": ["M01"], "why": "…"}],
}
SECOND = entry(
    "P2", items=["F1"], department="fire", partners=[], batches=[{"since": "2026-06-10", "last": "2026-06-20"}]
)


def made() -> list[Assignment]:
    entries = {one.number: one for one in plan(entry("P1"), SECOND).entries}
    return assignments(Source("D1", RESULT, {"P1": "all", "P2": "all"}, entries, ITEMS))


class TestAssignments:
    def test_a_task_says_who_goes_and_for_what(self) -> None:
        second, first = made()
        assert (second.number, first.number) == ("210203202600000001", "210202202600000002")
        assert first.checks == (
            Check("fire", ("P1", "P2"), ("M2", "F1"), ("F02",), 0),
            Check("market", ("P1",), ("M2",), ("M01",), 0),
        )
        assert second.checks[1].empty == 1
        assert (first.joint, first.people) == (True, ("F02", "M01"))

    def test_the_visit_falls_where_all_plans_want_it(self) -> None:
        second, first = made()
        assert first.window == Batch(date(2026, 6, 10), date(2026, 6, 12))
        assert second.window == Batch(date(2026, 6, 1), date(2026, 6, 12))

    def test_plans_that_never_meet_leave_all_their_days(self) -> None:
        one, other = plan(entry("P1"), entry("P2", batches=[{"since": "2026-09-01", "last": "2026-09-10"}])).entries
        assert [batch.since.month for batch in common([one, other])] == [6, 9]

    def test_a_draw_of_another_plan_is_refused(self) -> None:
        with pytest.raises(TaskError, match="task_entry"):
            assignments(Source("D1", RESULT, {"P1": "all", "P2": "all"}, {}, ITEMS))


class TestCalendar:
    def tasks(self, many: int, people: int) -> list[Assignment]:
        rng = random.Random(1)  # noqa: S311 - made-up teams
        batch = (Batch(date(2026, 6, 1), date(2026, 6, 12)),)
        return [
            Assignment(
                f"T{number:03d}", "D", "all", f"U{number}", "210202", batch,
                (Check("market", (), (), tuple(sorted(rng.sample([f"M{one}" for one in range(people)], 2))), 0),),
            )
            for number in range(many)
        ]  # fmt: skip

    def test_nobody_has_more_on_a_day_than_needed_and_no_day_is_a_holiday(self) -> None:
        tasks = self.tasks(60, 6)
        days = schedule(tasks, lambda _, __: False)
        assert {day.isoweekday() for day in days.values()} <= {1, 2, 3, 4, 5}
        load = Counter((person, days[one.number]) for one in tasks for person in one.people)
        most = max(Counter(person for one in tasks for person in one.people).values())
        assert max(load.values()) <= -(-most // 10) + 1
        assert sum(map(len, by_day(days).values())) == 60

    def test_days_away_are_passed_over_while_there_are_others(self) -> None:
        tasks = self.tasks(20, 4)
        away = schedule(tasks, lambda _, day: day <= date(2026, 6, 5))
        assert min(away.values()) == date(2026, 6, 8)
        assert len(schedule(tasks, lambda _, __: True)) == 20

    def test_the_workload_counts_seats_and_the_busiest_week(self) -> None:
        rows = [
            ("M1", date(2026, 6, 1), True, 2),
            ("M1", date(2026, 6, 2), False, 1),
            ("M2", date(2026, 6, 8), False, 1),
        ]
        first, second = workload(rows)
        assert (first.inspector_id, first.tasks, first.done, first.busiest_week, first.in_busiest) == (
            "M1", 3, 2, "2026-06-01", 3,
        )  # fmt: skip
        assert second.tasks == 1


class TestStates:
    def test_the_way_to_publication(self) -> None:
        state = "planned"
        for act in ("dispatch", "enter", "refuse", "enter", "review", "publish"):
            state = taskstates.move(act, state).end
        assert state == "published"

    @pytest.mark.parametrize(("act", "state"), [("enter", "planned"), ("publish", "entered"), ("enter", "published")])
    def test_what_the_state_does_not_allow(self, act: str, state: str) -> None:
        with pytest.raises(TaskError, match="task_act"):
            taskstates.move(act, state)

    def test_nobody_is_changed_after_the_entry(self) -> None:
        taskstates.check_restaffed("dispatched")
        with pytest.raises(TaskError, match="task_restaff"):
            taskstates.check_restaffed("entered")


def found(*rows: ItemResult, day: date = date(2026, 6, 9)) -> Entry:
    return Entry(day, "onsite", scanned=True, rows=rows)


CLEAN = ItemResult("M2", "province-results", "1")
PROBLEM = ItemResult("M2", "province-results", "3", "过期食品", date(2026, 6, 30))


class TestEntry:
    def test_a_whole_entry_is_taken(self) -> None:
        check_entry(found(CLEAN), ["M2"], ITEMS, date(2026, 6, 1), ON)
        check_entry(found(PROBLEM, replace(PROBLEM, code="6", due_on=None)), ["M2"], ITEMS, date(2026, 6, 1), ON)

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ([], "result_missing"),
            ([replace(CLEAN, item="Q")], "result_item"),
            ([CLEAN, CLEAN], "result_twice"),
            ([replace(CLEAN, code="2")], "result_code_unknown"),
            ([replace(CLEAN, code_set="disclosure-results")], "result_set"),
            ([replace(CLEAN, code="A")], "result_disabled"),
            ([replace(PROBLEM, due_on=date(2026, 6, 8))], "result_due"),
            ([replace(CLEAN, due_on=date(2026, 6, 30))], "result_due_clean"),
            ([CLEAN, replace(CLEAN, code="9")], "result_scope_mixed"),
        ],
    )
    def test_what_cannot_be_is_named(self, rows: list[ItemResult], code: str) -> None:
        with pytest.raises(InputError) as caught:
            check_entry(found(*rows), ["M2"], ITEMS, date(2026, 6, 1), ON)
        assert code in {one.code for one in caught.value.field_errors}
        assert all(one.detail for one in caught.value.field_errors)

    @pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 11)])
    def test_the_day_lies_between_dispatch_and_today(self, day: date) -> None:
        with pytest.raises(InputError, match="result_day"):
            check_entry(found(CLEAN, day=day), ["M2"], ITEMS, date(2026, 6, 1), ON)

    def test_duties_follow(self) -> None:
        of = found(PROBLEM, replace(PROBLEM, code="6", due_on=None))
        assert [(one.kind, one.last) for one in duties(of, "210200")] == [
            ("publish", date(2026, 7, 8)),
            ("rectify", date(2026, 6, 30)),
            ("abnormal_list", date(2026, 6, 24)),
        ]
        assert overdue_duty("M2", date(2026, 6, 30), "210200").last == date(2026, 7, 14)

    @pytest.mark.parametrize(
        ("corrected", "on", "state"),
        [
            (None, date(2026, 6, 30), "open"),
            (None, date(2026, 7, 1), "overdue"),
            (date(2026, 6, 30), date(2026, 8, 1), "done"),
            (date(2026, 7, 1), date(2026, 8, 1), "done_late"),
        ],
    )
    def test_putting_right_ends_on_its_last_day(self, corrected: date | None, on: date, state: str) -> None:
        assert rectified(date(2026, 6, 30), corrected, on) == state


DONE = Done(
    "U01", "market", "county", ON, "onsite", initiating=True, joint=True, kind="daily",
    codes=(("M2", "province-results", "3"), ("M2", "province-results", "1")), corrections=((date(2026, 7, 1), None),),
)  # fmt: skip


class TestAfterwards:
    def test_who_comes_along_does_not_count_where_joint_visits_do_not(self) -> None:
        along = replace(DONE, department="fire", initiating=False)
        assert [(one.body, one.reason) for one in visits([DONE, along])] == [("market", None), ("fire", "joint")]
        assert visits([replace(DONE, method="paper")]) == []

    def test_results_become_the_records_of_scoring(self) -> None:
        unreachable = replace(DONE, unit="U02", codes=(("M2", "province-results", "6"),), corrections=())
        gone = replace(DONE, unit="U03", codes=(("M2", "province-results", "9"),), corrections=())
        listed = replace(unreachable, listed=((date(2026, 6, 20), "unreachable"),))
        read = records([gone, listed, DONE])
        assert [(one["uscc"], one["code_set"], one["result"]) for one in read["inspections"]] == [
            ("U01", "general", "1,3"),
            ("U02", "general", "6"),
        ]
        assert [(one["uscc"], one["result"]) for one in read["address_checks"]] == [
            ("U01", "verified"),
            ("U02", "not_found"),
        ]
        assert [one["due_on"] for one in read["corrections"]] == [date(2026, 7, 1)]
        assert [one["reason"] for one in read["abnormal_list"]] == ["unreachable"]
        assert all(tuple(row) == RECORDS[name] for name, rows in read.items() for row in rows)

    def test_nothing_but_the_public_columns_is_published(self) -> None:
        row = dict.fromkeys(RESULTS, "x")
        assert list(public_rows([row], RESULTS)[0]) == list(RESULTS.values())
        for more in ("credit_class", "inspector"):
            with pytest.raises(PublicationError):
                public_rows([{**row, more: "x"}], RESULTS)
        assert not [name for name in (*NOTICE, *RESULTS) if any(word in name for word in NEVER)]


def test_every_code_leads_somewhere_known() -> None:
    for codes in code_sets().values():
        for one in codes.values():
            assert one.group in {"clean", "problem", "out_of_scope"}
            assert one.listing in {None, "unreachable", "false_information", "other"}
    with pytest.raises(ResultError):
        _ = ItemResult("M2", "no-set", "1").result
