"""Entry of results 检查结果录入: what one department found, item by item, and the duties that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kernel.errors import FieldError, InputError, pointer
from supervision.tasks import ABNORMAL, PUBLISH, ResultError, due, result_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from supervision.items import Item
    from supervision.tasks import ResultCode

RECTIFY: Final = "rectify"
DUTIES: Final = {PUBLISH: "公示结果", ABNORMAL: "作出列入经营异常名录的决定", RECTIFY: "改正"}
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What was found at one item: a code with its set, words, and the last day to put it right.

    An item may have several codes; each is a row of its own.
    """

    item: str
    code_set: str
    code: str
    note: str = ""
    due_on: date | None = None

    @property
    def result(self) -> ResultCode:
        """What the code means."""
        return result_code(self.code_set, self.code)


@dataclass(frozen=True, slots=True)
class Entry:
    """The results of one department in one task."""

    checked_on: date
    method: str
    scanned: bool
    rows: tuple[ItemResult, ...]

    @property
    def out_of_scope(self) -> bool:
        """Say whether the unit turned out not to be there to be checked: then the next of the reserve steps in."""
        return any(one.result.group == "out_of_scope" for one in self.rows)


@dataclass(frozen=True, slots=True)
class Duty:
    """What has to be done after a result, by when; ``provisional`` where the calendar of the year is not official."""

    kind: str
    item: str | None
    since: date
    last: date
    provisional: bool


def check_entry(entry: Entry, wanted: Sequence[str], items: Mapping[str, Item], since: date, on: date) -> None:
    """Refuse an entry that leaves something open or says what cannot be.

    Args:
        entry: the results.
        wanted: the items that the department checks in this task.
        items: the list of items by code.
        since: the day on which the task was dispatched.
        on: the day of the entry.

    Raises:
        InputError: every fault with its place.
    """
    faults = [*_day_faults(entry, since, on), *_row_faults(entry, wanted, items)]
    missing = [code for code in wanted if code not in {one.item for one in entry.rows}]
    faults += [FieldError("/results", "result_missing", {"item": code}) for code in missing]
    groups = {one.result.group for one in entry.rows if _known(one)}
    if "out_of_scope" in groups and len(groups) > 1:
        faults.append(FieldError("/results", "result_scope_mixed", {}))
    if faults:
        raise InputError(faults, faults[0].code, **faults[0].params)


def _day_faults(entry: Entry, since: date, on: date) -> Iterator[FieldError]:
    if not since <= entry.checked_on <= on:
        params = {"value": entry.checked_on, "since": since, "on": on}
        yield FieldError("/checked_on", "result_day", params)


def _row_faults(entry: Entry, wanted: Sequence[str], items: Mapping[str, Item]) -> Iterator[FieldError]:
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(entry.rows):
        where = pointer("results", place)
        if one.item not in wanted:
            yield FieldError(f"{where}/item", "result_item", {"item": one.item, "allowed": list(wanted)})
        if (one.item, one.code) in seen:
            yield FieldError(f"{where}/code", "result_twice", {"item": one.item, "value": one.code})
        seen.add((one.item, one.code))
        yield from _code_faults(one, where, items.get(one.item), entry.checked_on)


def _code_faults(one: ItemResult, where: str, item: Item | None, checked_on: date) -> Iterator[FieldError]:
    try:
        result = one.result
    except ResultError as error:
        yield error.at(f"{where}/code")
        return
    if item is not None and one.code_set != item.code_set:
        yield FieldError(f"{where}/code_set", "result_set", {"value": one.code_set, "wanted": item.code_set})
    if result.disabled:
        yield FieldError(f"{where}/code", "result_disabled", {"value": f"{one.code} {result.name}"})
    if one.due_on is not None and one.due_on < checked_on:
        yield FieldError(f"{where}/due_on", "result_due", {"value": one.due_on, "since": checked_on})
    if one.due_on is not None and result.group != "problem":
        yield FieldError(f"{where}/due_on", "result_due_clean", {})
    if len(one.note) > _LONGEST:
        yield FieldError(f"{where}/note", "library_too_long", {"most": _LONGEST})


def _known(one: ItemResult) -> bool:
    try:
        return bool(one.result)
    except ResultError:
        return False


def duties(entry: Entry, place: str) -> list[Duty]:
    """Return what has to follow: publication, listing as abnormal, putting right.

    Args:
        entry: in order.
        place: region code, whose clocks hold.
    """
    publish = due(PUBLISH, entry.checked_on, place)
    found = [Duty(PUBLISH, None, entry.checked_on, publish.day, publish.provisional)]
    for one in entry.rows:
        if one.result.abnormal:
            last = due(ABNORMAL, entry.checked_on, place)
            found.append(Duty(ABNORMAL, one.item, entry.checked_on, last.day, last.provisional))
        if one.due_on is not None:
            found.append(Duty(RECTIFY, one.item, entry.checked_on, one.due_on, provisional=False))
    return found


# -- putting right ---------------------------------------------------------------------------------

RECTIFIED: Final = {"open": "改正期内", "overdue": "逾期未改正", "done": "已按期改正", "done_late": "逾期改正"}


def rectified(due_on: date, corrected_on: date | None, on: date) -> str:
    """Say how putting right stands on a day: a word of :data:`RECTIFIED`."""
    if corrected_on is not None:
        return "done" if corrected_on <= due_on else "done_late"
    return "open" if on <= due_on else "overdue"


def overdue_duty(item: str, due_on: date, place: str) -> Duty:
    """Return the duty to list as abnormal that arises when the last day has passed without correction."""
    last = due(ABNORMAL, due_on, place)
    return Duty(ABNORMAL, item, due_on, last.day, last.provisional)
