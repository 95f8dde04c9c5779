"""The planner's desk in a browser: the effect of an entry; classes, plan, draw, tasks, a sheet, publication.

With JavaScript and without, on the demonstration city; the clock is put forward where a public event has to pass.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from service import clock, drawseal
from service.access.identity import COOKIE
from service.db.tables.plans import PlanRow
from service.engine import Engine
from service.settings import Settings
from tests.browser.city import City, made_city
from tests.browser.conftest import WAIT_MS, WIDE
from tests.browser.serving import serving

SECRET = "我们部门的口令 2026"  # noqa: S105 - of a test
VALUE = "03.08.12.19.25.33+07"


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


class People:
    """Pages of the people of the city, each logged in."""

    def __init__(self, chromium: Browser, city: City, address: str, *, script: bool) -> None:
        self._open = (chromium, city, address, script)
        self._pages: dict[str, Page] = {}

    def __getitem__(self, login: str) -> Page:
        chromium, city, address, script = self._open
        if login not in self._pages:
            context = chromium.new_context(base_url=address, viewport=WIDE, locale="zh-CN", java_script_enabled=script)
            context.set_default_timeout(WAIT_MS)
            context.add_cookies([{"name": COOKIE, "value": city.secret(login), "url": address}])
            self._pages[login] = context.new_page()
        return self._pages[login]

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the service: whoever puts another moment at the end moves it."""
    moments = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: moments[-1])
    monkeypatch.setattr(drawseal, "_COST", 2)
    return moments


def press(page: Page, name: str) -> None:
    """Press a button, in whatever is folded away."""
    button = page.get_by_role("button", name=name, exact=True).first
    if not button.is_visible():
        page.locator("details:not([open])", has=page.locator("button", has_text=name)).first.locator("summary").click()
    button.click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_classes_to_a_published_draw(
    chromium: Browser, city: City, address: str, now: list[datetime], *, script: bool
) -> None:
    people = People(chromium, city, address, script=script)
    page, name = people["planner"], f"走查{script:d}"
    page.goto("/planner/classes")
    expect(page.get_by_role("heading", name="各类户数")).to_be_visible()
    _plan(people, name, now[0].year + 1)
    draw = _draw(people, name, now)
    _tasks(people, name)
    _published(people, draw)
    people.close()


def _plan(people: People, name: str, year: int) -> None:
    """A plan of one entry, made by one and approved by another."""
    page = people["planner"]
    page.goto("/planner/plans/new")
    page.get_by_label("计划名称").fill(f"{name}计划")
    press(page, "保存")
    page.get_by_role("link", name="增加一项").click()
    page.get_by_label("计划名称").fill("登记事项检查")
    page.locator('[name=items][value="SC-01"]').check()
    page.locator("[name=by]").select_option("all")
    page.locator("[name=ratio_set]").select_option("")
    page.locator("[name=rate_全部]").fill("0.5")
    page.locator("[name=since_0]").fill(f"{year}-01-04")
    page.locator("[name=last_0]").fill(f"{year}-02-26")
    press(page, "保存")
    press(page, "送审")
    expect(page.get_by_text("已送审。")).to_be_visible()
    boss = people["approver"]
    boss.goto(page.url.partition("?")[0])
    press(boss, "批准")
    expect(boss.get_by_text("已批准。")).to_be_visible()


def _draw(people: People, name: str, now: list[datetime]) -> str:
    """From the plan to a sealed result, by a planner and two witnesses."""
    page, first, second = people["planner"], people["witness"], people["witness2"]
    page.reload()
    page.locator("summary", has_text="由这份计划建立抽取").click()
    page.locator("#draw_id").fill(name)
    page.locator("#issue").fill("2026137")
    page.locator("#when").fill((now[-1] + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"))
    press(page, "建立抽取草稿")
    draw = page.url.partition("?")[0]
    for one in (page, first):
        one.goto(draw)
        one.locator("summary", has_text="封存“").first.click()
        one.locator("[name=secret]").first.fill(SECRET)
        one.locator("[name=again]").first.fill(SECRET)
        press(one, "生成并封存")
        expect(one.get_by_text("请现在抄写")).to_be_visible()
    page.goto(f"{draw}/ceremony")
    press(page, "固定并公布记录")
    expect(page.get_by_text("记录已公布。")).to_be_visible()
    now.append(now[-1] + timedelta(minutes=4))
    for one, button in ((first, "登记"), (second, "确认")):
        one.goto(f"{draw}/ceremony")
        one.locator("[name=value]").fill(VALUE)
        press(one, button)
    expect(second.get_by_text("公开数已确认。")).to_be_visible()
    for one in (page, first):
        one.goto(f"{draw}/ceremony")
        one.locator("[name=secret]").first.fill(SECRET)
        press(one, "开启")
    page.goto(f"{draw}/ceremony")
    press(page, "抽取")
    expect(page.get_by_text("抽取完成。结果已封存。")).to_be_visible()
    return draw


def _tasks(people: People, name: str) -> None:
    """Dispatch, tasks, the sheet of one of them; then, since nobody can enter for others, the batch is stopped."""
    page = people["planner"]
    page.get_by_role("link", name="返回").click()
    press(page, "派发")
    page.get_by_role("link", name="这次抽取的检查任务").click()
    step = page.locator(".next-step", has_text=name)
    step.get_by_role("button", name="生成任务").click()
    expect(page.get_by_text("已生成检查任务")).to_be_visible()
    step.get_by_role("button", name="派发全部").click()
    expect(page.get_by_text("已派发。")).to_be_visible()
    links = page.locator("main table a[href*='/planner/tasks/task-']")
    addresses = list(dict.fromkeys(str(one.get_attribute("href")) for one in links.all()))
    assert addresses
    sheet = page.request.get(f"{addresses[0]}/sheet.pdf")
    assert sheet.body().startswith(b"%PDF")
    for task in addresses:
        page.goto(task)
        while page.locator("button", has_text="取消检查").count():
            page.locator("summary", has_text="取消这项检查").first.click()
            page.locator("[name=code]").first.select_option("stopped")
            page.locator("[id^=cancel-check]").first.fill("演示：上级通知停止")
            press(page, "取消检查")


def _published(people: People, draw: str) -> None:
    page = people["planner"]
    page.goto(draw)
    page.locator("summary", has_text="结束本批").click()
    page.locator("[name=tasks_done]").check()
    press(page, "结束")
    press(page, "核对并公布")
    expect(page.get_by_text("结果已公布。")).to_be_visible()
    page.get_by_role("link", name="社会公众看到的页面").click()
    expect(page.get_by_role("link", name="publication.zip")).to_be_visible()
    expect(page.get_by_text("上级机关要求停止")).to_be_visible()
