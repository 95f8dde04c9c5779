"""What results become: lines of the ledger of visits, and the raw records from which next month's classes come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from supervision.caps import DAILY, JOINT, Visit
from supervision.tasks import result_code, set_names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

RECORDS: Final = {
    "inspections": ("uscc", "inspected_on", "on_site", "code_set", "result"),
    "address_checks": ("uscc", "checked_on", "result"),
    "corrections": ("uscc", "ordered_on", "due_on", "done_on"),
    "abnormal_list": ("uscc", "listed_on", "reason", "removed_on"),
}
"""Tables of raw records that results fill, with their columns as ``score build`` reads them."""


@dataclass(frozen=True, slots=True)
class Done:
    """A check that has taken place: one department at one unit, with its codes (item, set, code, last day, put right).

    ``initiating``: the department whose visit it is; the others come along. ``listed``: day and reason of a decision
    to list as abnormal.
    """

    unit: str
    department: str
    level: str
    checked_on: date
    method: str
    initiating: bool
    joint: bool
    kind: str
    codes: tuple[tuple[str, str, str], ...]
    corrections: tuple[tuple[date, date | None], ...] = ()
    listed: tuple[tuple[date, str], ...] = ()


def visits(done: Iterable[Done]) -> list[Visit]:
    """Return the lines of the ledger; only a visit on the spot is one. Who only came along has the reason ``joint``."""
    return [
        Visit(
            one.unit,
            one.department,
            one.level,
            one.checked_on,
            JOINT if one.joint and not one.initiating else None,
            one.kind or DAILY,
        )
        for one in done
        if one.method == "onsite"
    ]


def records(done: Iterable[Done]) -> dict[str, list[dict[str, Any]]]:
    """Return the raw records by table; the rows of each in the order of unit and day.

    A unit out of scope on arrival was not inspected, and gives no inspection.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in RECORDS}
    for one in sorted(done, key=lambda row: (row.unit, row.checked_on, row.department)):
        found["inspections"] += _inspections(one)
        found["address_checks"] += _addresses(one)
        found["corrections"] += [
            {"uscc": one.unit, "ordered_on": one.checked_on, "due_on": due, "done_on": corrected}
            for due, corrected in one.corrections
        ]
        found["abnormal_list"] += [
            {"uscc": one.unit, "listed_on": day, "reason": reason, "removed_on": None} for day, reason in one.listed
        ]
    return found


def _inspections(one: Done) -> list[dict[str, Any]]:
    """Return a row for each set of codes, the codes in order with commas between."""
    by_set: dict[str, dict[str, None]] = {}
    for _, code_set, code in one.codes:
        if result_code(code_set, code).group != "out_of_scope":
            by_set.setdefault(set_names()[code_set][1], {})[code] = None
    return [
        {
            "uscc": one.unit,
            "inspected_on": one.checked_on,
            "on_site": one.method == "onsite",
            "code_set": name,
            "result": ",".join(sorted(codes)),
        }
        for name, codes in sorted(by_set.items())
    ]


def _addresses(one: Done) -> list[dict[str, Any]]:
    """Whoever was met or not met at the registered address says something about it."""
    if one.method != "onsite":
        return []
    results = [result_code(code_set, code) for _, code_set, code in one.codes]
    if any(found.listing == "unreachable" for found in results):
        return [{"uscc": one.unit, "checked_on": one.checked_on, "result": "not_found"}]
    if all(found.group == "out_of_scope" for found in results):
        return []
    return [{"uscc": one.unit, "checked_on": one.checked_on, "result": "verified"}]
