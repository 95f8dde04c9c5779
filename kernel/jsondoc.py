"""Strict reading of JSON that strangers send us.

Standard JSON readers keep the last of two equal keys, accept ``NaN`` and turn 0.1 into a binary
fraction; in a case file each of the three can change a decision, so each is refused here.
Numbers with a fraction or an exponent come back as :class:`decimal.Decimal`, so that money stays
exact; whole numbers as ``int``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from itertools import accumulate
from typing import NoReturn

from kernel.errors import FieldError, InputError, pointer

_LONGEST_NUMBER = 40
"""Characters (and powers of ten) a number may have; amounts end at 10^13 yuan."""
_NEAR = 20
"""Characters of the document shown beside a syntax error."""
_BOM = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"[^"]*"?')
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEP = {byte: 1 if byte in b"[{" else -1 for byte in b"[]{}"}
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class _Fault:
    """Stands in the tree where something is wrong until the walk can say where that is."""

    __slots__ = ("code", "key", "params")

    def __init__(self, code: str, key: str | None = None, **params: object) -> None:
        self.code = code
        self.key = key
        self.params = params


def read_json(data: bytes | str, *, max_bytes: int = 4_000_000, max_depth: int = 40) -> object:
    """Return the value of a JSON document (UTF-8, with or without a byte order mark).

    Raises:
        InputError: its code and its one field error's code is ``too_large``, ``not_utf8``
            (``offset``), ``empty_document``, ``too_deep``, ``json_syntax`` (``line``, ``column``),
            ``duplicate_key`` (pointer to the key), ``number_not_finite``, ``number_too_long`` or
            ``lone_surrogate``.
    """
    raw = _as_bytes(data)
    if len(raw) > max_bytes:
        _refuse("too_large", size=len(raw), max_bytes=max_bytes)
    text = _as_text(raw)
    if not text.strip(" \t\r\n"):
        _refuse("empty_document")
    if _deeper_than(raw, max_depth):
        _refuse("too_deep", max_depth=max_depth)
    return _Reader().read(text)


def _refuse(code: str, **params: object) -> NoReturn:
    raise InputError.at("", code, **params)


def _as_bytes(data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode()
    except UnicodeEncodeError as error:
        raise InputError.at("", "lone_surrogate", key="") from error


def _as_text(raw: bytes) -> str:
    try:
        return raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        offset = error.start + (len(_BOM) if raw.startswith(_BOM) else 0)
        raise InputError.at("", "not_utf8", offset=offset) from error


def _deeper_than(raw: bytes, max_depth: int) -> bool:
    """Say whether brackets outside strings nest deeper, without recursion.

    A parser that recurses would meet Python's own limit first and answer with a crash.
    """
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return False
    plain = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = _STRING.sub(b"", plain).translate(None, _NOT_BRACKETS)
    depths = accumulate(map(_STEP.__getitem__, brackets))
    return any(depth > max_depth for depth in depths)


class _Reader:
    """One reading; remembers whether anything was wrong so that clean documents skip the walk."""

    def __init__(self) -> None:
        self.faulty = False

    def read(self, text: str) -> object:
        try:
            value: object = json.loads(
                text,
                object_pairs_hook=self._object,
                parse_float=self._fraction,
                parse_int=self._whole,
                parse_constant=self._constant,
            )
        except json.JSONDecodeError as error:
            near = error.doc[error.pos : error.pos + _NEAR].split("\n")[0] or "文末"
            raise InputError.at("", "json_syntax", line=error.lineno, column=error.colno, near=near) from error
        if self.faulty or _SURROGATE_ESCAPE.search(text):
            _raise_first_fault(value)
        return value

    def _fault(self, code: str, key: str | None = None, **params: object) -> _Fault:
        self.faulty = True
        return _Fault(code, key, **params)

    def _object(self, pairs: list[tuple[str, object]]) -> object:
        mapping = dict(pairs)
        if len(mapping) == len(pairs):
            return mapping
        times = Counter(key for key, _ in pairs)
        name = next(key for key in mapping if times[key] > 1)
        return self._fault("duplicate_key", name, name=name)

    def _whole(self, digits: str) -> object:
        return int(digits) if len(digits) <= _LONGEST_NUMBER else self._too_long(digits)

    def _fraction(self, digits: str) -> object:
        if len(digits) > _LONGEST_NUMBER:
            return self._too_long(digits)
        exponent = digits.lower().partition("e")[2]
        if exponent and abs(int(exponent)) > _LONGEST_NUMBER:
            return self._too_long(digits)
        return Decimal(digits)

    def _too_long(self, digits: str) -> _Fault:
        return self._fault("number_too_long", longest=_LONGEST_NUMBER, value=digits[:_NEAR])

    def _constant(self, name: str) -> _Fault:
        return self._fault("number_not_finite", value=name)


def _raise_first_fault(value: object) -> None:
    error = _first_fault(value, ())
    if error is not None:
        raise InputError(error, error.code, **error.params)


def _first_fault(value: object, path: tuple[str | int, ...]) -> FieldError | None:
    if isinstance(value, _Fault):
        place = path if value.key is None else (*path, value.key)
        return FieldError(_safe_pointer(place), value.code, value.params)
    if isinstance(value, str):
        return _surrogate_fault(value, path)
    if isinstance(value, dict):
        return _first_in_object(value, path)
    if isinstance(value, list):
        found = (_first_fault(item, (*path, index)) for index, item in enumerate(value))
        return next(filter(None, found), None)
    return None


def _first_in_object(value: dict[str, object], path: tuple[str | int, ...]) -> FieldError | None:
    for key, item in value.items():
        fault = _surrogate_fault(key, path) or _first_fault(item, (*path, key))
        if fault is not None:
            return fault
    return None


def _surrogate_fault(text: str, path: tuple[str | int, ...]) -> FieldError | None:
    return None if text.isascii() or _encodes(text) else FieldError(pointer(*path), "lone_surrogate")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _safe_pointer(path: tuple[str | int, ...]) -> str:
    return pointer(*path).encode(errors="replace").decode()
