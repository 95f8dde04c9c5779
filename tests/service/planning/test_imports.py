"""Workbooks of libraries and of plans: read, looked at, applied; what is wrong comes back beside its row."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from service import clock
from service.db.mapping.plans import plan_of
from service.db.tables.plans import LibraryRow, PlanRow
from service.planning import libraries
from service.planning.names import names_of
from supervision.annualsheet import entry_rows, read_entries
from tests.databases import MakeClient
from tests.service import people
from tests.service.people import UserClient
from tests.service.planning.flow import NOW, PLANNER, MakeWork, library_files, rows
from tests.service.planning.test_pages import ENTRY, SETTINGS, hidden, import_libraries, page, post, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HEADINGS = [
    "抽查计划编号",
    "计划名称",
    "抽查事项",
    "事项类别",
    "抽查类型",
    "区域",
    "分层",
    "抽查比例",
    "取整",
    "抽取户数",
    "每层候补户数",
    "起止时间",
    "组织层级",
    "实施层级",
    "发起部门",
    "配合部门",
]
GOOD = (
    "P2 登记检查 登记事项检查 一般 不定向 中山区 不分层 全部 2.5% - - 3 2026-03-01至2026-04-30；2026/9/1—2026/9/30"
    " 市级 县级 市场监督管理局 税务局"
)
FIXED = (
    "P1 食品检查 M2 重点 定向 210203 按信用风险类别 A 1户；B 2户；C 3户；D 4户 固定户数 - - 2026-03-01至2026-04-30"
    " city county market 消防救援支队、health"
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(people, "now", lambda: NOW)
    yield
    libraries.forget()


@pytest.fixture
def planner(user_client: MakeClient, tmp_path: Path) -> UserClient:
    client = user_client("planner")
    import_libraries(client, tmp_path)
    return client


def line(text: str) -> list[str]:
    """A row in words; a dash is an empty cell, ratios hold blanks."""
    cells = re.split(r" (?!\d+(?:\.\d+)?[%户])", text)
    return ["" if cell == "-" else cell for cell in cells]


def book(*lines: list[Any], headings: list[str] = HEADINGS) -> dict[str, Any]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number, cells in enumerate((headings, *lines)):
            sheet.write_row(number, 0, cells)
    return {"file": ("项目.xlsx", out.getvalue())}


def sheet(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def new_plan(client: UserClient) -> str:
    base = post(client, "/planner/plans", **SETTINGS).partition("?")[0]
    post(client, f"{base}/entries", version=1, do="save", **ENTRY)
    return base


class TestEntries:
    def test_a_workbook_is_looked_at_before_it_is_applied(self, planner: UserClient, work: MakeWork) -> None:
        base = new_plan(planner)
        looked = planner.post(f"{base}/import", files=book(line(FIXED), line(GOOD)))
        text = words(looked.text)
        assert looked.status_code == 200
        assert "共 2 项，其中 2 项新增或者改动；文件里没有的 0 项照旧保留" in text
        assert "P2 登记检查 新增" in text
        assert "P1 食品检查 改动：" in text
        assert [one["number"] for one in rows(work, PlanRow)[0].document["entries"]] == ["P1"]
        sent = hidden(looked.text)
        post(planner, f"{base}/import/apply", **sent)
        first, second = plan_of(rows(work, PlanRow)[0]).entries
        assert (first.number, first.sizing.rule, dict(first.sizing.rate)) == (
            "P1",
            "fixed",
            {"A": 1, "B": 2, "C": 3, "D": 4},
        )
        assert (first.partners, first.scope.regions) == (("fire", "health"), ("210203",))
        assert (second.items, second.partners, second.reserve) == (("M1",), ("tax",), 3)
        assert (second.scope.regions, dict(second.sizing.rate), len(second.batches)) == (
            ("210202",),
            {"全部": 25000},
            2,
        )
        stale = planner.post(f"{base}/import/apply", data=sent)
        assert stale.status_code == 409

    def test_what_is_downloaded_can_be_sent_again_and_changes_nothing(
        self, planner: UserClient, work: MakeWork
    ) -> None:
        base = new_plan(planner)
        downloaded = planner.get(f"{base}/import/workbook").content
        looked = planner.post(f"{base}/import", files={"file": ("项目.xlsx", downloaded)})
        assert "共 1 项，其中 0 项新增或者改动" in words(looked.text)
        with work(PLANNER, NOW) as at:
            plan, names = plan_of(at.session.get_one(PlanRow, base.rpartition("/")[2])), names_of(at)
            documents = read_entries("项目.xlsx", entry_rows(plan, names), names, 2026, 50)
        assert [one["number"] for one in documents] == ["P1"]

    @pytest.mark.parametrize(
        ("heading", "cell", "said"),
        [
            ("抽查计划编号", "", "这一格必须填写"),
            ("事项类别", "中等", "重点"),
            ("抽查比例", "全部 2,5%", "应当写成"),
            ("抽查比例", "全部 101%", "不超过 100%"),
            ("抽查比例", "全部 20户", "整数"),
            ("抽查比例", "全部 1%；全部 2%", "只写一次"),
            ("起止时间", "2026-03-01", "应当写成"),
            ("起止时间", "2026-02-30至2026-03-02", "不是日历上有的日期"),
            ("起止时间", "2027-03-01至2027-03-02", "2026 年之内"),
            ("每层候补户数", "-1", "整数"),
            ("配合部门", "市场监督管理局", "不能同时是配合部门"),
            ("发起部门", "市场 监管", "市场 监管"),
        ],
    )
    def test_a_bad_row_is_named_by_row_and_column_and_comes_back(
        self, planner: UserClient, work: MakeWork, heading: str, cell: str, said: str
    ) -> None:
        base = new_plan(planner)
        bad = line(GOOD)
        bad[HEADINGS.index(heading)] = cell
        looked = planner.post(f"{base}/import", files=book(line(FIXED), bad))
        assert looked.status_code == 422
        assert f"{heading}：项目.xlsx 第 3 行“{heading}”" in words(looked.text)
        returned = planner.post(f"{base}/import/remarks", data=hidden(looked.text))
        found = sheet(returned.content)
        assert found[0][-1] == "检查结果"
        assert found[1][-1] == ""
        assert heading in found[2][-1]
        assert said in found[2][-1] or said in words(looked.text)
        assert [one["number"] for one in rows(work, PlanRow)[0].document["entries"]] == ["P1"]
        found[2] = [*line(GOOD), found[2][-1]]
        again = planner.post(f"{base}/import", files=book(*found[1:], headings=found[0]))
        assert again.status_code == 200, words(again.text)

    def test_headings_and_files_that_are_none_are_told(self, planner: UserClient) -> None:
        base = new_plan(planner)
        wrong = planner.post(f"{base}/import", files=book(line(GOOD), headings=["什么", *HEADINGS[1:]]))
        assert "没有“什么”这一列" in words(wrong.text) or "什么" in words(wrong.text)
        assert wrong.status_code == 422
        assert planner.post(f"{base}/import", files={"file": ("", b"")}).status_code == 422
        forged = {"file": "sha256:" + "0" * 64, "file_name": "x.xlsx", "file_token": "0" * 64, "version": "2"}
        assert planner.post(f"{base}/import/apply", data=forged).status_code == 422
        assert "下载工作簿" in page(planner, f"{base}/import")


class TestLibraries:
    def test_a_file_says_what_it_changes_and_wrong_rows_come_back(
        self, planner: UserClient, work: MakeWork, tmp_path: Path
    ) -> None:
        path = library_files(tmp_path)["objects"]
        text = path.read_text("gb18030")
        new = text.replace("企业3,", "新名称,").replace("U05,", "U99,")
        looked = planner.post("/planner/libraries/objects", files={"file": ("对象.csv", new.encode("gb18030"))})
        assert "共 40 行：新增 1 ，改动 1 ，不再列入 1 。还没有写入" in words(looked.text)
        assert len(rows(work, LibraryRow)) == 3
        post(planner, "/planner/libraries/objects/apply", **hidden(looked.text))
        assert len(rows(work, LibraryRow)) == 4
        wrong = text.replace("企业3,", ",").encode("gb18030")
        refused = planner.post("/planner/libraries/objects", files={"file": ("对象.csv", wrong)})
        returned = planner.post("/planner/libraries/objects/remarks", data=hidden(refused.text))
        found = sheet(returned.content)
        assert "名称" in found[4][-1]
        assert [row[-1] for row in found].count("") == len(found) - 2
        people_file = library_files(tmp_path)["inspectors"].read_bytes()
        same = planner.post("/planner/libraries/inspectors", files={"file": ("人员.xlsx", people_file)})
        assert "新增 0 ，改动 0 ，不再列入 0" in words(same.text)
