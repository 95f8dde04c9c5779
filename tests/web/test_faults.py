import pytest

from rules.instant import check_days
from rules.load import load_catalogue
from service.web.faults import faults_of
from service.web.form import read_form
from tests.service.asgi import Client
from tests.web.conftest import SUPERMARKET, Get


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("goods_value_yuan", "5万", "请只写数字"),
        ("goods_value_yuan", "-3", "金额不能小于零"),
        ("party_age", "12.5", "请填整数"),
        ("party_age", "130", "应当在 0 到 120 之间"),
        ("correction_days", "两天", "请只填数字"),
        ("correction_days", "-1", "不能小于 0"),
        ("conduct_date", "2026-02-30", "日历上没有“2026-02-30”这一天"),
        ("conduct_date", "三月一日", "请填年、月、日"),
        ("conduct_date", "1900-01-01", "日期早于 1949 年"),
        ("harm_level", "bad", "请从所列的选项中选择"),
        ("first_violation", "maybe", "请选“是”“否”或者“尚未查清”"),
    ],
)
def test_a_wrong_value_is_named_kept_and_linked(get: Get, name: str, text: str, words: str) -> None:
    page = get("/cases/check", 422, violation="food-expired-sale", place="210200", **{name: text})
    assert words in page.text
    assert text in page.text or text in {one.get("value") for one in page.all("input")}
    assert f"#q-{name}" in {one.get("href") for one in page.all("a")}
    summary = page.by_id("faults")
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert "autofocus" in summary.attrs


def test_a_wrong_value_loses_none_of_the_others(get: Get) -> None:
    page = get("/cases/check", 422, **{**SUPERMARKET, "goods_value_yuan": "很少"})
    for name in ("conduct_date", "is_catering", "food_accident", "source_stated", "first_violation"):
        assert page.values(name) == [SUPERMARKET[name]]
    assert page.values("goods_value_yuan") == ["很少"]
    assert [one.get("value") for one in page.all("option") if "selected" in one.attrs and one.get("value")] == [
        "210200",
        "enterprise",
        "on_spot",
    ]


def test_while_something_is_wrong_there_is_no_conclusion(get: Get) -> None:
    page = get("/cases/check", 422, **{**SUPERMARKET, "goods_value_yuan": "很少"})
    assert "不予行政处罚" not in page.text
    assert "改正上面列出的内容以后，这里给出结论" in page.text
    sheet = get("/cases/sheet", 422, **{**SUPERMARKET, "goods_value_yuan": "很少"})
    assert "承办人" not in sheet.text


def test_days_that_contradict_each_other_are_named(get: Get) -> None:
    page = get("/cases/check", 422, **{**SUPERMARKET, "decision_date": "2026-02-01"})
    assert "作出决定日（2026-02-01）早于违法行为发生日（2026-03-01）" in page.text


def test_a_history_that_contradicts_itself_is_named(get: Get) -> None:
    page = get("/cases/check", 422, **SUPERMARKET, months_since_last_same_type="3")
    assert "“是否初次违法”与“距上次同类违法的时间”" in page.text


def test_a_name_that_is_no_fact_is_not_dropped_in_silence(get: Get) -> None:
    page = get("/cases/check", 422, **SUPERMARKET, goods_valu_yuan="3")
    assert "“goods_valu_yuan”不是本系统的事实项目" in page.text


def test_a_violation_that_does_not_exist_is_named_with_the_nearest(get: Get) -> None:
    page = get("/cases/check", 422, violation="food-expired-sal", place="210200")
    assert "目录中没有案由“food-expired-sal”" in page.text
    assert "经营超过保质期的食品、食品添加剂" in page.text


@pytest.mark.parametrize("place", ["火星", "999999", "12"])
def test_a_place_that_is_wrong_is_kept(get: Get, place: str) -> None:
    answer = get("/cases/check", 422 if place != "12" else 200, violation="food-expired-sale", place=place)
    if place != "12":
        assert answer.by_id("place_other").get("value") == place


def test_for_htmx_the_faults_come_instead_of_the_answers(client: Client) -> None:
    sent = {**SUPERMARKET, "goods_value_yuan": "很少"}
    answer = client.request("POST", "/cases/check", data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="answers"')
    assert 'data-fault="goods_value_yuan"' in answer.text
    assert "autofocus" not in answer.text


def test_the_same_sentence_stands_once() -> None:
    release = load_catalogue()
    form = read_form([("place_other", "火星")], release.vocabulary)
    assert len(faults_of([*form.errors, *form.errors], release)) == 1
    assert check_days({}) == []


def test_beside_a_fault_the_questions_stay_where_they_are(get: Get) -> None:
    right = get("/cases/check", **SUPERMARKET)
    wrong = get("/cases/check", 422, **{**SUPERMARKET, "food_accident": "vielleicht"})
    first, second = (
        [one.attrs["data-fact"] for one in page.elements if "data-fact" in one.attrs] for page in (right, wrong)
    )
    assert set(first) == set(second)
