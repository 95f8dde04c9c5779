"""The officer's main path on pages without JavaScript: check, save, revise, decide, print, reopen, replay."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from service.access.identity import COOKIE
from service.masking import masked_code, masked_name
from tests.service.asgi import Client
from tests.service.officer.desk import CODE, FORM, QUERY, Desk, fault
from tests.service.people import Place, UserClient
from tests.web.dom import Page

MakeClient = Callable[..., UserClient]


@pytest.fixture
def desk(user_client: MakeClient) -> Desk:
    return Desk(user_client("officer"))


def test_from_the_check_page_to_a_stored_case(desk: Desk) -> None:
    check = desk.get(f"/cases/check?{QUERY}")
    save = next(one for one in links(check) if one.startswith("/officer/cases/new"))
    form = desk.get(save)
    assert "货值金额" in form.text
    address = desk.save(
        number="市监罚1号", party_name="晨光商贸", party_code=CODE, **{"text.goods_value_yuan": "现场笔录"}
    )
    page = desk.get(f"{address}?done=saved").text
    for words in ("案件已登记", "市监罚1号", "晨光商贸", "现场笔录", "不予行政处罚", "办理中", "差一点的情形"):
        assert words in page, words


def test_facts_are_changed_on_the_check_page_and_kept_with_a_reason(desk: Desk) -> None:
    address = desk.save(party_name="晨光商贸")
    page = desk.get(address)
    check = next(one for one in links(page) if one.startswith("/cases/check?"))
    assert "case=case-" in check
    edit = next(one for one in links(desk.get(check)) if one.startswith(f"{address}/edit?"))
    changed = edit.replace("goods_value_yuan=180", "goods_value_yuan=260")
    assert "180元 → 260元" in desk.get(changed).text
    query = changed.partition("?")[2]
    unreasoned = desk.post(address, case_query=query, version="1", party_name="晨光商贸", note="我的备注")
    assert unreasoned.status_code == 422
    assert "理由" in fault(unreasoned)
    assert "我的备注" in unreasoned.text, "what was filled in is not lost"
    kept = desk.post(address, case_query=query, version="1", party_name="晨光商贸", reason="复核进货单")
    assert kept.status_code == 303
    page = desk.get(address)
    assert "复核进货单" in page.text
    assert "180元 → 260元" in page.text
    assert "原为 180元" in page.text


def test_a_page_that_is_behind_is_told_who_changed_the_case(desk: Desk) -> None:
    address = desk.save()
    assert desk.post(address, case_query=QUERY, version="1", reason="第一次").status_code == 303
    stale = desk.post(address, case_query=QUERY, version="1", reason="第二次", number="新号")
    assert stale.status_code == 409
    assert "在您打开之后由" in stale.text
    assert "新号" in stale.text


def test_deciding_as_proposed_and_otherwise(desk: Desk) -> None:
    address = desk.save()
    refused = desk.post(f"{address}/decision", version="1", chosen="general", fine_yuan="五千")
    assert "罚款数额" in fault(refused)
    refused = desk.post(f"{address}/decision", version="1", chosen="general", fine_yuan="70000")
    assert "写明理由" in fault(refused)
    assert 'value="70000"' in refused.text
    assert desk.post(f"{address}/decision", version="1", chosen="general", reason="拒不配合").status_code == 303
    page = desk.get(address)
    assert "与系统结论不同" in page.text
    assert "拒不配合" in page.text
    assert not any("case=case-" in one and "#" not in one for one in links(page)), "a decided case is reopened first"


def test_replay_and_reopening_from_the_page(desk: Desk) -> None:
    address = desk.save()
    desk.post(f"{address}/decision", version="1", chosen="no_penalty")
    page = desk.get(address)
    decision = page.values("decision")[0]
    assert desk.post(f"{address}/replay", decision=decision).status_code == 303
    assert "一致" in desk.get(address).text
    assert "理由" in fault(desk.post(f"{address}/reopening", version="2", reason=""))
    assert desk.post(f"{address}/reopening", version="2", reason="复议").status_code == 303
    assert "修改事实" in desk.get(address).text


def test_a_draft_keeps_what_cannot_be_decided(desk: Desk) -> None:
    wrong = QUERY.replace("goods_value_yuan=180", "goods_value_yuan=%E7%99%BE%E5%85%AB")
    refused = desk.post("/officer/cases", case_query=wrong, party_name="晨光")
    assert refused.status_code == 422
    address = desk.save(wrong, draft="1")
    page = desk.get(address)
    assert "所填内容还不能判断" in page.text
    check = next(one for one in links(page) if one.startswith("/cases/check?"))
    assert "百八" in desk.get(check, 422).text
    kept = desk.post(address, case_query=QUERY, version="1")
    assert kept.status_code == 303
    assert "办理中" in desk.get(address).text


def test_earlier_decisions_are_shown_and_taken(desk: Desk) -> None:
    first = desk.save(number="甲1", party_name="晨光", party_code=CODE)
    desk.post(f"{first}/decision", version="1", chosen="general", reason="第一次")
    open_query = QUERY.replace("&first_violation=true", "")
    second = desk.save(open_query, number="甲2", party_name="晨光", party_code=CODE)
    assert "1 条既往处理记录，还没有写进本案" in desk.get(second).text
    refused = desk.post(f"{second}/decision", version="1", chosen="general", reason="x y")
    assert "既往" in fault(refused)
    assert desk.post(f"{second}/history", version="1").status_code == 303
    page = desk.get(second).text
    assert "还没有写进本案" not in page
    assert desk.post(f"{second}/decision", version="2", chosen="general", reason="多次违法").status_code == 303


def test_names_of_persons_are_masked_until_a_reason_is_given(desk: Desk) -> None:
    query = QUERY.replace("party_type=enterprise", "party_type=individual")
    code = "210202199001010011"
    address = desk.save(query, party_name="赵晨光", party_code=code)
    for path in (address, f"{address}/edit", f"{address}/sheet", "/officer"):
        assert "赵晨光" not in desk.get(path).text, path
        assert code not in desk.get(path).text, path
    mask = {"party_name": masked_name("赵晨光"), "party_code": masked_code(code)}
    assert desk.post(address, case_query=query, version="1", reason="只改备注", note="x", **mask).status_code == 303
    assert "理由" in fault(desk.post(f"{address}/unmasking", reason=""))
    shown = desk.post(f"{address}/unmasking", reason="制作送达回证").text
    assert "赵晨光" in shown
    assert code in shown
    assert "赵晨光" not in desk.get(address).text


def test_the_sheet_and_the_documents_carry_what_the_case_has(desk: Desk) -> None:
    fields = {"p.authority": "演示市市场监督管理局", "p.contact": "张三 0411-0000000"}
    address = desk.save(number="市监罚9号", party_name="晨光商贸", party_code=CODE, **fields)
    sheet = desk.get(f"{address}/sheet").text
    assert "市监罚9号" in sheet
    assert "晨光商贸" in sheet
    text = desk.client.get(f"{address}/documents/no_penalty_decision.txt").text
    assert "演示市市场监督管理局" in text
    assert "晨光商贸" in text
    refused = desk.client.get(f"{address}/documents/penalty_notice.docx", headers={"accept": "text/html"})
    assert refused.status_code == 409


def test_the_list_narrows_sorts_and_exports(desk: Desk) -> None:
    desk.save(number="甲1", party_name="晨光商贸")
    decided = desk.save(number="甲2", party_name="银帆商贸")
    desk.post(f"{decided}/decision", version="1", chosen="no_penalty")
    assert "共 2 条" in desk.get("/officer").text
    for query, words, absent in (
        ("q=银帆", "甲2", "甲1"),
        ("status=open", "甲1", "甲2"),
        ("chosen=no_penalty", "甲2", "甲1"),
        ("decided_from=2026-04-20&decided_to=2026-04-20", "甲2", "甲1"),
        ("decided_from=soon", "甲1", "没有符合条件"),
    ):
        page = desk.get(f"/officer?{query}").text
        assert words in page, query
        assert absent not in page, query
    assert "没有符合条件的记录" in desk.get("/officer?violation=没有这种").text
    export = desk.client.get("/officer?export=xlsx&status=open")
    assert export.content[:2] == b"PK"


def test_others_do_not_find_the_case(desk: Desk, user_client: MakeClient) -> None:
    address = desk.save(number="甲1")
    elsewhere = Desk(user_client("officer", place=Place("市场监管综合执法", "210302")))
    elsewhere.get(address, 404)
    assert "甲1" not in elsewhere.get("/officer").text
    for path in ("/decision", "/reopening", "/history", "/unmasking"):
        assert elsewhere.post(f"{address}{path}", version="1", chosen="general", reason="越权").status_code == 404, path
    Desk(user_client("planner")).get("/officer", 403)


def test_forms_without_the_token_of_the_session_are_refused(desk: Desk) -> None:
    address = desk.save()
    strange = Client(desk.client._app, {}, {COOKIE: desk.client.secret})
    for path in ("/officer/cases", address, f"{address}/decision", f"{address}/reopening"):
        answer = strange.request("POST", path, content=urlencode({"case_query": QUERY}), headers=FORM)
        assert answer.status_code == 403, path


def test_every_form_that_changes_something_carries_the_token(desk: Desk) -> None:
    address = desk.save(party_name="晨光", party_code=CODE)
    decided = desk.save(party_name="晨光", party_code=CODE)
    desk.post(f"{decided}/history", version="1")
    desk.post(f"{decided}/decision", version="1", chosen="no_penalty")
    for path in (address, decided, f"{address}/edit", f"/officer/cases/new?{QUERY}", "/officer"):
        for form in re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', desk.get(path).html, re.DOTALL):
            assert desk.client.form_key in form or 'action="/display"' in form, (path, form)


def links(page: Page) -> list[str]:
    return [one.attrs["href"] for one in page.all("a") if "href" in one.attrs]
