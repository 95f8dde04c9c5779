"""The law of each case's violation on a day, and the branch of its penalty, for many cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rules.batch_columns import sorted_by
from rules.batch_planes import bits_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rules.batch_columns import Codes, Days, Rows
    from rules.batch_planes import Planes
    from rules.compiled import CompiledBranch, CompiledLaw
    from rules.release import Release
    from rules.select import Selection

_NO_LAW = -1
_FOREVER = 1 << 30


class Laws:
    """The laws of the violations that occur; a case's law is its place in ``all``, -1 for none."""

    def __init__(self, questions: Codes, selections: Sequence[Selection], release: Release) -> None:
        """``questions`` are the cases' places in ``selections``."""
        names: dict[str | None, int] = {None: 0}
        place = [names.setdefault(one.violation, len(names)) for one in selections]
        self._violations = np.array(place, np.int32)[questions]
        self._names = tuple(names)
        self._starts = np.zeros(len(names), np.int32)
        self.all: list[CompiledLaw] = []
        self._spans: list[tuple[int, int, int, int]] = []  # violation, first day, first day after, law
        for number, name in enumerate(self._names):
            if name is not None:
                self._starts[number] = release.violations[name].versions[0].in_force.from_.toordinal()
                self._number(number, release.laws.get(name, ()))

    def _number(self, violation: int, laws: Sequence[CompiledLaw]) -> None:
        for law in laws:
            force = law.version.in_force
            until = force.until.toordinal() if force.until else _FOREVER
            self._spans.append((violation, force.from_.toordinal(), until, len(self.all)))
            self.all.append(law)

    def at(self, days: Days) -> Codes:
        """The law of every case on its day; -1 where the day or the violation is not known."""
        found = np.full(len(days), _NO_LAW, np.int32)
        rows_of = sorted_by(self._violations, len(self._names))
        for violation, start, until, law in self._spans:
            rows = rows_of[violation]
            inside = (days[rows] >= start) & (days[rows] < until)
            found[rows[inside]] = law
        return found

    def repealed(self, days: Days) -> NDArray[np.bool_]:
        """Whether the act was punishable once and is not on the day (行政处罚法 4, 37)."""
        begun = days >= self._starts[self._violations]
        return np.asarray((self._violations > 0) & (self.at(days) == _NO_LAW) & begun & (days > 0))

    def branches(self, laws: Codes, planes: Planes) -> Codes:
        """The branch of the penalty that the facts select under each case's law; -1 for none."""
        found = np.full(len(laws), -1, np.int32)
        for number in np.unique(laws[laws >= 0]).tolist():
            rows = np.flatnonzero(laws == number)
            found[rows] = _chosen(self.all[number].branches, planes, rows)
        return found


def _chosen(branches: Sequence[CompiledBranch], planes: Planes, rows: Rows) -> Codes:
    """As :func:`rules.ranges.choose_branch`: an established escalation, else the first that holds."""
    chosen = np.full(len(rows), -1, np.int32)
    waiting = np.ones(len(rows), bool)
    for number, one in enumerate(branches):
        if one.branch.escalation and one.branch.fine is not None:
            sure, _ = _states(one, planes, rows)
            chosen[waiting & sure] = number
            waiting &= ~sure
    for number, one in enumerate(branches):
        if not one.branch.escalation:
            sure, possible = _states(one, planes, rows)
            chosen[waiting & sure] = number
            waiting &= ~possible  # where it may hold, nothing after it can be chosen
    return chosen


def _states(one: CompiledBranch, planes: Planes, rows: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    if one.when is None:
        return np.ones(len(rows), bool), np.ones(len(rows), bool)
    sure, possible = planes.node(one.when.node)
    return bits_at(sure, rows), bits_at(possible, rows)
