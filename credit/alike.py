"""Which records the rules cannot tell apart: a key of what their conditions read, and of what could be asked.

A register holds tens of thousands of combinations of kinds, amounts, parties and answers; under one
regime only a few hundred of them differ in a condition that its rules have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credit.amounts import OPEN
from credit.records import CLASS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from credit.policy import Entry, Policy
    from rules.schema_repair import RepairRuled

_ALWAYS: Final = ("decided_on", "published_on", CLASS)
"""What an answer may ask for though no condition reads it."""


class Alike:
    """Makes keys: two records with the same key have the same readings and verdicts, days apart."""

    def __init__(self, policy: Policy) -> None:
        """``policy`` holds the conditions."""
        self._policy = policy
        self._known: dict[tuple[str | None, str | None, str], tuple[tuple[int, ...], frozenset[str]]] = {}
        asked = (name for fact in _facts(policy) for name in policy.vocabulary[fact].asks or (fact,))
        self.askable: frozenset[str] = frozenset({*asked, *_ALWAYS})

    def key(self, facts: Mapping[str, object], regime: str | None, other: str | None) -> tuple[object, ...]:
        """All that the conditions of one or two regimes can tell of the facts."""
        kind = str(facts["record_kind"])
        nodes, names = self._reads(regime, other, kind)
        states = self._policy.network.atom_states(facts)
        present = frozenset(name for name in names if name in facts)
        open_ = tuple(name for name, value in facts.items() if value == OPEN)
        return kind, tuple([states[one] for one in nodes]), present, open_, facts.get(CLASS)

    def _reads(self, regime: str | None, other: str | None, kind: str) -> tuple[tuple[int, ...], frozenset[str]]:
        key = (regime, other, kind)
        found = self._known.get(key)
        if found is None:
            either = (regime, other)
            concerned = [one for one in _entries(self._policy) if any(one.concerns(each, kind) for each in either)]
            atoms = {pair for one in concerned for span in one.spans for line in span.lines for pair in line.atoms}
            found = tuple(sorted({node for node, _ in atoms})), frozenset(name for _, name in atoms)
            self._known[key] = found
        return found


def _entries(policy: Policy) -> Iterator[Entry[RepairRuled]]:
    shelves: tuple[Iterable[Entry[RepairRuled]], ...] = (
        policy.classes,  # type: ignore[assignment]  # an entry only gives its provision
        policy.periods,
        policy.rules,
        policy.parameters,
    )
    for shelf in shelves:
        yield from shelf


def _facts(policy: Policy) -> Iterator[str]:
    for one in _entries(policy):
        for span in one.spans:
            yield from (name for line in span.lines for _, name in line.atoms)
