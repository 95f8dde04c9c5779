"""Results of visits: codes with their sets, what follows from them and by when, what may be published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kernel.datafile import read_text
from kernel.errors import CodedValueError
from kernel.workdays import add_workdays
from kernel.yamldoc import read_yaml
from supervision.planparams import clocks, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kernel.workdays import DayAnswer

PUBLISH: Final = "publish"
ABNORMAL: Final = "abnormal_list"
_PUBLIC: Final = ("draw_id", "plan_id", "unit", "dept", "item", "checked_on", "code_set", "code")


class ResultError(CodedValueError):
    """A code that its set does not have, or a set or a clock that does not exist."""


@dataclass(frozen=True, slots=True)
class ResultCode:
    """What a code means: ``group`` is clean, problem or out_of_scope.

    ``listing``: why it leads to the list of abnormal operations, or None. ``open``: something has to be put right.
    ``disabled``: old records have it; nobody enters it any more.
    """

    code_set: str
    code: str
    name: str
    group: str
    listing: str | None
    open: bool
    disabled: bool

    @property
    def abnormal(self) -> bool:
        """Say whether it leads to the list of abnormal operations."""
        return self.listing is not None


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one item of one visit; ``credit_class`` is that of the month, for figures inside the office.

    ``due_on``: last day to put things right; ``scanned``: whether the code at the door was scanned (扫码入企).
    """

    draw_id: str
    plan_id: str
    unit: str
    dept: str
    item: str
    checked_on: date
    code_set: str
    code: str
    joint: bool
    credit_class: str | None = None
    published_on: date | None = None
    due_on: date | None = None
    corrected_on: date | None = None
    scanned: bool | None = None

    @property
    def result(self) -> ResultCode:
        """Return what the code means.

        Raises:
            ResultError: the set does not have it.
        """
        return result_code(self.code_set, self.code)


def result_code(code_set: str, code: str) -> ResultCode:
    """Return a code of a set.

    Raises:
        ResultError: there is no such set or code; a code without its set means nothing.
    """
    found = _codes().get((code_set, code))
    if found is None:
        raise ResultError("result_code_unknown", value=f"{code_set} {code}")
    return found


@cache
def code_sets() -> Mapping[str, Mapping[str, ResultCode]]:
    """Return the codes of every set, by set and code."""
    found: dict[str, dict[str, ResultCode]] = {}
    for (name, code), one in _codes().items():
        found.setdefault(name, {})[code] = one
    return found


@cache
def set_names() -> Mapping[str, tuple[str, str]]:
    """Return the Chinese name of each set, and what it is called in the records that scoring reads."""
    return {name: (one["name"], one["records"]) for name, one in _sets().items()}


@cache
def _sets() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(read_text("results.yaml", "supervision.plandata"), "results.yaml")  # type: ignore[assignment]  # our own file
    return found


@cache
def _codes() -> Mapping[tuple[str, str], ResultCode]:
    return {
        (name, code): ResultCode(
            name,
            code,
            row["name"],
            row["group"],
            row.get("abnormal"),
            row.get("open", False),
            row.get("disabled", False),
        )
        for name, one in _sets().items()
        for code, row in one["codes"].items()
    }


def due(duty: str, since: date, place: str = "000000") -> DayAnswer:
    """Return the last day of a duty (``publish`` or ``abnormal_list``) that arose on a day.

    Raises:
        ResultError: no clock for the duty holds there on that day.
    """
    clock = nearest((one for one in clocks() if one.duty == duty), place, since)
    if clock is None:
        raise ResultError("clock_unknown", value=duty, day=since)
    return add_workdays(since, clock.workdays)


def public_row(finding: Finding) -> dict[str, str]:
    """Return what is published of a finding: no class, no person."""
    row = {name: str(getattr(finding, name)) for name in _PUBLIC}
    return {**row, "result": finding.result.name}
