"""Stored plans and tasks: libraries, the way of a plan, a draw, visits, results, the ledger, figures."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from kernel.errors import InputError, XinhengError
from service import drawseal
from service.audit.verify import verify
from service.db.database import Database
from service.db.mapping.plans import assignment_of, plan_of, result_of, result_row, visit_of
from service.db.repositories import draws
from service.db.repositories import plans as store
from service.db.tables.plans import (
    CheckRow,
    LibraryRow,
    PlanVersionRow,
    ResultRow,
    SeatRow,
    TaskChangeRow,
    VisitRow,
)
from service.errors import HttpError
from service.planning import fromdraw, libraries, marks, plans, replacing, tasks, year
from supervision.caps import Visit
from supervision.taskresults import ItemResult
from tests.service.planning.flow import (
    APPROVER,
    NOW,
    PLANNER,
    PUBLIC,
    VISIT,
    MakeWork,
    actor,
    approved_plan,
    clean,
    inspector,
    keep_libraries,
    library_files,
    made_tasks,
    plan_document,
    plan_row,
    rows,
    workbook,
)
from tests.supervision.plan.libraries import ITEM_ROWS, entry

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def quick_secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Deriving a key is slow on purpose; here it need not be."""
    monkeypatch.setattr(drawseal, "_COST", 2)
    yield
    libraries.forget()


def refused(make: object, *arguments: object) -> str:
    with pytest.raises(XinhengError) as caught:
        make(*arguments)  # type: ignore[operator]  # an act
    return caught.value.code


class TestLibraries:
    @ONE_DATABASE
    def test_a_file_is_read_reported_and_kept_as_a_version(self, work: MakeWork, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        keep_libraries(work, tmp_path)
        assert sorted((one.kind, one.number, one.rows) for one in rows(work, LibraryRow)) == [
            ("inspectors", 1, 7),
            ("inspectors", 2, 7),
            ("items", 1, 4),
            ("items", 2, 4),
            ("objects", 1, 40),
            ("objects", 2, 40),
        ]
        with work(PLANNER) as at:
            found = libraries.load(at)
            assert (len(found.items), found.objects.height, len(found.people)) == (4, 40, 7)
            codes = {one["code"] for one in libraries.current(at, "objects").report["findings"]}  # type: ignore[union-attr]
            assert codes == {"code", "contact"}

    @ONE_DATABASE
    @pytest.mark.parametrize("kind", ["items", "objects", "inspectors"])
    def test_what_is_exported_can_be_read_again(self, work: MakeWork, tmp_path: Path, kind: str) -> None:
        keep_libraries(work, tmp_path)
        with work(PLANNER) as at:
            table = libraries.export(at, kind)
        table.write_csv(tmp_path / "again.csv")
        assert libraries.read(kind, "again.csv", tmp_path / "again.csv").rows == table.height

    def test_a_wrong_cell_is_named(self, tmp_path: Path) -> None:
        wrong = [list(row) for row in ITEM_ROWS]
        wrong[2][2] = "要紧"
        (tmp_path / "items.xlsx").write_bytes(workbook(wrong))
        with pytest.raises(InputError) as caught:
            libraries.read("items", "items.xlsx", tmp_path / "items.xlsx")
        assert "items.xlsx 第 3 行“事项类别”" in caught.value.detail
        (tmp_path / "items.doc").write_bytes(b"")
        assert refused(libraries.read, "items", "items.doc", tmp_path / "items.doc") == "sheet_kind"
        assert refused(libraries.read, "cars", "x.csv", library_files(tmp_path)["objects"]) == "library_unknown"

    @ONE_DATABASE
    def test_nothing_works_before_the_libraries_are_there(self, work: MakeWork) -> None:
        with work(PLANNER) as at:
            assert refused(libraries.load, at) == "library_missing"


@ONE_DATABASE
class TestMarks:
    def test_a_trigger_lifts_until_it_ends(self, work: MakeWork) -> None:
        new = marks.NewMark("trigger", "U01", "complaint", date(2026, 11, 1), date(2027, 5, 1), "电话投诉")
        with work(PLANNER) as at:
            key = marks.add(at, new, "210202").id
        with work(PLANNER) as at:
            assert marks.known(at).triggers.rows() == [("U01", "complaint", date(2026, 11, 1), date(2027, 5, 1))]
            marks.end(at, key)
        with work(PLANNER) as at:
            assert marks.known(at).triggers["until"].to_list() == [NOW.date()]

    def test_only_the_closed_lists_are_taken(self, work: MakeWork) -> None:
        new = marks.NewMark("trigger", "U01", "rumour", date(2026, 11, 1), date(2027, 5, 1))
        exempt = marks.NewMark("exemption", "U01", "whitelist", date(2026, 11, 2), date(2026, 11, 2))
        with work(PLANNER) as at:
            assert refused(marks.add, at, new, "210202") == "mark_code"
            assert refused(marks.add, at, exempt, "210202") == "mark_span"
            assert refused(marks.end, at, "mark-none") == "mark_unknown"

    def test_the_ledger_says_what_counts_and_why_not(self, work: MakeWork) -> None:
        with work(PLANNER) as at:
            for day, reason, kind in ((1, None, "daily"), (2, "complaint", "daily"), (3, None, "case")):
                visit = Visit("U01", "health", "county", date(2026, 3, day), reason, kind)
                marks.enter_visit(at, visit, "210202")
        with work(PLANNER) as at:
            found = {one.cap.origin.id: one for one in marks.standings(at, "U01", "A", ("health", "county"))}
            level = found["F-HEALTH-2025-LEVEL"].state
            assert (len(level.counted), level.left, level.why) == (1, 1, ("complaint", "case"))
            assert level.words()[1] == "2026-03-02 health：不计入：投诉举报核查"
            future = Visit("U01", "health", "county", date(2026, 12, 1))
            assert refused(marks.enter_visit, at, future, "210202") == "mark_span"


class TestPlans:
    def test_the_way_of_a_plan(self, work: MakeWork, database: Database, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        with work(PLANNER) as at:
            key = plans.create(at, plan_document()).id
            plans.put_entry(at, key, 1, "P1", entry("P1", batches=plan_document()["entries"][0]["batches"], reserve=4))
            assert refused(plans.put_entry, at, key, 1, "P1", entry("P1")) == "version_stale"
            plans.submit(at, key, 2, {})
        with work(PLANNER) as at:
            assert refused(plans.change, at, key, 3, plan_document()) == "plan_fixed"
        with work(APPROVER) as at:
            plans.act(at, key, 3, "return", words="改比例")
        with work(PLANNER) as at:
            plans.submit(at, key, 4, {})
            assert refused(plans.act, at, key, 5, "approve") == "plan_own_approval"
        for version, act in enumerate(("approve", "file", "publish"), 5):
            with work(APPROVER) as at:
                plans.act(at, key, version, act, on=date(2026, 3, 30), number="备〔2026〕1号")
        (kept,) = rows(work, PlanVersionRow)
        assert (kept.filed_on, kept.filed_number, kept.published_on) == (date(2026, 3, 30), "备〔2026〕1号", NOW.date())
        with work(PLANNER) as at:
            row = store.plan(at.session, at.actor, key)
            assert plans.filing(at, row) == ("filed", date(2026, 3, 31))
            assert plan_of(row).as_dict() == row.document
        with database.read() as session:
            assert verify(session).breaks == ()

    def test_a_change_after_approval_says_why(self, work: MakeWork, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        key = approved_plan(work)
        with work(PLANNER) as at:
            plans.open_change(at, key, 3)
            plans.remove_entry(at, key, 4, "P2")
            assert refused(plans.submit, at, key, 5, {}) == "plan_change_reason"
            assert plans.in_force(at, store.plan(at.session, at.actor, key)).entry("P2")
            plans.submit(at, key, 5, {"P2": "与专项检查重复"})
        first, second = sorted(rows(work, PlanVersionRow), key=lambda one: one.number)
        assert second.changes == [{"entry": "P2", "kind": "removed", "fields": []}]
        assert (first.number, second.number, second.reasons) == (1, 2, {"P2": "与专项检查重复"})

    @ONE_DATABASE
    def test_errors_keep_a_plan_from_being_submitted(self, work: MakeWork, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        with work(PLANNER) as at:
            row = plans.create(at, plan_document())
            plans.put_entry(at, row.id, 1, None, entry("P3", items=["Q9"]))
            assert refused(plans.submit, at, row.id, 2, {}) == "plan_has_errors"
            assert refused(plans.put_entry, at, row.id, 2, None, entry("P3")) == "plan_entry_taken"
            with pytest.raises(InputError) as caught:
                plans.put_entry(at, row.id, 2, "P3", entry("P3", kind="要紧"))
            assert caught.value.field_errors[0].pointer == "/kind"

    @ONE_DATABASE
    def test_the_effect_of_an_entry_is_shown_at_once(self, work: MakeWork, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        with work(PLANNER) as at:
            plan = plan_of(plans.create(at, plan_document()))
            found = plans.effect_of(at, plan, plan.entries[0])
            assert (found.total, found.size) == (40, 4)
            assert plans.report(at, plan)["totals"]["plans"] == 2

    @ONE_DATABASE
    def test_other_places_do_not_see_a_plan(self, work: MakeWork, tmp_path: Path) -> None:
        from service.access.area import Area  # noqa: PLC0415 - this test alone
        from tests.service.draws.ceremony import person  # noqa: PLC0415 - as above

        keep_libraries(work, tmp_path)
        key = approved_plan(work)
        elsewhere = person("外地", "planner", area=Area("market", "210100"))
        with work(elsewhere.acting(None)) as at, pytest.raises(HttpError, match="plan_unknown"):
            store.plan(at.session, at.actor, key)


class TestTasks:
    def test_a_draw_becomes_tasks_with_days_and_seats(self, work: MakeWork, tmp_path: Path) -> None:
        ceremony = made_tasks(work, tmp_path)
        found = rows(work)
        assert len(found) == ceremony.row.summary["visits"] == 4
        assert {one.joint for one in found} == {True}
        assert {one.record_digest for one in found} == {ceremony.row.digest}
        checks = rows(work, CheckRow)
        assert {one.state for one in checks} == {"dispatched"}
        assert len(rows(work, SeatRow)) == sum(len(one.people) for one in checks)
        for task in found:
            own = [one for one in checks if one.task_id == task.id]
            made = assignment_of(task, own)
            assert made.window.since <= task.day <= made.window.last
            assert made.joint == (len(own) > 1)
            assert [one.initiating for one in own].count(True) == 1
        with work(PLANNER) as at:
            draw = fromdraw.draw_named(at, "2026-Q4")
            assert refused(fromdraw.make_tasks, at, draw) == "task_tasks_made"

    def test_results_go_their_way_and_into_the_ledger(self, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        check = next(one for one in rows(work, CheckRow) if one.department == "market")
        who = inspector(work, check.people[0], "market")
        with work(actor("别人", "inspector"), VISIT) as at:
            assert refused(tasks.enter, at, check.id, 2, clean(check)) == "task_not_yours"
        with work(who, VISIT) as at:
            assert tasks.inspector_of(at) == check.people[0]
            assert [one.id for one in at.session.exec(tasks.my_checks(at))].count(check.id) == 1
            tasks.enter(at, check.id, 2, clean(check, "3", date(2026, 12, 20)))
        with work(PLANNER, VISIT) as at:
            tasks.review(at, check.id, 3, passed=False, words="照片不清楚")
        with work(who, VISIT) as at:
            tasks.enter(at, check.id, 4, clean(check, "3", date(2026, 12, 20)))
        with work(PLANNER, VISIT) as at:
            tasks.review(at, check.id, 5, passed=True)
            assert [one.state for one in tasks.publish(at, [check.id])] == ["published"]
        (visit,) = rows(work, VisitRow)
        assert visit_of(visit) == Visit(visit.unit, "market", "county", date(2026, 12, 8))
        result = rows(work, ResultRow)[0]
        assert result_of(result) == ItemResult(result.item, "province-results", "3", "", date(2026, 12, 20))
        with work(PLANNER, VISIT + timedelta(days=20)) as at:
            assert tasks.listing_due(at.session.get_one(ResultRow, result.id), "210200", at.today) == date(2027, 1, 1)
            tasks.correct(at, result.id, date(2026, 12, 28))
            tasks.list_abnormal(at, result.id, date(2026, 12, 28))
            read = year.scoring_records(at, 2026)
            assert [one["result"] for one in read["inspections"]] == ["3"]
            assert read["corrections"][0]["done_on"] == date(2026, 12, 28)
            (row,) = year.publication(at, 2026)
            assert (row["检查机关"], row["检查结果"]) == ("市场监督管理局", "违反食品药品管理相关规定")
            shown = {one["name"]: one for one in year.shown_figures(at, 2026)}
            assert (shown["on_time"]["part"], shown["on_time"]["whole"]) == (1, 1)
            assert (shown["completion"]["part"], shown["completion"]["whole"]) == (1, 8)
            assert shown["drawn"]["target"] == "3%"
            assert not [one for one in year.shown_figures(at, 2026, internal=False) if one["internal"]]

    def test_somebody_else_goes_by_the_rule_of_the_draw(self, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        check = next(one for one in rows(work, CheckRow) if one.department == "market" and len(one.people) == 1)
        with work(PLANNER) as at:
            assert refused(tasks.restaff, at, check.id, 2, "M99", "生病") == "task_person"
            line = tasks.restaff(at, check.id, 2, check.people[0], "生病住院")
        (after,) = [one for one in rows(work, CheckRow) if one.id == check.id]
        assert after.people == ([line.by] if line.by else [])
        assert check.people[0] not in after.people
        (told,) = rows(work, TaskChangeRow)
        assert (told.kind, told.reason) == ("restaff", "生病住院")

    @ONE_DATABASE
    def test_another_day_lies_within_the_visit(self, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        task = rows(work)[0]
        with work(PLANNER) as at:
            assert refused(tasks.reschedule, at, task.id, 1, date(2026, 12, 19), "企业停电") == "task_day"
            assert tasks.reschedule(at, task.id, 1, date(2026, 12, 18), "企业停电").day == date(2026, 12, 18)

    def test_a_check_is_taken_out_only_for_a_reason_of_the_list(self, work: MakeWork, tmp_path: Path) -> None:
        draw = made_tasks(work, tmp_path)
        with work(PLANNER, NOW) as at:
            first, second = at.session.exec(select(CheckRow).where(CheckRow.state == "dispatched")).all()[:2]
            second.people, second.empty = [], 2
            at.session.add(second)
            for code, words_, said in (
                ("friend", "认识的", "member_wrong"),
                ("stopped", " ", "reason_needed"),
                ("no_staff", "没有人", "task_has_staff"),
            ):
                with pytest.raises(XinhengError) as caught:
                    tasks.cancel(at, first.id, first.version, code, words_)
                assert caught.value.code == said
            assert tasks.cancel(at, first.id, first.version, "stopped", "市局通知停止").state == "cancelled"
            assert tasks.cancel(at, second.id, second.version, "no_staff", "本季度没有人").state == "cancelled"
            with pytest.raises(XinhengError, match="task_act"):
                tasks.cancel(at, first.id, first.version, "stopped", "再来一次")
            draw_id = draws.row(at.session, PLANNER, draw.id).draw_id
            assert tasks.cancelled(at, draw_id) == {"上级机关要求停止": 1, "没有排上人，放到下一批": 1}
            lines = store.changes_of(at.session, first.task_id)
        assert ("cancel", "市局通知停止") in [(one.kind, one.reason) for one in lines]

    def test_who_is_gone_is_replaced_from_the_reserve(self, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        task = rows(work)[0]
        with work(PLANNER) as at:
            assert refused(replacing.replace, at, task.id, 1, "6") == "change_reason"
            made = replacing.replace(at, task.id, 1, "9")
            assert made
            assert {one.unit for one in made}.isdisjoint({task.unit})
        after = rows(work, CheckRow)
        assert {one.state for one in after if one.task_id == task.id} == {"replaced"}
        assert len({one.number for one in rows(work)}) == 4 + len(made)
        with work(PLANNER) as at:
            assert not tasks.tasks_done(at, "2026-Q4")

    @ONE_DATABASE
    def test_only_an_approved_plan_is_drawn(self, work: MakeWork, tmp_path: Path) -> None:
        keep_libraries(work, tmp_path)
        new = {"draw_id": "2026-Q4", "title": "抽查", "public": PUBLIC}
        with work(PLANNER) as at:
            row = plans.create(at, plan_document())
            assert refused(fromdraw.prepare, at, row.id, ["P1"], new) == "plan_not_in_force"
        assert plan_row(work).state == "draft"


def test_a_result_goes_through_its_row() -> None:
    one = ItemResult("M2", "province-results", "6", "敲门无人", date(2026, 12, 1))
    row = result_row(one, row_id="r", check_id="c", position=0, listing_due=date(2026, 12, 9))
    assert result_of(row) == one
