"""A whole draw, from the files of its folder to the result; and what a record must fix beforehand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from kernel.errors import FieldError, InputError, pointer
from supervision.draw import UnitTickets, select
from supervision.drawframe import check_regions, read_frame
from supervision.drawrecord import COMMIT, RECUSAL, REVEAL, ROSTER, read_record, read_reveal, seed_text
from supervision.drawtasks import check_needs, make_demands, make_tasks
from supervision.drawtext import Tickets, sha256_hex
from supervision.teams import Staff, Teams, staff
from supervision.teamsroster import read_recusal, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from supervision.draw import Drawn
    from supervision.drawframe import Frame
    from supervision.drawrecord import Plan, Record
    from supervision.drawtasks import Demand, Task
    from supervision.teamsgaps import Gap

MADE_BY = "xinheng vdraw-1"


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What one plan drew, with the names and regions that the frame had."""

    plan: Plan
    strata: Mapping[str, Mapping[str, object]]
    regions: Mapping[str, str]


class Folder:
    """The files of a draw, read when asked for; ``read`` returns None for a file that is not there."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        """Take what reads a file by its plain name."""
        self._read = read

    def bytes_of(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            InputError: ``draw_file_missing``.
        """
        data = self._read(name)
        if data is None:
            raise file_error(name, "draw_file_missing")
        return data

    def committed(self, name: str, record: Record) -> bytes:
        """Return the bytes of a file that the record fixes.

        Raises:
            InputError: the file is missing, is not in the record, or has another digest there.
        """
        if name not in record.files:
            raise file_error(name, "draw_file_unlisted")
        data = self.bytes_of(name)
        if sha256_hex(data) != record.files[name]:
            raise file_error(name, "draw_digest")
        return data

    def has(self, name: str) -> bool:
        """Say whether the file is there."""
        return self._read(name) is not None


def file_error(name: str, code: str, **params: object) -> InputError:
    """Return the error of a whole file."""
    return InputError(FieldError(pointer(name), code, {"file": name, **params}), code, file=name, **params)


def run(folder: Folder) -> dict[str, object]:
    """Make the draw and return the document of ``result.json``.

    Raises:
        InputError: a file is missing, does not fit the record or breaks a rule; names file and line.
    """
    return result_of(folder, lambda record, tickets: draw_plans(record, folder, tickets))


def result_of(folder: Folder, drawn: Callable[[Record, Tickets], Sequence[PlanResult]]) -> dict[str, object]:
    """Return the document of ``result.json`` for what the plans drew; InputError as :func:`run`."""
    commit, reveal = folder.bytes_of(COMMIT), folder.bytes_of(REVEAL)
    record = read_record(commit)
    seed = seed_text(record, read_reveal(reveal, record))
    tickets = Tickets(sha256_hex(seed))
    plans = drawn(record, tickets)
    tasks, demands, teams = staff_tasks(record, plans, folder, tickets)
    return {
        "seed_text": seed,
        "key": tickets.key,
        "plans": {one.plan.plan_id: one.strata for one in plans},
        "demands": list(_demands(tasks, demands, teams)),
        "unfilled": [_gap(gap) for gap in teams.unfilled],
        "load": dict(teams.load),
        "made_by": MADE_BY,
        "made_from": {COMMIT: record.digest, REVEAL: sha256_hex(reveal), **record.files},
    }


def result_bytes(document: Mapping[str, object]) -> bytes:
    """Return the bytes of ``result.json``: the same document always gives the same ones.

    The last member, ``check``, is the SHA-256 of everything before it, so that a reader which does not
    write JSON as we do still sees that the file has been changed.
    """
    body = orjson.dumps(document)[:-1]
    return body + f',"check":"{sha256_hex(body)}"}}\n'.encode()


def read_staff(record: Record, folder: Folder) -> Staff:
    """Read roster and recusals; a record without ``recusal.tsv`` has none, if none lies in the folder.

    Raises:
        InputError: names file and line.
    """
    persons = read_roster(ROSTER, folder.committed(ROSTER, record))
    if RECUSAL not in record.files and not folder.has(RECUSAL):
        return Staff(persons, {})
    return Staff(persons, read_recusal(RECUSAL, folder.committed(RECUSAL, record)))


def check_folder(record: Record, folder: Folder) -> None:
    """Check everything that a record fixes before the event is known.

    Raises:
        InputError: names file and line.
    """
    check_needs(record.plans, record.needs)
    read_staff(record, folder)
    for _ in read_frames(record, folder, record.frames):
        pass


def draw_plans(
    record: Record, folder: Folder, tickets: Tickets, plans: Sequence[Plan] | None = None
) -> list[PlanResult]:
    """Draw every plan (or only some), in the order of the record; each frame is read once.

    Raises:
        InputError: names file and line.
    """
    wanted = record.plans if plans is None else plans
    units = UnitTickets(tickets)
    drawn: dict[str, PlanResult] = {}
    for frame in read_frames(record, folder, dict.fromkeys(plan.frame for plan in wanted)):
        for plan in wanted:
            if plan.frame == frame.file:
                drawn[plan.plan_id] = _plan_result(plan, frame, select(plan, frame, tickets, units))
    return [drawn[plan.plan_id] for plan in wanted]


def read_frames(record: Record, folder: Folder, names: Iterable[str]) -> Iterator[Frame]:
    """Yield frames, checked against the record, its counts and each other.

    Raises:
        InputError: names file and line.
    """
    seen: list[Frame] = []
    # Parsing releases Python's lock, so one frame is read while another is drawn from.
    with ThreadPoolExecutor(1) as reader:
        for frame in reader.map(lambda name: read_frame(name, folder.committed(name, record)), names):
            for other in seen:
                check_regions(other, frame)
            for plan in record.plans:
                if plan.frame == frame.file:
                    _check_plan(plan, frame, record)
            seen.append(frame)
            yield frame


def _check_plan(plan: Plan, frame: Frame, record: Record) -> None:
    missing = sorted(set(frame.strata.names) - set(plan.rate))
    if missing:
        raise file_error(COMMIT, "draw_rate_missing", plan=plan.plan_id, value=missing)
    if record.counts is None:
        return
    said = {name: _nonzero(numbers) for name, numbers in record.counts.get(plan.plan_id, {}).items()}
    if {name: numbers for name, numbers in said.items() if numbers} != frame.counts():
        raise file_error(COMMIT, "draw_counts", plan=plan.plan_id, frame=plan.frame)


def _nonzero(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in numbers.items() if n}


def _plan_result(plan: Plan, frame: Frame, drawn: Mapping[str, Drawn]) -> PlanResult:
    strata: dict[str, Mapping[str, object]] = {}
    regions: dict[str, str] = {}
    for stratum, one in drawn.items():
        selected = _units(frame, one.selected)
        codes = frame.regions.codes[list(one.selected)].tolist()
        regions.update(zip(selected, (frame.regions.names[code] for code in codes), strict=True))
        strata[stratum] = {
            "N": one.total,
            "drawable": one.drawable,
            "n": one.size,
            "short": one.short,
            "selected": selected,
            "reserve": _units(frame, one.reserve),
            "cutoff": one.cutoff,
        }
    return PlanResult(plan, strata, regions)


def _units(frame: Frame, rows: Sequence[int]) -> list[str]:
    return [unit.decode() for unit in frame.units[list(rows)].tolist()]


def staff_tasks(
    record: Record, plans: Sequence[PlanResult], folder: Folder, tickets: Tickets
) -> tuple[list[Task], list[Demand], Teams]:
    """Make the tasks of the units drawn and staff them.

    Raises:
        InputError: names file and line.
    """
    people = read_staff(record, folder)
    tasks = make_tasks([(one.plan, one.regions) for one in plans], tickets)
    demands = make_demands(tasks, record.needs)
    return tasks, demands, staff(tasks, demands, people, tickets, record.balance)


def _demands(tasks: Sequence[Task], demands: Sequence[Demand], teams: Teams) -> Iterator[dict[str, object]]:
    for demand, people in zip(demands, teams.people, strict=True):
        task = tasks[demand.task]
        yield {
            "group": task.group,
            "unit": task.unit,
            "dept": demand.dept,
            "region": task.region,
            "qual": demand.qual,
            "n": demand.heads,
            "people": people,
        }


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "rank": gap.rank,
        "full": gap.full,
        "why": gap.why,
        "reason": gap.reason,
        "seats": gap.seats,
        "capacity": gap.capacity,
        "remedies": gap.remedies,
    }
