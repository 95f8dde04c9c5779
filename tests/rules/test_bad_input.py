"""Every mistake a case document can hold: its place, its code, and a Chinese sentence that helps."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import messages
from kernel.errors import InputError, problem_document
from kernel.jsondoc import read_json
from kernel.yamldoc import read_yaml
from rules.caseinput import KEYS
from rules.decide import Decider

ON = date(2026, 11, 24)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.decimals(),
    st.sampled_from(["", "none", "2026-02-30", "2026-03-01", "1e5", "１８０", "0.005", "210200", "MR-N05"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=4), part, max_size=3)
)
TABLE = Path(__file__).with_name("bad_documents.yaml")
MEMBERS = {"type", "title", "detail", "status", "code", "errors"}


@dataclass(frozen=True)
class Document:
    name: str
    json: str
    errors: dict[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


def table(part: str) -> list[Document]:
    content = read_yaml(TABLE.read_text("utf-8"), TABLE.name)
    assert isinstance(content, dict)
    return [Document(**row) for row in content[part]]


def refused(document: Document, decider: Decider) -> InputError:
    with pytest.raises(InputError) as caught:
        decider.check(read_json(document.json), ON)
    return caught.value


@pytest.mark.parametrize("document", table("cases"), ids=str)
def test_the_mistake_is_found_where_it_stands(document: Document, decider: Decider) -> None:
    error = refused(document, decider)
    assert {one.pointer: one.code for one in error.errors} == document.errors
    for one in error.errors:
        messages.strict_text(one.code, one.params)
        assert re.search("[\u4e00-\u9fff]", one.detail), one
    words = "".join(one.detail for one in error.errors)
    assert not [word for word in document.says if word not in words], words


@pytest.mark.parametrize("document", table("cases"), ids=str)
def test_the_mistake_becomes_a_problem_document(document: Document, decider: Decider) -> None:
    problem = problem_document(refused(document, decider))
    assert set(problem) == MEMBERS
    assert problem["status"] == 422
    assert problem["type"] == f"/problems/{problem['code']}"
    expected = next(iter(document.errors.values())) if len(document.errors) == 1 else "bad_input"
    assert problem["code"] == expected


@pytest.mark.parametrize("document", table("good"), ids=str)
def test_what_only_looks_odd_is_accepted(document: Document, decider: Decider) -> None:
    assert decider.check(read_json(document.json), ON)["result"]


def test_a_mistake_of_a_fact_names_the_fact(decider: Decider) -> None:
    """Each fact of the vocabulary, given something that no fact can be."""
    for fact in decider.release.vocabulary:
        with pytest.raises(InputError) as caught:
            decider.check({"jurisdiction": "210200", "facts": {fact.name: {"value": 1}}}, ON)
        (error,) = caught.value.errors
        assert error.pointer == f"/facts/{fact.name}"
        assert fact.name in error.detail
        assert fact.label in error.detail


def test_a_value_outside_an_enumeration_is_answered_with_all_allowed_values(decider: Decider) -> None:
    for fact in decider.release.vocabulary:
        if fact.type == "enum":
            with pytest.raises(InputError) as caught:
                decider.check({"jurisdiction": "210200", "facts": {fact.name: "其他什么"}}, ON)
            detail = caught.value.errors[0].detail
            assert not [value for value in fact.value_names if value not in detail], detail


def test_the_allowed_keys_are_those_of_the_interface() -> None:
    assert {"jurisdiction", "violation", "list_items", "facts"} <= set(KEYS)


@settings(max_examples=300)
@given(data=st.data())
def test_no_document_makes_it_fall_over(decider: Decider, data: st.DataObject) -> None:
    """Whatever stands in the document: a decision, or an InputError whose every word exists."""
    names = [*(fact.name for fact in decider.release.vocabulary), "weather"]
    facts = data.draw(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=6))
    document: dict[str, object] = {"jurisdiction": "210200", "facts": facts}
    for key in data.draw(st.lists(st.sampled_from([*KEYS, "other"]), max_size=3)):
        document[key] = data.draw(ANYTHING)
    error = fault_of(document, decider)
    for one in error.errors if error else ():
        assert messages.strict_text(one.code, one.params)
        assert one.pointer == "" or one.pointer.startswith("/")
    assert error is None or problem_document(error)["errors"]


def fault_of(document: object, decider: Decider) -> InputError | None:
    try:
        decider.check(document, ON)
    except InputError as error:
        return error
    return None
