"""Citations in a table cell, one a line, and back.

We write 《食品安全法》第一百二十四条第一款第（五）项【版本2019；至2025-10-14】. Read as well: several in a line,
the short form 食品安全法124①(五), paragraphs that follow on (第一款、第二款), and cells where a list as
published puts the words of the article behind its number: those are left aside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kernel.citation import ArticleRef, CitationError, parse_articles
from kernel.numerals import from_zh
from rules.table_numbers import parse_day
from rules.table_values import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Raw = dict[str, object]
_STATE: Final = "中华人民共和国"
_NUMBER: Final = "[零〇一二三四五六七八九十百千0-9]{1,9}+"
_TITLE: Final = re.compile(
    r"(?:依据|根据|依照|按照|违反了?)?《(?P<title>[^《》]+)》\s*(?:[（(](?P<version>[^（）()]*)[）)])?"
)
_YEAR: Final = re.compile(r"([0-9]{4})\s*年?\s*(?:修订|修正|文本|版)?(?:本)?")
_ITEMS: Final = rf"(?P<items>(?:[、和及]?第?[(（]?{_NUMBER}[)）]?项?(?=[^条款目0-9]|$))*?项)?"
_PARAGRAPH: Final = rf"(?:第(?P<paragraph>{_NUMBER})款)?"
_PLACE: Final = re.compile(
    rf"第(?P<article>{_NUMBER})条(?:之(?P<suffix>[一二三四五六七八九十]{{1,3}}))?{_PARAGRAPH}{_ITEMS}"
    rf"(?:第?(?P<sub>{_NUMBER})目)?(?P<part>[前后]段)?"
)
_ON: Final = re.compile(rf"{_PARAGRAPH}{_ITEMS}(?P<part>[前后]段)?")
_JOINT: Final = re.compile(r"\s*(?:[、,，;；]|以及|和|及|与|至)\s*")
_SHORT: Final = re.compile(r"(?P<title>[^《》0-9第（(【]{2,40}?)\s*(?P<articles>[1-9第].*)")
_MARKS: Final = re.compile(r"【(.*)】\s*$", re.DOTALL)
_NUMBERING: Final = re.compile(
    r"^(?:[0-9]{1,2}[.．、)）](?![0-9])|[①-⑳](?=《)|[(（][一二三四五六七八九十]{1,3}[)）](?=《))\s*"
)
_ITEM: Final = re.compile(_NUMBER)
_DIGITS: Final = str.maketrans("０１２３４５６７８９", "0123456789")


def citations_text(citations: Iterable[Mapping[str, object]]) -> str:
    """Citations of the catalogue, one a line."""
    return "\n".join(_line(one) for one in citations)


def _line(raw: Mapping[str, object]) -> str:
    marks = []
    if raw.get("version"):
        marks.append(f"版本{raw['version']}")
    if raw.get("from"):
        marks.append(f"自{raw['from']}")
    if raw.get("until"):
        marks.append(f"至{_last_day(str(raw['until']))}")
    if raw.get("note"):
        marks.append(f"注：{raw['note']}")
    shown = f"【{'；'.join(marks)}】" if marks else ""
    return f"《{raw['instrument']}》{_article(str(raw.get('article') or ''))}{shown}"


def _last_day(until: str) -> str:
    return (date.fromisoformat(until) - timedelta(days=1)).isoformat()


def _article(short: str) -> str:
    """The document form where it can be read back, else the catalogue's own."""
    if not short:
        return ""
    try:
        long = "、".join(ref.format_zh() for ref in parse_articles(short))
        read = "、".join(str(ref) for ref in _refs(long).found)
    except (CitationError, TableError):
        return f"〔{short}〕"
    return long if read == short else f"〔{short}〕"


@dataclass(frozen=True, slots=True)
class _Refs:
    found: tuple[ArticleRef, ...]
    rest: str


def read_citations(text: str, role: str) -> list[Raw]:
    """The citations of a cell, one for each article; what follows an article in its line is left aside.

    Raises:
        TableError: ``table_citation_form`` for a line that names no provision.
    """
    found: list[Raw] = []
    for line in text.splitlines():
        plain = _NUMBERING.sub("", line.translate(_DIGITS).strip()).strip()
        if plain in {"", "/", "-", "无"}:
            continue
        cited = list(_in_line(plain, role))
        if not cited and not found:
            raise TableError("table_citation_form", value=line.strip())
        if not cited and re.match(r"第\S{1,9}条", plain):
            cited = list(_of(str(found[-1]["instrument"]), plain, role))
        found += cited  # a line without a provision, below one: the words of the article
    return found


def _in_line(line: str, role: str) -> Iterator[Raw]:
    marks, plain = _marks_of(line)
    title = _TITLE.match(plain)
    if title is None:
        yield from (one | marks for one in _short(plain, role))
        return
    while title is not None:
        version = _version(title["version"])
        extra: Raw = marks | ({"version": version} if version else {})
        rest = plain[title.end() :] if version or not title["version"] else plain[title.end("title") + 1 :]
        instrument = title["title"].strip().removeprefix(_STATE)
        refs, rest = _own_form(rest) or _found_in(rest)
        yield from (_raw(instrument, article, role) | extra for article in refs or ("",))
        joint = _JOINT.match(rest)
        plain = rest[joint.end() :] if joint else rest
        title = _TITLE.match(plain)


def _own_form(rest: str) -> tuple[tuple[str, ...], str] | None:
    """An article in the catalogue's own form: 〔3〕."""
    match = re.match(r"〔([^〔〕]*)〕", rest)
    return ((match[1],), rest[match.end() :]) if match else None


def _found_in(rest: str) -> tuple[tuple[str, ...], str]:
    refs = _refs(rest)
    return tuple(str(ref) for ref in refs.found), refs.rest


def _of(instrument: str, rest: str, role: str) -> Iterator[Raw]:
    yield from (_raw(instrument, str(ref), role) for ref in _refs(rest).found)


def _raw(instrument: str, article: str, role: str) -> Raw:
    return {"instrument": instrument, "article": article, "role": role}


def _short(line: str, role: str) -> Iterator[Raw]:
    """食品安全法124①(五), 食品安全法第一百二十四条: the name without 《》."""
    match = _SHORT.fullmatch(line)
    if match is None:
        return
    title = match["title"].strip().removeprefix(_STATE)
    if not re.search(r"(?:法典?|条例|规定|办法|细则|决定|规则)$", title) or re.match(
        "有关|相关|本|该|上述|国家", title
    ):
        return
    try:
        refs = _articles(match["articles"])
    except CitationError as error:
        raise TableError("table_citation_form", value=line) from error
    yield from (_raw(title, str(ref), role) for ref in refs)


def _articles(text: str) -> tuple[ArticleRef, ...]:
    return _refs(text).found if text.startswith("第") else parse_articles(text)


def _marks_of(line: str) -> tuple[Raw, str]:
    match = _MARKS.search(line)
    if match is None:
        return {}, line
    marks: Raw = {}
    body, note = (*re.split("注[:：]", match[1], maxsplit=1), "")[:2]
    for part in re.split("[;；]", body):
        _mark(marks, part.strip(), line)
    if note:
        marks["note"] = note
    return marks, line[: match.start()].strip()


def _mark(marks: Raw, part: str, line: str) -> None:
    if part.startswith("版本"):
        marks["version"] = part.removeprefix("版本")
    elif part[:1] in {"自", "至"}:
        day = parse_day(part[1:])
        if day is None:
            raise TableError("table_citation_form", value=line)
        key, shift = ("from", 0) if part[0] == "自" else ("until", 1)
        marks[key] = (day + timedelta(days=shift)).isoformat()
    elif part:
        raise TableError("table_citation_form", value=line)


def _version(written: str | None) -> str | None:
    match = _YEAR.fullmatch(written.strip()) if written else None
    return match[1] if match else None


def _refs(text: str) -> _Refs:
    """The provisions at the start of a text, in order; 第二款 after 第一款 is of the same article."""
    found: list[ArticleRef] = []
    rest, through = text.lstrip(), False
    while True:
        match = _PLACE.match(rest) or (_ON.match(rest) if found else None)
        if match is None or not match[0]:
            return _Refs(tuple(found), rest)
        ref = _ref(match, found[-1] if found else None, text)
        found += _between(found[-1], ref, text) if through else ()
        found.append(ref)
        rest = rest[match.end() :]
        joint = _JOINT.match(rest)
        through = joint is not None and "至" in joint[0]
        after = rest[joint.end() :] if joint else ""
        if joint is None or not (_PLACE.match(after) or _goes_on(after)):
            return _Refs(tuple(found), rest)
        rest = after


def _between(first: ArticleRef, last: ArticleRef, text: str) -> tuple[ArticleRef, ...]:
    """The articles inside 第九条至第十一条."""
    try:
        return parse_articles(f"{first}-{last}")[1:-1]
    except CitationError as error:
        raise TableError("table_citation_form", value=text) from error


def _goes_on(text: str) -> bool:
    match = _ON.match(text)
    return bool(match and match[0])


def _ref(match: re.Match[str], before: ArticleRef | None, text: str) -> ArticleRef:
    parts = match.groupdict()
    try:
        items = tuple(from_zh(item) for item in _ITEM.findall(parts["items"] or ""))
        paragraph = from_zh(parts["paragraph"]) if parts["paragraph"] else None
        if parts.get("article"):
            return ArticleRef(
                article=from_zh(parts["article"]),
                suffix=from_zh(parts["suffix"]) if parts["suffix"] else 0,
                paragraph=paragraph,
                items=items,
                sub=from_zh(parts["sub"]) if parts["sub"] else None,
                part=parts["part"] or "",
            )
    except ValueError as error:
        raise TableError("table_citation_form", value=text) from error
    if before is None:
        raise TableError("table_citation_form", value=text)
    same = before.paragraph if paragraph is None else paragraph
    return ArticleRef(before.article, before.suffix, same, items, None, parts["part"] or "")
