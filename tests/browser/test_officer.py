"""The officer's main path in a browser: check, save, revise, decide, print; with JavaScript and without."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from service.access.identity import COOKIE
from service.app import create_app
from service.engine import Engine
from service.settings import Settings
from service.storage import open_database
from tests.browser.conftest import EXAMPLE, PHONE, WAIT_MS, WIDE
from tests.browser.serving import serving
from tests.service.people import UserClient, make_user

OpenDesk = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[OpenDesk]:
    """Opens a page of an officer who is logged in."""
    with Engine.load(Settings()) as engine:
        settings = Settings(data_dir=tmp_path_factory.mktemp("desk"))
        database = open_database(settings)
        app = create_app(settings, engine=engine, database=database)
        secret = UserClient(app, database, make_user(database, "officer", name="李明")).secret
        with serving(app) as base:

            @contextmanager
            def opened(path: str, *, script: bool = True, wide: bool = True) -> Iterator[Page]:
                size = WIDE if wide else PHONE
                context = chromium.new_context(base_url=base, viewport=size, java_script_enabled=script, locale="zh-CN")
                context.set_default_timeout(WAIT_MS)
                context.add_cookies([{"name": COOKIE, "value": secret, "url": base}])
                page = context.new_page()
                page.goto(path)
                yield page
                context.close()

            yield opened
        database.close()


WAYS = {"script": (True, True), "plain": (False, True), "phone": (True, False)}


@pytest.mark.parametrize(("script", "wide"), WAYS.values(), ids=WAYS)
def test_from_a_check_to_a_printed_decision(desk: OpenDesk, script: bool, wide: bool) -> None:  # noqa: FBT001 - given by the parameters
    number = f"市监罚〔2026〕{script:d}{wide:d}号"
    with desk(EXAMPLE, script=script, wide=wide) as page:
        page.get_by_role("link", name="存为案件").click()
        page.locator("#f-number").fill(number)
        page.locator("#f-party_name").fill("晨光商贸有限公司")
        page.locator("#t-goods_value_yuan").fill("现场笔录第2页")
        page.get_by_role("button", name="登记案件").click()
        expect(page.get_by_text("案件已登记")).to_be_visible()
        expect(page.get_by_text("现场笔录第2页")).to_be_visible()

        page.get_by_role("link", name="修改事实").click()
        page.locator("#f-goods_value_yuan").fill("260")
        page.locator("#f-goods_value_yuan").blur()
        if script:
            expect(page.locator("#answers a", has_text="保存到案件")).to_have_attribute(
                "href", re.compile("goods_value_yuan=260")
            )
        else:
            page.locator("#recheck").click()
        page.get_by_role("link", name="保存到案件").click()
        expect(page.get_by_text("180元 → 260元")).to_be_visible()
        page.locator("#f-reason").fill("复核进货单")
        page.get_by_role("button", name="保存修改").click()
        expect(page.get_by_text("修改已保存")).to_be_visible()

        page.locator("#f-chosen").select_option("no_penalty")
        page.get_by_role("button", name="保存决定").click()
        expect(page.get_by_text("决定已保存")).to_be_visible()
        paper = page.locator("li", has_text="不予行政处罚决定书").get_by_role("link", name="Word")
        assert page.request.get(paper.get_attribute("href") or "").body().startswith(b"PK")
        address = page.url.partition("?")[0]
        page.goto(f"{address}/sheet")
        expect(page.get_by_text(number)).to_be_visible()
        page.goto("/officer?status=decided")
        expect(page.get_by_role("link", name=number)).to_be_visible()


def test_a_decision_against_the_rules_says_why_and_can_be_looked_at_again(desk: OpenDesk) -> None:
    with desk(EXAMPLE.replace("goods_value_yuan=180", "goods_value_yuan=800")) as page:
        expect(page.locator("#t-near + ul")).to_contain_text("只有一项不满足：货值金额不超过500元")
        page.get_by_role("link", name="存为案件").click()
        page.get_by_role("button", name="登记案件").click()
        page.locator("#f-chosen").select_option("no_penalty")
        page.get_by_role("button", name="保存决定").click()
        expect(page.locator("#faults")).to_be_focused()
        expect(page.locator("#f-chosen")).to_have_value("no_penalty")
        page.locator("#faults a").click()
        expect(page.locator("#f-reason-decision")).to_be_focused()
        page.locator("#f-reason-decision").fill("集体讨论决定")
        page.get_by_role("button", name="保存决定").click()
        expect(page.get_by_text("没有对应的决定书草稿")).to_be_visible()
        page.get_by_text("重新办理", exact=True).first.click()
        expect(page.get_by_text("现在的决定在新的决定作出以前仍然有效")).to_be_visible()
        page.locator("#f-reason-reopening").fill("事实有误")
        page.get_by_role("button", name="重新办理").click()
        expect(page.get_by_text("案件已重新办理")).to_be_visible()


def test_leaving_with_entries_that_are_not_saved_asks_first(desk: OpenDesk) -> None:
    with desk(EXAMPLE.replace("/cases/check", "/officer/cases/new")) as page:
        asked: list[str] = []

        def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", answer)
        page.locator("#f-number").fill("没有保存的号")
        page.get_by_role("link", name="不保存，返回").click()
        expect(page.locator("#f-number")).to_have_value("没有保存的号")
        assert asked == ["beforeunload"]


def test_a_refusal_takes_the_focus_and_leads_to_the_field(desk: OpenDesk) -> None:
    with desk(EXAMPLE.replace("/cases/check", "/officer/cases/new")) as page:
        page.locator("#f-party_code").fill("9121")
        page.get_by_role("button", name="登记案件").click()
        expect(page.locator("#faults")).to_be_focused()
        page.locator("#faults a").click()
        expect(page.locator("#f-party_code")).to_be_focused()
        expect(page.locator("#f-party_code")).to_have_value("9121")
