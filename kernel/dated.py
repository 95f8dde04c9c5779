"""Values that change with the law: each holds for an interval and names its source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from kernel.errors import CodedValueError

if TYPE_CHECKING:
    from datetime import date

    from kernel.interval import Interval

T = TypeVar("T")
Source: TypeAlias = Mapping[str, object] | str | None


class DatedValueError(CodedValueError):
    """Dated values contradict each other, or none of them holds on the day asked for."""


@dataclass(frozen=True, slots=True)
class DatedEntry(Generic[T]):
    """One value, the days on which it holds, and where it comes from."""

    interval: Interval
    value: T
    source: Source = None


class DatedValue(Generic[T]):
    """A value per day, in order of time; there may be gaps but never two values on one day."""

    __slots__ = ("_starts", "entries", "name")
    entries: tuple[DatedEntry[T], ...]
    name: str

    def __init__(self, entries: Iterable[DatedEntry[T]], name: str = "") -> None:
        """Sort the entries by day; ``name`` is shown in error messages.

        Raises:
            DatedValueError: ``dated_value_empty`` or ``dated_value_overlap``.
        """
        self.entries = tuple(sorted(entries, key=lambda entry: entry.interval.start))
        self.name = name
        self._starts = [entry.interval.start for entry in self.entries]
        if not self.entries:
            raise DatedValueError("dated_value_empty", name=name)
        for before, after in pairwise(self.entries):
            if before.interval.overlaps(after.interval):
                raise DatedValueError("dated_value_overlap", name=name, day=after.interval.start)

    def entry_at(self, day: date) -> DatedEntry[T]:
        """Return the entry that holds on a day.

        Raises:
            DatedValueError: ``no_value_on_day``: before the first value, in a gap, or after
                the last; a guess would be worse than a refusal.
        """
        place = bisect_right(self._starts, day) - 1
        if place < 0 or not self.entries[place].interval.contains(day):
            first = self._starts[0]
            raise DatedValueError("no_value_on_day", name=self.name, day=day, first=first)
        return self.entries[place]

    def at(self, day: date) -> T:
        """Return the value that holds on a day; errors as :meth:`entry_at`."""
        return self.entry_at(day).value

    def __repr__(self) -> str:
        """Show name and entries."""
        return f"DatedValue({self.name!r}, {self.entries!r})"

    def __eq__(self, other: object) -> bool:
        """Two are equal when the same values hold on the same days from the same sources."""
        if not isinstance(other, DatedValue):
            return NotImplemented
        return self.name == other.name and self.entries == other.entries

    def __hash__(self) -> int:
        """Hash by name and days: sources may be mappings, which have no hash."""
        return hash((self.name, tuple(self._starts)))
