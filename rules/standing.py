"""What stands for the grounds of a case between two days on which the release changes.

It does not depend on the facts: cases of one violation and place share it, however they end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rules.benchmarks import Cut, cut_for
from rules.priority import LISTS, Tier, written_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rules.compiled import Compiled, CompiledLaw, Ground
    from rules.release import Release
    from rules.select import Selection

    Conclusion = tuple[dict[str, tuple[str, str | None]], Tier]

_MOST: Final = 8
"""Times of one selection that are remembered; then it begins anew."""


@dataclass(slots=True, eq=False)
class General:
    """What stands for every case: statute, grounds for a heavier penalty, and the orders written between grounds."""

    statute: tuple[tuple[Ground, Compiled], ...]
    heavier: tuple[tuple[Ground, Compiled], ...]
    orders: frozenset[tuple[str, str]]
    spans: dict[str, Compiled] = field(init=False)

    def __post_init__(self) -> None:
        """Put the conditions under their keys."""
        self.spans = {span.key: span for _, span in (*self.statute, *self.heavier)}


@dataclass(slots=True, eq=False)
class Standing:
    """The provisions that a case is held against, each with its conditions of the time.

    ``grounds``: items and statute, with no conditions where a named one is not in force. ``inside``: which
    of them stand in each list. ``concluded``, ``warnings``: kept by those who draw conclusions.
    """

    grounds: tuple[tuple[Ground, Compiled | None], ...]
    general: General
    law: CompiledLaw | None
    cut: Cut
    inside: dict[str, tuple[int, ...]] = field(init=False)
    concluded: dict[tuple[str, ...], Conclusion] = field(init=False, default_factory=dict)
    warnings: list[dict[str, object]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Sort by list."""
        numbered = [(place, ground.lists) for place, (ground, _) in enumerate(self.grounds)]
        self.inside = {name: tuple(place for place, lists in numbered if name in lists) for name in LISTS}

    def same_law(self, other: Standing) -> bool:
        """Whether the law of two times is the same in everything that counts here."""
        if self is other:
            return True
        if self.law is not other.law or self.general.orders != other.general.orders:
            return False
        mine, theirs = ([*one.grounds, *one.general.heavier] for one in (self, other))
        return len(mine) == len(theirs) and all(
            one[0] is two[0] and one[1] is two[1] for one, two in zip(mine, theirs, strict=True)
        )


def standing_on(release: Release, selection: Selection, day: date) -> Standing:
    """What stands on a day, worked out once a time and selection."""
    epoch = release.epoch(day)
    found = selection.standings.get(epoch)
    if found is None:
        if len(selection.standings) >= _MOST:
            selection.standings.clear()
        found = selection.standings[epoch] = _standing(release, selection, day)
    return found


def _standing(release: Release, selection: Selection, day: date) -> Standing:
    general = _general_on(release, selection, day)
    items = ((ground, ground.at(day)) for ground in selection.items)
    return Standing(
        (
            *((ground, span) for ground, span in items if span is not None or ground.id in selection.named),
            *general.statute,
        ),
        general,
        release.law_at(selection.violation, day) if selection.violation else None,
        cut_for(release, selection.places, selection.violation, day),
    )


def _general_on(release: Release, selection: Selection, day: date) -> General:
    """What stands on a day for every case (but those of a violation with a limitation of its own)."""
    key = (selection.violation if selection.violation in release.limited else None, release.epoch(day))
    found = release.general.get(key)
    if found is None:
        found = release.general[key] = General(
            _in_force(selection.statute, day),
            _in_force(release.aggravating.values(), day),
            written_orders(release, day),
        )
    return found


def _in_force(grounds: Iterable[Ground], day: date) -> tuple[tuple[Ground, Compiled], ...]:
    spans = ((ground, ground.at(day)) for ground in grounds)
    return tuple((ground, span) for ground, span in spans if span is not None)


def asked_on(release: Release, selection: Selection, days: Iterable[date]) -> dict[str, Compiled]:
    """Every span in force on one of the days, by its key: what the second opinion is asked."""
    epochs = {release.epoch(day): day for day in days}
    times = tuple(sorted(epochs))
    found = selection.asked.get(times)
    if found is None:
        if len(selection.asked) >= _MOST:
            selection.asked.clear()
        found = selection.asked[times] = _asked(release, selection, [epochs[time] for time in times])
    return found


def _asked(release: Release, selection: Selection, days: Sequence[date]) -> dict[str, Compiled]:
    spans = {span.key: span for ground in selection.items for day in days if (span := ground.at(day)) is not None}
    if len(days) == 1:
        return spans | _general_on(release, selection, days[0]).spans
    others = (*selection.statute, *release.aggravating.values())
    return spans | {span.key: span for ground in others for day in days if (span := ground.at(day)) is not None}
