import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import EXAMPLE, FAULTY, PHONE, SHEET, WIDE, Open

STRICT = EXAMPLE + "&officers_count=1&prior_penalty_1y=true"
ADDRESSES = {
    "start": "/",
    "choose": "/cases/new?q=gqsp&field=市场监管",
    "strict": STRICT,
    "faulty": FAULTY,
    "sheet": SHEET,
    "rules": "/rules?q=食品",
    "item": "/rules/MR-N38",
    "violation": "/rules/false-publicity-credentials",
    "nowhere": "/nowhere",
}


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("name", ADDRESSES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browse: Open, name: str) -> None:
    page = browse(ADDRESSES[name])
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("mode", ["大字", "高对比"])
def test_display_modes_work_and_axe_finds_nothing(browse: Open, mode: str) -> None:
    page = browse(EXAMPLE, wide=False)
    before = page.evaluate("getComputedStyle(document.body).fontSize + getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name=mode).click()
    after = page.evaluate("getComputedStyle(document.body).fontSize + getComputedStyle(document.body).backgroundColor")
    assert before != after
    assert page.url.endswith(EXAMPLE.split("?", 1)[1])
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_phone_the_conclusion_stays_in_sight(browse: Open) -> None:
    page = browse(EXAMPLE, wide=False)
    bar = page.locator(".jump")
    expect(bar).to_be_in_viewport()
    expect(bar).to_contain_text("可以不予行政处罚")
    bar.click()
    expect(page.locator(".headline")).to_be_in_viewport()


def test_on_a_desk_the_conclusion_stays_in_sight(browse: Open) -> None:
    page = browse(EXAMPLE)
    page.mouse.wheel(0, 1500)
    expect(page.locator(".headline-text")).to_be_in_viewport()
    expect(page.locator(".tiles")).to_be_in_viewport()


def test_the_sheet_prints_on_a4_without_the_buttons(browse: Open) -> None:
    page = browse(SHEET)
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".sheet-bar")).to_be_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert [(round(float(w)), round(float(h))) for w, h in sizes] == [(595, 842)]
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_the_page_itself_prints_without_controls(browse: Open) -> None:
    page = browse(EXAMPLE)
    page.emulate_media(media="print")
    for part in (".top", ".questions", ".foot"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".headline-text")).to_be_visible()


def test_a_page_needs_few_and_small_requests(browse: Open) -> None:
    page = browse(EXAMPLE)
    sizes = page.evaluate(
        "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]"
        ".map(one => one.encodedBodySize)"
    )
    assert len(sizes) <= 5
    assert sum(sizes) < 300_000


def test_the_drawing_says_in_words_what_it_shows(browse: Open) -> None:
    page = browse(EXAMPLE)
    label = page.locator("svg.scale").get_attribute("aria-label") or ""
    assert label == "罚款幅度：减轻0元至5万元；从轻5万元至6.5万元；一般6.5万元至8.5万元；从重8.5万元至10万元"
