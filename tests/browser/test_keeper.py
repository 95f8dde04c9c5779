"""The keepers' main path in a browser: draft, publication by a second person, trail; with JavaScript and without."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from service.access.identity import COOKIE
from service.app import create_app
from service.engine import Engine
from service.settings import Settings
from service.storage import open_database
from tests.browser.conftest import WAIT_MS, WIDE
from tests.browser.serving import serving
from tests.service.people import UserClient, make_user
from tests.service.releases.test_drafts import FILES

OpenAs = Callable[..., AbstractContextManager[Page]]
PEOPLE = {"catalogue_editor": "陈起草", "catalogue_approver": "褚审核", "audit_admin": "韩审计"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine.load(Settings()) as loaded:
        yield loaded


@pytest.fixture
def keepers(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, engine: Engine) -> Iterator[OpenAs]:
    """Opens a page of one of the keepers who is logged in; the drafts are checked without proofs."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("keepers"))
    database = open_database(settings)
    app = create_app(settings, engine=engine, database=database)
    app.state.release_desk = replace(app.state.release_desk, prove=False)
    secrets = {
        role: UserClient(app, database, make_user(database, role, name=name)).secret for role, name in PEOPLE.items()
    }
    with serving(app) as base:

        @contextmanager
        def opened(role: str, path: str, *, script: bool) -> Iterator[Page]:
            context = chromium.new_context(base_url=base, viewport=WIDE, java_script_enabled=script, locale="zh-CN")
            context.set_default_timeout(WAIT_MS)
            context.add_cookies([{"name": COOKIE, "value": secrets[role], "url": base}])
            page = context.new_page()
            page.goto(path)
            yield page
            context.close()

        yield opened
    database.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_a_draft_to_the_trail(keepers: OpenAs, script: bool) -> None:  # noqa: FBT001 - given by the parameters
    with keepers("catalogue_editor", "/keeper/catalogue", script=script) as page:
        page.locator("#title").fill("二〇二六年清单")
        page.get_by_role("button", name="建立").click()
        for name, text in FILES.items():
            page.get_by_role("link", name="写一个新文件").click()
            page.locator("#name").fill(name)
            page.locator("#text").fill(text)
            page.get_by_role("button", name="保存到草稿").click()
        page.get_by_role("button", name="核对", exact=True).click()
        expect(page.get_by_role("heading", name="与现行目录的差异（2 个条目）")).to_be_visible()
        page.get_by_role("button", name="提交审核").click()
        expect(page.get_by_text("等待另一位人员审核")).to_be_visible()
    with keepers("catalogue_approver", "/keeper/releases", script=script) as page:
        page.get_by_role("link", name="二〇二六年清单").click()
        page.get_by_text("审核通过并发布", exact=True).click()
        page.get_by_role("button", name="发布", exact=True).click()
        expect(page.get_by_role("row", name="1（现行） 二〇二六年清单")).to_be_visible()
    with keepers("audit_admin", "/keeper/audit?kind=catalogue.published", script=script) as page:
        row = page.get_by_role("row").filter(has_text="褚审核")
        expect(row).to_have_count(1)
        row.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("发布规则目录")).to_be_visible()
