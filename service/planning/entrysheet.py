"""Entries of a plan from a workbook: read, looked at, and only then kept; what is wrong goes back beside its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from kernel.errors import InputError
from service.db.mapping.plans import plan_of
from service.planning import plans
from service.planning.names import names_of
from service.planning.sheets import read_sheet
from supervision import planstates
from supervision.annual import read_annual
from supervision.annualcheck import ERROR
from supervision.annualsheet import LABELS, entry_rows, read_entries
from supervision.drawdoc import Node
from supervision.tablerows import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.db.tables.plans import PlanRow
    from service.work import Work

_ALL: Final = 100_000
"""Faults for a workbook that goes back: as good as all."""
_USUAL: Final[Mapping[str, Any]] = {"alone": [["-", 2]], "joint": [["-", 1]]}
WORDS: Final = {"added": "新增", "changed": "改动", "same": "不变"}


@dataclass(frozen=True, slots=True)
class Line:
    """What an entry of a workbook does to the plan: ``added``, ``changed`` (with the fields in words) or ``same``."""

    number: str
    name: str
    what: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A workbook that was read: the plan as it would be, and what differs."""

    document: Mapping[str, Any]
    lines: Sequence[Line]
    kept: int
    errors: Sequence[str]
    warnings: Sequence[str]

    @property
    def changes(self) -> int:
        """Return how many entries are new or differ."""
        return sum(one.what != "same" for one in self.lines)


def table(work: Work, row: PlanRow) -> pl.DataFrame:
    """Return the entries of a plan as the workbook that is filled in; of an empty plan the headings alone."""
    heading, *rows = entry_rows(plan_of(row), names_of(work))
    return pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row")


def preview(work: Work, row: PlanRow, file: str, path: Path) -> Preview:
    """Read a workbook against a draft.

    Raises:
        InputError: names row and column of every fault.
    """
    entries = _read(work, row, file, path)
    old = {one["number"]: one for one in row.document["entries"]}
    document = _with(row.document, entries)
    plan = read_annual(Node(plans.FILE, "", document))
    now = {one["number"]: one for one in plan.as_dict()["entries"]}
    lines = [_line(now[one["number"]], old.get(one["number"])) for one in entries]
    told = plans.found_remarks(work, plan)
    shown = [f"{one.entry}　{one.words}" if one.entry else one.words for one in told]
    errors = [words for words, one in zip(shown, told, strict=True) if one.level == ERROR]
    warnings = [words for words, one in zip(shown, told, strict=True) if one.level != ERROR]
    return Preview(plan.as_dict(), lines, len(now) - len(lines), errors, warnings)


def apply(work: Work, plan_id: str, seen: int, file: str, path: Path) -> Preview:
    """Keep the entries of a workbook in a draft; others stay as they are.

    Raises:
        InputError: names row and column of every fault.
        StateError: the plan is no draft, or somebody changed it meanwhile.
    """
    found = preview(work, plans.changing(work, plan_id, seen), file, path)
    plans.change(work, plan_id, seen, found.document)
    return found


def remarked(work: Work, row: PlanRow, file: str, path: Path) -> tuple[list[list[str]], dict[int, list[str]]]:
    """Return the rows of a workbook as they were sent, and what is wrong by row (counted from 1)."""
    rows = [[text_of(cell) for cell in one] for one in read_sheet(file, path)]
    try:
        _read(work, row, file, path)
    except InputError as error:
        return rows, by_row(error)
    return rows, {}


def has_rows(error: InputError) -> bool:
    """Say whether an error is about rows of a table, and not about the whole file."""
    return any(one.pointer.count("/") > 1 for one in error.errors)


def by_row(error: InputError) -> dict[int, list[str]]:
    """Return the faults of a table by row; what belongs to no row stands at the first."""
    found: dict[int, list[str]] = {}
    for one in error.errors:
        parts = one.pointer.split("/")
        row = next((int(part) for part in parts[2:3] if part.isdigit()), 1)
        heading = parts[3] if len(parts) > len(("", "file", "row")) else ""
        found.setdefault(row, []).append(f"{heading}：{one.detail}" if heading else one.detail)
    return found


def _read(work: Work, row: PlanRow, file: str, path: Path) -> list[dict[str, Any]]:
    return read_entries(file, read_sheet(file, path), names_of(work), row.year, _ALL)


def _with(document: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    new = {one["number"]: dict(one) for one in entries}
    kept = [new.pop(one["number"], one) for one in document["entries"]]
    departments = {dept for one in entries for dept in (one["department"], *one.get("partners", ()))}
    needs = {dept: _USUAL for dept in sorted(departments) if dept not in document["needs"]}
    return {**document, "entries": [*kept, *new.values()], "needs": {**document["needs"], **needs}}


def _line(entry: Mapping[str, Any], old: Mapping[str, Any] | None) -> Line:
    if old is None:
        return Line(entry["number"], entry["name"], "added", ())
    found = planstates.changes({"entries": [old]}, {"entries": [entry]})
    fields = tuple(fields_zh(one) for change in found for one in change.fields)
    return Line(entry["number"], entry["name"], "changed" if found else "same", fields)


def fields_zh(name: str) -> str:
    """Return what a member of an entry is called."""
    return {"scope": "抽查对象范围", "sizing": "比例和户数"}.get(name, LABELS.get(name, name))
