"""Kept months, one enterprise, decisions of persons: what is stored and who may see it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from kernel.errors import InputError, XinhengError
from service.access.actor import Actor, Grant
from service.access.area import Area
from service.access.permissions import Permission
from service.classes import jobs, months, overrides, reading
from service.errors import HttpError, StateError
from service.jobs.worker import Worker
from supervision.load import load_scheme
from tests.databases import NOW, MakeWork
from tests.service.classes.filling import NOVEMBER, columns, data, month, two_months
from tests.service.people import DEPARTMENT, REGION

if TYPE_CHECKING:
    from service.db.database import Database
    from service.work import Works

REASON = "经核实停业六个月以上，无人值守"


def test_a_month_keeps_counts_moves_and_warnings(work: MakeWork) -> None:
    with work() as one:
        first, second = two_months(one)
        assert sum(second.counts.values()) == second.rows == 120
        assert first.report["changes"] is None
        changes = second.report["changes"]
        assert (changes["matched"], changes["new"], changes["gone"]) == (120, 0, 0)
        assert sum(sum(row.values()) for row in changes["matrix"].values()) == 120
        movers = pl.read_parquet(one.files.path(second.movers_file or ""))
        assert len(movers) == changes["moved"] >= 6
        signs = dict(reading.counts_by(one.files.path(second.warnings_file), "sign"))
        assert signs["E3"] >= 5
        assert signs["E5"] >= 6


def test_scoring_a_month_again_gives_the_next_number_and_the_older_stays(work: MakeWork) -> None:
    with work() as one:
        first = month(one, NOVEMBER, columns())
        second = month(one, NOVEMBER, columns(worse=3))
        assert (first.number, second.number) == (1, 2)
        assert [row.id for row in months.listed(one)] == [second.id]
        assert months.find(one, first.id).counts != second.counts


def test_nobody_sees_the_months_of_another_place(work: MakeWork) -> None:
    elsewhere = Actor("u", "甲", grants=(Grant("planner", frozenset({Permission.SCORE_READ}), Area(None, "2103")),))
    with work() as one:
        kept = month(one, NOVEMBER, columns())
        code = columns()["uscc"][0]
    with work(elsewhere.acting(Permission.SCORE_READ)) as other:
        assert months.listed(other) == []
        with pytest.raises(HttpError, match="class_month_unknown"):
            months.find(other, kept.id)
        with pytest.raises(HttpError, match="class_enterprise_unknown"):
            reading.enterprise(other, code)


def test_an_enterprise_shows_what_the_scheme_says_of_it(work: MakeWork) -> None:
    with work() as one:
        two_months(one)
        code = columns()["uscc"][0]
        found = reading.enterprise(one, code)
        assert [row["month"] for row in found.history] == ["2026-11", "2026-10"]
        assert (found.row["class"], found.row["override"]) == ("D", "H01")
        assert found.result is not None
        as_row = found.result.as_row()
        assert {name: found.row[name] for name in as_row} == as_row
        assert {warning["sign"] for warning in found.warnings} >= {"E5"}


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"month": "2026-13"}, "class_month_wrong"),
        ({"month": "2026-10"}, "class_month_future"),
        ({"on": date(2026, 11, 26)}, "class_month_future"),
    ],
)
def test_a_day_outside_the_month_or_to_come_is_refused(wish: dict[str, object], code: str) -> None:
    usual = {"month": "2026-11", "on": NOVEMBER, "columns": "", "department": DEPARTMENT, "region": REGION}
    with pytest.raises(InputError, match=code):
        months.Wish(**(usual | wish)).check(NOW.date())  # type: ignore[arg-type]  # as given


def test_the_job_keeps_the_month(works: Works, database: Database) -> None:
    del database
    with works.writing(Actor.system("test"), NOW) as one:
        kept = one.files.put(data(columns()))
        jobs.begin(one, months.Wish("2026-11", NOVEMBER, kept, DEPARTMENT, REGION), "default")
    assert Worker(works).run_one()
    with works.reading(Actor.system("test"), NOW) as one:
        assert [row.rows for row in months.listed(one)] == [120]


class TestOverrides:
    def set(self, work: MakeWork, code: str, class_: str, days: int = 30, reason: str = REASON) -> overrides.New:
        new = overrides.New(code, class_, reason, NOW.date(), NOW.date() + timedelta(days=days))
        with work() as one:
            found = reading.enterprise(one, code)
            overrides.add(one, new, found.row, load_scheme())
        return new

    def harmless(self, work: MakeWork) -> str:
        """An enterprise in class A by its score alone."""
        with work() as one:
            kept = month(one, NOVEMBER, columns())
            found = reading.enterprises(one, kept, {"class": "A"})
            return str(found.rows[0]["uscc"])

    def test_it_counts_until_its_end(self, work: MakeWork) -> None:
        code = self.harmless(work)
        self.set(work, code, "C")
        for days, class_ in ((0, "C"), (29, "C"), (30, "A")):
            with work(now=NOW + timedelta(days=days)) as one:
                assert reading.enterprise(one, code).class_now == class_

    def test_two_at_a_time_are_refused_until_the_first_is_ended(self, work: MakeWork) -> None:
        code = self.harmless(work)
        self.set(work, code, "C")
        with pytest.raises(StateError, match="class_override_meets"):
            self.set(work, code, "D")
        with work() as one:
            overrides.end(one, overrides.holding(one)[0].id)
        self.set(work, code, "D")
        with work() as one:
            assert reading.enterprise(one, code).class_now == "D"
            assert len(overrides.of_enterprise(one, code)) == 2

    def test_what_has_ended_cannot_be_ended_again(self, work: MakeWork) -> None:
        self.set(work, self.harmless(work), "C")
        with work() as one:
            row = overrides.holding(one)[0].id
            overrides.end(one, row)
            with pytest.raises(StateError, match="class_override_ended"):
                overrides.end(one, row)

    def test_a_fact_of_law_cannot_be_decided_away(self, work: MakeWork) -> None:
        with work() as one:
            month(one, NOVEMBER, columns(worse=1))
        with pytest.raises(StateError, match="class_override_against_law"):
            self.set(work, columns()["uscc"][0], "B")

    @pytest.mark.parametrize(
        ("class_", "days", "reason"),
        [("A", 30, REASON), ("Z", 30, REASON), ("C", 0, REASON), ("C", 400, REASON), ("C", 5, "短")],
    )
    def test_a_decision_without_reason_end_or_change_is_refused(
        self, work: MakeWork, class_: str, days: int, reason: str
    ) -> None:
        code = self.harmless(work)
        with pytest.raises(XinhengError):
            self.set(work, code, class_, days, reason)
        with work() as one:
            assert overrides.holding(one) == []
