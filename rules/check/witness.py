"""Replayed cases in two forms: the document that ``xinheng case check`` takes, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.check.encode import MONTHS, NEVER
from rules.compiled import FIRST
from rules.facts import fact_value_json
from rules.wording import value_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.release import Release

_SHOWN: Final = 12
"""Facts named in a sentence; the document holds all of them."""


def document(
    release: Release, facts: Mapping[str, object], place: str | None, violation: str | None
) -> dict[str, object]:
    """The case as a document; the nation where no place is meant."""
    shown: dict[str, object] = {"jurisdiction": place or "000000"}
    if violation is not None:
        shown["violation"] = violation
    return shown | {"facts": {name: fact_value_json(release.vocabulary[name], value) for name, value in _plain(facts)}}


def sentence(release: Release, facts: Mapping[str, object]) -> str:
    """The case in plain Chinese, such as “例如：货值 5 元，初次违法”; empty without facts."""
    parts = [_words(release, name, value) for name, value in _plain(facts)]
    rest = f"等{len(parts)}项事实" if len(parts) > _SHOWN else ""
    return f"例如：{'，'.join(parts[:_SHOWN])}{rest}。" if parts else ""


def _words(release: Release, name: str, value: object) -> str:
    fact = release.vocabulary[name]
    if fact.type == "bool":
        return fact.yes if value else fact.no
    return f"{fact.label}{'' if fact.type in {'money', 'integer', 'number'} else '为'}{value_text(fact, value)}"


def _plain(facts: Mapping[str, object]) -> list[tuple[str, object]]:
    """The facts as an officer states them: 初次违法 once, or the months since the last one."""
    first = {key: value for key, value in facts.items() if key.partition("|")[0] == FIRST}
    plain = [(name, value) for name, value in facts.items() if name not in first and name not in {NEVER, MONTHS}]
    if not first:
        return plain
    if len(set(first.values())) == 1:
        return [(FIRST, next(iter(first.values()))), *plain]
    return [(MONTHS, facts[MONTHS]), *plain] if MONTHS in facts else plain
