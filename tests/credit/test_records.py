"""The record document is read strictly, all mistakes at once, in Chinese."""

import re
from typing import Any

import pytest

from credit.records import (
    CHANNELS,
    CLASSES,
    DETERMINED,
    DOMAINS,
    PARTY_KINDS,
    PATHS,
    PENALTY_KINDS,
    RECORD_KINDS,
    Record,
    parse_record,
)
from kernel.errors import InputError
from kernel.messages import strict_text
from rules.load import load_catalogue

GOOD: dict[str, Any] = {
    "record_id": "r-1",
    "channel": "market_regulation",
    "kind": "penalty",
    "province": "21",
    "party": {"kind": "enterprise", "name": "甲", "uscc": "91210200"},
    "decision": {"decided_on": "2026-04-10", "published_on": "2026-04-15", "penalty_kinds": ["fine", "warning"]},
    "class": None,
    "conduct": {"corrected": True},
}


def _with(path: str, value: object) -> dict[str, Any]:
    section, _, key = path.rpartition(".")
    if not section:
        return {**GOOD, key: value}
    return {**GOOD, section: {**GOOD.get(section, {}), key: value}}


BAD: list[tuple[dict[str, Any], str, str]] = [
    (_with("kind", None), "/kind", "record_kind_missing"),
    (_with("kind", "fine"), "/kind", "record_choice"),
    (_with("kind", 3), "/kind", "record_choice"),
    (_with("kind", ["penalty"]), "/kind", "record_choice"),
    (_with("channel", "gsxt"), "/channel", "record_choice"),
    (_with("province", "99"), "/province", "region_unknown"),
    (_with("province", "2102000"), "/province", "region_form"),
    (_with("province", 210000), "/province", "record_place"),
    (_with("province", ["210000"]), "/province", "record_place"),
    (_with("jurisdiction", "大连"), "/jurisdiction", "region_form"),
    (_with("class", "light"), "/class", "record_choice"),
    (_with("record_id", 1), "/record_id", "record_text"),
    (_with("party", []), "/party", "record_section_not_object"),
    (_with("party.kind", "person"), "/party/kind", "record_choice"),
    (_with("decision.decided_on", "2026/04/10"), "/decision/decided_on", "record_day"),
    (_with("decision.decided_on", "20260410"), "/decision/decided_on", "record_day"),
    (_with("decision.decided_on", "２０２６-04-10"), "/decision/decided_on", "record_day"),
    (_with("decision.decided_on", "2026-W15-5"), "/decision/decided_on", "record_day"),
    (_with("decision.decided_on", 20260410), "/decision/decided_on", "record_day"),
    (_with("decision.decided_on", "2026-02-30"), "/decision/decided_on", "record_no_such_day"),
    (_with("decision.decided_on", "1948-12-31"), "/decision/decided_on", "record_day_range"),
    (_with("decision.published_on", "2026-04-09"), "/decision/published_on", "record_published_before_decided"),
    (
        _with("decision.restriction_until", "2026-04-09"),
        "/decision/restriction_until",
        "record_restriction_before_decided",
    ),
    (_with("decision.penalty_kinds", "fine"), "/decision/penalty_kinds", "record_kinds_not_list"),
    (_with("decision.penalty_kinds", ["罚款"]), "/decision/penalty_kinds", "record_kind_unknown"),
    (_with("decision.penalty_kinds", [["fine"]]), "/decision/penalty_kinds", "record_kind_unknown"),
    (_with("decision.procedure", "summary"), "/decision/procedure", "record_choice"),
    (_with("decision.domain", "餐饮"), "/decision/domain", "record_choice"),
    (_with("decision.fine_yuan", -1), "/decision/fine_yuan", "amount_negative"),
    (_with("decision.fine_yuan", "12.345"), "/decision/fine_yuan", "amount_too_many_decimals"),
    (_with("decision.fine_yuan", "１２"), "/decision/fine_yuan", "amount_full_width"),
    (_with("decision.fine_yuan", 10**13 + 1), "/decision/fine_yuan", "amount_too_large"),
    (_with("decision.annulled", "true"), "/decision/annulled", "record_flag"),
    (_with("decision.annulled", 1), "/decision/annulled", "record_flag"),
    (_with("decision.anulled", "x"), "/decision/anulled", "record_unknown_key"),
    (_with("kinds", "penalty"), "/kinds", "record_unknown_key"),
    (_with("conduct.a/b", "x"), "/conduct/a~1b", "record_unknown_key"),
    (_with("application.applied_on", "2026-04-09"), "/application/applied_on", "record_applied_before_decided"),
    (
        {**GOOD, "reorganisation": {"court_ruling_on": "2026-05-02", "plan_completed_on": "2026-05-01"}},
        "/reorganisation/plan_completed_on",
        "record_completed_before_ruling",
    ),
]


def _errors(document: object) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_record(document)
    for error in caught.value.errors:
        assert re.search(r"[\u4e00-\u9fff]", strict_text(error.code, error.params))
    return {error.pointer: error.code for error in caught.value.errors}


@pytest.mark.parametrize(("document", "pointer", "code"), BAD, ids=[f"{code} {pointer}" for _, pointer, code in BAD])
def test_a_mistake_is_named_with_its_place(document: dict[str, Any], pointer: str, code: str) -> None:
    assert _errors(document) == {pointer: code}


def test_all_mistakes_are_told_at_once() -> None:
    document = {"kind": "x", "decision": {"decided_on": "x", "fine_yuan": -1}, "lists": 3, "y": 1}
    assert set(_errors(document)) == {"/kind", "/decision/decided_on", "/decision/fine_yuan", "/lists", "/y"}


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_a_record_is_an_object(document: object) -> None:
    assert _errors(document) == {"": "record_not_object_repair"}


class TestValues:
    def test_null_and_absent_are_not_known(self) -> None:
        record = parse_record({"kind": "penalty", "conduct": {"corrected": None}, "decision": None})
        assert record.values["corrected"] is None
        assert record.values["promise_made"] is None

    @pytest.mark.parametrize(
        ("decision", "published"),
        [({}, None), ({"published_on": None}, False), ({"published_on": "2026-04-15"}, True), (None, None)],
        ids=["absent", "null", "given", "no decision"],
    )
    def test_published_null_with_its_key_means_not_published(self, decision: object, published: object) -> None:
        assert parse_record({"kind": "penalty", "decision": decision}).published is published

    def test_kinds_come_in_the_order_of_seriousness_each_once(self) -> None:
        found = parse_record(_with("decision.penalty_kinds", ["revoke_permit", "fine", "fine", "warning"]))
        assert found.values["penalty_kinds"] == ("warning", "fine", "revoke_permit")

    def test_amounts_are_fen_and_places_six_digits(self) -> None:
        record = parse_record({**_with("decision.fine_yuan", "12.34"), "province": "21"})
        assert (record.values["fine_yuan"], record.place) == (1234, "210000")

    def test_the_place_of_the_authority_prevails_over_the_province(self) -> None:
        assert parse_record({**GOOD, "jurisdiction": "210213"}).place == "210213"


def test_the_document_and_the_vocabulary_know_the_same_facts() -> None:
    repair = load_catalogue().repair
    assert repair is not None
    vocabulary = repair.vocabulary
    for name in set(PATHS) - {"jurisdiction", "record_id", "party_name", "uscc", "number", DETERMINED}:
        assert name in vocabulary, name
    for name, allowed in (
        ("record_kind", RECORD_KINDS), ("channel", CHANNELS), ("party_kind", PARTY_KINDS), ("domain", DOMAINS),
        ("record_class", CLASSES), ("heaviest_kind", PENALTY_KINDS),
    ):  # fmt: skip
        assert vocabulary[name].value_names == allowed
    given = [fact for fact in vocabulary if fact.group == "repair_record"]
    assert {fact.name for fact in given} <= set(PATHS)
    assert isinstance(parse_record(GOOD), Record)
