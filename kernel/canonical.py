"""One byte form for a value, and digests over it.

Two values that are equal give the same bytes on any machine, so that a digest written into a
decision today can be recomputed years later.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def canonical_bytes(obj: object) -> bytes:
    """Return JSON in UTF-8 with sorted keys and no spaces.

    Days are ISO days, moments carry their offset, decimals are text without exponent or trailing
    zeros, sets are sorted, an object with ``as_dict()`` is that mapping and a dataclass the
    mapping of its fields.

    Raises:
        ValueError: a number is NaN or infinite.
        TypeError: a value has no canonical form (keys that are not text, other objects,
            whole numbers beyond 64 bits, lone surrogates, moments without offset).
    """
    try:
        out = orjson.dumps(obj, default=_plain, option=_OPTIONS)
    except TypeError as error:
        # orjson hides what _plain said behind its own general sentence.
        raise error.__cause__ or error from None
    # orjson writes NaN and infinity as null, which would give two values one digest.
    if b"null" in out:
        _refuse_not_finite(obj)
    return out


def digest(obj: object) -> str:
    """Return ``sha256:<hex>`` over the bytes given, or over the canonical bytes of a value."""
    data = obj if isinstance(obj, bytes) else canonical_bytes(obj)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, date):
        return _day_or_moment(value)
    as_dict = getattr(value, "as_dict", None)
    if as_dict is not None:
        return as_dict()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return [orjson.Fragment(item) for item in sorted(map(canonical_bytes, value))]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    problem = f"no canonical form for {type(value).__name__}"
    raise TypeError(problem)


def _day_or_moment(value: date) -> str:
    # The same moment read back from a database without its offset would give another digest.
    if isinstance(value, datetime) and value.tzinfo is None:
        problem = f"a moment without offset: {value}"
        raise TypeError(problem)
    return value.isoformat()


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite():
        problem = f"not a finite number: {value}"
        raise ValueError(problem)
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _refuse_not_finite(obj: object) -> None:
    waiting = [obj]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str | int | None):
            continue
        if isinstance(value, float):
            if not math.isfinite(value):
                problem = f"not a finite number: {value}"
                raise ValueError(problem)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif hasattr(value, "as_dict") or dataclasses.is_dataclass(value) or isinstance(value, Mapping):
            waiting.append(_plain(value))
