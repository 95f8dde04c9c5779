"""Figures from stored moves: counted by hand on a few cases, with the cases that each number names."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from credit.eligibility import Checker
from credit.kpi import Figure, Filed, Period, definitions, figures
from credit.register import Entry
from credit.reminders import for_businesses, for_staff
from credit.scan import Finding, Row
from credit.workflow import Actor, Case, Moved, Workflow
from credit.worktable import table
from kernel.workdays import add_workdays

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
ANSWER = {"outcome": "ELIGIBLE", "class": "general", "earliest_on": "2026-07-11", "rules": ["R36-11"]}
FACTS: dict[str, Any] = {
    "served_on": "2026-04-10",
    "source": "credit_china",
    "applicant": "甲公司",
    "materials_complete": True,
    "false_promise_found": True,
    "reason": "材料不实",
    "proofs": ["回执"],
    "answer": ANSWER,
}
TO_GRANT = [
    ("notify", "2026-04-10"),
    ("receive", "2026-07-13"),
    ("accept", "2026-07-14"),
    ("verify", "2026-07-15"),
    ("grant", "2026-07-16"),
]
TURNED_AWAY = [("receive", "2026-07-20"), ("not_accept", "2026-07-21")]
TO_REFUSE = [*TO_GRANT[1:4], ("refuse", "2026-07-17")]


@pytest.fixture
def workflow(checker: Checker) -> Workflow:
    return Workflow(checker.deadlines)


def played(workflow: Workflow, name: str, moves: list[tuple[str, str]], **facts: object) -> Case:
    case = workflow.open(name, "NDRC36", "penalty", "210000")
    for move, on in moves:
        role = table().moves[move].role
        by = Actor("张" if role == "credit_clerk" else "李", role)
        result = workflow.move(case, move, by, date.fromisoformat(on), FACTS | facts)
        assert isinstance(result, Moved), result.detail
        case = result.case
    return case


def filed(case: Case, **changes: Any) -> Filed:  # noqa: ANN401 - fields of all types
    plain = Filed(case, "市场监管局", "210200", date(2026, 4, 10), published=True, publishable=True)
    return replace(plain, **changes)


def one(found: list[Figure], name: str) -> Figure:
    return next(figure for figure in found if figure.definition.id == name)


@pytest.fixture
def cases(workflow: Workflow) -> list[Filed]:
    late = [("receive", "2026-07-01"), ("accept", "2026-07-28"), ("verify", "2026-07-29"), ("grant", "2026-07-30")]
    return [
        filed(played(workflow, "good", TO_GRANT), recheck=ANSWER, ends_on=date(2027, 4, 10)),
        filed(played(workflow, "late", late), recheck=ANSWER | {"class": "serious"}, region="210211"),
        filed(played(workflow, "refused", TO_REFUSE), recheck=ANSWER | {"outcome": "DUTY_OPEN"}),
        filed(
            played(
                workflow, "turned away", [("receive", "2026-07-20"), ("not_accept", "2026-07-21")], reason="不在范围"
            ),
            decided_on=date(2025, 4, 10),
            ends_on=date(2026, 7, 30),
        ),
        filed(played(workflow, "quiet", []), publishable=False, published=False, ends_on=date(2026, 5, 1)),
    ]


class TestFigures:
    def test_in_time(self, workflow: Workflow, cases: list[Filed]) -> None:
        figure = one(figures(cases, JULY, workflow), "timely")
        assert "late" in figure.missed
        assert {"good", "refused", "turned away"} <= set(figure.hit)
        assert figure.value == Fraction(len(figure.hit), len(figure.hit) + len(figure.missed))

    def test_a_clock_on_its_last_day_is_not_yet_late(self, workflow: Workflow) -> None:
        case = played(workflow, "open", [("receive", "2026-07-13")])
        due = case.clocks[0].due.on
        assert due == add_workdays(date(2026, 7, 13), 3).day
        assert one(figures([filed(case)], Period(date(2026, 7, 1), due), workflow), "timely").value is None
        after = Period(date(2026, 7, 1), add_workdays(due, 1).day)
        assert one(figures([filed(case)], after, workflow), "timely").missed == ("open",)

    def test_upheld(self, workflow: Workflow, cases: list[Filed]) -> None:
        figure = one(figures(cases, JULY, workflow), "compliant")
        assert (figure.hit, figure.missed, figure.value) == (("good", "refused"), ("late",), Fraction(2, 3))

    def test_served_together(self, workflow: Workflow, cases: list[Filed]) -> None:
        figure = one(figures(cases, YEAR, workflow), "served_together")
        assert (figure.hit, figure.missed) == (("good",), ("late", "refused"))

    def test_average_days(self, workflow: Workflow, cases: list[Filed]) -> None:
        assert one(figures(cases, JULY, workflow), "average_days").value == Fraction(3 + 29, 2)

    def test_months_and_reasons(self, workflow: Workflow, cases: list[Filed]) -> None:
        found = figures(cases, YEAR, workflow)
        assert one(found, "repaired").parts == {"2026-07": ("good", "late")}
        assert one(found, "refused").parts == {"不在范围": ("turned away",), "材料不实": ("refused",)}

    def test_beyond_the_maximum(self, workflow: Workflow, cases: list[Filed]) -> None:
        assert one(figures(cases, JULY, workflow), "beyond_maximum").hit == ("turned away",)
        before = Period(JULY.first, date(2026, 7, 30))
        assert one(figures(cases, before, workflow), "beyond_maximum").hit == ()

    def test_groups_add_up(self, workflow: Workflow, cases: list[Filed]) -> None:
        whole = one(figures(cases, YEAR, workflow), "repaired")
        parts = [one for one in figures(cases, YEAR, workflow, "region") if one.definition.id == "repaired"]
        assert [(part.group, part.hit) for part in parts] == [("210200", ("good",)), ("210211", ("late",))]
        assert sum(part.value or 0 for part in parts) == whole.value

    def test_later_moves_change_no_earlier_period(self, workflow: Workflow) -> None:
        early = filed(played(workflow, "x", TO_GRANT))
        later = filed(
            played(workflow, "x", [*TO_GRANT, ("stop_publication", "2026-08-03"), ("withdraw", "2026-09-01")])
        )
        assert [one.value for one in figures([early], JULY, workflow)] == [
            one.value for one in figures([later], JULY, workflow)
        ]

    def test_nothing_to_count_is_no_share(self, workflow: Workflow) -> None:
        found = figures([], YEAR, workflow)
        assert one(found, "timely").value is None
        assert one(found, "repaired").value == 0

    def test_every_definition_has_its_words(self) -> None:
        assert len({one.id for one in definitions() if one.holds_on(YEAR.last)}) == 7
        assert not [one for one in definitions() if one.holds_on(date(2025, 12, 31))]


class TestStaff:
    @pytest.mark.parametrize("left", range(9))
    def test_told_from_the_nearest_day_on(self, workflow: Workflow, left: int) -> None:
        case = played(workflow, "c", [("receive", "2026-07-13"), ("accept", "2026-07-14")])
        due = next(clock for clock in case.clocks if clock.step == "decide").due.on
        assert due is not None
        day = due
        while left and add_workdays(day, left).day != due:
            day = date.fromordinal(day.toordinal() - 1)
        found = [one for one in for_staff([case], day) if one.step == "decide"]
        expected = next((limit for limit in (1, 3, 5) if left <= limit), None)
        assert [(one.left, one.within) for one in found] == ([(left, expected)] if expected else [])

    def test_over(self, workflow: Workflow) -> None:
        case = played(workflow, "c", [("receive", "2026-07-13")])
        found = for_staff([case], date(2026, 7, 20))
        assert [(one.step, one.left, one.within) for one in found] == [("accept", -2, None), ("site_answer", 5, 5)]

    def test_a_clock_that_ended_is_quiet(self, workflow: Workflow) -> None:
        case = played(workflow, "c", [("receive", "2026-07-13"), ("not_accept", "2026-07-14")])
        assert for_staff([case], date(2026, 7, 20)) == []


class TestBusinesses:
    ON = date(2026, 11, 24)

    @pytest.mark.parametrize(
        ("outcome", "earliest", "code"),
        [
            ("TOO_EARLY", date(2026, 12, 1), "soon"),
            ("TOO_EARLY", date(2026, 12, 2), None),
            ("ELIGIBLE", date(2026, 3, 1), "now"),
            ("PROMISE_MISSING", date(2026, 3, 1), "now"),
            ("DUTY_OPEN", date(2026, 11, 25), "duty"),
            ("NEEDS_HUMAN", date(2026, 11, 20), None),
            ("NOT_REPAIRABLE", None, None),
        ],
    )
    def test_who_is_told(self, outcome: str, earliest: date | None, code: str | None) -> None:
        found = for_businesses([row(outcome, earliest, "enterprise")], self.ON, 7)
        assert [one.code for one in found] == ([code] if code else [])
        assert all("甲公司" in one.text and "1号" in one.text for one in found)

    def test_no_list_of_natural_persons(self) -> None:
        assert for_businesses([row("ELIGIBLE", date(2026, 3, 1), "individual")], self.ON, 7) == []


def row(outcome: str, earliest: date | None, party: str) -> Row:
    values: dict[str, object] = {"party_kind": party, "party_name": "甲公司", "number": "1号"}
    finding = Finding(
        outcome=outcome,
        settled=True,
        regime="NDRC36",
        record_class="general",
        earliest_on=earliest,
        ends_on=None,
        boundary=False,
        confidence="P",
        rules="",
        missing="",
        overdue=None,
        overdue_since=None,
    )
    return Row(Entry(values), finding, None)
