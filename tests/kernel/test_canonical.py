"""Canonical bytes: equal values, equal bytes; no value is quietly changed into another."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import canonical_bytes, digest
from kernel.interval import Interval


class Colour(StrEnum):
    RED = "red"


MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True, slots=True)
class Pair:
    b: int
    a: object


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": {"d": None, "c": True}}, '{"a":{"c":true,"d":null},"b":1}'),
        ({"é": 1, "z": 2, "中": 3}, '{"z":2,"é":1,"中":3}'),
        (date(2026, 3, 1), '"2026-03-01"'),
        (Decimal("1.50"), '"1.5"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.00"), '"0"'),
        (Decimal(100), '"100"'),
        ((1, [2]), "[1,[2]]"),
        (frozenset({"b", "a"}), '["a","b"]'),
        ({2, 10}, "[10,2]"),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        (Interval(date(2026, 1, 1)), '{"from":"2026-01-01","until":null}'),
        (Pair(1, Pair(2, None)), '{"a":{"a":null,"b":2},"b":1}'),
        (Colour.RED, '"red"'),
        (MOMENT, '"2026-03-01T09:30:00+08:00"'),
        ("中\n", '"中\\n"'),
        (1.5, "1.5"),
    ],
)
def test_form(value: object, expected: str) -> None:
    assert canonical_bytes(value).decode() == expected


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        {"a": [None, float("inf")]},
        Pair(1, (float("-inf"),)),
        MappingProxyType({"a": float("nan")}),
        Decimal("NaN"),
        {"a": Decimal("Infinity")},
    ],
)
def test_refuses_numbers_that_are_not_finite(value: object) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        canonical_bytes(value)


@pytest.mark.parametrize("value", [{1: "a"}, object(), Pair, 2**64, "\ud800", b"x", MOMENT.replace(tzinfo=None)])
def test_refuses_what_has_no_form(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)


def test_null_beside_finite_numbers_is_fine() -> None:
    assert canonical_bytes({"a": None, "b": [1.5, Pair(1, None)]}) == b'{"a":null,"b":[1.5,{"a":null,"b":1}]}'


def test_digest_of_bytes_is_over_the_bytes() -> None:
    assert digest(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()


def test_digest_of_a_value_is_pinned() -> None:
    known = "sha256:" + hashlib.sha256('{"地":"大连","期":"2026-11-24"}'.encode()).hexdigest()
    assert digest({"期": date(2026, 11, 24), "地": "大连"}) == known


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(-(2**53), 2**53) | st.none()))
def test_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_bytes(value) == canonical_bytes(turned)
    assert json.loads(canonical_bytes(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_equal_decimals_give_equal_bytes(value: Decimal) -> None:
    assert canonical_bytes(value) == canonical_bytes(value.normalize())
    assert Decimal(json.loads(canonical_bytes(value))) == value
