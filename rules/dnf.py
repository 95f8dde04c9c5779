"""Condition trees as alternatives of plain conjunctions, the only shape the second opinion reads.

Negations are pushed down to the atoms and the tree is multiplied out. Every step is an identity of
the strong Kleene logic, so *true*, *false* and *unknown* survive it. Two habits of two-valued logic
are therefore missing on purpose: ``x and not x`` is kept (it is unknown while ``x`` is unknown, and
dropping it would turn *undetermined* into *not met*), and ``x or not x`` is not taken for true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIMIT: Final = 256
"""Most alternatives one rule may have; a larger one cannot be read by a person either."""


class Literal(NamedTuple):
    """An atom that has to be established (``positive``) or has to be established as false."""

    atom: str
    positive: bool


Conjunction = frozenset[Literal]
ALWAYS: Final[tuple[Conjunction, ...]] = (frozenset(),)
NEVER: Final[tuple[Conjunction, ...]] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One atom: a test that is true, false or unknown in a case."""

    atom: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, always."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds; without parts, never."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Tree


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``n`` of the parts hold, a part that stands twice counting twice."""

    n: int
    parts: tuple[Tree, ...]


Tree = Leaf | All | Any | Not | AtLeast


class TooManyConjunctionsError(ValueError):
    """Multiplied out, the conditions of ``rule`` give more than ``limit`` alternatives."""

    def __init__(self, rule: str, limit: int) -> None:
        """Name the rule, for its author has to split it."""
        super().__init__(
            f"rule {rule!r}: its conditions multiply out to more than {limit} alternatives;"
            " split the rule, or put the nested alternatives into rules of their own"
        )
        self.rule = rule
        self.limit = limit


def to_conjunctions(tree: Tree, *, rule: str, limit: int = LIMIT) -> tuple[Conjunction, ...]:
    """Return the alternatives of the tree, none containing another, shortest first.

    The tree is true when all literals of some alternative are true, false when every alternative
    has a false literal, otherwise unknown. :data:`NEVER` has no alternative, :data:`ALWAYS` one
    without literals. ``rule`` is the name shown by :class:`TooManyConjunctionsError`.
    """
    return _Expansion(rule, limit).of(tree, positive=True)


@dataclass(frozen=True, slots=True)
class _Expansion:
    rule: str
    limit: int

    def of(self, tree: Tree, *, positive: bool) -> tuple[Conjunction, ...]:
        if isinstance(tree, Leaf):
            return (frozenset({Literal(tree.atom, positive)}),)
        if isinstance(tree, Not):
            return self.of(tree.part, positive=not positive)
        need = _need(tree)
        if not positive:  # fewer than `need` of k hold: at least k - need + 1 do not
            need = len(tree.parts) - need + 1
        return self._at_least(need, [self.of(part, positive=positive) for part in tree.parts])

    def _at_least(self, need: int, parts: Sequence[tuple[Conjunction, ...]]) -> tuple[Conjunction, ...]:
        """Build, part by part, the ways to have met 0, 1, … ``need`` of them."""
        if need > len(parts):
            return NEVER
        ways = [ALWAYS] + [NEVER] * max(need, 0)
        for seen, part in enumerate(parts, start=1):
            still_to_come = len(parts) - seen
            for count in range(min(seen, need), max(need - still_to_come, 1) - 1, -1):
                with_part = {left | right for left in ways[count - 1] for right in part}
                ways[count] = self._absorb(with_part.union(ways[count]))
        return ways[-1]

    def _absorb(self, found: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
        """Drop what contains a shorter alternative: it adds nothing in Kleene logic either."""
        kept: list[Conjunction] = []
        for candidate in sorted(found, key=_order):
            if not any(shorter <= candidate for shorter in kept):
                kept.append(candidate)
                if len(kept) > self.limit:
                    raise TooManyConjunctionsError(self.rule, self.limit)
        return tuple(kept)


def _need(tree: All | Any | AtLeast) -> int:
    if isinstance(tree, AtLeast):
        return tree.n
    return len(tree.parts) if isinstance(tree, All) else 1


def _order(conjunction: Conjunction) -> tuple[int, list[Literal]]:
    return len(conjunction), sorted(conjunction)
