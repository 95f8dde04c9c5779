"""A draw whose lists are not published: what of it can still be computed again.

Lists that show risk tiers go to supervisors only; the record then has a Merkle root for each. Sizes follow from the
numbers in the record, tickets from the key and the names of those drawn, teams from the roster. One thing cannot be
seen without the list: whether somebody with a smaller ticket was left out. Each enterprise can see that for itself,
with its own row and the proof that the row is in the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from supervision.draw import sizes
from supervision.drawchanges import ChangeError, replace_unit
from supervision.drawdoc import read_document
from supervision.drawlog import UNIT_CHANGE, drawn_of, line_error, log_of, require_by
from supervision.drawmerkle import roots
from supervision.drawrecord import COMMIT, RESULT, read_record
from supervision.drawrun import PlanResult, draw_plans, result_of
from supervision.drawtext import unit_fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from supervision.drawchanges import Change
    from supervision.drawrecord import Plan, Record
    from supervision.drawrun import Folder
    from supervision.drawtext import Tickets

_OK: Final = "ok"
_ALL: Final = "N"


def unpublished(folder: Folder) -> tuple[str, ...]:
    """Return the frames that are not there and that the record says are not published.

    Raises:
        InputError: names the place in the record.
    """
    commit = folder.bytes_of(COMMIT)
    record, known = read_record(commit), roots(read_document(COMMIT, commit))
    if record.counts is None:
        return ()
    return tuple(name for name in record.frames if name in known and name in record.files and not folder.has(name))


def run_blind(folder: Folder, hidden: Sequence[str]) -> dict[str, object]:
    """Return the result as it would have to be, with the units that the published result names.

    Raises:
        InputError: names file and line.
    """
    claimed = read_document(RESULT, folder.bytes_of(RESULT)).value
    result: Mapping[str, Any] = claimed if isinstance(claimed, dict) else {}

    def plans(record: Record, tickets: Tickets) -> list[PlanResult]:
        regions = _regions(result.get("demands"))
        seen = [plan for plan in record.plans if plan.frame not in hidden]
        drawn = {one.plan.plan_id: one for one in draw_plans(record, folder, tickets, seen)}
        for plan in record.plans:
            if plan.frame in hidden:
                drawn[plan.plan_id] = _claimed(
                    plan, record, _object(_object(result, "plans"), plan.plan_id), tickets, regions
                )
        return [drawn[plan.plan_id] for plan in record.plans]

    return result_of(folder, plans)


def _object(value: object, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _regions(demands: object) -> dict[str, str]:
    """Return the region of each unit that is visited; two for one unit show when the demands are compared."""
    rows = demands if isinstance(demands, list) else []
    some = [one for one in rows if isinstance(one, dict)]
    return {str(one.get("unit")): str(one.get("region")) for one in some}


def _claimed(
    plan: Plan, record: Record, said: Mapping[str, Any], tickets: Tickets, regions: Mapping[str, str]
) -> PlanResult:
    counts = {name: own for name, own in sorted((record.counts or {}).get(plan.plan_id, {}).items()) if own.get(_ALL)}
    wanted = sizes(plan, {name: own[_ALL] for name, own in counts.items()}, tickets)
    strata: dict[str, Mapping[str, object]] = {}
    taken: set[str] = set()
    for name, own in counts.items():
        drawable, size = own.get(_OK, 0), wanted[name]
        order = _in_order(plan, _object(said, name), tickets, taken)
        # More or fewer than there must be: the lists below cannot be equal to the published ones.
        order = order if len(order) == min(size + plan.reserve, drawable) else []
        selected = order[:size]
        strata[name] = {
            "N": own[_ALL],
            "drawable": drawable,
            "n": size,
            "short": max(0, size - drawable),
            "selected": [unit for _, unit in selected],
            "reserve": [unit for _, unit in order[size:]],
            "cutoff": selected[-1][0] if selected else None,
        }
        taken.update(unit for _, unit in order)
    units = [unit for one in strata.values() for unit in one["selected"]]  # type: ignore[attr-defined]  # lists
    return PlanResult(plan, strata, {unit: regions.get(unit, "") for unit in units})


def _in_order(plan: Plan, said: Mapping[str, Any], tickets: Tickets, taken: set[str]) -> list[tuple[str, str]]:
    """Return (ticket, unit) of the units that a stratum claims, each once, in the order of tickets."""
    lists = [said.get(name) for name in ("selected", "reserve")]
    units = {unit for one in lists if isinstance(one, list) for unit in one if isinstance(unit, str)}
    sound = [unit for unit in units if unit_fault(unit) is None and unit not in taken]
    return sorted((tickets.ticket(f"unit/{plan.group}/{unit}"), unit) for unit in sound)


def check_changes_blind(folder: Folder) -> None:
    """Check the log of changes as far as it goes without the lists: its chain, and who steps in for a unit.

    Where the unit lies that steps in is not known, so neither are the people who go there.

    Raises:
        InputError: names ``changes.jsonl`` and the line.
    """
    drawn = drawn_of(read_document(RESULT, folder.bytes_of(RESULT))["plans"])
    done: list[Change] = []
    for number, line in enumerate(log_of(folder), 1):
        try:
            if len(line.what) == UNIT_CHANGE:
                plan, stratum, unit = line.what
                require_by(line, replace_unit(done, drawn, (plan, stratum, unit), line.act))
        except ChangeError as error:
            raise line_error(number, error.detail) from error
        done.append(line)
