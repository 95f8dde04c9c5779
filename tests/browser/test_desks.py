"""Every page that somebody of the demonstration city can reach: no dead link, nothing for axe, nothing too wide."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.access.identity import COOKIE
from service.engine import Engine
from service.settings import Settings
from tests.browser.city import City, Found, made_city, pages_of
from tests.browser.conftest import PHONE, WAIT_MS, WIDE
from tests.browser.serving import serving

SCREENS = os.environ.get("XINHENG_SCREENS")
"""A folder to put a picture of every page into: `make screens`."""
_MOST_PIXELS = 1800
"""Longer pages are cut off in the picture."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with Engine.load(Settings()) as engine:
        yield made_city(tmp_path_factory.mktemp("city"), engine)


@pytest.fixture(scope="module")
def address(city: City) -> Iterator[str]:
    with serving(city.app) as base:
        yield base


@pytest.fixture(scope="module")
def reached(address: str, city: City) -> tuple[list[Found], list[str]]:
    return pages_of(address, city)


def test_no_link_is_dead_and_every_desk_has_pages(reached: tuple[list[Found], list[str]]) -> None:
    found, wrong = reached
    assert wrong == []
    assert {"/", "/officer", "/credit", "/planner", "/keeper/users"} <= {one.pattern for one in found}


def test_every_page_is_sound(
    chromium: Browser, address: str, city: City, reached: tuple[list[Found], list[str]]
) -> None:
    faults: list[str] = []
    contexts: dict[str, BrowserContext] = {}
    for one in reached[0]:
        if one.login not in contexts:
            contexts[one.login] = _context(chromium, address, city.secret(one.login), faults)
        page = contexts[one.login].new_page()
        page.goto(one.address)
        faults += [f"{one.address} ({one.login}): {fault}" for fault in _faults(page)]
        if SCREENS:
            _picture(page, Path(SCREENS), one)
        page.close()
    for context in contexts.values():
        context.close()
    assert faults == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_citizen_checks_a_draw_and_asks_when_a_record_can_be_repaired(
    chromium: Browser, address: str, tmp_path: Path, *, script: bool
) -> None:
    context = chromium.new_context(base_url=address, viewport=WIDE, locale="zh-CN", java_script_enabled=script)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="公开的抽取").click()
    page.get_by_role("link", name="演示第三季度").click()
    expect(page.get_by_text("已公布结果").first).to_be_visible()
    files = []
    for link in page.locator("a[download]").all():
        files.append(tmp_path / link.inner_text())
        files[-1].write_bytes(context.request.get(link.get_attribute("href") or "").body())
    code = next(one for one in files if one.name.startswith("frame-")).read_text("utf-8").split("\t")[0]
    page.locator("#unit").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("在名录中").first).to_be_visible()
    page.get_by_role("link", name="核对页").click()
    if script:
        page.locator("#files").set_input_files([one for one in files if one.suffix != ".zip"])
        expect(page.locator("#verdict")).to_contain_text("一致")
    else:
        expect(page.get_by_text("需要打开浏览器的脚本")).to_be_visible()
    _asks_when(page)
    context.close()


def _asks_when(page: Page) -> None:
    page.goto("/repair/when")
    page.get_by_label("作出决定的机关").fill("大连市市场监督管理局")
    page.get_by_role("button", name="看看何时可以修复").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.get_by_label("作出决定的机关")).to_have_value("大连市市场监督管理局")
    page.get_by_label("决定日").fill("2026-03-10")
    page.get_by_label("罚款", exact=True).check()
    page.get_by_role("button", name="看看何时可以修复").click()
    expect(page.get_by_role("heading", name="依据的规定")).to_be_visible()
    expect(page.get_by_text("最早申请日").first).to_be_visible()


def _context(chromium: Browser, base: str, secret: str, faults: list[str]) -> BrowserContext:
    context = chromium.new_context(base_url=base, viewport=WIDE, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    context.add_cookies([{"name": COOKIE, "value": secret, "url": base}])
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    return context


def _faults(page: Page) -> Iterator[str]:
    if page.locator("h1").count() != 1:
        yield "not one main heading"
    for word in ("None", "undefined", "nan", "{{", "Traceback"):
        if page.get_by_text(word, exact=True).count():
            yield f"shows {word!r}"
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    yield from _too_wide(page)
    yield from (f"axe: {one}" for one in _violations(page))
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.classList.add('large', 'contrast')")
    yield from _too_wide(page)
    yield from (f"axe, 大字 and 高对比: {one}" for one in _violations(page))
    page.evaluate("document.documentElement.classList.remove('large', 'contrast')")
    page.set_viewport_size(WIDE)


def _too_wide(page: Page) -> Iterator[str]:
    if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        yield f"wider than {page.viewport_size}"


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def _picture(page: Page, folder: Path, one: Found) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = one.pattern.strip("/").replace("/", "-").replace("*", "x") or "home"
    page.reload()
    for suffix, size in (("", WIDE), ("-phone", PHONE)):
        page.set_viewport_size(size)
        height = min(_MOST_PIXELS, int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": size["width"], "height": height})
        page.screenshot(path=folder / f"{name}{suffix}.jpg", type="jpeg", quality=45)
