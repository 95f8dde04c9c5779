"""The rows of one 案由 and the violation that they give, both ways.

One row a branch of the penalty. What belongs to the violation stands in its first row, what belongs to
the law of a time in the first row of that time (the row that has a first day).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rules.table_fine import fine_text, read_fine
from rules.table_penalty import kinds_text, read_kinds, when_text
from rules.table_values import TableError
from service.exchange import labels
from service.exchange.columns import (
    Column,
    Shown,
    choice_column,
    day_column,
    interval_columns,
    merge,
    names,
    put,
    read_choice,
    read_flag,
    same,
    status_column,
    text_column,
)
from service.exchange.items import check_articles, read_field, read_roles, roles_text
from service.exchange.tables import Heading, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from service.exchange.context import Context, Doc
    from service.exchange.grid import Cell

CONFIDENCE: Final = "verified 1 source (entered by the office)"
_FROM, _UNTIL = interval_columns(Heading("from", "施行日期"), Heading("until", "有效期至（含当日）"), width=13)


def _show_names(document: Doc, _: Context) -> Shown:
    return "、".join(document.get("aliases") or ())


def _read_names(document: Doc, cell: Cell, _: Context) -> None:
    put(document, "aliases", names(cell.text))


def _cites(heading: Heading, role: str) -> Column:
    key = heading.key

    def read(version: Doc, cell: Cell, context: Context) -> None:
        found = read_roles(cell.text, role)
        check_articles(found, cell, heading.header, context)
        put(version, key, found)

    return Column(heading, lambda version, _: roles_text(version.get(key) or (), role), read, width=32)


def _penalty(heading: Heading, read_one: Any, show_one: Any, **look: Any) -> Column:  # noqa: ANN401
    """A part of the penalty of a version."""

    def show(version: Doc, _: Context) -> Shown:
        penalty = version.get("penalty")
        found: Shown = show_one(penalty) if penalty else None
        return found

    def read(version: Doc, cell: Cell, _: Context) -> None:
        penalty = dict(version.get("penalty") or {})
        put(penalty, heading.key, read_one(cell.text, heading.header))
        put(version, "penalty", penalty or None)

    return Column(heading, show, read, **look)


def _read_optional(text: str, header: str) -> bool | None:
    value = read_choice(text, labels.OPTIONAL, header)
    return None if value is None else value == "yes"


def _show_optional(holder: Doc) -> Shown:
    value = holder.get("optional")
    return None if value is None else labels.OPTIONAL["yes" if value else "no"]


def _read_kinds(text: str, _: str) -> list[str]:
    found = read_kinds(text)
    if text and not found:
        raise TableError("table_penalty_kind", value=text)
    return found


def _read_when(branch: Doc, cell: Cell, context: Context) -> None:
    reading = context.reader.read(cell.text)
    for one in reading.unread:
        context.faults.add(cell, "适用情形", one.error.code, one.error.params, line=one.line)
    if not reading.unread:
        found = reading.conditions
        put(branch, "when", None if not found else found[0] if len(found) == 1 else {"all": list(found)})


def _read_fine(branch: Doc, cell: Cell, context: Context) -> None:
    put(branch, "fine", read_fine(cell.text, context.reader) if cell.text else None)


def _show_fine(branch: Doc, context: Context) -> Shown:
    return fine_text(branch["fine"], context.release.vocabulary) if branch.get("fine") else None


def _read_escalation(branch: Doc, cell: Cell, _: Context) -> None:
    put(branch, "escalation", read_flag(cell.text, "查明才适用") or None)


def _read_branch_kinds(branch: Doc, cell: Cell, _: Context) -> None:
    put(branch, "kinds", _read_kinds(cell.text, "") or None)


def _read_branch_optional(branch: Doc, cell: Cell, _: Context) -> None:
    put(branch, "optional", _read_optional(cell.text, "本档可选"))


OWN: Final = (
    status_column(width=8),
    text_column(Heading("id", "案由编号", ("编号",)), width=26),
    text_column(Heading("title", "案由名称", ("案由", "违法行为")), width=34),
    Column(Heading("aliases", "别名"), _show_names, _read_names, width=24),
    Column(Heading("field", "领域"), lambda document, _: document.get("field"), read_field, choices="field", width=12),
    choice_column(Heading("power_kind", "强制措施权力"), labels.POWERS, choices="power", width=14),
    text_column(Heading("confidence", "核实程度"), width=24),
    day_column(Heading("checked_on", "核实日期"), width=13),
    text_column(Heading("note", "说明"), width=30),
    text_column(Heading("open_question", "待决问题"), width=30),
)
VERSION: Final = (
    _FROM,
    _UNTIL,
    _cites(Heading("prohibition", "违反依据"), "prohibition"),
    _cites(Heading("basis", "处罚依据"), "penalty"),
    _penalty(
        Heading("trigger", "何时处罚"),
        lambda text, header: read_choice(text, labels.TRIGGERS, header),
        lambda penalty: labels.TRIGGERS.get(penalty["trigger"]),
        choices="trigger",
        width=18,
    ),
    _penalty(Heading("optional", "罚款应当或可以"), _read_optional, _show_optional, choices="optional", width=10),
    _penalty(
        Heading("kinds", "处罚种类"), _read_kinds, lambda penalty: kinds_text(penalty.get("kinds") or ()), width=26
    ),
)
BRANCH: Final = (
    text_column(Heading("label", "档次名称"), width=14),
    Column(
        Heading("when", "适用情形"), lambda one, context: when_text(one.get("when"), context.release.vocabulary),
        _read_when, width=30,
    ),
    Column(
        Heading("escalation", "查明才适用"), lambda one, _: "是" if one.get("escalation") else None, _read_escalation,
        choices="yes", width=10,
    ),
    Column(
        Heading("branch_kinds", "本档种类"), lambda one, _: kinds_text(one["kinds"]) if one.get("kinds") else None,
        _read_branch_kinds, width=20,
    ),
    Column(
        Heading("branch_optional", "本档应当或可以"), lambda one, _: _show_optional(one), _read_branch_optional,
        choices="optional", width=10,
    ),
    Column(Heading("fine", "罚款幅度"), _show_fine, _read_fine, width=34),
)  # fmt: skip
COLUMNS: Final = (*OWN[:6], *VERSION, *BRANCH, *OWN[6:])
HEADINGS: Final = tuple(one.heading for one in COLUMNS)


def rows_of(document: Doc, context: Context) -> list[dict[str, Shown]]:
    """The rows of a violation: each maps the key of a column to what stands in it."""
    rows: list[dict[str, Shown]] = []
    for version in document.get("versions") or ():
        branches = (version.get("penalty") or {}).get("branches") or [{}]
        for number, branch in enumerate(branches):
            row: dict[str, Shown] = {"id": document["id"]}
            if not rows:
                row |= {one.key: one.show(document, context) for one in OWN}
            if number == 0:
                row |= {one.key: one.show(version, context) for one in VERSION}
            row |= {one.key: one.show(branch, context) for one in BRANCH}
            rows.append(row)
    return rows


def read_violation(records: Sequence[Record], base: Doc | None, context: Context, *, known: bool) -> Doc:
    """The violation of all rows with one id. ``base`` is what the export or the catalogue has of it.

    ``known``: the rows were written by us from the base (see :func:`service.exchange.columns.merge`).
    """
    if base is not None and _untouched(records, rows_of(base, context)):
        return base
    first = records[0]
    start: Doc = base or {"kind": "violation", "confidence": CONFIDENCE, "checked_on": context.on.isoformat()}
    document = merge(OWN, first, start, context, known=known)
    document["versions"] = [
        _version(group, _version_base(group[0], base), context, known=known) for group in _by_version(records)
    ]
    return document


def _untouched(records: Sequence[Record], rows: Sequence[dict[str, Shown]]) -> bool:
    if len(records) != len(rows):
        return False
    pairs = zip(records, rows, strict=True)
    return all(same(cell, row.get(key)) for record, row in pairs for key, cell in record.cells.items())


def _by_version(records: Sequence[Record]) -> list[list[Record]]:
    groups: list[list[Record]] = []
    for record in records:
        if not groups or record.text("from"):
            groups.append([])
        groups[-1].append(record)
    return groups


def _version_base(first: Record, base: Doc | None) -> Doc | None:
    """The version of the same first day, or the only one."""
    versions = (base or {}).get("versions") or []
    day = first.text("from")
    found = next((one for one in versions if one["in_force"]["from"] == day), None)
    return found or (versions[0] if len(versions) == 1 else None)


def _version(records: Sequence[Record], base: Doc | None, context: Context, *, known: bool) -> Doc:
    version = merge(VERSION, records[0], base or {}, context, known=known and base is not None)
    old = ((base or {}).get("penalty") or {}).get("branches") or []
    branches = []
    for number, record in enumerate(records):
        was = old[number] if number < len(old) else None
        branch = merge(BRANCH, record, was or {}, context, known=known and was is not None)
        if branch:
            branches.append(branch)
    penalty = dict(version.get("penalty") or {})
    if branches or penalty:
        for key, header in (("trigger", "何时处罚"), ("kinds", "处罚种类")):
            if not penalty.get(key):
                context.faults.add(records[0].cell(key), header, "exchange_required", {"header": header})
        version["penalty"] = penalty | {"branches": branches}
    if not records[0].text("from") and "in_force" not in version:
        context.faults.add(records[0].cell("from"), "施行日期", "exchange_required", {"header": "施行日期"})
    return version


def law_from(instruments: Sequence[Doc], day: date) -> str:
    """The first day of the text cited first that was in force on a day, as far as the register knows it."""
    from kernel.instruments import load_register  # noqa: PLC0415  (reads a register of its own)

    found = load_register().find(str(instruments[0]["instrument"])) if instruments else None
    known = [one.effective_date for one in found.versions if one.effective_date] if found else []
    begun = [one for one in known if one <= day]
    return max(begun, default=day).isoformat()
