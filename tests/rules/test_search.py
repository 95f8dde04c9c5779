"""What an officer types finds what is meant, quickly, and the best comes first."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from rules.load import load_catalogue
from rules.pinyin import readings, second_readings
from rules.places import END, Places, positions
from rules.search import Search, nearest_ids, nearest_violations

RELEASE = load_catalogue()
SEARCH = Search(RELEASE)


def _ids(words: str, limit: int = 1000) -> list[str]:
    return [hit.id for hit in SEARCH.find(words, limit)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("MR-N05", "MR-N05"),
        ("mr-n05", "MR-N05"),
        ("ＭＲ－Ｎ０５", "MR-N05"),
        ("food-expired-sale", "food-expired-sale"),
        ("经营超过保质期的食品", "food-expired-sale"),
        ("过期食品", "food-expired-sale"),
        ("过期 食品 卖", "food-expired-sale"),
        ("消防栓", "fire-hydrant-blocked"),
        ("违章建筑", "planning-permit-breach"),
        ("法人变更", "registration-change-not-filed"),
        ("养狗", "dog-rabies-unvaccinated"),
        ("gqsp", "food-expired-sale"),
        ("GQSP", "food-expired-sale"),
        ("guoqishipin", "food-expired-sale"),
        ("guoqiship", "food-expired-sale"),
        ("guoqsp", "food-expired-sale"),
        ("行政处罚法33", "APL-33-1a"),
    ],
)
def test_the_entry_meant_comes_first(words: str, first: str) -> None:
    assert _ids(words)[:1] == [first]


@pytest.mark.parametrize(
    "words",
    [
        "食品安全法124",
        "食品安全法 124",
        "食品安全法第124条",
        "食品安全法第一百二十四条",
        "《食品安全法》第一百二十四条",
        "中华人民共和国食品安全法124",
        "食安法124",
        "食品安全法124①",
        "食品安全法124①(五)",
        "食品安全法第一百二十四条第一款第（五）项",
        "124①",
        "124",
        "１２４",
        "第一百二十四条",
    ],
)
def test_an_article_finds_the_violations_it_punishes(words: str) -> None:
    found = _ids(words)
    assert "food-expired-sale" in found
    kinds = [hit.kind for hit in SEARCH.find(words)]
    assert kinds[0] == "violation"


@pytest.mark.parametrize("words", ["食品安全法124②", "食品安全法124①(一)", "药品管理法124", "食品安全法12"])
def test_another_paragraph_item_law_or_number_is_not_the_article(words: str) -> None:
    assert "food-expired-sale" not in _ids(words)


def test_every_word_must_match() -> None:
    both = set(_ids("食品 过期"))
    assert both
    assert both <= set(_ids("食品")) & set(_ids("过期"))
    assert _ids("过期 绝无此词") == []


def test_a_scattered_word_is_found_when_nothing_better_is() -> None:
    (hit, *_) = SEARCH.find("超过期的食品")
    assert hit.id == "food-expired-sale"
    assert hit.matched == ("名称",)


def test_each_hit_says_what_matched() -> None:
    (hit, *_) = SEARCH.find("gqsp")
    assert hit.matched == ("别名：过期食品",)
    assert SEARCH.find("食品安全法124①(五)")[0].matched == ("条文：食品安全法124①(五)",)


def test_better_kinds_of_match_rank_higher() -> None:
    scores = [SEARCH.find(words)[0].score for words in ("MR-N05", "经营超过保质期", "过期食", "保质期", "gqsp", "124①")]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize("words", ["", "  ", "，。", "\0", "没有这样的东西", "zzzzzz", "(((", "9999①"])
def test_what_is_nowhere_finds_nothing(words: str) -> None:
    assert _ids(words) == []


def test_the_limit_cuts_the_tail_only() -> None:
    assert _ids("食品", 3) == _ids("食品")[:3]
    assert _ids("食品", 0) == []
    assert _ids("食品", -1) == []


@given(st.text(max_size=300))
def test_any_text_may_be_asked_for(words: str) -> None:
    hits = SEARCH.find(words)
    assert len(hits) <= 20
    assert all(0 < hit.score <= 1000 for hit in hits)


@given(st.sampled_from(sorted({hit.title for words in ("食品", "药", "消防") for hit in SEARCH.find(words, 500)})))
def test_a_whole_title_finds_its_entry_first(title: str) -> None:
    assert SEARCH.find(title)[0].title == title


def _expected(token: str, names: Iterable[str]) -> set[int]:
    """The plain way: try every reading of every character, one name after another."""
    said = readings({one for name in names for one in name})

    def reads(name: str, rest: str, *, whole: bool) -> bool:
        if not rest:
            return True
        if not name:
            return False
        for syllable in said.get(name[0], ()):
            starts = {syllable, syllable[0], *({syllable[:2]} & {"zh", "ch", "sh"})}
            if any(rest.startswith(one) and reads(name[1:], rest[len(one) :], whole=whole) for one in starts):
                return True
            if syllable.startswith(rest):
                return True
        return False

    return {
        number
        for number, name in enumerate(names)
        if any(reads(name[start:], token, whole=False) for start in range(len(name)))
    }


NAMES = ("过期食品", "没收违法所得", "重量不足", "长期停业", "畜牧用药", "无照经营", "着色剂超量", "食品")


@given(st.text("acdefghijklmnopqsuwxyz", min_size=1, max_size=6) | st.sampled_from(["moshou", "zhongl", "chql", "xum"]))
def test_pinyin_finds_what_reading_name_by_name_finds(token: str) -> None:
    places = Places("".join(name + END for name in NAMES))
    ends = [sum(len(name) + 1 for name in NAMES[:number]) for number in range(len(NAMES) + 1)]
    hits = {
        next(number for number in range(len(NAMES)) if ends[number] <= place - 1 < ends[number + 1])
        for place in positions(places.pinyin_ends(token, places.everywhere))
    }
    assert hits == _expected(token, NAMES)


@pytest.mark.parametrize(
    ("token", "name"), [("moshou", "没收"), ("xumu", "畜牧"), ("cl", "重量"), ("zl", "重量"), ("zs", "着色")]
)
def test_both_readings_of_a_character_are_understood(token: str, name: str) -> None:
    places = Places(name + END)
    assert places.pinyin_ends(token, places.starts)


def test_second_readings_are_readings_of_the_dictionary() -> None:
    for character, others in second_readings().items():
        (known,) = pinyin(character, style=Style.NORMAL, heteronym=True)
        assert set(others) <= set(known), character
        assert set(others).isdisjoint(pinyin(character, style=Style.NORMAL)[0]), character


def test_food_is_not_found_under_the_initials_of_medicine() -> None:
    assert "food-expired-sale" not in _ids("yp")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("food-expired", "food-expired-sale"),
        ("food_expired_sale", "food-expired-sale"),
        ("Food-Expired-Sale", "food-expired-sale"),
        ("过期食品", "food-expired-sale"),
        ("经营超过保质期的食品", "food-expired-sale"),
    ],
)
def test_the_nearest_violation_is_the_one_meant(written: str, meant: str) -> None:
    near = nearest_violations(RELEASE, written)
    assert near[0] == meant
    assert len(near) <= 3


@pytest.mark.parametrize("written", ["", "x" * 1_000_000, "\0"])
def test_nothing_is_near_to_nonsense(written: str) -> None:
    assert nearest_violations(RELEASE, written) == []
    assert nearest_ids(written, RELEASE.items) == []


def test_the_nearest_ids_look_alike() -> None:
    assert nearest_ids("MR-N05x", RELEASE.items)[0] == "MR-N05"
    assert nearest_ids("mr-n05", RELEASE.items)[0] == "MR-N05"
