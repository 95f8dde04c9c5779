"""From the result of a draw to the tasks of the inspectors 检查任务: who goes where, for which items, in which days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import CodedValueError
from supervision.annual import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from supervision.annual import Entry
    from supervision.items import Item

_SERIAL: Final = 8
_REGION: Final = 6


class TaskError(CodedValueError):
    """A task, an act or an entry that the rules do not allow."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one department does in a task: its items, its people, and the seats that stayed empty.

    Each department enters and publishes its own results (谁检查、谁录入、谁公开).
    """

    department: str
    entries: tuple[str, ...]
    items: tuple[str, ...]
    people: tuple[str, ...]
    empty: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """One visit to one unit: its number, draw and group, the days in which it falls, the departments that go."""

    number: str
    draw_id: str
    group: str
    unit: str
    region: str
    batches: tuple[Batch, ...]
    checks: tuple[Check, ...]

    @property
    def joint(self) -> bool:
        """Say whether several departments go together."""
        return len(self.checks) > 1

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody who goes."""
        return tuple(sorted({person for one in self.checks for person in one.people}))

    @property
    def window(self) -> Batch:
        """Return the first and the last day."""
        return Batch(min(one.since for one in self.batches), max(one.last for one in self.batches))


@dataclass(frozen=True, slots=True)
class Source:
    """What tasks are made of: the draw, the entries of the plan by number, the list of items by code."""

    draw_id: str
    result: Mapping[str, Any]
    groups: Mapping[str, str]
    entries: Mapping[str, Entry]
    items: Mapping[str, Item]


def assignments(source: Source, first: int = 1) -> list[Assignment]:
    """Return the tasks of a draw, in the order of staffing, numbered from ``first``.

    ``groups`` of the source is the group of each plan, as the record has it.

    Raises:
        TaskError: ``task_entry``: the draw has a plan that the yearly plan does not have.
    """
    unknown = sorted(set(source.result["plans"]) - set(source.entries))
    if unknown:
        raise TaskError("task_entry", value=unknown)
    entries = _entries_of_units(source)
    demands = _demands_of_units(source.result)
    return [
        _assignment(source, serial, key, entries[key], rows)
        for serial, (key, rows) in enumerate(demands.items(), first)
    ]


def _entries_of_units(source: Source) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for number, strata in source.result["plans"].items():
        for one in strata.values():
            for unit in one["selected"]:
                found.setdefault((source.groups[number], unit), []).append(source.entries[number])
    return found


def _demands_of_units(result: Mapping[str, Any]) -> dict[tuple[str, str], list[tuple[Mapping[str, Any], int]]]:
    """Return the demands of each task, each with its empty seats."""
    empty: dict[int, int] = {}
    for gap in result["unfilled"]:
        empty[gap["rank"]] = empty.get(gap["rank"], 0) + 1
    found: dict[tuple[str, str], list[tuple[Mapping[str, Any], int]]] = {}
    for rank, one in enumerate(result["demands"]):
        found.setdefault((one["group"], one["unit"]), []).append((one, empty.get(rank, 0)))
    return found


def _assignment(
    source: Source,
    serial: int,
    key: tuple[str, str],
    entries: Sequence[Entry],
    demands: Sequence[tuple[Mapping[str, Any], int]],
) -> Assignment:
    region = demands[0][0]["region"]
    batches = common(entries)
    departments = sorted({demand["dept"] for demand, _ in demands})
    checks = tuple(_check(dept, entries, demands, source.items) for dept in departments)
    number = f"{region[:_REGION]}{batches[0].since.year}{serial:0{_SERIAL}d}"
    return Assignment(number, source.draw_id, *key, region, batches, checks)


def _check(
    dept: str,
    entries: Iterable[Entry],
    demands: Iterable[tuple[Mapping[str, Any], int]],
    items: Mapping[str, Item],
) -> Check:
    own = [one for one in entries if dept in one.departments]
    mine = [(demand, empty) for demand, empty in demands if demand["dept"] == dept]
    people = sorted({person for demand, _ in mine for person in demand["people"]})
    codes = dict.fromkeys(code for one in own for code in items_of(dept, one, items))
    return Check(dept, tuple(one.number for one in own), tuple(codes), tuple(people), sum(empty for _, empty in mine))


def items_of(dept: str, entry: Entry, items: Mapping[str, Item]) -> tuple[str, ...]:
    """Return the items that a department checks: its own, else those it is a partner of, else all of the entry."""
    listed = [items[code] for code in entry.items if code in items]
    own = [one.code for one in listed if one.department == dept]
    partner = [one.code for one in listed if dept in one.partners]
    return tuple(own or partner or entry.items)


def common(entries: Sequence[Entry]) -> tuple[Batch, ...]:
    """Return the days on which all entries want the visit; where there are none, the days of any of them."""
    found: Sequence[Batch] = entries[0].batches
    for one in entries[1:]:
        meeting = [
            Batch(max(a.since, b.since), min(a.last, b.last))
            for a in found
            for b in one.batches
            if max(a.since, b.since) <= min(a.last, b.last)
        ]
        if not meeting:
            every = {batch for entry in entries for batch in entry.batches}
            return tuple(sorted(every, key=lambda batch: (batch.since, batch.last)))
        found = meeting
    return tuple(sorted(set(found), key=lambda batch: (batch.since, batch.last)))
