from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Vocabulary
from service.engine import Engine
from service.web.form import RESERVED, CaseForm, read_form


@pytest.fixture(scope="module")
def vocabulary(engine: Engine) -> Vocabulary:
    return engine.release.vocabulary


def _facts(vocabulary: Vocabulary, **texts: str) -> object:
    return read_form(texts.items(), vocabulary).document(vocabulary)["facts"]


def test_no_fact_has_the_name_of_a_control_of_ours(vocabulary: Vocabulary) -> None:
    assert not [name for name in RESERVED if name in vocabulary]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("first_violation", "true", True),
        ("first_violation", "false", False),
        ("goods_value_yuan", "180.50", "180.50"),
        ("goods_value_yuan", "１８０", "180"),
        ("goods_value_yuan", "5²", "5²"),
        ("correction_days", "3", 3),
        ("correction_days", "2.5", Decimal("2.5")),
        ("party_age", "13", 13),
        ("conduct_date", "2026-03-01", "2026-03-01"),
        ("harm_level", "minor", "minor"),
        ("prior_records", "甲〔2025〕1号\r\n\r\n 乙 ", ["甲〔2025〕1号", "乙"]),
    ],
)
def test_texts_become_values(vocabulary: Vocabulary, name: str, text: str, value: object) -> None:
    assert _facts(vocabulary, **{name: text}) == {name: value}


@pytest.mark.parametrize("text", ["yes", "是", "1", "TRUE"])
def test_what_is_no_boolean_stays_a_text_for_the_check_to_refuse(vocabulary: Vocabulary, text: str) -> None:
    assert _facts(vocabulary, first_violation=text) == {"first_violation": text}


def test_a_blank_control_means_not_established(vocabulary: Vocabulary) -> None:
    assert _facts(vocabulary, first_violation="", goods_value_yuan="  ") == {}


def test_the_same_control_with_two_values_is_an_error(vocabulary: Vocabulary) -> None:
    form = read_form([("harm_level", "none"), ("harm_level", "minor")], vocabulary)
    assert [one.code for one in form.errors] == ["form_repeated"]


def test_another_place_goes_before_the_selection(vocabulary: Vocabulary) -> None:
    form = read_form([("place", "210200"), ("place_other", "沈阳市")], vocabulary)
    assert form.place == "210100"


def test_a_place_that_does_not_exist_is_kept_as_typed(vocabulary: Vocabulary) -> None:
    form = read_form([("place_other", "火星")], vocabulary)
    assert (form.place, [one.code for one in form.errors]) == ("火星", ["place_unknown"])


def test_a_name_that_several_places_have_is_an_error(vocabulary: Vocabulary) -> None:
    form = read_form([("place_other", "鼓楼区")], vocabulary)
    assert [one.code for one in form.errors] == ["place_ambiguous"]


NAMES = st.sampled_from(["first_violation", "goods_value_yuan", "conduct_date", "harm_level", "deviation_reason"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(str.strip).filter(bool)


@given(raw=st.dictionaries(NAMES, TEXTS), items=st.lists(st.sampled_from(["MR-N05", "MR-N38"]), unique=True))
def test_an_address_leads_back_to_the_same_form(engine: Engine, raw: dict[str, str], items: list[str]) -> None:
    vocabulary = engine.release.vocabulary
    sent = [("violation", "food-expired-sale"), *(("item", item) for item in items), *raw.items()]
    form = read_form(sent, vocabulary)
    again = read_form(parse_qsl(form.query), vocabulary)
    assert again == form


def test_a_form_without_some_facts_keeps_the_others() -> None:
    form = CaseForm(raw={"harm_level": "minor", "fault": "intent"})
    assert form.without("fault").raw == {"harm_level": "minor"}
