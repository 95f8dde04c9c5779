"""Reading the rows of ``four-lists-items.csv``: its condition grammar as trees, its parameters, its figures.

``;`` joins by AND; ``or``, ``and`` and brackets stand inside an atom; ``~`` marks our own reading;
``@name=value`` is a parameter of the list and no condition.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rules.reference_conditions import Raw

_TOKEN = re.compile(r"\s*(\(|\)|~|\bor\b|\band\b|(?:(?!\s+(?:or|and)\s)[^()~])+)")
_ATOM = re.compile(r"(\w+)\s*(<=|>=|!=|=|<|>|\bin\b|\bbetween\b)\s*(.+)")
_SIGNS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


@dataclass(frozen=True)
class Row:
    """One row: the columns as they stand, and the conditions as raw trees."""

    columns: Mapping[str, str]
    conditions: list[Raw] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.columns["id"]

    @property
    def trigger(self) -> str | None:
        found = re.search(r"trigger=(\w+)", self.columns["penalty_text_summary"])
        return found[1] if found else None

    @property
    def optional(self) -> bool:
        return bool(re.search(r"\[[^\]]*\boptional\b[^\]]*\]", self.columns["penalty_text_summary"]))


def rows(folder: Path) -> list[Row]:
    with (folder / "domain" / "four-lists-items.csv").open(encoding="utf-8", newline="") as file:
        return [_row(columns) for columns in csv.DictReader(file)]


def _row(columns: dict[str, str]) -> Row:
    row = Row(columns)
    for part in filter(None, (one.strip() for one in columns["conditions"].split(";"))):
        if part.startswith("@"):
            name, _, value = part[1:].partition("=")
            row.parameters[name] = value
        else:
            row.conditions.append(_Reader(part).whole())
    return row


class _Reader:
    """Recursive descent over one AND-part."""

    def __init__(self, text: str) -> None:
        joined = re.sub(r"between\s+(\S+)\s+and\s+(\S+)", r"between \1..\2", text)
        self.tokens = [token for token in (match.strip() for match in _TOKEN.findall(joined)) if token not in {"", "~"}]

    def whole(self) -> Raw:
        found = self._either()
        assert not self.tokens, self.tokens
        return found

    def _either(self) -> Raw:
        parts = [self._both()]
        while self.tokens[:1] == ["or"]:
            self.tokens.pop(0)
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else {"any": parts}

    def _both(self) -> Raw:
        parts = [self._one()]
        while self.tokens[:1] == ["and"]:
            self.tokens.pop(0)
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else {"all": parts}

    def _one(self) -> Raw:
        first = self.tokens.pop(0)
        if first != "(":
            return _atom(first)
        inside = self._either()
        assert self.tokens.pop(0) == ")"
        return inside


def _atom(text: str) -> Raw:
    match = _ATOM.fullmatch(text.strip())
    assert match, text
    name, sign, value = match[1], match[2], match[3].strip().removesuffix("wd")
    if sign == "in":
        return {"fact": name, "in": value.strip("{}").split("|")}
    if sign == "between":
        return {"fact": name, "between": [_literal(end) for end in value.split("..")]}
    return {"fact": name, _SIGNS[sign]: _literal(value)}


def _literal(text: str) -> Any:  # noqa: ANN401
    if text in {"true", "false"}:
        return text == "true"
    return float(text) if re.fullmatch(r"[0-9.]+", text) else text
