"""Chinese numerals, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.numerals import from_zh, to_zh

PAIRS = [
    (1, "一"),
    (10, "十"),
    (12, "十二"),
    (20, "二十"),
    (100, "一百"),
    (101, "一百零一"),
    (110, "一百一十"),
    (112, "一百一十二"),
    (124, "一百二十四"),
    (1000, "一千"),
    (1001, "一千零一"),
    (1010, "一千零一十"),
    (1110, "一千一百一十"),
    (1260, "一千二百六十"),
    (9999, "九千九百九十九"),
]


@pytest.mark.parametrize(("number", "text"), PAIRS)
def test_as_laws_write_them(number: int, text: str) -> None:
    assert to_zh(number) == text
    assert from_zh(text) == number


@pytest.mark.parametrize(("text", "number"), [("一十二", 12), ("一百〇一", 101), ("124", 124)])
def test_other_writings_are_read(text: str, number: int) -> None:
    assert from_zh(text) == number


@pytest.mark.parametrize(
    "text", ["", "零", "百", "一二", "十百", "一百一", "二十十", "百二", "一百零", "a", "１２", "万"]
)
def test_what_is_not_a_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        from_zh(text)


@pytest.mark.parametrize("number", [0, -1, 10000])
def test_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match="between"):
        to_zh(number)


@given(st.integers(1, 9999))
def test_round_trip(number: int) -> None:
    assert from_zh(to_zh(number)) == number
