"""Money: whole fen inside, yuan with at most two decimals outside.

Amounts come from people, spreadsheets and JSON; whatever could be read in two ways is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kernel.errors import CodedValueError

MAX_YUAN = 10**13
"""Largest amount accepted, in yuan (interface rule)."""
FEN = 100
_WAN = 10_000 * FEN
_YI = 10_000 * _WAN
_AMOUNT = re.compile(r"(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")
_DECIMALS = 2


class MoneyError(CodedValueError):
    """An amount cannot be taken as it stands; ``code`` says why."""


def yuan_to_fen(value: str | Decimal | float) -> int:
    """Return an amount of yuan as whole fen.

    Numbers, whole ones too, count by value (``1.500`` is 1.50 yuan), text by form: digits, with
    at most two decimals, no sign, blanks, separators, exponent or full-width digits. A float is
    taken as the decimal it is written as.

    Raises:
        MoneyError: ``amount_not_a_number``, ``amount_negative``, ``amount_too_large``,
            ``amount_too_many_decimals``, ``amount_full_width`` or ``amount_bad_form``.
    """
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal | float):
        raise MoneyError("amount_not_a_number", value=value)
    if isinstance(value, str):
        return _text_to_fen(value)
    if isinstance(value, int) and 0 <= value <= MAX_YUAN:
        return value * FEN
    return _decimal_to_fen(Decimal(repr(value) if isinstance(value, float) else value))


def _text_to_fen(value: str) -> int:
    match = _AMOUNT.fullmatch(value)
    if match is None:
        raise MoneyError(_form_fault(value), value=value)
    if len(match[1] or "") > _DECIMALS:
        raise MoneyError("amount_too_many_decimals", value=value)
    return _decimal_to_fen(Decimal(value))


def _form_fault(value: str) -> str:
    if value.startswith("-") and _AMOUNT.fullmatch(value[1:]):
        return "amount_negative"
    wide = any("\uff00" <= character <= "\uffef" for character in value)
    return "amount_full_width" if wide else "amount_bad_form"


def _decimal_to_fen(value: Decimal) -> int:
    if not value.is_finite():
        raise MoneyError("amount_not_a_number", value=value)
    if value < 0:
        raise MoneyError("amount_negative", value=value)
    # Before any arithmetic: 1E+999999 as a whole number would fill the memory.
    if value > MAX_YUAN:
        raise MoneyError("amount_too_large", value=value, max_yuan=MAX_YUAN)
    if not _fits_two_decimals(value):
        raise MoneyError("amount_too_many_decimals", value=value)
    whole, _, decimals = format(value, "f").removeprefix("-").partition(".")
    return int(whole) * FEN + int(decimals[:_DECIMALS].ljust(_DECIMALS, "0"))


def _fits_two_decimals(value: Decimal) -> bool:
    _, digits, exponent = value.as_tuple()
    surplus = -_DECIMALS - int(exponent)
    return surplus <= 0 or not any(digits[-surplus:])


def _require_not_negative(fen: int) -> None:
    if fen < 0:
        raise MoneyError("amount_negative", value=fen)


def fen_to_yuan_json(fen: int) -> int | str:
    """Return yuan as our JSON writes them: an integer when whole, else text with two decimals.

    >>> fen_to_yuan_json(18000), fen_to_yuan_json(18050)
    (180, '180.50')
    """
    _require_not_negative(fen)
    whole, rest = divmod(fen, FEN)
    return f"{whole}.{rest:02d}" if rest else whole


def round_to_yuan(fen: int) -> int:
    """Return the nearest whole yuan, in fen; exactly half a yuan goes up."""
    _require_not_negative(fen)
    return (fen + FEN // 2) // FEN * FEN


def format_yuan_zh(fen: int) -> str:
    """Return an amount as an officer writes it: 180元, 6500.50元, 5万元, 1.85万元, 2亿元.

    万 and 亿 are used only where at most two decimals remain, so that nothing is rounded away.
    """
    _require_not_negative(fen)
    for unit, name in ((_YI, "亿元"), (_WAN, "万元")):
        if fen >= unit and fen % (unit // FEN) == 0:
            return _short(fen * FEN // unit) + name
    return f"{fen_to_yuan_json(fen)}元"


def _short(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
