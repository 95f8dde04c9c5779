"""Which law applies and what may be fined, for many cases.

Both depend on few things: the laws, their branches, the tiers, and the facts that a fine is
measured by. The single path is asked once for every combination that occurs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from rules.answer import Answer
from rules.batch_amounts import Ranges, column_amounts, shown_amounts
from rules.batch_columns import combined, day_of, groups
from rules.batch_grounds import FORCES, NO_PENALTY, TIERS
from rules.benchmarks import cut_for
from rules.lawtime import choose, fine_possible
from rules.priority import Tier
from rules.ranges import Choice, Shares, ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rules.batch_columns import Codes, Column, Days, Key, Rows
    from rules.batch_grounds import Numbers, Under
    from rules.batch_instant import Instants
    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.release import Release
    from rules.schema_violation import Fine

_READ: Final = ("correction_status", "circumstances_serious")
"""The facts that decide whether a fine is possible at all (rules.lawtime.fine_possible)."""
_MANY: Final = 32
"""From so many different amounts on, columns are quicker."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """What may be imposed: as the ``penalty`` of a decision, amounts in whole yuan.

    ``ranges`` follow :data:`rules.ranges.TIERS`: least and most, None for a range that does not
    exist; (None, None) where a base is not established; empty without a branch.
    """

    trigger: str
    branch: str | None
    fine_possible: bool | None
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Side:
    """The answers of all cases under the law of one of their days."""

    at: str
    days: Days
    law: Codes
    branch: Codes
    tier: Numbers
    force: Numbers
    under: Under


class Penalties:
    """Chooses between the laws and works out what may be imposed."""

    def __init__(self, instants: Instants, release: Release) -> None:
        """The shares that cut a range are found once for each place, violation and time."""
        self._instants = instants
        self._release = release
        self._laws: Sequence[CompiledLaw] = instants.laws.all
        self._shares, self._share_codes = _shares(instants, release)

    def choose(self, conduct: Side, decision: Side) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the law at the conduct applies, and whether the tier is the one it gives."""
        applied, tier = (conduct.days == decision.days for _ in range(2))
        two = np.flatnonzero((conduct.days > 0) & ~applied)
        lasts = len(self._laws)
        keys: list[Key] = [
            *((side.law, lasts) for side in (conduct, decision)),
            *((side.tier, len(TIERS)) for side in (conduct, decision)),
            *((side.force, len(FORCES)) for side in (conduct, decision)),
            *((side.branch, 1 << 10) for side in (conduct, decision)),
        ]
        for row, rows in groups(keys, two):
            sides = (self._stub(conduct, row), self._stub(decision, row))
            for first, those in groups(self._keys(sides), rows):
                chosen = choose(*sides, self._facts(sides, first), self._shares_of(first))
                applied[those] = chosen.answer is sides[0]
                tier[those] = chosen.tier is sides[0].tier
        return applied, tier

    def penalties(self, law: Codes, branch: Codes) -> tuple[Codes, list[Penalty]]:
        """What may be imposed under the law that applies: places in a list, -1 for nothing."""
        found: list[Penalty] = []
        codes = np.full(len(law), -1, np.int32)
        keys: list[Key] = [(law, len(self._laws)), (branch, 1 << 10)]
        for row, rows in groups(keys, np.flatnonzero(law >= 0)):
            answer = self._answer("", date.min, Tier("general"), law[row], branch[row])
            if answer.law is None or answer.law.version.penalty is None:
                continue
            if any(one.branch.fine for one in answer.law.branches):
                firsts, kinds = combined(self._keys((answer,)), rows)
                codes[rows] = len(found) + kinds
                found += self._alternatives(answer, firsts)
        return codes, found

    def _alternatives(self, answer: Answer, rows: Rows) -> list[Penalty]:
        """One penalty for each of some rows that share a branch."""
        branch = answer.choice.branch if answer.choice else None
        fine, measures = branch.branch.fine if branch else None, _measures(branch)
        if fine is None or not measures or len(rows) < _MANY:
            return [self._penalty(answer, row) for row in rows.tolist()]
        found: dict[int, Penalty] = {}
        few: list[Key] = [(self._share_codes, len(self._shares)), *_keys_of(self._known(_READ))]
        for first, those in groups(few, rows):
            found |= self._measured(answer, fine, measures, first, those)
        return [found[row] for row in rows.tolist()]

    def _measured(
        self, answer: Answer, fine: Fine, measures: Sequence[str], first: int, rows: Rows
    ) -> dict[int, Penalty]:
        """The penalties of rows that differ in nothing but the figures the fine is measured by."""
        shares, columns = self._shares_of(first), self._known(measures)
        established = [row for row in rows.tolist() if all(one.codes[row] >= 0 for one in columns.values())]
        known = established if len(columns) == len(measures) else []
        factors = [prod(columns[name].values[columns[name].codes[row]] for name in measures) for row in known]
        ends = column_amounts(fine, shares, factors) if shares and factors else None
        like = self._penalty(answer, first)
        found = {row: replace(like, ranges=one) for row, one in zip(known, ends or (), strict=False)}
        return {row: found.get(row) or self._penalty(answer, row) for row in rows.tolist()}

    def _penalty(self, answer: Answer, row: int) -> Penalty:
        facts, shares = self._facts((answer,), row), self._shares_of(row)
        branch = answer.choice.branch if answer.choice else None
        fine = branch.branch.fine if branch else None
        assert answer.law is not None  # noqa: S101  (asked only where there is a penalty)
        assert answer.law.version.penalty is not None  # noqa: S101  (the same)
        return Penalty(
            answer.law.version.penalty.trigger,
            branch.code if branch else None,
            fine_possible(answer, facts),
            shown_amounts(ranges(fine, facts, shares)) if fine and shares else (),
        )

    # -- stand-ins for the answers of the single path -----------------------------------------

    def _stub(self, side: Side, row: int) -> Answer:
        day = date.min if side.at == "conduct" else date.max
        tier = Tier(TIERS[side.tier[row]], FORCES[side.force[row]])
        return self._answer(side.at, day, tier, side.law[row], side.branch[row])

    def _answer(self, at: str, day: date, tier: Tier, law: int, branch: int) -> Answer:
        compiled = self._laws[law] if law >= 0 else None
        chosen = compiled.branches[branch] if compiled and branch >= 0 else None
        return Answer(at, day, [], [], {}, tier, compiled, Choice(chosen))

    def _keys(self, answers: Sequence[Answer]) -> list[Key]:
        """What the outcome depends on beside the answers."""
        return [(self._share_codes, len(self._shares)), *_keys_of(self._columns(answers))]

    def _facts(self, answers: Sequence[Answer], row: int) -> dict[str, object]:
        columns = self._columns(answers).items()
        return {name: one.values[one.codes[row]] for name, one in columns if one.codes[row] >= 0}

    def _columns(self, answers: Sequence[Answer]) -> Mapping[str, Column]:
        names = list(_READ)
        if not _alike(answers):
            names += [name for one in answers for name in _measures(one.choice.branch if one.choice else None)]
        return self._known(names)

    def _known(self, names: Iterable[str]) -> Mapping[str, Column]:
        facts = self._instants.facts
        return {name: facts[name] for name in names if name in facts}

    def _shares_of(self, row: int) -> Shares | None:
        return self._shares[int(self._share_codes[row])]


def _keys_of(columns: Mapping[str, Column]) -> list[Key]:
    return [(one.codes, len(one.values)) for one in columns.values()]


def _alike(answers: Sequence[Answer]) -> bool:
    """Two answers between which no amount can decide: the same law, tier and force, or no penalty."""
    if len(answers) == 1:
        return False
    one, other = answers
    free = TIERS[NO_PENALTY]
    return free in {one.tier.tier, other.tier.tier} or (one.law is other.law and one.tier == other.tier)


def _measures(branch: CompiledBranch | None) -> list[str]:
    """The facts by which the fine of a branch is measured."""
    fine: Fine | None = branch.branch.fine if branch else None
    return [name for name in (fine.base, fine.per) if name] if fine else []


def _shares(instants: Instants, release: Release) -> tuple[list[Shares | None], Codes]:
    """The distinct shares, and the place of each case's own."""
    days = np.array(sorted(_turning_days(release)), np.int32)
    times = np.searchsorted(days, instants.decision, side="right")
    codes = np.zeros(instants.table.size, np.int32)
    places: dict[Shares | None, int] = {}
    keys: list[Key] = [(instants.table.questions, len(instants.selections)), (times, len(days) + 1)]
    for row, rows in groups(keys, np.arange(instants.table.size)):
        selection = instants.selections[instants.table.questions[row]]
        cut = cut_for(release, selection.places, selection.violation, day_of(int(instants.decision[row])))
        codes[rows] = places.setdefault(cut.shares, len(places))
    return list(places), codes


def _turning_days(release: Release) -> set[int]:
    """The days on which a benchmark or one of its parameters begins or ends."""
    days: set[date | None] = set()
    for one in release.benchmarks.values():
        force = one.benchmark.in_force
        days |= {force.from_, force.until}
        values = (value for parameter in one.benchmark.parameters.values() for value in parameter.values)
        days |= {day for value in values for day in (value.from_, value.until)}
    return {day.toordinal() for day in days if day is not None}
