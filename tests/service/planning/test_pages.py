"""Pages of planning: every one opens, forms do what they say, nobody sees what is not his."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from service import clock, drawseal
from service.db.database import Database
from service.db.tables.plans import CheckRow, LibraryRow, MarkRow, PlanRow, TaskRow, VisitRow
from service.planning import libraries
from tests.databases import MakeClient
from tests.service import people
from tests.service.people import Place, UserClient, make_user
from tests.service.planning.flow import VISIT, MakeWork, library_files, made_tasks, rows

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MARKET = Place("market", "210200")


@pytest.fixture(autouse=True)
def at_the_visits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock stands on a day of the visits; deriving a key is slow on purpose, and need not be here."""
    monkeypatch.setattr(drawseal, "_COST", 2)
    monkeypatch.setattr(clock, "now", lambda: VISIT)
    monkeypatch.setattr(people, "now", lambda: VISIT)
    yield
    libraries.forget()


@pytest.fixture
def planner(user_client: MakeClient) -> UserClient:
    return user_client("planner", "plan_approver")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def post(client: UserClient, path: str, **sent: Any) -> str:  # noqa: ANN401 - fields of a form
    answer = client.post(path, data=sent)
    assert answer.status_code == 303, words(answer.text)[:1500]
    return str(answer.headers["location"])


def page(client: UserClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, words(answer.text)[:1500]
    return words(answer.text)


def import_libraries(client: UserClient, folder: Path) -> None:
    for kind, path in library_files(folder).items():
        looked = client.post(f"/planner/libraries/{kind}", files={"file": (path.name, path.read_bytes())})
        assert looked.status_code == 200, words(looked.text)
        post(client, f"/planner/libraries/{kind}/apply", **hidden(looked.text))


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page on which a file is looked at."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    return {name: value for name, value in found.items() if name != "csrf_token"}


SETTINGS = {
    "title": "2026 年度抽查计划",
    "year": 2026,
    "place": "210200",
    "department": "market",
    "level": "city",
    "most": 60,
    "per_person_day": "0.5",
    "balance": "step",
    "needs": "market｜-×2｜food×1、-×1",
    "caps": ["F-JIASHAN-2025"],
}
ENTRY = {
    "number": "P1",
    "name": "食品经营检查",
    "items": ["M2"],
    "drawing": "directed",
    "kind": "key",
    "ratio_set": "RATIO.DEFAULT",
    "rule": "ceil",
    "by": "class",
    "department": "market",
    "partners": "fire、health",
    "organised_by": "city",
    "carried_out_by": "county",
    "since_0": "2026-12-01",
    "last_0": "2026-12-18",
    "reserve": 2,
    "old": "",
}


class TestLibraries:
    def test_files_are_imported_shown_searched_and_exported(
        self, planner: UserClient, work: MakeWork, tmp_path: Path
    ) -> None:
        assert "还没有导入" in page(planner, "/planner/libraries")
        import_libraries(planner, tmp_path)
        assert len(rows(work, LibraryRow)) == 3
        assert "没有联系方式： 40" in page(planner, "/planner/libraries/objects")
        assert "符合的共 1 行" in page(planner, "/planner/libraries/objects?q=U07")
        assert "没有执法证 1 人" in page(planner, "/planner/libraries/inspectors")
        sheet = planner.get("/planner/libraries/items/export")
        again = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
        assert again[1][again[0].index("抽查事项")] == "登记事项检查"
        assert planner.get("/planner/libraries/objects/template").status_code == 200
        page(planner, "/planner/libraries/cars", 404)

    def test_a_wrong_file_names_row_and_column_and_is_not_kept(
        self, planner: UserClient, work: MakeWork, tmp_path: Path
    ) -> None:
        wrong = library_files(tmp_path)["objects"].read_bytes().replace("企业3,".encode("gb18030"), b",")
        answer = planner.post("/planner/libraries/objects", files={"file": ("对象.csv", wrong)})
        assert answer.status_code == 422
        assert "名称：对象.csv 第 5 行“名称”：这一格必须填写" in words(answer.text)
        assert rows(work, LibraryRow) == []

    def test_a_unit_shows_what_lifted_and_how_caps_stand(
        self, planner: UserClient, work: MakeWork, tmp_path: Path
    ) -> None:
        import_libraries(planner, tmp_path)
        assert "不主动上门" in page(planner, "/planner/libraries/units/U00")
        there = post(planner, "/planner/libraries/marks", unit="u00", code="trigger:complaint", since="2026-12-01")
        shown = page(planner, there)
        assert "因投诉举报自 2026-12-01 起解除无事不扰，到 2027-05-31 为止" in shown
        visit = {"day": "2026-12-02", "body": "market", "level": "county", "kind": "daily", "reason": "complaint"}
        post(planner, "/planner/libraries/units/U00/visits", **visit)
        assert len(rows(work, VisitRow)) == 1
        assert "不计入：投诉举报核查" in page(planner, "/planner/libraries/units/U00")
        (mark,) = rows(work, MarkRow)
        post(planner, f"/planner/libraries/marks/{mark.id}/end")
        assert "投诉举报" in page(planner, "/planner/libraries/marks")
        wrong = planner.post("/planner/libraries/units/U00/visits", data={**visit, "kind": "tea"})
        assert wrong.status_code == 422


class TestPlans:
    def test_a_plan_is_made_by_forms_and_approved_by_another(
        self, planner: UserClient, user_client: MakeClient, work: MakeWork, tmp_path: Path
    ) -> None:
        import_libraries(planner, tmp_path)
        page(planner, "/planner/plans/new")
        there = post(planner, "/planner/plans", **SETTINGS).partition("?")[0]
        page(planner, f"{there}/entries/new")
        tried = planner.post(f"{there}/entries", data={**ENTRY, "do": "effect"})
        assert "对象池 40 户，抽取 4 户" in words(tried.text)
        assert rows(work, PlanRow)[0].document["entries"] == []
        assert post(planner, f"{there}/entries", **ENTRY, do="save", version=1)
        kept = rows(work, PlanRow)[0].document
        assert kept["entries"][0]["sizing"]["rate"] == {"A": 10_000, "B": 30_000, "C": 150_000, "D": 500_000}
        assert set(kept["needs"]) == {"market", "fire", "health"}
        shown = page(planner, f"{there}/entries/P1")
        assert "对象池 40 户，抽取 4 户" in shown
        assert 'value="15"' in planner.get(f"{there}/entries/P1").text
        assert "预计上门次数" in page(planner, f"{there}?check=1")
        assert planner.get(f"{there}/export").status_code == 200
        version = rows(work, PlanRow)[0].version
        post(planner, f"{there}/submit", version=version)
        own = planner.post(f"{there}/act", data={"act": "approve", "version": version + 1})
        assert (own.status_code, "应当由不同的人办理" in words(own.text)) == (409, True)
        approver = user_client("plan_approver")
        post(approver, f"{there}/act", act="approve", version=version + 1)
        filed = {"act": "file", "version": version + 2, "on": "2026-03-30", "number": "备〔2026〕1号"}
        post(approver, f"{there}/act", **filed)
        assert "备〔2026〕1号" in page(approver, there)
        draw = {"entry": ["P1"], "draw_id": "2026-Q4", "game": "dice", "issue": "1", "when": "2026-12-20T10:00"}
        assert "/planner/draws/" in post(planner, f"{there}/draw", **draw, holders="司法局")
        post(planner, f"{there}/change", version=version + 3)
        assert "第 2 版" in page(planner, there)

    def test_the_effect_is_a_part_of_the_page_while_the_form_is_filled_in(
        self, planner: UserClient, tmp_path: Path
    ) -> None:
        import_libraries(planner, tmp_path)
        there = post(planner, "/planner/plans", **SETTINGS).partition("?")[0]
        half = planner.post(f"{there}/effect", data={**ENTRY, "rate_D": "100", "rate_A": "0", "rate_B": "0"})
        assert "有的层没有比例" in words(half.text) or "没有写明这一层的比例" in words(half.text)
        full = {**ENTRY, "rate_A": "0", "rate_B": "0", "rate_C": "0", "rate_D": "100"}
        shown = planner.post(f"{there}/effect", data=full)
        assert "抽取 2 户" in words(shown.text)
        assert "<html" not in shown.text
        wrong = planner.post(f"{there}/effect", data={**ENTRY, "kind": "要紧"})
        assert wrong.status_code == 200
        assert "“事项类别” 只能是" in words(wrong.text)

    def test_what_is_wrong_comes_back_with_everything_filled_in(self, planner: UserClient, tmp_path: Path) -> None:
        import_libraries(planner, tmp_path)
        there = post(planner, "/planner/plans", **SETTINGS).partition("?")[0]
        wrong = planner.post(f"{there}/entries", data={**ENTRY, "last_0": "2027-01-05", "do": "save", "version": 1})
        assert wrong.status_code == 422
        assert 'value="食品经营检查"' in wrong.text
        stale = planner.post(f"{there}/entries", data={**ENTRY, "do": "save", "version": 9})
        assert stale.status_code == 409
        settings = planner.post(f"{there}/settings", data={**SETTINGS, "needs": "market", "version": 1})
        assert (settings.status_code, "部门｜单独检查｜联合检查" in words(settings.text)) == (422, True)

    def test_who_may_only_look_gets_no_forms(self, planner: UserClient, user_client: MakeClient) -> None:
        there = post(planner, "/planner/plans", **SETTINGS).partition("?")[0]
        reader = user_client("plan_approver")
        assert "增加一项" not in page(reader, there)
        assert reader.post(f"{there}/submit", data={"version": 1}).status_code == 403
        assert user_client("inspector").get("/planner/plans").status_code == 403
        elsewhere = user_client("planner", place=Place("market", "210100"))
        page(elsewhere, there, 404)


class TestTasks:
    def test_from_tasks_to_published_results(
        self,
        planner: UserClient,
        served: FastAPI,
        database: Database,
        work: MakeWork,
        tmp_path: Path,
    ) -> None:
        made_tasks(work, tmp_path)
        assert "符合条件的共 8 条" in page(planner, "/planner/tasks")
        for path in ("calendar?month=2026-12", "workload", "grid"):
            page(planner, f"/planner/tasks/{path}")
        check = next(one for one in rows(work, CheckRow) if one.department == "market" and one.people)
        task = next(one for one in rows(work, TaskRow) if one.id == check.task_id)
        there = f"/planner/tasks/{task.id}"
        assert "信用风险类别" in page(planner, there)
        for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
            assert planner.get(f"{there}/sheet.{form}").content.startswith(start)
        assert planner.get("/planner/tasks/sheets?joint=yes").content.startswith(b"%PDF")

        user = make_user(database, "inspector", place=MARKET, login=f"u{check.people[0]}".lower(), department="market")
        inspector = UserClient(served, database, user)
        assert "录入结果" in page(inspector, there)
        assert "信用风险类别" not in page(inspector, there)
        entry = f"{there}/checks/{check.id}/result"
        assert "进门前已扫码" in page(inspector, entry)
        sent = {"version": check.version, "checked_on": "2026-12-08", "method": "onsite", "scanned": "yes"}
        missing = inspector.post(entry, data=sent)
        assert (missing.status_code, "还没有结果" in words(missing.text)) == (422, True)
        found = {f"code_{number}_0": "3" for number in range(len(check.items))}
        post(inspector, entry, **sent, **found, due_0="2026-12-20", note_0="过期两袋")
        assert inspector.post(f"{there}/checks/{check.id}/review", data={"passed": "yes"}).status_code == 403
        post(planner, f"{there}/checks/{check.id}/review", passed="yes", version=check.version + 1)
        assert planner.get("/planner/tasks/publication").content.startswith(b"PK")
        post(planner, "/planner/tasks/publish")
        shown = page(planner, there)
        assert "2026-12-08 已公示" in shown
        assert "改正期限 2026-12-20，改正期内" in shown
        (result,) = [one for one in self.results(work) if one.due_on]
        post(planner, f"{there}/results/{result.id}", what="corrected", on="2026-12-08")
        archive = zipfile.ZipFile(io.BytesIO(planner.get("/planner/tasks/records").content))
        assert set(archive.namelist()) == {"inspections.csv", "address_checks.csv", "corrections.csv"}
        assert "按期公示率" in page(planner, "/planner/figures")
        assert planner.get("/planner/figures?export=xlsx").content.startswith(b"PK")

    @staticmethod
    def results(work: MakeWork) -> list[Any]:
        from service.db.tables.plans import ResultRow  # noqa: PLC0415 - this helper alone

        return rows(work, ResultRow)

    def test_changes_by_forms(self, planner: UserClient, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        task = rows(work, TaskRow)[0]
        there = f"/planner/tasks/{task.id}"
        late = planner.post(f"{there}/day", data={"day": "2027-01-05", "reason": "停电", "version": 1})
        assert (late.status_code, "不在这次任务的检查期间" in words(late.text)) == (409, True)
        post(planner, f"{there}/day", day="2026-12-18", reason="停电检修", version=1)
        check = next(one for one in rows(work, CheckRow) if one.task_id == task.id and one.people)
        sent = {"person": check.people[0], "reason": "生病", "version": check.version}
        post(planner, f"{there}/checks/{check.id}/restaff", **sent)
        post(planner, f"{there}/replace", code="9", version=2)
        assert "已替换" in page(planner, there)

    def test_a_stranger_sees_no_task(self, user_client: MakeClient, work: MakeWork, tmp_path: Path) -> None:
        made_tasks(work, tmp_path)
        task = rows(work, TaskRow)[0]
        stranger = user_client("inspector", place=Place("water", "210200"))
        page(stranger, f"/planner/tasks/{task.id}", 404)
        page(stranger, f"/planner/tasks/{task.id}/sheet.pdf", 404)
        assert "没有符合条件的记录" in page(stranger, "/planner/tasks")
