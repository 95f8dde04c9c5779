"""The effect of an entry follows what is filled in, in a browser; and by a button where there is no JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from service.access.identity import COOKIE
from service.db.tables.plans import PlanRow
from service.engine import Engine
from service.settings import Settings
from tests.browser.city import City, made_city
from tests.browser.conftest import WAIT_MS, WIDE
from tests.browser.serving import serving


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with Engine.load(Settings()) as engine:
        yield made_city(tmp_path_factory.mktemp("city"), engine)


@pytest.fixture(scope="module")
def address(city: City) -> Iterator[str]:
    with serving(city.app) as base:
        yield base


@pytest.mark.parametrize("script", [True, False])
def test_the_effect_follows_what_is_filled_in(chromium: Browser, address: str, city: City, *, script: bool) -> None:
    with city.database.read() as session:
        plan = session.exec(select(PlanRow).where(PlanRow.state == "draft")).first()
    assert plan is not None
    context = chromium.new_context(base_url=address, viewport=WIDE, locale="zh-CN", java_script_enabled=script)
    context.set_default_timeout(WAIT_MS)
    context.add_cookies([{"name": COOKIE, "value": city.secret("planner"), "url": address}])
    page = context.new_page()
    page.goto(f"/planner/plans/{plan.id}/entries/P01")
    before = _drawn(page)
    page.locator('input[name="rate_A"]').fill("100")
    if script:
        page.keyboard.press("Tab")
        expect(page.locator("#effect p").first).not_to_contain_text(before)
    else:
        page.get_by_role("button", name="计算效果").click()
    assert _drawn(page) != before
    assert page.locator('input[name="rate_A"]').input_value() == "100"
    context.close()


def _drawn(page: Page) -> str:
    """What the effect says is drawn."""
    return page.locator("#effect p").first.inner_text().partition("抽取")[2]
