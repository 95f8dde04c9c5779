"""Chinese numerals as laws write them: 一百二十四, 一千二百六十."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_VALUES = {character: value for value, character in enumerate(_DIGITS)} | {"〇": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_LIMIT = 10_000


def to_zh(number: int) -> str:
    """Return a whole number from 1 to 9999 in Chinese numerals (10 is 十, 110 is 一百一十).

    Raises:
        ValueError: the number is outside that range.
    """
    if not 0 < number < _LIMIT:
        problem = f"not between 1 and 9999: {number}"
        raise ValueError(problem)
    written = ""
    for place, digit in enumerate(reversed(str(number))):
        value = int(digit)
        if value:
            written = _DIGITS[value] + _UNITS[place] + written
        elif written and not written.startswith("零"):
            written = "零" + written
    return written.removeprefix("一") if number // 10 == 1 else written


def from_zh(text: str) -> int:
    """Return the number that Chinese numerals or ASCII digits write.

    Raises:
        ValueError: the text is not the usual writing of a number from 1 to 9999.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    number = _sum_of_places(text)
    usual = text.replace("〇", "零")
    if to_zh(number) != (usual[1:] if usual.startswith("一十") else usual):
        problem = f"not a Chinese numeral: {text!r}"
        raise ValueError(problem)
    return number


def _sum_of_places(text: str) -> int:
    total = 0
    digit = 0
    for character in text:
        if character in _POWERS:
            total += (digit or 1) * _POWERS[character]
            digit = 0
        elif character in _VALUES:
            digit = _VALUES[character]
        else:
            problem = f"not a Chinese numeral: {text!r}"
            raise ValueError(problem)
    return total + digit
