"""What we write into a cell is read back as the same condition, case, citation or fine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import ConditionParser
from rules.table_cites import citations_text, read_citations
from rules.table_fine import fine_text, read_fine
from rules.table_penalty import kinds_text, read_kinds
from rules.table_read import ConditionReader
from rules.table_text import case_text, conditions_text
from rules.table_words import lexicon
from tests.exchange import random_items
from tests.exchange.desk import RELEASE

if TYPE_CHECKING:
    from rules.release import Release

VOCABULARY = RELEASE.vocabulary
READER = ConditionReader(lexicon(VOCABULARY))
PARSER = ConditionParser(VOCABULARY, "")


@settings(max_examples=200)
@given(st.lists(random_items.conditions(VOCABULARY), max_size=4))
def test_conditions_come_back_as_they_were(raw: list[dict[str, Any]]) -> None:
    written = PARSER.parse_list(raw, "conditions")
    reading = READER.read(conditions_text(written, VOCABULARY))
    assert reading.unread == ()
    assert PARSER.parse_list(reading.conditions, "conditions") == written


@settings(max_examples=200)
@given(random_items.cases(VOCABULARY))
def test_cases_come_back_as_they_were(facts: dict[str, Any]) -> None:
    back, unread = READER.read_case(case_text(facts, VOCABULARY))
    assert unread == []
    assert back == facts


@settings(max_examples=200)
@given(random_items.fines(VOCABULARY))
def test_fines_come_back_as_they_were(fine: dict[str, Any]) -> None:
    assert read_fine(fine_text(fine, VOCABULARY), READER) == fine


def _conditions(provision: Any) -> list[object]:  # noqa: ANN401  (any kind of provision)
    found = [*getattr(provision, "conditions", ()), *getattr(provision, "exclusions", ())]
    for version in getattr(provision, "versions", ()):
        found += [one.when for one in (version.penalty.branches if version.penalty else ()) if one.when]
    return found


def test_every_condition_and_case_of_the_catalogue_comes_back(release: Release, reader: ConditionReader) -> None:
    for _, provision in release.provisions.values():
        written = PARSER.parse_list(_conditions(provision), "conditions")
        reading = reader.read(conditions_text(written, VOCABULARY))
        assert PARSER.parse_list(reading.conditions, "") == written, provision.id
        for test in getattr(provision, "tests", ()):
            assert reader.read_case(case_text(test.facts, VOCABULARY)) == (test.facts, []), provision.id


def _cited(document: dict[str, Any]) -> list[list[dict[str, Any]]]:
    versions = document.get("versions") or []
    inside = [one.get(key) or [] for one in versions for key in ("prohibition", "basis")]
    return [document.get("citations") or [], *inside]


def test_every_citation_fine_and_kind_of_the_catalogue_comes_back(
    documents: dict[str, Any], reader: ConditionReader
) -> None:
    provisions = {name: one for name, one in documents.items() if not name.startswith("facts/")}
    for name, document in provisions.items():
        for cited in _cited(document):
            for role in {one["role"] for one in cited}:
                of_role = [
                    {key: one[key] for key in one if one[key] is not None} for one in cited if one["role"] == role
                ]
                assert read_citations(citations_text(of_role), role) == of_role, name
        for version in document.get("versions") or []:
            penalty = version.get("penalty") or {"kinds": [], "branches": []}
            assert read_kinds(kinds_text(penalty["kinds"])) == penalty["kinds"], name
            for fine in (one["fine"] for one in penalty.get("branches") or [] if one.get("fine")):
                assert read_fine(fine_text(fine, VOCABULARY), reader) == fine, name


@pytest.mark.parametrize("text", ["", "无", "/", "——", "\n\n"])
def test_an_empty_cell_has_no_conditions(text: str) -> None:
    assert READER.read(text).conditions == ()
    assert READER.read(text).unread == ()
