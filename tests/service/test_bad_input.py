"""Wrong input: the command and the interface refuse it alike, name the place, in Chinese, at once."""

import json
import re
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.service.asgi import Client
from tests.service.conftest import CASE, Run

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SECONDS = 2.0
Change = Callable[[dict[str, Any]], object]


def _with(change: Change) -> bytes:
    case = deepcopy(CASE)
    change(case)
    return json.dumps(case, ensure_ascii=False).encode()


def _fact(name: str, value: object) -> bytes:
    return _with(lambda case: case["facts"].update({name: value}))


def _raw_fact(name: str, text: str) -> bytes:
    """A fact whose value cannot be written by a JSON library."""
    return _fact(name, "@").replace(b'"@"', text.encode())


def _set(name: str, value: object) -> bytes:
    return _with(lambda case: case.update({name: value}))


TABLE: dict[str, tuple[bytes, str, str]] = {
    # what is wrong: the document, the pointer, the code
    "unknown fact": (_fact("goods_value", 180), "/facts/goods_value", "unknown_fact"),
    "unknown fact with a slash": (_fact("a/b~c", 1), "/facts/a~1b~0c", "unknown_fact"),
    "text for a truth value": (_fact("first_violation", "true"), "/facts/first_violation", "fact_not_boolean"),
    "number for a truth value": (_fact("first_violation", 1), "/facts/first_violation", "fact_not_boolean"),
    "list for an enumeration": (_fact("party_type", ["enterprise"]), "/facts/party_type", "fact_not_in_enumeration"),
    "outside the enumeration": (_fact("party_type", "company"), "/facts/party_type", "fact_not_in_enumeration"),
    "label for an enumeration": (_fact("party_type", "企业"), "/facts/party_type", "fact_not_in_enumeration"),
    "NaN": (_raw_fact("goods_value_yuan", "NaN"), "/facts/goods_value_yuan", "number_not_finite"),
    "infinity": (_raw_fact("goods_value_yuan", "-Infinity"), "/facts/goods_value_yuan", "number_not_finite"),
    "endless number": (_raw_fact("goods_value_yuan", "1" * 5000), "/facts/goods_value_yuan", "number_too_long"),
    "huge exponent": (_raw_fact("goods_value_yuan", "1e999999"), "/facts/goods_value_yuan", "number_too_long"),
    "negative amount": (_fact("goods_value_yuan", -1), "/facts/goods_value_yuan", "amount_negative"),
    "absurd amount": (_fact("goods_value_yuan", 10**13 + 1), "/facts/goods_value_yuan", "amount_too_large"),
    "three decimals": (_raw_fact("goods_value_yuan", "1.005"), "/facts/goods_value_yuan", "amount_too_many_decimals"),
    "full-width amount": (_fact("goods_value_yuan", "１８０"), "/facts/goods_value_yuan", "amount_full_width"),
    "amount with a unit": (_fact("goods_value_yuan", "180元"), "/facts/goods_value_yuan", "amount_bad_form"),
    "truth value for an amount": (
        _raw_fact("goods_value_yuan", "true"),
        "/facts/goods_value_yuan",
        "amount_not_a_number",
    ),
    "age below zero": (_fact("party_age", -1), "/facts/party_age", "fact_out_of_range"),
    "age above any": (_fact("party_age", 121), "/facts/party_age", "fact_out_of_range"),
    "half a year of age": (_raw_fact("party_age", "13.5"), "/facts/party_age", "fact_not_integer"),
    "day that does not exist": (_fact("conduct_date", "2026-02-30"), "/facts/conduct_date", "fact_no_such_day"),
    "day in another form": (_fact("conduct_date", "2026/03/01"), "/facts/conduct_date", "fact_not_date"),
    "full-width day": (_fact("conduct_date", "２０２６-03-01"), "/facts/conduct_date", "fact_not_date"),
    "day before 1949": (_fact("conduct_date", "1948-12-31"), "/facts/conduct_date", "fact_day_too_early"),
    "day after 2200": (_fact("conduct_date", "2201-01-01"), "/facts/conduct_date", "fact_day_too_late"),
    "decision before conduct": (
        _with(lambda case: case.update(facts={"conduct_date": "2026-03-02", "decision_date": "2026-03-01"})),
        "/facts/decision_date",
        "decision_before_conduct",
    ),
    "end before start": (_fact("conduct_end_date", "2026-02-28"), "/facts/conduct_end_date", "end_before_start"),
    "discovered before done": (
        _fact("discovery_date", "2026-02-28"),
        "/facts/discovery_date",
        "discovery_before_conduct",
    ),
    "first but repeated": (
        _fact("months_since_last_same_type", 3),
        "/facts/first_violation",
        "first_violation_contradicts",
    ),
    "never before but not first": (
        _with(lambda case: case.update(facts={"never_before": True, "first_violation": False})),
        "/facts/first_violation",
        "first_violation_contradicts",
    ),
    "unknown violation": (_set("violation", "food-expired"), "/violation", "unknown_violation"),
    "number for a violation": (_set("violation", 5), "/violation", "violation_not_text"),
    "unknown place": (_set("jurisdiction", "990000"), "/jurisdiction", "region_unknown"),
    "place in words": (_set("jurisdiction", "大连"), "/jurisdiction", "region_form"),
    "full-width place": (_set("jurisdiction", "２１０２００"), "/jurisdiction", "region_form"),
    "number for a place": (_set("jurisdiction", 210200), "/jurisdiction", "jurisdiction_not_text"),
    "no place": (_with(lambda case: case.pop("jurisdiction")), "/jurisdiction", "jurisdiction_missing"),
    "unknown item": (_set("list_items", ["MR-N05", "MR-N5"]), "/list_items/1", "unknown_item"),
    "number for an item": (_set("list_items", [5]), "/list_items/0", "item_not_text"),
    "text for the items": (_set("list_items", "MR-N05"), "/list_items", "items_not_list"),
    "unknown key": (_set("vioIation", "food-expired-sale"), "/vioIation", "unknown_key"),
    "unknown key in a record": (
        _set("history", [{"record_id": "r", "decided_on": "2025-01-01", "colour": "red"}]),
        "/history/0/colour",
        "unknown_key",
    ),
    "list for the facts": (_set("facts", []), "/facts", "facts_not_object"),
    "null for the facts": (_set("facts", None), "/facts", "facts_not_object"),
    "a list for the case": (b"[]", "", "case_not_object"),
    "text for the case": (b'"case"', "", "case_not_object"),
    "null for the case": (b"null", "", "case_not_object"),
    "duplicate key": (b'{"jurisdiction": "210200", "jurisdiction": "210200"}', "/jurisdiction", "duplicate_key"),
    "duplicate fact": (
        b'{"jurisdiction": "210200", "facts": {"party_age": 13, "party_age": 14}}',
        "/facts/party_age",
        "duplicate_key",
    ),
    "empty": (b"", "", "empty_document"),
    "blank": (b" \n\t", "", "empty_document"),
    "not JSON": (b"{'jurisdiction': '210200'}", "", "json_syntax"),
    "cut off": (b'{"jurisdiction": "210200"', "", "json_syntax"),
    "two documents": (b"{} {}", "", "json_syntax"),
    "not UTF-8": ('{"jurisdiction": "大连"}'.encode("gbk"), "", "not_utf8"),
    "half a character": (b'{"violation": "\\ud800", "jurisdiction": "210200"}', "/violation", "lone_surrogate"),
    "nested beyond reason": (b'{"facts": ' + b"[" * 400_000, "", "too_deep"),
}


@pytest.fixture(params=TABLE.values(), ids=list(TABLE))
def wrong(request: pytest.FixtureRequest) -> tuple[bytes, str, str]:
    found: tuple[bytes, str, str] = request.param
    return found


def _assert_says(document: dict[str, Any], pointer: str, code: str) -> None:
    assert set(document) == {"type", "title", "detail", "status", "code", "errors"}
    assert document["status"] == 422
    assert document["type"] == f"/problems/{document['code']}"
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [(pointer, code)]
    assert document["code"] == code
    for words in (document["title"], document["detail"], document["errors"][0]["detail"]):
        assert CHINESE.search(words)
        assert code not in words, "a code is no explanation: the message is missing"
        assert "Traceback" not in words


def test_the_command_refuses_it(run: Run, wrong: tuple[bytes, str, str]) -> None:
    data, pointer, code = wrong
    start = time.perf_counter()
    done = run("case", "check", "-", "--json", stdin=data)
    assert time.perf_counter() - start < SECONDS
    assert done.code == 3
    assert done.err == ""
    _assert_says(done.json(), pointer, code)


def test_the_command_says_so_in_words(run: Run, wrong: tuple[bytes, str, str]) -> None:
    done = run("case", "check", "-", stdin=wrong[0])
    assert done.code == 3
    assert done.out == ""
    assert CHINESE.search(done.err)
    assert "Traceback" not in done.err


def test_the_interface_refuses_it(client: Client, wrong: tuple[bytes, str, str]) -> None:
    data, pointer, code = wrong
    start = time.perf_counter()
    answer = client.check(data)
    assert time.perf_counter() - start < SECONDS
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    _assert_says(answer.json(), pointer, code)


def test_an_unknown_violation_names_the_nearest(client: Client) -> None:
    assert "food-expired-sale（" in client.check(_set("violation", "过期食品")).json()["detail"]


def test_an_unknown_fact_names_the_nearest(client: Client) -> None:
    assert "goods_value_yuan" in client.check(_fact("goods_value", 1)).json()["detail"]


def test_a_value_outside_an_enumeration_names_the_allowed_ones(client: Client) -> None:
    detail = client.check(_fact("party_type", "company")).json()["detail"]
    assert "sole_trader" in detail
    assert "party_type" in detail


def test_all_mistakes_are_named_at_once(run: Run) -> None:
    case = {"jurisdiction": "1", "x": 1, "violation": "y", "list_items": ["z"], "facts": {"party_age": "13"}}
    done = run("case", "check", "-", "--json", stdin=json.dumps(case))
    pointers = {error["pointer"] for error in done.json()["errors"]}
    assert pointers == {"/jurisdiction", "/x", "/violation", "/list_items/0", "/facts/party_age"}
    assert done.json()["code"] == "bad_input"
    in_words = run("case", "check", "-", stdin=json.dumps(case)).err
    assert all(pointer in in_words for pointer in pointers)


@pytest.mark.parametrize(
    "body",
    [
        {"jurisdiction": "210200", "facts": {f"fact_{number}": 1 for number in range(40_000)}},
        {"jurisdiction": "210200", "violation": "x" * 900_000},
        {"jurisdiction": "210200", "list_items": ["MR-X"] * 1000},
        {"jurisdiction": "2" * 900_000},
        {"jurisdiction": "210200", "facts": {"x" * 900_000: 1}},
        {"jurisdiction": "210200", **{f"key_{number}": 1 for number in range(40_000)}},
    ],
    ids=["facts", "long violation", "items", "long place", "long fact", "keys"],
)
def test_a_large_wrong_document_is_refused_quickly(client: Client, body: object) -> None:
    start = time.perf_counter()
    assert client.check(body).status_code == 422
    assert time.perf_counter() - start < 2 * SECONDS


@pytest.mark.parametrize("value", [None])
def test_null_is_not_established_and_no_mistake(client: Client, value: None) -> None:
    answer = client.check(_fact("goods_value_yuan", value))
    assert answer.status_code == 200
    missing = {row["fact"] for row in answer.json()["missing"]}
    assert "goods_value_yuan" in missing


@pytest.mark.parametrize("amount", ["180.50", "180", 180, 0, 10**13])
def test_amounts_in_every_allowed_form_are_taken(client: Client, amount: object) -> None:
    assert client.check(_fact("goods_value_yuan", amount)).status_code == 200
