"""Lines of a table cell: numbering, dashes, headings of groups, and what a line says about itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rules.table_numbers import narrow, parse_number
from rules.table_words import Raw, squash

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREAD_MARK: Final = "？"
"""Stands before a line that is still prose."""
_ZH: Final = "[一二三四五六七八九十]{1,3}"
_NUMBERING: Final = re.compile(
    rf"^(?:[0-9]{{1,2}}[.、．)）](?![0-9])|[（(](?:{_ZH}|[0-9]{{1,2}})[）)]|{_ZH}、|[①-⑳])\s*"
)
_MIDDLE: Final = re.compile(rf"(?<=[。；;])|(?=[①-⑳])|(?=（{_ZH}）)|(?=(?<=[^0-9])[1-9][.．、](?![0-9]))")
_DASHES: Final = re.compile(r"^\s*((?:[-－–—·•]\s*)+)")
_OURS: Final = re.compile(r"[（(]本系统理解[）)]")
_UNIT: Final = re.compile(r"【单位[：:](day|working_day|hour)】")
_OWN: Final = re.compile(r"【表述[：:](.*)】", re.DOTALL)
_EMPTY: Final = frozenset({"", "无", "/", "-", "—", "——"})
_LEAD: Final = re.compile(r"^(?:当事人|违法行为人|行为人|经营者|且|并且|并|同时|以及|应当|须|属于|属|系|是|为|经查)")
_THESE: Final = "(?:以下|下列)"
_CASES: Final = "(?:条件|情形|情况)"
_MEETS: Final = "(?:具有|符合|满足|具备|属于|存在|有)"
_COUNT: Final = "(?P<need>[0-9]+|[一二两三四五六七八九十]+)"
_HEADINGS: Final = (
    ("at_least", rf"{_MEETS}?{_THESE}?{_CASES}?中?有?至少{_MEETS}?{_COUNT}(?:项|个|种){_CASES}?"),
    ("not", rf"并非{_THESE}?{_CASES}?|(?:没有|不存在|不具有|不属于){_THESE}(?:任一|各项)?{_CASES}(?:之一)?"),
    ("any", rf"或|任一满足|{_MEETS}?{_THESE}(?:任一|任意一|任何一|其中一)(?:项|种|个)?{_CASES}?"),
    ("any", rf"{_MEETS}?{_THESE}(?:各项)?{_CASES}?之一"),
    ("all", rf"且|全部满足|(?:须|应当)?同时{_MEETS}(?:{_THESE}(?:各项|全部|所有)?{_CASES}?)?"),
    ("all", rf"{_MEETS}?{_THESE}(?:各项|全部|所有){_CASES}?"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of text: its line in the cell (from 1), and how many dashes stand before it."""

    number: int
    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A line that opens a group: its kind, how many members are needed, what follows the colon, its marks."""

    kind: str
    need: int
    rest: str
    marks: Raw


def lines_of(text: str) -> Iterator[Line]:
    """The pieces of a cell in order; a line that opens a group stays whole."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        dashes = _DASHES.match(line)
        depth = len(re.sub(r"\s", "", dashes[1]).replace("——", "—")) if dashes else 0
        rest = line[dashes.end() :] if dashes else line
        whole = _NUMBERING.sub("", rest.strip())
        for piece in [whole] if heading(whole) else pieces(rest):
            yield Line(number, depth, piece)


def pieces(text: str) -> Iterator[str]:
    """The conditions that stand in one line, without numbering; a wording of its own is not cut."""
    cut = [text] if "【" in text or '"' in text else _MIDDLE.split(text)
    for piece in cut:
        plain = _NUMBERING.sub("", piece.strip()).strip().rstrip("。；;，,").strip()
        if plain not in _EMPTY:
            yield plain


def heading(text: str) -> Opened | None:
    """What a line opens; None for a line that is a condition itself."""
    marked = re.sub("【.*】", lambda match: " " * len(match[0]), narrow(text), flags=re.DOTALL)
    end = marked.find(":")
    if end < 0:
        return None
    plain, marks = marks_of(text[:end])
    said = squash(plain).removesuffix("的")
    for kind, pattern in _HEADINGS:
        match = re.fullmatch(pattern, said)
        if match:
            need = int(parse_number(match["need"]) or 0) if kind == "at_least" else 1
            return Opened(kind, need, text[end + 1 :], marks)
    return None


def marks_of(text: str) -> tuple[str, Raw]:
    """The text without what it says about itself, and that (``ours``, ``unit``, ``text``)."""
    marks: Raw = {}
    own = _OWN.search(text)
    if own:
        marks["text"] = json.loads(own[1]) if own[1].startswith('"') else own[1]
        text = text[: own.start()] + text[own.end() :]
    unit = _UNIT.search(text)
    if unit:
        marks["unit"] = unit[1]
        text = _UNIT.sub("", text)
    if _OURS.search(text):
        marks["ours"] = True
        text = _OURS.sub("", text)
    return text.strip(), marks


def quoted(text: str) -> tuple[str, list[object]] | None:
    """What stands before values in JSON, and the values, for facts that hold free text."""
    match = re.match(r'([^"\[]+?)\s*([\["].*)', text, re.DOTALL)
    if match is None:
        return None
    values: list[object] = []
    rest = match[2]
    try:
        while rest:
            value, end = json.JSONDecoder().raw_decode(rest)
            values.append(value)
            rest = rest[end:].lstrip("、,， ")
    except ValueError:
        return None
    return match[1], values


def without_lead(text: str) -> Iterator[str]:
    """A squashed text without 当事人, 属于, 且 … before it, one word after another."""
    while match := _LEAD.match(text):
        text = text[match.end() :]
        yield text.removesuffix("的")
