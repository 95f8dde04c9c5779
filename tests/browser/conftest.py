"""The service on a free loopback port, and a headless Chromium that may talk to nothing else."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect, sync_playwright

from service.app import create_app
from service.engine import Engine
from service.settings import Settings
from tests.browser.serving import serving
from tests.web.conftest import SUPERMARKET

WAIT_MS = 30_000  # a busy machine may be slow; a promise that is broken stays broken
expect.set_options(timeout=WAIT_MS)
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
EXAMPLE = "/cases/check?" + urlencode(SUPERMARKET)
SHEET = "/cases/sheet?" + urlencode(SUPERMARKET)
FAULTY = EXAMPLE.replace("goods_value_yuan=180", "goods_value_yuan=5%E4%B8%87")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and comes last.

    Playwright leaves an event loop running in the main thread, in which nothing else could start one. The walk over
    every page takes longest: begun first, it runs beside the others.
    """
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")
    items.sort(key=lambda item: ("tests/browser/" in item.path.as_posix(), item.path.name != "test_desks.py"))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service."""
    with Engine.load(Settings()) as engine:
        app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")), engine=engine)
        with serving(app) as address:
            yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium: make setup names the package to install"
    with sync_playwright() as playwright:
        # pickers of days and files speak the user's language as well, where Chromium's language packs are installed
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser, base: str) -> Iterator[Open]:
    """Open an address in a fresh context; nothing outside the service may be asked for, nothing may break."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def only_ours(route: Route) -> None:
        if route.request.url.startswith((base, "data:")):
            route.continue_()
        else:
            trouble.append(f"asked for {route.request.url}")
            route.abort()

    def open_page(path: str, *, wide: bool = True, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=base, viewport=WIDE if wide else PHONE, java_script_enabled=script, locale="zh-CN"
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        context.route("**/*", only_ours)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
        page.on("console", lambda message: trouble.append(message.text) if "Security Policy" in message.text else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []
