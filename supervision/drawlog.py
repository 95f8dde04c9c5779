"""The log of changes of a draw (``changes.jsonl``), and how a draw stands after them.

A unit that has gone leaves its visit as it was: somebody went there and found it so. The unit of the reserve
gets a visit of its own, or joins the one that another plan of the group has there already; its demands come
after all others and are filled as in the first step of staffing, with the loads of that moment. So the log
alone, with the files of the draw, says who goes where: whoever repeats it gets the same people.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from kernel import messages
from kernel.canonical import canonical_bytes
from kernel.errors import FieldError, InputError, pointer
from supervision.drawchanges import START, Act, Change, ChangeError, replace_person, replace_unit
from supervision.drawdoc import Node, read_document
from supervision.drawframe import read_frame
from supervision.drawrecord import COMMIT, RESULT, read_record
from supervision.drawrun import read_staff
from supervision.drawtasks import Demand, Task, make_demands, make_tasks, needed
from supervision.drawtext import Tickets
from supervision.teamsfloor import Floor
from supervision.teamsgreedy import seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from supervision.drawrecord import Plan
    from supervision.drawrun import Folder

CHANGES: Final = "changes.jsonl"
_LISTS: Final = ("selected", "reserve")
_RANK: Final = re.compile(r"0|[1-9][0-9]{0,8}")
UNIT_CHANGE: Final = 3
"""Members of ``what`` of a line that replaces a unit: plan, stratum, unit."""
_PERSON_CHANGE: Final = 2


def read_log(data: bytes) -> list[Change]:
    """Read ``changes.jsonl``: one change a line, numbered, each with the digest of the one before.

    Raises:
        InputError: names file and line.
    """
    lines = data.split(b"\n")
    if lines.pop():
        raise line_error(len(lines) + 1, messages.text("draw_last_line", {"file": CHANGES, "line": len(lines) + 1}))
    log: list[Change] = []
    for number, line in enumerate(lines, 1):
        change = _change(number, line)
        before = log[-1].digest() if log else START
        if change.number != number or change.before != before or line != _line(change):
            raise line_error(number, messages.text("change_log", {"line": number}))
        log.append(change)
    return log


def log_bytes(log: Sequence[Change]) -> bytes:
    """Return the bytes of ``changes.jsonl``."""
    return b"".join(_line(change) + b"\n" for change in log)


def _line(change: Change) -> bytes:
    """The line carries its own digest too: the last one has no successor that would show a change of it."""
    return canonical_bytes({**asdict(change), "digest": change.digest()})


def _change(number: int, line: bytes) -> Change:
    try:
        node = read_document(CHANGES, line)
        return Change(
            node["number"].whole(10**9, 1),
            tuple(one.text() for one in node["what"].list()),
            node["by"].text() if node.has("by") else None,
            node["reason"].text(),
            node["approved_by"].text(),
            node["at"].text(),
            node["before"].hex64(),
        )
    except InputError as error:
        raise line_error(number, error.detail) from error


def line_error(line: int, why: str) -> InputError:
    """Return the error of a line of the log (counted from 1)."""
    params = {"file": CHANGES, "line": line, "why": why}
    return InputError(FieldError(pointer(CHANGES, line), "draw_changed_line", params), "draw_changed_line", **params)


@dataclass(frozen=True, slots=True)
class Stand:
    """One demand as it stands after all changes."""

    rank: int
    task: Task
    demand: Demand
    people: tuple[str, ...]


class Standing:
    """A drawn folder with its log carried out; further changes are made on it."""

    def __init__(self, folder: Folder, log: Sequence[Change]) -> None:
        """Repeat the changes of a log on the result of a folder.

        Raises:
            InputError: a file does not fit; or names the line of the log that does not follow the rules.
        """
        self._folder = folder
        self.record = read_record(folder.bytes_of(COMMIT))
        document = read_document(RESULT, folder.bytes_of(RESULT))
        self._tickets = Tickets(document["key"].hex64())
        self._plans = {plan.plan_id: plan for plan in self.record.plans}
        self.drawn = drawn_of(document["plans"])
        self._begin(document["demands"])
        self.log: list[Change] = []
        for number, line in enumerate(log, 1):
            try:
                self._repeat(line)
            except ChangeError as error:
                raise line_error(number, error.detail) from error

    def _begin(self, demands: Node) -> None:
        seats = [(one["unit"].value, one["region"].text(), _people(one["people"])) for one in demands.list()]
        self._regions = {str(unit): region for unit, region, _ in seats}
        drawn = [(plan, _regions(self.drawn[name], self._regions)) for name, plan in self._plans.items()]
        self._tasks = make_tasks(drawn, self._tickets)
        self._demands = make_demands(self._tasks, self.record.needs)
        if len(self._demands) != len(seats):
            demands.wrong("draw_result_differs")
        self._staff = read_staff(self.record, self._folder)
        self._gone: dict[int, set[int]] = {}
        staff = self._staff
        self.floor = Floor(staff.persons, staff.recusal, self._tasks, self._demands, self._tickets)
        self._places = {(task.group, task.unit): place for place, task in enumerate(self._tasks)}
        self._numbers = {person.inspector_id: number for number, person in enumerate(staff.persons)}
        for rank, (_, _, people) in enumerate(seats):
            for one in people:
                self.floor.sit(self._numbers[one], rank)

    def _repeat(self, line: Change) -> None:
        if len(line.what) == UNIT_CHANGE:
            plan, stratum, unit = line.what
            found = self.replace(plan, stratum, unit, line.act)
        elif len(line.what) == _PERSON_CHANGE and _RANK.fullmatch(line.what[0]):
            found = self.restaff(int(line.what[0]), line.what[1], line.act)
        else:
            raise ChangeError("change_person", value=" ".join(line.what))
        require_by(line, found)

    def replace(self, plan: str, stratum: str, unit: str, act: Act) -> Change:
        """Let the next of the reserve take the place of a unit, staff its visit, and note the line.

        Raises:
            ChangeError: the reason is not on the list, or the unit was not drawn there.
        """
        line = replace_unit(self.log, self.drawn, (plan, stratum, unit), act)
        if line.by is not None:
            self._visit(self._plans[plan], line.by)
        self.log.append(line)
        return line

    def restaff(self, rank: int, person: str, act: Act) -> Change:
        """Let the next person by rule take a seat, and note the line.

        Raises:
            ChangeError: ``change_person``: nobody of this name sits there.
        """
        if not 0 <= rank < len(self._demands):
            raise ChangeError("change_person", value=person)
        gone = self._gone.setdefault(self._demands[rank].task, set())
        line = replace_person(self.log, self.floor, rank, person, act, gone)
        gone.add(self._numbers[person])
        self.log.append(line)
        return line

    def _visit(self, plan: Plan, unit: str) -> None:
        """Add the demands of a unit that steps in, and fill them."""
        place = self._places.get((plan.group, unit))
        there = self._tasks[place].departments if place is not None else ()
        departments = tuple(sorted({*there, *plan.departments}))
        task = Task(plan.group, unit, self._region(plan, unit), departments)
        if place is None:
            place = self._places[plan.group, unit] = len(self._tasks)
            self._tasks.append(task)
        else:
            self._tasks[place] = task
        first = len(self._demands)
        wanted = needed(departments, self.record.needs)
        self._demands += [Demand(place, dept, qual, heads) for dept, qual, heads in wanted if dept not in there]
        self.floor.grow()
        for rank in range(first, len(self._demands)):
            seat(self.floor, rank, self._gone.get(place, ()))

    def _region(self, plan: Plan, unit: str) -> str:
        if unit not in self._regions:
            frame = read_frame(plan.frame, self._folder.committed(plan.frame, self.record))
            row = frame.find(unit)
            if row is None:
                raise ChangeError("change_unit", value=unit)
            self._regions[unit] = frame.regions.names[frame.regions.codes[row]]
        return self._regions[unit]

    def _names(self, rank: int) -> tuple[str, ...]:
        return tuple(self._staff.persons[one].inspector_id for one in sorted(self.floor.people[rank]))

    def stands(self) -> Iterator[Stand]:
        """Yield every demand by rank, those of the units that stepped in after all others."""
        for rank, demand in enumerate(self._demands):
            yield Stand(rank, self._tasks[demand.task], demand, self._names(rank))


def require_by(line: Change, found: Change) -> None:
    """Refuse a line that lets somebody else step in than the rule does; ChangeError ``draw_change_differs``."""
    if found.by != line.by:
        raise ChangeError("draw_change_differs", wanted=found.by or "（无人）", found=line.by or "（无人）")


def log_of(folder: Folder) -> list[Change]:
    """Return the log of a folder, empty where there is none; InputError as :func:`read_log`."""
    return read_log(folder.bytes_of(CHANGES)) if folder.has(CHANGES) else []


def check_changes(folder: Folder) -> None:
    """Check the log of a folder, if there is one.

    Raises:
        InputError: names ``changes.jsonl`` and the line.
    """
    if folder.has(CHANGES):
        Standing(folder, log_of(folder))


def drawn_of(plans: Node) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the units drawn and in reserve, by plan and stratum, from ``plans`` of a result."""
    return {
        plan.identifier(): {
            stratum.identifier(): {name: [unit.identifier() for unit in one[name].list()] for name in _LISTS}
            for stratum, one in strata.items()
        }
        for plan, strata in plans.items()
    }


def _people(node: Node) -> list[str]:
    return [one.identifier() for one in node.list()]


def _regions(strata: Mapping[str, Mapping[str, Sequence[str]]], regions: Mapping[str, str]) -> dict[str, str]:
    return {unit: regions[unit] for one in strata.values() for unit in one["selected"]}
