"""The answers about many cases as columns, and the short form of one decision.

The short form (:class:`Summary`) holds what statistics and comparisons need. It can be taken from
a decision document as well, and is the same: that is how batch and single path are held equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from rules.batch_amounts import shown_amounts
from rules.batch_columns import day_of
from rules.batch_grounds import FORCES, OUTCOMES, TIERS, Found
from rules.batch_penalty import Penalty
from rules.batch_planes import unpacked
from rules.priority import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kernel.errors import InputError
    from rules.batch_columns import Codes, Days
    from rules.batch_grounds import Numbers
    from rules.batch_planes import Plane

MOMENTS: Final = ("conduct", "decision")
COERCION: Final = "no_coercive_measure"
UNKNOWN: Final = -1
NOT_CONSIDERED: Final = -1
SHOWN_OUTCOMES: Final = ("applies", "needs_human", "undetermined")
GroundsByOutcome = tuple[tuple[str, ...], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Summary:
    """One decision in short.

    ``lists``: outcome and force; ``grounds``: the outcome of every ground considered, list by
    list; ``compared``: the tier under the law of the conduct (None: day unknown) and of the decision;
    ``violation``: the one given, or the one that the named items share.
    """

    tier: str
    force: str | None
    lists: Mapping[str, tuple[str, str | None]]
    grounds: Mapping[str, Mapping[str, str]]
    applied: str
    compared: tuple[str | None, str]
    penalty: Penalty | None
    conduct_on: date | None
    decision_on: date
    violation: str | None = None

    def with_outcome(self, outcome: str) -> tuple[str, ...]:
        """The grounds with an outcome, each once, in alphabetical order."""
        found = {name for those in self.grounds.values() for name, got in those.items() if got == outcome}
        return tuple(sorted(found))


def summary_of(document: Mapping[str, Any]) -> Summary:
    """The short form of a decision document."""
    lists, law, decided = document["lists"], document["law_version"], document["decided_for"]
    tiers = {row["at"]: row["tier"] for row in law["compared"]}
    conduct_on = decided["conduct_on"]
    return Summary(
        document["result"]["tier"],
        document["result"]["force"],
        {name: (one["outcome"], one["force"]) for name, one in lists.items()},
        {name: {ground["id"]: ground["outcome"] for ground in one["grounds"]} for name, one in lists.items()},
        law["applied"],
        (tiers.get("conduct"), tiers["decision"]),
        penalty_of(document["penalty"]),
        date.fromisoformat(conduct_on) if conduct_on else None,
        date.fromisoformat(decided["decision_on"]),
        document["violation"]["id"] if document["violation"] else None,
    )


def penalty_of(shown: Mapping[str, Any] | None) -> Penalty | None:
    """The short form of the ``penalty`` of a decision."""
    if shown is None:
        return None
    found = shown_amounts(shown["ranges"]) if shown["ranges"] else ()
    return Penalty(shown["trigger"], shown["branch"], shown["fine_possible"], found)


@dataclass(slots=True)
class Answers:
    """The answers about the cases of a table.

    ``tier``, ``force``, ``outcomes`` and ``forces`` are places in ``TIERS``, ``FORCES`` and
    ``OUTCOMES``; ``applied`` is a place in ``MOMENTS``. ``single`` holds the rows that the single
    path decided or refused; their places in the columns are filled too (-1 where refused).
    """

    tier: Numbers
    force: Numbers
    outcomes: dict[str, Numbers]
    forces: dict[str, Numbers]
    applied: Numbers
    conduct_tier: Numbers
    decision_tier: Numbers
    penalty: Codes
    penalties: list[Penalty]
    conduct: Days
    decision: Days
    found: dict[str, list[Found]]
    violations: list[str | None]
    single: dict[int, Summary | InputError] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.tier)

    def ground_outcomes(self, name: str) -> dict[str, Numbers]:
        """For each ground of a list its outcome case by case; -1 where it was not considered."""
        columns: dict[str, Numbers] = {}
        for one in self.found[name]:
            outcome = _outcome(one, len(self))
            known = columns.get(one.ground.id)
            columns[one.ground.id] = outcome if known is None else np.maximum(known, outcome)
        for row, summary in self.single.items():
            self._put_grounds(columns, row, summary, name)
        return columns

    def _put_grounds(self, columns: dict[str, Numbers], row: int, summary: Summary | InputError, name: str) -> None:
        for column in columns.values():
            column[row] = NOT_CONSIDERED
        if isinstance(summary, Summary):
            for ground, outcome in summary.grounds[name].items():
                column = columns.setdefault(ground, np.full(len(self), NOT_CONSIDERED, np.int8))
                column[row] = OUTCOMES.index(outcome)

    def grounds_by_outcome(self) -> list[GroundsByOutcome]:
        """For each case the grounds that apply, are for a person, are open; alphabetical, each once."""
        found = [one for name in LISTS for one in self.found[name]]
        shown = _by_row(found, len(self), _grouped)
        for row, summary in self.single.items():
            if isinstance(summary, Summary):
                shown[row] = tuple(summary.with_outcome(name) for name in SHOWN_OUTCOMES)
        return shown

    def put(self, row: int, summary: Summary) -> None:
        """Enter what the single path decided about a case."""
        self.single[row] = summary
        self.tier[row], self.force[row] = TIERS.index(summary.tier), FORCES.index(summary.force)
        for name, (outcome, force) in summary.lists.items():
            self.outcomes[name][row], self.forces[name][row] = OUTCOMES.index(outcome), FORCES.index(force)
        self.applied[row] = MOMENTS.index(summary.applied)
        conduct, decision = summary.compared
        self.conduct_tier[row] = TIERS.index(conduct) if conduct else UNKNOWN
        self.decision_tier[row] = TIERS.index(decision)
        self.penalty[row] = UNKNOWN
        if summary.penalty is not None:
            self.penalty[row] = len(self.penalties)
            self.penalties.append(summary.penalty)

    def refuse(self, row: int, error: InputError) -> None:
        """Enter that a case is wrong."""
        self.single[row] = error
        columns = (self.tier, self.applied, self.conduct_tier, self.decision_tier, *self.outcomes.values())
        for column in columns:
            column[row] = UNKNOWN
        self.penalty[row] = UNKNOWN
        for force in (self.force, *self.forces.values()):
            force[row] = FORCES.index(None)

    def summaries(self) -> Iterator[Summary | InputError]:
        """Every case in short, in order; InputError where the case is wrong."""
        grounds = {name: _by_row(self.found[name], len(self), dict) for name in LISTS}
        for row in range(len(self)):
            yield self.single[row] if row in self.single else self._summary(row, grounds)

    def _summary(self, row: int, grounds: Mapping[str, Sequence[Mapping[str, str]]]) -> Summary:
        conduct, penalty = int(self.conduct[row]), self.penalty[row]
        return Summary(
            TIERS[self.tier[row]],
            FORCES[self.force[row]],
            {name: (OUTCOMES[self.outcomes[name][row]], FORCES[self.forces[name][row]]) for name in LISTS},
            {name: grounds[name][row] for name in LISTS},
            MOMENTS[self.applied[row]],
            (TIERS[self.conduct_tier[row]] if conduct else None, TIERS[self.decision_tier[row]]),
            self.penalties[penalty] if penalty >= 0 else None,
            day_of(conduct) if conduct else None,
            day_of(int(self.decision[row])),
            self.violations[row],
        )


def _outcome(one: Found, size: int) -> Numbers:
    planes = (unpacked(plane, size).view(np.int8) for plane in (one.considered, one.open, one.human, one.applies))
    considered, still, human, applies = planes
    outcome = np.maximum(np.maximum(still, human * 2), applies * 3)
    outcome[considered == 0] = NOT_CONSIDERED
    return outcome


def _by_row(found: Sequence[Found], size: int, make: Callable[[Iterable[tuple[str, str]]], T]) -> list[T]:
    """For each case something made from its grounds and their outcomes; cases that are alike share it."""
    columns = [_outcome(one, size) for one in found]
    outcomes = np.stack(columns, axis=1) if columns else np.zeros((size, 0), np.int8)
    known: dict[bytes, T] = {}
    rows: list[T] = []
    for line in outcomes:
        key = line.tobytes()
        if key not in known:
            pairs = zip(found, line.tolist(), strict=True)
            known[key] = make((one.ground.id, OUTCOMES[code]) for one, code in pairs if code != NOT_CONSIDERED)
        rows.append(known[key])
    return rows


def _grouped(pairs: Iterable[tuple[str, str]]) -> GroundsByOutcome:
    found = set(pairs)
    return tuple(tuple(sorted(name for name, got in found if got == outcome)) for outcome in SHOWN_OUTCOMES)


def merged(one: Sequence[Found], other: Sequence[Found], first: Plane) -> list[Found]:
    """The same grounds under two laws: in the cases of ``first`` under the first."""
    pairs = zip(one, other, strict=True)
    return [_merged(mine, theirs, first) for mine, theirs in pairs]


def _merged(mine: Found, theirs: Found, first: Plane) -> Found:
    def chosen(yes: Plane, no: Plane) -> Plane:
        return yes if yes is no else yes & first | no & ~first

    return Found(
        mine.ground,
        chosen(mine.considered, theirs.considered),
        chosen(mine.applies, theirs.applies),
        chosen(mine.human, theirs.human),
        chosen(mine.open, theirs.open),
    )
