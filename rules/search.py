"""Finding violations, list items and statute grounds by Chinese words, pinyin, an article or an id.

``食品 过期`` (every word must match), ``gqsp`` or ``guoqi``, ``食品安全法124①``, ``MR-N05``.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from kernel.citation import ArticleRef, CitationError, parse_articles, parse_reference
from rules.places import END, Places, positions
from rules.schema import ListItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rules.compiled import Ground
    from rules.release import Release
    from rules.schema_parts import CitationRef
    from rules.schema_violation import Violation

Kind = Literal["violation", "list_item", "statute"]
Role = Literal["title", "alias", "related", "source", "field", "instrument"]
_KINDS: Final = ("violation", "list_item", "statute")
_LONGEST_QUERY: Final = 200
_NEAREST: Final = 3
_LIKENESS: Final = 0.5

_ID_EXACT, _ID_START, _ID_PART = 1000, 920, 700
_WORDS: Final[Mapping[Role, tuple[int, int, int]]] = {  # the whole name, its start, a part of it
    "title": (990, 900, 800),
    "alias": (880, 860, 760),
    "related": (740, 720, 700),
    "source": (500, 500, 500),
    "field": (480, 480, 480),
    "instrument": (460, 460, 460),
}
_PINYIN: Final[Mapping[Role, tuple[int, int, int]]] = {
    "title": (660, 640, 600),
    "alias": (650, 620, 580),
    "related": (560, 550, 540),
}
_SCATTERED: Final[Mapping[Role, int]] = {"title": 440, "alias": 430, "related": 420}
_ARTICLE: Final = 300
_OWN_ARTICLE: Final = 10
_ROLE_ZH: Final[Mapping[Role, str]] = {
    "title": "名称",
    "alias": "别名",
    "related": "案由",
    "source": "清单",
    "field": "领域",
    "instrument": "依据",
}
_BETWEEN: Final = re.compile(r"[\s,，;；。、“”\"'：:]+")
_LETTER: Final = re.compile(r"[a-z]")
_NUMERAL: Final = re.compile(r"[0-9一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: a larger ``score`` is better; ``matched`` says in Chinese what matched."""

    kind: Kind
    id: str
    title: str
    score: int
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind
    id: str
    title: str
    names: tuple[tuple[Role, str], ...]
    citations: tuple[CitationRef, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    role: Role
    text: str

    def shown(self) -> str:
        """What matched, as a person reads it."""
        said = _ROLE_ZH[self.role]
        return said if self.role == "title" else f"{said}：{self.text}"


_Found = dict[int, tuple[int, str]]  # entry → score and what matched
_Match = tuple[int, tuple[int, str]]


class Search:
    """The index over one release; pinyin and articles are indexed when first asked for."""

    def __init__(self, release: Release) -> None:
        """Index violations, list items and statute grounds."""
        self._entries = tuple(_entries(release))
        self._names: list[_Name] = []
        self._name_at: list[int] = []
        pieces: list[str] = []
        for number, entry in enumerate(self._entries):
            for role, text in dict.fromkeys(entry.names):
                pieces.append(_plain(text) + END)
                self._name_at += [len(self._names)] * len(pieces[-1])
                self._names.append(_Name(number, role, text))
        self._places = Places("".join(pieces))

    def find(self, words: str, limit: int = 20) -> list[Hit]:
        """The best entries for which every word of the query matches, best first."""
        words = words[:_LONGEST_QUERY].strip()
        tokens = _tokens(words)
        found = self._all_words(tokens)
        if len(tokens) > 1:  # a name copied as a whole has commas and blanks of its own
            for number, (score, said) in self._token(words).items():
                if number not in found or score > found[number][0]:
                    found[number] = (score, (said,))
        hits = [self._hit(number, *what) for number, what in found.items()]
        hits.sort(key=_rank)
        return hits[: max(limit, 0)]

    def _hit(self, number: int, score: int, matched: tuple[str, ...]) -> Hit:
        entry = self._entries[number]
        return Hit(entry.kind, entry.id, entry.title, score, matched)

    def _all_words(self, tokens: list[str]) -> dict[int, tuple[int, tuple[str, ...]]]:
        results = [self._token(token) for token in tokens]
        if not results:
            return {}
        common = set(results[0]).intersection(*results[1:])
        return {
            number: (
                sum(found[number][0] for found in results) // len(results),
                tuple(dict.fromkeys(found[number][1] for found in results)),
            )
            for number in common
        }

    def _token(self, token: str) -> _Found:
        plain = _plain(token)
        found = self._ids(plain)
        _keep_best(found, self._articles(token))
        _keep_best(found, self._named(plain, _WORDS, self._places.literal_ends))
        if len(plain) > 1 and _LETTER.search(plain):
            _keep_best(found, self._named(plain, _PINYIN, self._places.pinyin_ends))
        if not found and len(plain) > 1 and not plain.isascii():
            _keep_best(found, self._scattered(plain))
        return found

    def _ids(self, token: str) -> _Found:
        found: _Found = {}
        for number, entry in enumerate(self._entries):
            name = entry.id.casefold()
            if token in name:
                start = _ID_START if name.startswith(token) else _ID_PART
                found[number] = (_ID_EXACT if token == name else start, "编号")
        return found

    def _named(
        self,
        token: str,
        scores: Mapping[Role, tuple[int, int, int]],
        ends: Callable[[str, int], int],
    ) -> Iterator[_Match]:
        anchored = set(positions(ends(token, self._places.starts)))
        for end in positions(ends(token, self._places.everywhere)):
            name = self._names[self._name_at[end]]
            if name.role in scores:
                whole, start, part = scores[name.role]
                score = part
                if end in anchored:
                    score = whole if self._places.ends_name(end) else start
                yield name.entry, (score, name.shown())

    def _scattered(self, token: str) -> Iterator[_Match]:
        """The characters in their order with others between: 过期食品 in 超过保质期的食品."""
        for name in self._names:
            if name.role in _SCATTERED and _in_order(token, name.text):
                yield name.entry, (_SCATTERED[name.role], name.shown())

    def _articles(self, token: str) -> Iterator[_Match]:
        law, refs = _asked(token)
        for asked in refs:
            for number, citation, cited in self._cited.get((asked.article, asked.suffix), ()):
                score = _fit(law, asked, citation, cited)
                if score:
                    score += _OWN_ARTICLE * (self._entries[number].kind == "statute")
                    yield number, (score, f"条文：{citation.instrument}{citation.article}")

    @cached_property
    def _cited(self) -> dict[tuple[int, int], list[tuple[int, CitationRef, ArticleRef]]]:
        """Where each article is cited: entry, citation and the one provision in it."""
        found: dict[tuple[int, int], list[tuple[int, CitationRef, ArticleRef]]] = {}
        for number, entry in enumerate(self._entries):
            for citation in entry.citations:
                for ref in _refs(citation.article):
                    found.setdefault((ref.article, ref.suffix), []).append((number, citation, ref))
        return found


def _rank(hit: Hit) -> tuple[int, int, int, str]:
    """Best first; among equals the shorter name, or for an article the order of the ids."""
    by_article = hit.score < min(_SCATTERED.values())
    return -hit.score, _KINDS.index(hit.kind), 0 if by_article else len(hit.title), hit.id


def _entries(release: Release) -> Iterator[_Entry]:
    for violation in release.violations.values():
        yield _violation(violation)
    for ground in release.items.values():
        yield _item(ground, release)
    for ground in release.statute.values():
        cited = ground.provision.citations
        names = (("title", ground.provision.title), *_instruments(cited))
        yield _Entry("statute", ground.id, ground.provision.title, names, cited)


def _violation(violation: Violation) -> _Entry:
    cited = tuple(
        citation for version in reversed(violation.versions) for citation in (*version.basis, *version.prohibition)
    )
    aliases: tuple[tuple[Role, str], ...] = tuple(("alias", one) for one in violation.aliases)
    names = (("title", violation.title), *aliases, ("field", violation.field), *_instruments(cited))
    return _Entry("violation", violation.id, violation.title, names, cited)


def _item(ground: Ground, release: Release) -> _Entry:
    item = ground.provision
    assert isinstance(item, ListItem)  # noqa: S101  (the shelf holds nothing else)
    source = release.sources[item.source]
    about = (release.violations[one] for one in item.violations)
    related: tuple[tuple[Role, str], ...] = tuple(
        ("related", name) for one in about for name in (one.title, *one.aliases)
    )
    names = (
        ("title", item.title),
        *related,
        ("source", source.title),
        ("source", source.number or ""),
        ("field", item.field),
        *_instruments(item.citations),
    )
    return _Entry("list_item", item.id, item.title, tuple(one for one in names if one[1]), item.citations)


def _instruments(cited: Iterable[CitationRef]) -> tuple[tuple[Role, str], ...]:
    return tuple(("instrument", one) for one in dict.fromkeys(one.instrument for one in cited))


def _keep_best(found: _Found, more: Iterable[_Match]) -> None:
    for number, what in more:
        if number not in found or what[0] > found[number][0]:
            found[number] = what


def _plain(text: str) -> str:
    # Circled digits are paragraphs (124①), not digits: the usual folding would make 1241 of it.
    kept = (one if "①" <= one <= "⑳" else unicodedata.normalize("NFKC", one) for one in text)
    return "".join(kept).casefold()


def _tokens(words: str) -> list[str]:
    """The words of a query; the name of a law and the article after it are one word."""
    tokens: list[str] = []
    for word in _BETWEEN.split(words):
        token = _half_width(word).replace(END, "")
        if not token:
            continue
        if tokens and _follows(token, tokens[-1]):
            tokens[-1] += token
        else:
            tokens.append(token)
    return tokens


def _follows(article: str, law: str) -> bool:
    alone, joined = _asked(article), _asked(law + article)
    return alone[0] == "" and bool(alone[1]) and not _asked(law)[1] and joined[1] == alone[1]


def _half_width(word: str) -> str:
    wide = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
    return word.translate(wide)


def _in_order(token: str, text: str) -> bool:
    rest = iter(text)
    return all(character in rest for character in token)


def _asked(token: str) -> tuple[str, tuple[ArticleRef, ...]]:
    """The law (empty: any) and the articles that a word names; no articles when it names none."""
    if not _NUMERAL.search(token):
        return "", ()
    try:
        citation = parse_reference(token)
    except CitationError:
        return "", _refs(token)
    return citation.instrument, citation.refs


def _refs(article: str) -> tuple[ArticleRef, ...]:
    try:
        return parse_articles(article)
    except CitationError:
        return ()


def _fit(law: str, asked: ArticleRef, citation: CitationRef, cited: ArticleRef) -> int:
    """How well a citation of the article answers the question; 0: another law, paragraph or item."""
    named = _law_fit(law, citation.instrument)
    other_paragraph = asked.paragraph and cited.paragraph and asked.paragraph != cited.paragraph
    other_item = asked.items and cited.items and not set(asked.items) & set(cited.items)
    if not named or other_paragraph or other_item:
        return 0
    exact = bool(asked.paragraph and cited.paragraph) + bool(asked.items and cited.items)
    return _ARTICLE + named + 4 * exact + (citation.role == "penalty")


def _law_fit(asked: str, law: str) -> int:
    asked, law = (one.replace("中华人民共和国", "").strip("《》") for one in (asked, law))
    if asked == law:
        return 60
    if not asked or asked in law or law in asked:
        return 40
    return 20 if _in_order(asked, law) else 0


def nearest_violations(release: Release, violation: str) -> list[str]:
    """Up to three ids of violations whose id, title or alias looks like what was written."""
    asked = violation[:_LONGEST_QUERY].casefold()
    likeness = _Likeness(asked)
    best = (
        (max(likeness.of(name) for name in (one.id, one.title, *one.aliases)), one.id)
        for one in release.violations.values()
    )
    ranked = sorted((one for one in best if one[0] >= _LIKENESS), key=lambda one: (-one[0], one[1]))
    return [identifier for _, identifier in ranked[:_NEAREST]]


def nearest_ids(written: str, identifiers: Iterable[str]) -> list[str]:
    """Up to three of the identifiers that look like what was written."""
    return difflib.get_close_matches(written[:_LONGEST_QUERY].upper(), list(identifiers), n=_NEAREST)


class _Likeness:
    """How much names look like one text, from 0 to 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._matcher = difflib.SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(text)

    def of(self, name: str) -> float:
        """1 for the same text; a text that stands inside a name counts as half way there at least."""
        name = name.casefold()
        self._matcher.set_seq1(name)
        if self._matcher.real_quick_ratio() < _LIKENESS or self._matcher.quick_ratio() < _LIKENESS:
            ratio = 0.0
        else:
            ratio = self._matcher.ratio()
        inside = len(self._text) > 1 and self._text in name
        return max(ratio, _LIKENESS + len(self._text) / len(name) / 2) if inside else ratio
