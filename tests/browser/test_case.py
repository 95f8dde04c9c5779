from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import EXAMPLE, FAULTY, Open
from tests.web.conftest import SUPERMARKET

BLANK = "/cases/check?violation=food-expired-sale&place=210200"
CONCLUSION = "可以不予行政处罚"


def _query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def _answered(page: Page, act: Callable[[], object]) -> None:
    """Do something and wait until the answers have been renewed."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        act()


def _unfold(page: Page, fact: str) -> None:
    page.evaluate("name => document.getElementById('q-' + name).closest('details')?.setAttribute('open', '')", fact)


def _choose(page: Page, control: str) -> None:
    """Choose with the keyboard: a page that is still moving cannot slip away from under it."""
    page.locator(control).focus()
    page.keyboard.press("Space")
    expect(page.locator(control)).to_be_checked()


def test_the_whole_path_with_script(browse: Open) -> None:
    page = browse("/cases/new")
    page.locator("#q").press_sequentially("gqsp", delay=20)
    page.get_by_role("link", name="经营超过保质期的食品、食品添加剂", exact=True).first.click()
    expect(page.locator(".headline-text")).to_contain_text("还不能得出结论")
    page.select_option("#f-party_type", "enterprise")
    for name in ("conduct_date", "discovery_date", "decision_date"):
        page.fill(f"#f-{name}", SUPERMARKET[name])
    for name in ("first_violation", "is_catering", "food_accident", "source_stated"):
        _unfold(page, name)
        _choose(page, f"#f-{name}-{SUPERMARKET[name]}")
    _unfold(page, "correction_status")
    page.select_option("#f-correction_status", "on_spot")
    _unfold(page, "goods_value_yuan")
    page.fill("#f-goods_value_yuan", "180")
    page.locator("#f-goods_value_yuan").blur()
    expect(page.locator(".headline-text")).to_have_text(CONCLUSION)
    expect(page.locator("#card-no_penalty .ground.is-applies")).to_contain_text("货值金额不超过500元")
    page.wait_for_url("**goods_value_yuan=180**")
    assert _query(page) == SUPERMARKET
    page.reload()
    expect(page.locator(".headline-text")).to_have_text(CONCLUSION)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="打印核查表").click()
    expect(opened.value.locator("h1")).to_have_text("处罚适用核查表")


def test_the_whole_path_without_script(browse: Open) -> None:
    page = browse("/", script=False)
    page.fill("#q", "过期食品")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="经营超过保质期的食品、食品添加剂", exact=True).first.click()
    page.select_option("#f-party_type", "enterprise")
    for name in ("conduct_date", "discovery_date", "decision_date"):
        page.fill(f"#f-{name}", SUPERMARKET[name])
    page.get_by_role("button", name="重新核查").first.click()
    for group in page.locator("details.fold > summary").all():
        group.click()
    for name in ("first_violation", "is_catering", "food_accident", "source_stated"):
        _choose(page, f"#f-{name}-{SUPERMARKET[name]}")
    page.select_option("#f-correction_status", "on_spot")
    page.fill("#f-goods_value_yuan", "180")
    page.get_by_role("button", name="重新核查").last.click()
    expect(page.locator(".headline-text")).to_have_text(CONCLUSION)
    assert _query(page) == SUPERMARKET
    page.get_by_role("button", name="列出全部事实").click()
    assert _query(page) == {**SUPERMARKET, "all": "1"}


def test_the_whole_path_with_the_keyboard_alone(browse: Open) -> None:
    page = browse("/cases/new")
    page.keyboard.type("gqsp")
    expect(page.locator("#results .hit")).to_have_count(2)
    _tab_to(page, "经营超过保质期的食品、食品添加剂")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/check**")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    _tab_to(page, "", control="f-party_type")
    _answered(page, lambda: page.keyboard.press("ArrowDown"))
    assert page.evaluate("document.activeElement.id") == "f-party_type"
    _tab_to(page, "", control="f-conduct_continuing-open")
    _answered(page, lambda: page.keyboard.press("ArrowLeft"))
    assert page.evaluate("document.activeElement.id") == "f-conduct_continuing-false"
    page.wait_for_url("**conduct_continuing=false**")
    assert _query(page)["party_type"] == "individual"


def _tab_to(page: Page, name: str, control: str = "") -> None:
    """Press Tab until the link of that name or the control has the focus; it must be seen all the way."""
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const one = document.activeElement;
              const seen = one.matches('.pill input') ? one.nextElementSibling : one;
              const style = getComputedStyle(seen);
              return {id: one.id, text: one.textContent.trim(), seen: parseFloat(style.outlineWidth) >= 2
                && style.outlineStyle !== 'none'};
            }"""
        )
        assert at["seen"], f"the focus cannot be seen on {at}"
        if at["id"] == control if control else at["text"] == name:
            return
    pytest.fail(f"never reached {name or control}")


def test_the_next_best_question_moves_up_and_nothing_typed_is_lost(browse: Open) -> None:
    page = browse(BLANK)
    waiting = page.locator("#next > .q").evaluate_all("all => all.map(one => one.dataset.fact)")
    assert len(waiting) == 6
    _unfold(page, "goods_value_yuan")
    page.fill("#f-goods_value_yuan", "18")
    _answered(page, lambda: page.select_option("#f-correction_status", "on_spot"))
    page.locator("#f-goods_value_yuan").focus()
    page.keyboard.press("End")
    page.keyboard.type("0")
    expect(page.locator("#next > .q")).to_have_count(7)
    after = page.locator("#next > .q").evaluate_all("all => all.map(one => one.dataset.fact)")
    assert after[:6] == waiting
    assert page.input_value("#f-goods_value_yuan") == "180"
    assert page.evaluate("document.activeElement.id") == "f-goods_value_yuan"


def test_an_answer_that_cannot_be_renewed_is_marked_as_old(browse: Open) -> None:
    page = browse(EXAMPLE)
    page.route("**/cases/check", lambda route: route.abort())
    page.fill("#f-goods_value_yuan", "99999")
    page.locator("#f-goods_value_yuan").blur()
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#answers")).to_have_class("answers is-stale")


def test_of_two_answers_the_later_one_stands(browse: Open) -> None:
    page = browse(EXAMPLE)
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/cases/check", hold_first)
    with page.expect_request("**/cases/check"):
        page.check("#f-is_catering-true", force=True)
    _answered(page, lambda: page.check("#f-is_catering-false", force=True))
    expect(page.locator(".headline-text")).to_have_text(CONCLUSION)
    assert len(held) == 2
    held[0].abort()
    assert _query(page)["is_catering"] == "false"
    expect(page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_the_summary_of_faults_takes_the_focus_and_leads_to_the_control(browse: Open, *, script: bool) -> None:
    page = browse(FAULTY, script=script)
    assert page.locator("#faults").evaluate("one => one === document.activeElement")
    page.locator("#faults a").click()
    expect(page.locator("#q-goods_value_yuan")).to_be_in_viewport()
    if script:
        assert page.evaluate("document.activeElement.id") == "f-goods_value_yuan"
    assert page.input_value("#f-goods_value_yuan") == "5万"


def test_a_fault_found_while_filling_in_is_shown_at_the_control(browse: Open) -> None:
    page = browse(EXAMPLE)
    value = page.locator("#f-goods_value_yuan")
    value.fill("5万")
    _answered(page, value.blur)
    expect(page.locator("#e-goods_value_yuan")).to_contain_text("请只写数字")
    expect(page.locator("#f-goods_value_yuan")).to_have_attribute("aria-invalid", "true")
    value.fill("50")
    _answered(page, value.blur)
    expect(page.locator("#e-goods_value_yuan")).to_have_text("")
    expect(page.locator(".headline-text")).to_have_text(CONCLUSION)


def test_a_missing_fact_is_one_click_from_its_question(browse: Open) -> None:
    page = browse(EXAMPLE)
    page.locator("#t-missing ~ details summary").click()
    page.locator('.missing a[href="#q-already_sealed_by_other"]').click()
    expect(page.locator("#q-already_sealed_by_other")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.name") == "already_sealed_by_other"
