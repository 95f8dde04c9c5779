import re

import pytest

from service.engine import Engine
from service.web.questions import KEY_FACTS
from tests.service.asgi import Client
from tests.web.conftest import SUPERMARKET, Get
from tests.web.dom import Page

CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
DATES = {"conduct_date": "2022-03-01", "discovery_date": "2026-03-05", "decision_date": "2026-11-01"}
REFUSED = {**DATES, "correction_status": "refused", "circumstances_serious": "true", "goods_value_yuan": "12345.67"}


def _check(get: Get, status: int = 200, /, **facts: str) -> Page:
    return get("/cases/check", status, **{"place": "210200", **facts})


@pytest.mark.parametrize("path", ["/", "/cases/new", "/rules", "/cases/check", "/cases/sheet"])
def test_a_page_opens_without_anything_chosen(get: Get, path: str) -> None:
    page = get(path)
    assert len(page.all("h1")) == 1


def test_the_start_page_says_what_is_there_and_what_is_not(get: Get, engine: Engine) -> None:
    page = get("/")
    assert f"案由 {len(engine.release.violations)} 个" in page.text
    assert "不用登录，也不保存所填的内容" in page.text
    for public in ("/repair/when", "/draws", "/draws/check", "/rules/laws"):
        assert f'href="{public}"' in page.html


@pytest.mark.parametrize("facts", [DATES, REFUSED], ids=["dates", "refused"])
def test_every_violation_gives_answers_without_code_words(
    client: Client, engine: Engine, facts: dict[str, str]
) -> None:
    for violation in engine.release.violations:
        sent = {"violation": violation, "place": "210200", **facts}
        answer = client.request("POST", "/cases/check", data=sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200, violation
        assert not CODE.findall(re.sub("<[^>]*>", " ", answer.text)), violation


@pytest.mark.parametrize("path", ["/cases/check", "/cases/sheet"])
def test_every_field_gives_whole_pages_and_sheets_without_code_words(get: Get, engine: Engine, path: str) -> None:
    one_of_each = {one.field: name for name, one in engine.release.violations.items()}
    for violation in one_of_each.values():
        page = get(path, violation=violation, place="210200", **REFUSED)
        assert not CODE.findall(page.text), violation


def test_the_example_reads_as_an_officer_would_say_it(get: Get) -> None:
    page = _check(get, **SUPERMARKET)
    assert "可以不予行政处罚" in page.text
    assert "《市场监管行政违法行为首违不罚清单（一）》（国市监法〔2025〕10号，2025年1月27日）" in page.text
    assert "《食品安全法》第一百二十四条第一款第（五）项" in page.text
    assert "货值金额不超过500元" in page.text
    assert "5万元以上6.5万元以下" in page.text
    assert "两套规则引擎结论一致" in page.text


def test_every_condition_shows_its_state_in_words(get: Get) -> None:
    page = _check(get, **{**SUPERMARKET, "goods_value_yuan": "", "is_catering": "true"})
    assert {"已满足：", "不满足：", "尚未查清："} <= set(page.texts)


def test_a_missing_fact_links_to_its_question(get: Get) -> None:
    page = _check(get, violation="food-expired-sale")
    targets = {(one.get("href") or "")[1:] for one in page.all("a") if (one.get("href") or "").startswith("#q-")}
    assert targets
    assert targets <= set(page.ids())


def test_multiples_stand_beside_their_amounts(get: Get) -> None:
    page = _check(get, violation="food-expired-sale", goods_value_yuan="20000")
    assert "10倍以上13倍以下" in page.text
    assert "20万元以上26万元以下" in page.text


def test_without_the_base_a_multiple_has_no_amount(get: Get) -> None:
    page = _check(get, violation="food-expired-sale")
    assert "采用哪一档尚未查清" in page.text
    assert "货值金额10倍以上20倍以下" in page.text


def test_a_blocking_warning_says_that_no_decision_may_be_made(get: Get) -> None:
    page = _check(get, **SUPERMARKET, officers_count="1")
    assert "改正以前不得作出决定" in page.text


def test_a_tier_that_is_open_names_the_facts_it_depends_on(get: Get) -> None:
    page = _check(get, **{**SUPERMARKET, "is_catering": "true", "harm_level": "general"})
    assert "事实尚未查清，还不能得出结论" in page.text
    assert "先查清：" in page.text


def test_an_item_of_another_place_is_marked(get: Get) -> None:
    page = _check(get, violation="fire-exit-blocked", item="FR-N02-TY")
    assert "外地清单，本地无效力" in page.text


def test_named_items_can_be_unchosen(get: Get) -> None:
    page = _check(get, violation="food-expired-sale", item="MR-N05")
    assert page.values("item") == ["MR-N05"]
    assert "只看所列事项" in page.text


def test_both_laws_are_shown_where_they_differ(get: Get) -> None:
    facts = {"conduct_date": "2025-03-01", "discovery_date": "2025-12-01", "decision_date": "2026-03-01"}
    page = _check(get, violation="false-publicity-credentials", correction_status="within_deadline", **facts)
    assert "行为时的规定（2025年3月1日）" in page.text
    assert "作出决定时的规定（2026年3月1日）" in page.text


@pytest.mark.parametrize(
    "facts",
    [{}, SUPERMARKET, {**SUPERMARKET, "all": "1"}, {"violation": "ad-absolute-terms", "fault": "intent"}],
    ids=["blank", "example", "all", "other"],
)
def test_every_fact_is_asked_once(get: Get, facts: dict[str, str]) -> None:
    page = _check(get, **facts)
    asked = [one.attrs["data-fact"] for one in page.elements if "data-fact" in one.attrs]
    assert len(asked) == len(set(asked))
    assert tuple(asked[: len(KEY_FACTS)]) == KEY_FACTS


def test_all_facts_can_be_listed(get: Get, engine: Engine) -> None:
    page = _check(get, violation="food-expired-sale", all="1")
    asked = {one.attrs["data-fact"] for one in page.elements if "data-fact" in one.attrs}
    vocabulary = engine.release.vocabulary
    assert asked == {name for name in vocabulary.order if not vocabulary[name].derived}


def test_unknown_stays_unknown(get: Get, engine: Engine) -> None:
    page = _check(get, violation="food-expired-sale", all="1")
    chosen = [one for one in page.all("input") if one.get("type") == "radio" and "checked" in one.attrs]
    assert chosen
    assert {one.get("value") for one in chosen} == {""}
    selected = [one for one in page.all("option") if "selected" in one.attrs and one.get("value")]
    assert [one.get("value") for one in selected] == ["210200"]
    numbers = [one for one in page.all("input") if one.get("name") in engine.release.vocabulary]
    assert {one.get("value") for one in numbers if one.get("type") != "radio"} == {""}


def test_the_questions_that_decide_the_tier_come_first(get: Get) -> None:
    page = _check(get, **{**SUPERMARKET, "is_catering": "true", "harm_level": "general"})
    asked = [one.attrs["data-fact"] for one in page.elements if "data-fact" in one.attrs]
    first = asked[len(KEY_FACTS) : len(KEY_FACTS) + 4]
    assert "facts_established" in first
    assert "known_to_organ" not in first


def test_facts_of_procedure_stand_last(get: Get, engine: Engine) -> None:
    page = _check(get, **SUPERMARKET)
    vocabulary = engine.release.vocabulary
    asked = [one.attrs["data-fact"] for one in page.elements if "data-fact" in one.attrs]
    kinds = [vocabulary[name].procedure for name in asked]
    assert kinds == sorted(kinds)
    assert kinds[-1]


def test_the_search_finds_by_initials_and_by_article(get: Get) -> None:
    for words in ("gqsp", "过期食品", "食品安全法124"):
        page = get("/cases/new", q=words)
        targets = [one.get("href") or "" for one in page.all("a")]
        assert any(target.startswith("/cases/check?violation=food-expired-sale") for target in targets), words


def test_a_search_without_hits_says_what_to_do(get: Get) -> None:
    assert "没有找到" in get("/cases/new", q="火星探测").text


def test_a_chosen_place_goes_along_to_the_case(get: Get) -> None:
    page = get("/cases/new", field="市场监管", place="210213")
    targets = [one.get("href") or "" for one in page.all("a")]
    assert "/cases/check?violation=food-expired-sale&place=210213" in targets


def test_a_violation_without_an_amount_shows_its_kinds(get: Get) -> None:
    page = _check(get, violation="nurse-training-missing", **DATES)
    assert "目录中这一案由没有罚款数额" in page.text
    assert "警告" in page.text
    assert "罚款幅度 目录中" in page.text


def test_an_act_that_is_punished_no_longer_says_so(get: Get) -> None:
    facts = {"conduct_date": "2023-01-01", "discovery_date": "2023-02-01", "decision_date": "2026-03-01"}
    page = _check(get, violation="road-transport-certificate-not-carried", **facts)
    assert "法律已经不处罚这一行为" in page.text


def test_timely_correction_leaves_no_fine_where_the_article_orders_correction_first(get: Get) -> None:
    page = _check(get, violation="licence-not-displayed", correction_status="on_spot", **DATES)
    assert "按目前的事实不能罚款" in page.text
