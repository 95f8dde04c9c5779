"""Pages of the credit desk at a browser without JavaScript: one repair from the record to the figures."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from service.web.credit.timeline import timeline
from tests.service.officer.desk import HTML, Desk
from tests.service.people import Place
from tests.service.repairdesk.test_importing import FIRST, HEAD, as_csv

if TYPE_CHECKING:
    from tests.databases import MakeClient

RECORD = {
    "kind": "penalty",
    "party__name": "大连甲食品有限公司",
    "party__kind": "enterprise",
    "decision__number": "大市监处罚〔2026〕7号",
    "decision__authority": "大连市市场监督管理局",
    "decision__decided_on": "2026-04-10",
    "decision__published_on": "2026-04-15",
    "decision__penalty_kinds": "confiscate_gains",
    "decision__procedure": "ordinary",
    "conduct__corrected": "yes",
    "conduct__duties_performed": "yes",
    "conduct__harm_removed": "yes",
    "application__promise_made": "yes",
}


@pytest.fixture
def reviewer(user_client: MakeClient) -> Desk:
    return Desk(user_client("credit_reviewer"))


@pytest.fixture
def clerk(user_client: MakeClient) -> Desk:
    return Desk(user_client("credit_clerk", "credit_reviewer"))


def source(clerk: Desk, path: str) -> str:
    """The page as it is sent, tags and all."""
    answer = clerk.client.get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def entered(clerk: Desk) -> str:
    answer = clerk.post("/credit/records/new", **RECORD)
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["location"].partition("?")[0]


def opened(clerk: Desk) -> str:
    answer = clerk.post(entered(clerk) + "/repair")
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["location"].partition("?")[0]


def version(clerk: Desk, repair: str) -> str:
    found = re.search(r"（第 (\d+) 步）", source(clerk, repair))
    assert found
    return found[1]


def move(clerk: Desk, repair: str, name: str, on: str, **facts: str) -> str:
    fields = {f"fact_{key}": value for key, value in facts.items()}
    answer = clerk.post(f"{repair}/moves/{name}", version=version(clerk, repair), on=on, **fields)
    return "" if answer.status_code == 303 else answer.text


def test_a_repair_at_the_desk(clerk: Desk, reviewer: Desk) -> None:
    repair = opened(clerk)
    assert "受理" in move(clerk, repair, "grant", "2026-07-24")
    assert move(clerk, repair, "receive", "2026-06-01", source="window", applicant="甲公司") == ""
    refused = move(clerk, repair, "accept", "2026-06-02", materials_complete="yes")
    assert "2026-07-11 起可以办理" in refused
    assert move(clerk, repair, "accept", "2026-07-13", materials_complete="yes") == ""
    assert move(clerk, repair, "verify", "2026-07-14", proofs="缴款凭证\n整改报告") == ""
    assert "应当由没有办过“核实”的人作出" in move(clerk, repair, "grant", "2026-07-15")
    assert move(reviewer, repair, "grant", "2026-07-15") == ""
    page = clerk.get(repair).text
    for words in (
        "准予修复",
        "申请来源",
        "政务服务窗口",
        "缴款凭证；整改报告",
        "停止公示",
        "准予信用修复决定书",
        "逾期办结",
    ):
        assert words in page, words
    then = clerk.get(f"{repair}?on=2026-06-15").text
    assert "当时：已收到申请" in then
    assert "可以办的步骤" not in then
    document = clerk.client.get(f"{repair}/documents/repair_grant.txt")
    assert "缴款凭证" in document.text
    figures = source(clerk, "/credit/figures?from=2026-01-01&until=2026-12-31&figure=repaired")
    assert "1 件" in figures
    assert repair in figures


def test_only_documents_that_can_be_made_are_links_and_the_others_say_why(clerk: Desk) -> None:
    repair = opened(clerk)
    move(clerk, repair, "receive", "2026-06-01", source="window", applicant="甲公司")
    page = source(clerk, repair)
    offered = set(re.findall(rf"{repair}/documents/\w+\.txt", page))
    assert {clerk.client.get(one).status_code for one in offered} == {200}
    assert f"{repair}/documents/repair_application.txt" in offered
    assert "现在不生成：" in clerk.get(repair).text


def test_the_record_page_draws_its_time_and_keeps_what_is_changed(clerk: Desk) -> None:
    record = entered(clerk)
    page = source(clerk, record)
    assert 'role="img"' in page
    assert "2026-07-11" in page
    assert "到 2027-04-10 止" in page
    assert "到 2029-04-15 止" in page  # Order 45 reads it otherwise: both lanes are drawn
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    changed = clerk.post(record, version=found[1], conduct__duties_performed="no", reason="核实未缴清")
    assert changed.status_code == 303
    assert "还有义务没有履行" in clerk.get(record).text
    stale = clerk.post(record, version=found[1], conduct__duties_performed="yes")
    assert stale.status_code == 409
    assert "在您打开之后由" in stale.text


def test_mistakes_are_shown_with_what_was_filled_in(clerk: Desk) -> None:
    wrong = clerk.post("/credit/records/new", **{**RECORD, "decision__decided_on": "2026-05-01"})
    assert wrong.status_code == 422
    assert "早于决定日" in wrong.text
    assert 'value="大市监处罚〔2026〕7号"' in wrong.text


def test_a_register_at_the_desk(clerk: Desk) -> None:
    client = clerk.client
    files = {"file": ("登记簿.csv", as_csv(HEAD, FIRST, (*FIRST[:3], "约谈", *FIRST[4:])), "text/csv")}
    sent = client.request("POST", "/credit/import", files=files, data={"csrf_token": client.form_key, "channel": ""})
    assert sent.status_code == 303, sent.text[:2000]
    address = sent.headers["location"].partition("?")[0]
    page = clerk.get(address).text
    assert "确认导入 1 条" in page
    assert "第 2 条" in page
    assert clerk.post(address + "/application", version="1").status_code == 303
    assert "大处罚〔2026〕1号" in clerk.get("/credit/records").text
    assert clerk.client.get(address + "/workbook").content[:2] == b"PK"
    assert "已导入" in clerk.get("/credit/import").text


def test_what_is_to_be_done_comes_by_its_last_day(clerk: Desk) -> None:
    repair = opened(clerk)
    move(clerk, repair, "receive", "2026-07-13", source="window", applicant="甲公司")
    page = source(clerk, "/credit")
    assert "已超期" in page
    assert repair in page
    assert "没有需要提醒的" in clerk.get("/credit/reminders").text
    assert "大市监处罚〔2026〕7号" in clerk.get("/credit/repairs?state=requested").text
    assert "没有符合条件" in clerk.get("/credit/repairs?open=no").text


def test_another_department_finds_nothing(clerk: Desk, user_client: MakeClient) -> None:
    record = entered(clerk)
    other = Desk(user_client("credit_clerk", place=Place("elsewhere")))
    other.get(record, status=404)
    assert "大市监处罚" not in other.get("/credit/records").text


def test_everybody_may_ask_when(clerk: Desk) -> None:
    asked = "&".join(f"{key}={value}" for key, value in RECORD.items() if not key.startswith("party__name"))
    page = clerk.get(f"/repair/when?{asked}").text
    assert "公示时间线" in page
    assert "2026-07-11" in page
    assert "看看何时可以修复" in clerk.get("/repair/when").text
    clerk.get("/repair/when?decision__fine_yuan=-1", status=422)


def test_the_drawing_has_a_lane_for_each_reading() -> None:
    document = {"decision": {"decided_on": "2025-11-20", "published_on": "2025-11-25"}}
    readings = [
        {"text": "甲", "outcome": "ELIGIBLE", "earliest_on": "2026-02-21", "ends_on": "2026-11-20"},
        {"text": "乙", "outcome": "TOO_EARLY", "earliest_on": None, "ends_on": "2028-11-25"},
    ]
    answer = {"outcome": "NEEDS_HUMAN", "regime": "SAMR107", "questions": [{"readings": readings}]}
    drawn = timeline(document, answer, date(2026, 6, 1))
    assert drawn is not None
    first, second = drawn.lanes
    assert first.start_x < (first.earliest_x or 0) < drawn.today_x < (first.ends_x or 0) < (second.ends_x or 0)
    assert second.open is None
    assert "乙" in drawn.words
    assert timeline({"decision": {}}, answer, date(2026, 6, 1)) is None
