"""Every page that somebody of the demonstration city can reach: no dead link, nothing for axe, nothing too wide."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

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
