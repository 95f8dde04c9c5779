"""What the tests of the second opinion share: releases of trees, random trees and cases, a spied library."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import numpy as np

from rules import engine
from rules.dnf import All, Any, AtLeast, Leaf, Not, Tree, to_conjunctions
from rules.engine import SecondOpinion

Planes = np.ndarray[tuple[int, int], np.dtype[np.int8]]
Column = np.ndarray[tuple[int], np.dtype[np.int8]]
States = dict[str, bool | None]

FALSE, UNKNOWN, TRUE = 0, 1, 2
OUTCOMES = ("not_met", "undetermined", "applies")
STATES = (False, None, True)
FIRST, CORRECTED, HARMLESS, OBSTRUCTED = (Leaf(name) for name in ("初次违法", "及时改正", "危害轻微", "阻碍执法"))
FIRST_VIOLATION = All((FIRST, CORRECTED, HARMLESS, Not(OBSTRUCTED)))


@contextmanager
def opened(**trees: Tree) -> Iterator[SecondOpinion]:
    grounds = {name: to_conjunctions(tree, rule=name) for name, tree in trees.items()}
    with closing(SecondOpinion(grounds)) as opinion:
        yield opinion


class RandomTrees:
    """Trees over a few atoms, every connective, two levels deep or three."""

    def __init__(self, seed: int, atoms: int) -> None:
        self.random = np.random.default_rng(seed)
        self.atoms = [f"a{i}" for i in range(atoms)]

    def tree(self, depth: int = 3) -> Tree:
        kind = self.random.integers(6) if depth else 0
        if kind <= 1:
            return Leaf(self.atoms[self.random.integers(len(self.atoms))])
        if kind == 2:
            return Not(self.tree(depth - 1))
        parts = tuple(self.tree(depth - 1) for _ in range(self.random.integers(1, 4)))
        if kind == 3:
            return AtLeast(int(self.random.integers(1, len(parts) + 1)), parts)
        return All(parts) if kind == 4 else Any(parts)

    def cases(self, count: int, missing: float) -> Planes:
        truth = self.random.integers(0, 2, (count, len(self.atoms))) * 2
        return np.where(self.random.random(truth.shape) < missing, UNKNOWN, truth).astype(np.int8)


def kleene(tree: Tree, columns: dict[str, Column]) -> Column:
    """Evaluate a tree over all cases at once: order statistics of its parts, and the complement."""
    if isinstance(tree, Leaf):
        return columns[tree.atom]
    if isinstance(tree, Not):
        complement: Column = TRUE - kleene(tree.part, columns)
        return complement
    ranked = np.sort([kleene(part, columns) for part in tree.parts], axis=0)
    place = -tree.n if isinstance(tree, AtLeast) else 0 if isinstance(tree, All) else -1
    column: Column = ranked[place]
    return column


class Spy:
    """Stands before the library: counts calls, and answers in its stead where told to."""

    def __init__(self) -> None:
        self.real = engine._library
        self.calls: list[str] = []
        self.instead: dict[str, Callable[..., object]] = {}

    def __getattr__(self, name: str) -> Callable[..., object]:
        def call(*args: object) -> object:
            self.calls.append(name)
            return self.instead.get(name, getattr(self.real, name))(*args)

        return call
