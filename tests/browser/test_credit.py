"""The credit desk in a browser: request, decision by a second person, end of publication; JavaScript on and off."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from service import clock
from service.access.identity import COOKIE
from service.app import create_app
from service.engine import Engine
from service.settings import Settings
from service.storage import open_database
from tests.browser.conftest import WAIT_MS, WIDE
from tests.browser.serving import serving
from tests.service.people import UserClient, make_user

OpenDesk = Callable[..., AbstractContextManager[Page]]
DECIDED = clock.today() - timedelta(days=150)
YES = ("conduct__corrected", "conduct__duties_performed", "conduct__harm_removed", "application__promise_made")
PEOPLE = {"clerk": "credit_clerk", "reviewer": "credit_reviewer"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[OpenDesk]:
    """Opens a page of the clerk or of the reviewer."""
    with Engine.load(Settings()) as engine:
        settings = Settings(data_dir=tmp_path_factory.mktemp("credit"))
        database = open_database(settings)
        app = create_app(settings, engine=engine, database=database)
        secrets = {name: UserClient(app, database, make_user(database, role)).secret for name, role in PEOPLE.items()}
        with serving(app) as base:

            @contextmanager
            def opened(who: str, path: str, *, script: bool = True) -> Iterator[Page]:
                context = chromium.new_context(base_url=base, viewport=WIDE, java_script_enabled=script, locale="zh-CN")
                context.set_default_timeout(WAIT_MS)
                context.add_cookies([{"name": COOKIE, "value": secrets[who], "url": base}])
                page = context.new_page()
                page.goto(path)
                yield page
                context.close()

            yield opened
        database.close()


def make(page: Page, move: str, **facts: str) -> None:
    """Fill in a move of the repair that is open and make it."""
    panel = page.locator(f"#move-{move}")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    for name, value in facts.items():
        control = panel.locator(f"[name=fact_{name}]").first
        if value == "yes":
            control.check()
        elif name == "source":
            control.select_option(value)
        else:
            control.fill(value)
    panel.locator("button[type=submit]").click()


def enter(page: Page, number: str, **changes: str) -> None:
    """Enter a record and open its repair."""
    values = {
        "party__name": "晨光餐饮有限公司",
        "decision__number": number,
        "decision__authority": "大连市市场监督管理局",
        "decision__decided_on": DECIDED.isoformat(),
        "decision__published_on": (DECIDED + timedelta(days=3)).isoformat(),
        **changes,
    }
    for name, value in values.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("#f-party__kind").select_option("enterprise")
    for name in YES:
        page.locator(f"#f-{name}").select_option("yes")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_a_request_to_the_end_of_publication(desk: OpenDesk, script: bool) -> None:  # noqa: FBT001 - a parameter
    with desk("clerk", "/credit/records/new", script=script) as page:
        enter(page, f"市监罚〔2026〕{script:d}号")
        page.locator("input[name=decision__penalty_kinds][value=confiscate_gains]").check()
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_role("img", name="公示时间线")).to_be_visible()
        page.get_by_role("button", name="开立修复事项").click()
        make(page, "receive", source="window", applicant="法定代表人")
        make(page, "accept", materials_complete="yes")
        make(page, "verify", proofs="缴款凭证")
        expect(page.get_by_text("您现在没有可以办的步骤")).to_be_visible()
        address = page.url.partition("?")[0]
    with desk("reviewer", address, script=script) as page:
        make(page, "grant")
        expect(page.get_by_role("link", name="Word").first).to_be_visible()
    with desk("clerk", address, script=script) as page:
        make(page, "stop_publication", proofs="页面截图")
        expect(page.get_by_text("已落实 停止公示")).to_be_visible()


def test_a_question_of_law_is_decided_by_the_reviewer(desk: OpenDesk) -> None:
    with desk("clerk", "/credit/records/new") as page:
        enter(page, "交罚〔2026〕9号", decision__authority="大连市交通运输局")
        page.locator("input[name=decision__penalty_kinds][value=suspend_permit]").check()
        page.get_by_role("button", name="登记", exact=True).click()
        page.get_by_role("button", name="开立修复事项").click()
        make(page, "receive", source="credit_china", applicant="法定代表人")
        address = page.url.partition("?")[0]
    with desk("reviewer", address, script=False) as page:
        panel = page.locator("#move-determine")
        panel.get_by_label("一般：最短三个月").check()
        panel.get_by_label("理由").fill("情节一般")
        panel.get_by_label("依据").fill("会议纪要第3号")
        panel.locator("button[type=submit]").click()
        expect(page.get_by_text("认定以后的判断：材料不齐全")).to_be_visible()
        expect(page.get_by_text("依据：会议纪要第3号").first).to_be_visible()


def test_a_refusal_takes_the_focus_and_leads_to_the_field(desk: OpenDesk) -> None:
    with desk("clerk", "/credit/records/new") as page:
        enter(page, "市监罚〔2026〕77号", decision__published_on=(DECIDED - timedelta(days=9)).isoformat())
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.locator("#faults")).to_be_focused()
        page.locator("#faults a").first.click()
        expect(page.locator("#f-decision__published_on")).to_be_focused()
        expect(page.locator("#f-decision__number")).to_have_value("市监罚〔2026〕77号")
