"""The library of inspectors 执法检查人员名录库: who may go where, and whom a draw may not send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kernel.workdays import is_workday
from supervision.drawtext import unit_fault
from supervision.tablerows import (
    CellError,
    Column,
    day,
    flag,
    name,
    read_rows,
    several,
    show_flag,
    show_several,
    whole,
    words,
)
from supervision.teamsroster import ALL_REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SPAN: Final = re.compile(r"(\S+?)\s*[~～至]\s*(\S+)")
_MOST_LOAD: Final = 10_000


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, both included."""

    since: date
    last: date

    def __str__(self) -> str:
        """Return the form in which the table has it."""
        return f"{self.since}~{self.last}"

    def covers(self, on: date) -> bool:
        """Say whether a day is one of them."""
        return self.since <= on <= self.last


@dataclass(frozen=True, slots=True)
class Inspector:
    """One inspector; ``regions`` empty: all. ``load``: most tasks a year, ``done``: those of this year so far.

    ``account`` is the name with which the person logs in to enter results.
    ``certificate_until`` is the last day of the enforcement certificate. ``conflicts`` are units that the person must
    not visit (行政处罚法第四十三条).
    """

    inspector_id: str
    name: str
    certificate: str | None
    certificate_until: date | None
    department: str
    unit: str
    regions: tuple[str, ...]
    qualifications: tuple[str, ...]
    leader: bool
    expert: bool
    leave: tuple[Leave, ...]
    conflicts: tuple[str, ...]
    load: int
    done: int
    active: bool
    account: str = ""

    def certified_on(self, on: date) -> bool:
        """Say whether the person holds a certificate that day: without one nobody may inspect (国办发〔2024〕54号)."""
        return self.certificate is not None and (self.certificate_until is None or on <= self.certificate_until)

    def away_on(self, on: date) -> bool:
        """Say whether the person is on leave."""
        return any(one.covers(on) for one in self.leave)


def _leave(text: str) -> Leave:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise CellError("library_span", value=text)
    since, last = day(match[1]), day(match[2])
    if last < since:
        raise CellError("library_span", value=text)
    return Leave(since, last)


def unit(text: str) -> str:
    """Read the identifier of an object."""
    if unit_fault(text):
        raise CellError("library_unit", value=text)
    return text


COLUMNS: Final = (
    Column("inspector_id", "人员编号", name, needed=True),
    Column("name", "姓名", words, needed=True),
    Column("certificate", "执法证号", words),
    Column("certificate_until", "证件有效期至", day),
    Column("department", "部门", name, needed=True),
    Column("unit", "单位", words, also=("所在单位",)),
    Column("regions", "执法区域", several(name), show=show_several),
    Column("qualifications", "资格", several(name), also=("专业资格",), show=show_several),
    Column("leader", "可任组长", flag, show=show_flag),
    Column("expert", "专家", flag, show=show_flag),
    Column("leave", "请假", several(_leave), show=show_several),
    Column("conflicts", "回避对象", several(unit), show=show_several),
    Column("load", "年度任务上限", whole(0, _MOST_LOAD), needed=True),
    Column("done", "本年已有任务", whole(0, _MOST_LOAD)),
    Column("active", "在岗", flag, show=show_flag),
    Column("account", "登录账号", words),
)
_DEFAULTS: Final[Mapping[str, Any]] = {
    "unit": "",
    "regions": (),
    "qualifications": (),
    "leader": False,
    "expert": False,
    "leave": (),
    "conflicts": (),
    "done": 0,
    "active": True,
    "account": "",
}


def read_inspectors(file: str, rows: Iterable[Sequence[object]]) -> list[Inspector]:
    """Read the library of inspectors.

    Raises:
        InputError: names file, row and column.
    """
    return [inspector_of(one) for one in read_rows(COLUMNS, file, rows, key="inspector_id")]


def inspector_of(record: Mapping[str, Any]) -> Inspector:
    """Make an inspector of a record of the table; what is not filled in takes its usual value."""
    filled: dict[str, Any] = {key: _DEFAULTS.get(key) if value is None else value for key, value in record.items()}
    return Inspector(**filled)


@dataclass(frozen=True, slots=True)
class Roster:
    """The two files of a draw, and who is not in them with the reason in a code of :data:`LEFT_OUT`."""

    roster: bytes
    recusal: bytes
    left_out: Mapping[str, str]


LEFT_OUT: Final = {
    "inactive": "不在岗",
    "uncertified": "没有有效的执法证",
    "on_leave": "整个期间请假",
    "used_up": "本年任务已满",
}


def roster(people: Iterable[Inspector], since: date, last: date, most: int) -> Roster:
    """Return the roster of a draw whose visits fall between two days, both included.

    Args:
        people: the library.
        since: first day of the visits.
        last: last day of the visits.
        most: most tasks of one person in this draw. Who is away for a part of the working days may take that part
            less, rounded down.
    """
    days = _workdays(since, last)
    rows: list[str] = []
    recusals: list[str] = []
    out: dict[str, str] = {}
    for one in sorted(people, key=lambda person: person.inspector_id.encode()):
        there = [on for on in days if not one.away_on(on) and one.certified_on(on)]
        cap = min(most * len(there) // max(len(days), 1), max(one.load - one.done, 0))
        why = _left_out(one, since, last, cap)
        if why:
            out[one.inspector_id] = why
            continue
        regions, quals = ",".join(one.regions) or ALL_REGIONS, ",".join(one.qualifications) or "-"
        rows.append(f"{one.inspector_id}\t{one.department}\t{regions}\t{quals}\t{cap}\t{one.done}\n")
        recusals += [f"{one.inspector_id}\t{unit}\n" for unit in sorted(one.conflicts, key=str.encode)]
    return Roster("".join(rows).encode(), "".join(recusals).encode(), out)


def _left_out(one: Inspector, since: date, last: date, cap: int) -> str | None:
    if not one.active:
        return "inactive"
    if not (one.certified_on(since) or one.certified_on(last)):
        return "uncertified"
    if one.load <= one.done:
        return "used_up"
    return None if cap else "on_leave"


def _workdays(since: date, last: date) -> list[date]:
    every = [since + timedelta(step) for step in range((last - since).days + 1)]
    return [on for on in every if is_workday(on).value]
