import re

import pytest

from service.engine import Engine
from service.web.rulebook import PAGE, Filters, entries_of, list_view
from tests.web.conftest import Get

CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def test_every_entry_has_a_page_in_chinese(get: Get, engine: Engine) -> None:
    entries = entries_of(engine.release)
    assert len(entries) > 600
    for identifier, entry in entries.items():
        page = get(f"/rules/{identifier}")
        assert entry.title in page.text
        record = page.texts[page.texts.index("核实记录（目录原文）") + 1]
        assert not CODE.findall(page.text.replace(record, "")), identifier


def test_an_entry_shows_conditions_articles_source_and_examples(get: Get) -> None:
    text = get("/rules/MR-N05").text
    assert "货值金额不超过500元" in text
    assert "《食品安全法》第一百二十四条第一款第（五）项" in text
    assert "国市监法〔2025〕10号" in text
    assert "2025年1月27日" in text
    assert "24个月" in text
    assert "货值五百元整" in text


def test_what_is_our_own_reading_is_marked(get: Get) -> None:
    assert "本系统的操作化理解" in get("/rules/MR-N38").text


def test_a_violation_shows_the_law_of_each_time(get: Get) -> None:
    text = get("/rules/false-publicity-credentials").text
    assert text.count("处罚规定") == 2
    assert "2019" in text


def test_limits_that_changed_are_shown_with_their_times(get: Get) -> None:
    text = get("/rules/APL-36").text
    assert "2年" in text
    assert "5年" in text


def test_the_own_city_comes_first(engine: Engine) -> None:
    places = [one.place_code for one in entries_of(engine.release).values()]
    assert places[0] == "210200"
    order = ["210200", "210000", "000000"]
    known = [order.index(one) if one in order else len(order) for one in places]
    assert known == sorted(known)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(kind="statute_ground"), "APL-36"),
        (Filters(list="no_coercive_measure"), "ACE-16-2"),
        (Filters(field="市场监管", kind="list_item", place="210200"), "MR-N38"),
        (Filters(words="gqsp"), "food-expired-sale"),
        (Filters(words="食品安全法124", kind="list_item"), "MR-N05"),
    ],
)
def test_filters_narrow_the_list(engine: Engine, filters: Filters, wanted: str) -> None:
    entries = entries_of(engine.release)
    view = list_view(entries, engine.search, filters)
    assert wanted in [one.id for one in view.entries]
    assert 0 < view.total < len(entries)
    assert all(not filters.kind or one.kind == filters.kind for one in view.entries)
    assert all(not filters.field or one.field == filters.field for one in view.entries)


def test_the_number_behind_a_choice_is_what_choosing_it_gives(engine: Engine) -> None:
    entries = entries_of(engine.release)
    view = list_view(entries, engine.search, Filters(field="市场监管"))
    for choice in view.lists:
        chosen = list_view(entries, engine.search, Filters(field="市场监管", list=choice.value))
        assert chosen.total == choice.count


def test_the_pages_of_the_list_show_every_entry_once(engine: Engine) -> None:
    entries = entries_of(engine.release)
    pages = list_view(entries, engine.search, Filters()).pages
    seen = [
        one.id for page in range(1, pages + 1) for one in list_view(entries, engine.search, Filters(page=page)).entries
    ]
    assert seen == list(entries)
    assert len(seen) > PAGE


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999", "9" * 30, "²"])
def test_a_page_number_that_makes_no_sense_does_no_harm(get: Get, page: str) -> None:
    assert "规则目录" in get("/rules", page=page).text


def test_filters_without_hits_say_what_to_do(get: Get) -> None:
    assert "没有符合的条目" in get("/rules", kind="statute_ground", field="税务").text
