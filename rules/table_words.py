"""The words of a table: names of facts, sentences and values, as written by us and by offices.

Built once a vocabulary; ``table_words.yaml`` adds what offices write. All look-ups go through
:func:`squash`, so blanks, width and punctuation do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, TypedDict, cast

from kernel.datafile import read_text
from kernel.messages import register
from kernel.yamldoc import read_yaml
from rules.table_numbers import narrow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.facts import Fact, Vocabulary

register("rules", "table_messages_zh.yaml")

Raw = dict[str, object]
"""A condition as the catalogue writes it."""
_FILE: Final = "table_words.yaml"
_BLANK: Final = re.compile(r"\s+")
_SAME: Final = str.maketrans(
    {"。": "", "“": "「", "”": "」", "‘": "「", "’": "」", "《": "「", "》": "」", '"': "", "［": "[", "］": "]"}
)
_ALIKE: Final = 0.2
_NEAREST: Final = 3


class Phrase(TypedDict):
    """Phrases with one meaning."""

    say: list[str]
    means: Raw


class Words(TypedDict):
    """``table_words.yaml``."""

    names: dict[str, list[str]]
    says: list[Phrase]
    kinds: dict[str, list[str]]
    each: dict[str, str]


@cache
def words() -> Words:
    """What the data file says."""
    return cast("Words", read_yaml(read_text(_FILE, "rules"), _FILE))


def squash(text: str) -> str:
    """The form in which two writings of one phrase are equal."""
    plain = _BLANK.sub("", narrow(text)).translate(_SAME)
    return plain.replace("或者", "或").rstrip(",;:.")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``names``: (phrase, fact), longest first; ``sentences``: phrase → condition; ``values``: label → choices."""

    names: tuple[tuple[str, Fact], ...]
    sentences: Mapping[str, Raw]
    values: Mapping[str, tuple[tuple[Fact, str], ...]]
    shown: tuple[tuple[str, str], ...] = field(repr=False)

    def fact_at_start(self, text: str) -> Iterator[tuple[Fact, str]]:
        """Facts that a squashed text begins with, the longest name first, and what follows the name."""
        for phrase, fact in self.names:
            if text.startswith(phrase):
                yield fact, text[len(phrase) :]

    def fact_named(self, text: str) -> Fact | None:
        """The fact of exactly this name, label or ``label（name）``."""
        wanted = squash(text)
        return next((fact for phrase, fact in self.names if phrase == wanted), None)

    def choice(self, label: str) -> tuple[Fact, str] | None:
        """The fact and value that a squashed label means, where it means only one."""
        found = self.values.get(label, ())
        return found[0] if len(found) == 1 else None

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three of our own phrasings that look like the text, best first."""
        pairs = _pairs(squash(text))
        if not pairs:
            return ()
        scored = ((len(pairs & _pairs(key)) / len(pairs | _pairs(key)), said) for key, said in self.shown)
        best = sorted((one for one in scored if one[0] >= _ALIKE), key=lambda one: (-one[0], one[1]))
        return tuple(dict.fromkeys(said for _, said in best))[:_NEAREST]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def lexicon(vocabulary: Vocabulary) -> Lexicon:
    """Index a vocabulary and the phrases of the data file that speak of its facts."""
    names: dict[str, Fact] = {}
    sentences: dict[str, Raw] = {}
    guesses: dict[str, list[Raw]] = {}
    values: dict[str, list[tuple[Fact, str]]] = {}
    for fact in vocabulary:
        for phrase in _names(fact):
            names.setdefault(squash(phrase), fact)
        for value in fact.values:
            values.setdefault(squash(value.label), []).append((fact, value.value))
        if fact.type == "bool":
            sentences[squash(fact.yes)] = {"fact": fact.name, "eq": True}
            sentences[squash(fact.no)] = {"fact": fact.name, "eq": False}
            for phrase, holds in _variants(fact.label):
                guesses.setdefault(squash(phrase), []).append({"fact": fact.name, "eq": holds})
    _add_phrases(vocabulary, names, sentences)
    for phrase, meanings in guesses.items():
        if len(meanings) == 1:  # said of two facts, it is said of neither
            sentences.setdefault(phrase, meanings[0])
    ordered = sorted(names.items(), key=lambda pair: -len(pair[0]))
    choices = {label: tuple(found) for label, found in values.items()}
    return Lexicon(tuple(ordered), sentences, choices, tuple(_shown(vocabulary)))


def _names(fact: Fact) -> Iterator[str]:
    yield f"{fact.label}（{fact.name}）"
    yield fact.label
    yield fact.name


def _add_phrases(vocabulary: Vocabulary, names: dict[str, Fact], sentences: dict[str, Raw]) -> None:
    for name, others in words()["names"].items():
        fact = vocabulary.get(name)
        for phrase in others if fact is not None else ():
            names.setdefault(squash(phrase), cast("Fact", fact))
    for one in words()["says"]:
        if all(name in vocabulary for name in _facts(one["means"])):
            for phrase in one["say"]:
                sentences.setdefault(squash(phrase), one["means"])


def _facts(raw: Raw) -> Iterator[object]:
    if "fact" in raw:
        yield raw["fact"]
    for part in cast("list[Raw]", raw.get("all", [])):
        yield from _facts(part)


def _variants(label: str) -> Iterator[tuple[str, bool]]:
    """``是否发生火灾`` → 发生火灾, 未发生火灾, 没有发生火灾 and so on."""
    before, question, after = label.partition("是否") if "是否" in label else label.partition("能否")
    if not question or not after or after.startswith(("不", "未", "无", "没")):
        return
    if question == "能否":
        yield from ((f"{before}能够{after}", True), (f"{before}能{after}", True))
        yield from ((f"{before}不能{after}", False), (f"{before}无法{after}", False))
        return
    yield f"{before}{after}", True
    stem = after.removeprefix("已经").removeprefix("已")
    if stem != after:
        yield from ((f"{before}{stem}", True), (f"{before}已经{stem}", True), (f"{before}尚未{stem}", False))
    yield from ((f"{before}{no}{stem}", False) for no in ("未", "没有", "不", "并未"))
    if after.startswith("有"):
        yield from ((f"{before}没{after}", False), (f"{before}无{after[1:]}", False))


def _shown(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    for fact in vocabulary:
        for said in (fact.yes, fact.no) if fact.type == "bool" else (fact.label,):
            yield squash(said), said
        for value in fact.values:
            yield squash(fact.label + value.label), f"{fact.label}为「{value.label}」"
