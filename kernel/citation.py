"""Citations of provisions: 食品安全法 124①(五), and the same as a document writes it.

The short form is: article number, 之一 and so on for inserted articles, ① for the paragraph 款,
（五） for the item 项, 目 for the sub-item, 前段 or 后段 for half a sentence, and in brackets at the
end which version is meant: ``20(2019)``, ``40(旧)``. Several articles are joined with 、.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kernel.errors import CodedValueError
from kernel.numerals import from_zh, to_zh

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = r"(?:[0-9]{1,4}|[零〇一二三四五六七八九十百千]{1,9})"
_ITEM = r"[(（](?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）]"
_VERSION = r"旧|[0-9]{4}(?:年|修订|修正|文本|版)?|至?[0-9]{4}-[0-9]{2}-[0-9]{2}起?"
_TAIL = rf"(?P<part>[前后]段)?(?:[(（](?P<version>{_VERSION})[)）])?"
_SHORT = re.compile(
    r"(?P<article>[1-9][0-9]{0,3})(?:之(?P<suffix>[一二三四五六七八九十]{1,3}))?"
    rf"(?P<paragraph>[①-⑳])?(?P<items>(?:{_ITEM})*)(?:(?P<sub>[0-9]{{1,2}})目)?{_TAIL}"
)
_LONG = re.compile(
    rf"第(?P<article>{_NUMBER})条(?:之(?P<suffix>[一二三四五六七八九十]{{1,3}}))?"
    rf"(?:第(?P<paragraph>{_NUMBER})款)?"
    rf"(?P<items>(?:[、和]?第[(（]?{_NUMBER}[)）]?(?:、?[(（]{_NUMBER}[)）])*项)*)"
    rf"(?:第?(?P<sub>{_NUMBER})目)?{_TAIL}"
)
_IN_ITEMS = re.compile(_NUMBER)
_JOINT = re.compile(r"\s*[、,，和]\s*|\s*(?P<to>[-—~至])\s*")
_REFERENCE = re.compile(
    rf"《?(?P<instrument>[^《》0-9第(（][^《》]*?)》?\s*(?:[(（](?P<version>{_VERSION})[)）])?\s*"
    r"(?P<article>(?:第\S+?条|[1-9]).*|[(（]旧(?P<old>[^()（）]+)[)）])?"
)
_FIRST_CIRCLED = ord("①") - 1
_LONGEST_RANGE = 200


class CitationError(CodedValueError):
    """The text does not name a provision in a form we can read."""


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """One provision inside an instrument.

    ``suffix`` is 1 for 之一 (0: none); ``part`` is 前段, 后段 or empty; ``version`` is what stood in
    brackets (``2019``, ``旧``), or None for the version in force.
    """

    article: int
    suffix: int = 0
    paragraph: int | None = None
    items: tuple[int, ...] = ()
    sub: int | None = None
    part: str = ""
    version: str | None = None

    def __str__(self) -> str:
        """Return the short form: ``124①(五)``."""
        paragraph = "" if self.paragraph is None else chr(_FIRST_CIRCLED + self.paragraph)
        items = "".join(f"({to_zh(item)})" for item in self.items)
        sub = "" if self.sub is None else f"{self.sub}目"
        version = "" if self.version is None else f"({self.version})"
        return f"{self.article}{self._suffix_zh}{paragraph}{items}{sub}{self.part}{version}"

    def format_zh(self) -> str:
        """Return the form of a document: 第一百二十四条第一款第（五）项."""
        paragraph = "" if self.paragraph is None else f"第{to_zh(self.paragraph)}款"
        items = "、".join(f"第（{to_zh(item)}）项" for item in self.items)
        sub = "" if self.sub is None else f"第{self.sub}目"
        version = "" if self.version is None else f"（{self.version}）"
        return f"第{to_zh(self.article)}条{self._suffix_zh}{paragraph}{items}{sub}{self.part}{version}"

    @property
    def _suffix_zh(self) -> str:
        return f"之{to_zh(self.suffix)}" if self.suffix else ""


def parse_article(text: str) -> ArticleRef:
    """Return the one provision that a text names, in the short or the document form.

    Raises:
        CitationError: ``citation_form``, or ``citation_many`` when it names several.
    """
    found = parse_articles(text)
    if len(found) > 1:
        raise CitationError("citation_many", value=text)
    return found[0]


def parse_articles(text: str) -> tuple[ArticleRef, ...]:
    """Return the provisions of a list such as ``67、71`` or ``49-53`` (both ends included).

    Raises:
        CitationError: ``citation_form``, or ``citation_range`` for a range that makes no sense.
    """
    return tuple(_walk(text.strip(), text))


def _walk(text: str, whole: str) -> Iterator[ArticleRef]:
    place = 0
    before: ArticleRef | None = None
    while True:
        match = _SHORT.match(text, place) or _LONG.match(text, place)
        if match is None:
            raise CitationError("citation_form", value=whole)
        ref = _from_match(match, whole)
        if before is not None:
            yield from _between(before, ref, whole)
        yield ref
        if match.end() == len(text):
            return
        joint = _JOINT.match(text, match.end())
        if joint is None:
            raise CitationError("citation_form", value=whole)
        before = ref if joint["to"] else None
        place = joint.end()


def _between(first: ArticleRef, last: ArticleRef, whole: str) -> Iterator[ArticleRef]:
    plain = first == ArticleRef(first.article) and last == ArticleRef(last.article)
    if not plain or not 0 < last.article - first.article <= _LONGEST_RANGE:
        raise CitationError("citation_range", value=whole)
    return (ArticleRef(number) for number in range(first.article + 1, last.article))


def _from_match(match: re.Match[str], whole: str) -> ArticleRef:
    try:
        return ArticleRef(
            article=from_zh(match["article"]),
            suffix=from_zh(match["suffix"]) if match["suffix"] else 0,
            paragraph=_paragraph(match["paragraph"]),
            items=tuple(from_zh(item) for item in _IN_ITEMS.findall(match["items"])),
            sub=from_zh(match["sub"]) if match["sub"] else None,
            part=match["part"] or "",
            version=match["version"],
        )
    except ValueError as error:
        raise CitationError("citation_form", value=whole) from error


def _paragraph(text: str | None) -> int | None:
    if text is None:
        return None
    return ord(text) - _FIRST_CIRCLED if "①" <= text <= "⑳" else from_zh(text)


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision and what it is cited for; ``article`` is the short form, empty for the whole.

    ``role`` is free text of the caller's vocabulary (``prohibition``, ``penalty``);
    ``version`` names the version of the instrument, None for the one in force.

    Raises:
        CitationError: the article cannot be read.
    """

    instrument: str
    article: str = ""
    role: str = ""
    version: str | None = None
    refs: tuple[ArticleRef, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the article once, so that a wrong one never gets further than its file."""
        if not self.instrument.strip():
            raise CitationError("citation_form", value=self.instrument)
        object.__setattr__(self, "refs", parse_articles(self.article) if self.article else ())

    def format_zh(self) -> str:
        """Return the form of a document: 《食品安全法》第一百二十四条第一款第（五）项."""
        version = f"（{self.version}）" if self.version else ""
        return f"《{self.instrument}》{version}" + "、".join(ref.format_zh() for ref in self.refs)

    def as_dict(self) -> dict[str, str]:
        """Return the JSON form; ``version`` stands there only when it is set."""
        plain = {"instrument": self.instrument, "article": self.article, "role": self.role}
        return plain | ({"version": self.version} if self.version else {})


def parse_reference(text: str, role: str = "") -> Citation:
    """Read ``食品安全法124①(五)`` or ``《食品安全法》第一百二十四条``; without articles, the whole.

    A version in brackets, after the name or after the articles, becomes that of the citation;
    the articles come back in the short form.

    Raises:
        CitationError: ``citation_form`` or ``citation_range``.
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        raise CitationError("citation_form", value=text)
    written = match["old"] or match["article"] or ""
    refs = parse_articles(written) if written else ()
    versions = {ref.version for ref in refs} | {match["version"], "旧" if match["old"] else None}
    named = versions - {None}
    if len(named) > 1:
        raise CitationError("citation_form", value=text)
    article = "、".join(str(replace(ref, version=None)) for ref in refs)
    return Citation(match["instrument"].strip(), article, role, next(iter(named), None))
