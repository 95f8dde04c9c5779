"""Registers become records in four steps: read, check, look at it, apply. Nothing is a record before the last.

A register that was read keeps its file; applying reads it again, so that what is applied is what was looked at.
An entry is the same record as one already kept when kind, number, decision day and party are the same: what
only the desk knows of that record stays, what the register says anew takes the place of the old.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from credit.labels import OUTCOMES, REMARKS
from credit.regime import Regimes
from credit.register import Defaults, Maker
from credit.scan import Scanner, document_of
from credit.scan_table import table, with_duplicates
from credit.stages import NEEDS_HUMAN
from kernel.errors import InputError
from kernel.messages import text
from service.access import scope
from service.access.permissions import Permission
from service.db.mapping.repairs import import_of, import_row, record_of, record_row, sameness
from service.db.repositories import repairs as store
from service.errors import StateError
from service.ids import new_id
from service.registers import WORKBOOKS, Reading, open_register
from service.repairdesk import records
from service.repairdesk.checking import checker_of, glance_of
from service.repairdesk.events import RegisterApplied, RegisterDropped, RegisterRead
from service.repairdesk.model import Glance, Own, RegisterImport, StoredRecord
from service.repairdesk.records import normal
from service.versions import expect_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from credit.register import Entry
    from credit.scan import Finding, Row
    from service.db.tables.repairs import RecordRow
    from service.work import Work

KINDS: Final = frozenset({".csv", ".parquet", ".ndjson", ".jsonl", *WORKBOOKS})
MOST_ROWS: Final = 50_000
BLOCK: Final = 5_000
_SHOWN_PROBLEMS: Final = 50
_HEADINGS: Final = (
    "行号",
    "决定书文号",
    "当事人",
    "决定日",
    "结论",
    "最早申请日",
    "公示截止日",
    "能否导入",
    "提示和问题",
)


def read(work: Work, name: str, data: bytes, channel: str | None = None) -> RegisterImport:
    """Read and check a register; InputError where it cannot be read at all. Nothing of it is a record yet."""
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise InputError.at("", "import_kind", allowed="、".join(sorted(KINDS)))
    actor = work.actor
    scope.check(actor, actor.department, actor.region)
    file = work.files.put(data)
    figures = _figures(work, _rows(work, work.files.path(file), suffix, channel))
    if not figures["rows"]:
        raise InputError.at("", "import_empty")
    one = RegisterImport(
        id=new_id("import", work.now),
        department=actor.department,
        region=actor.region,
        status="read",
        name=name[:200],
        file=file,
        channel=channel,
        checked_on=work.today,
        figures=figures,
        created_at=work.now,
        created_by=actor.name,
        applied_at=None,
        applied_by=None,
        version=1,
    )
    work.session.add(import_row(one))
    work.session.flush()
    work.record(RegisterRead(**_subject(one), file=file, rows=figures["rows"], problems=figures["problems"]))
    return one


def apply(work: Work, import_id: str, seen: int) -> RegisterImport:
    """Make records of a register that was read: new ones are added, known ones changed, faulty rows stay out."""
    row = store.import_row_of(work.session, work.actor, import_id, lock=True)
    expect_number(row.version, seen)
    one = import_of(row)
    if one.status != "read":
        raise StateError("import_not_read", status=text(f"import_status_{one.status}"))
    work.actor.require(Permission.REPAIR_IMPORT, one.department, one.region)
    counts = Counter[str]()
    for block in _blocks(_rows(work, work.files.path(one.file), Path(one.name).suffix.lower(), one.channel)):
        counts.update(_apply_block(work, block, one))
    figures = {**one.figures, "added": counts["added"], "changed": counts["changed"], "same": counts["same"]}
    done = replace(
        one, status="applied", applied_at=work.now, applied_by=work.actor.name, figures=figures, version=one.version + 1
    )
    _keep(work, row, done)
    told = RegisterApplied(**_subject(one), file=one.file, added=counts["added"], changed=counts["changed"])
    work.record(told)
    return done


def drop(work: Work, import_id: str, seen: int) -> RegisterImport:
    """Give a register up that was read."""
    row = store.import_row_of(work.session, work.actor, import_id, lock=True)
    expect_number(row.version, seen)
    one = import_of(row)
    if one.status != "read":
        raise StateError("import_not_read", status=text(f"import_status_{one.status}"))
    done = replace(one, status="dropped", version=one.version + 1)
    _keep(work, row, done)
    work.record(RegisterDropped(**_subject(one), file=one.file))
    return done


def workbook(work: Work, one: RegisterImport) -> bytes:
    """The register's rows with what was found in each, as a workbook to send back."""
    rows = list(_rows(work, work.files.path(one.file), Path(one.name).suffix.lower(), one.channel))
    frame = with_duplicates(table(rows, 1, one.checked_on))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("核对结果")
        sheet.write_row(0, 0, _HEADINGS, book.add_format({"bold": True}))
        for number, line in enumerate(frame.iter_rows(named=True), 1):
            sheet.write_row(number, 0, _line(line))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return buffer.getvalue()


def remark_words(codes: str | None) -> str:
    """Remarks in Chinese."""
    return "；".join(REMARKS.get(code, code) for code in (codes or "").split())


def entries(work: Work, path: Path, suffix: str, channel: str | None) -> Iterator[Entry]:
    """The rows of a register as entries."""
    regimes = Regimes(checker_of(work).policy)
    reading = Reading(Maker(regimes, Defaults(channel, work.actor.region or None)))
    with open_register(path, suffix) as register:
        for raw in register.blocks(BLOCK, 0):
            yield from reading.entries(raw)


def _rows(work: Work, path: Path, suffix: str, channel: str | None) -> Iterator[Row]:
    scanner = Scanner(checker_of(work), work.today)
    for number, entry in enumerate(entries(work, path, suffix, channel), 1):
        if number > MOST_ROWS:
            raise InputError.at("", "import_too_many", most=MOST_ROWS)
        yield from scanner.rows([entry])


def _figures(work: Work, rows: Iterator[Row]) -> dict[str, Any]:
    outcomes, remarks = Counter[str](), Counter[str]()
    problems: list[dict[str, Any]] = []
    keys: list[str] = []
    count = 0
    for count, row in enumerate(rows, 1):
        remarks.update(row.entry.remarks)
        if row.finding is None:
            problems.append({"row": count, "problem": row.problem})
            continue
        outcomes[row.finding.outcome] += 1
        keys.append(sameness(document_of(row.entry.values, row.entry.published)))
    known = store.by_sameness(work.session, work.actor.department, list(dict.fromkeys(keys)))
    return {
        "rows": count,
        "readable": len(keys),
        "problems": len(problems),
        "first_problems": problems[:_SHOWN_PROBLEMS],
        "outcomes": dict(outcomes),
        "remarks": dict(remarks),
        "twice": len(keys) - len(set(keys)),
        "known": len(known),
        "new": len(set(keys)) - len(known),
    }


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _apply_block(work: Work, block: list[Row], one: RegisterImport) -> Counter[str]:
    counts = Counter[str]()
    documents = [(row, normal(document_of(row.entry.values, row.entry.published))) for row in block if row.finding]
    keys = {sameness(document) for _, document in documents}
    known = store.by_sameness(work.session, one.department, list(keys))
    for row, document in documents:
        key = sameness(document)
        if key in known:
            counts[_update(work, known[key], document, row, one)] += 1
        else:
            known[key] = _add(work, document, row, one)
            counts["added"] += 1
    work.session.flush()
    return counts


def _add(work: Work, document: Mapping[str, Any], row: Row, one: RegisterImport) -> RecordRow:
    finding = row.finding
    assert finding is not None  # noqa: S101  (only readable rows come here)
    record = StoredRecord(
        id=new_id("record", work.now),
        department=one.department,
        region=one.region,
        document=document,
        own=_own(row.entry, one),
        glance=glance_of_finding(finding, work.today),
        created_at=work.now,
        updated_at=work.now,
        updated_by=work.actor.name,
        version=1,
    )
    made = record_row(record)
    work.session.add(made)
    return made


def _update(work: Work, row: RecordRow, document: Mapping[str, Any], found: Row, one: RegisterImport) -> str:
    """What the register says anew; facts it does not tell stay. A record under repair keeps what it is."""
    before = record_of(row)
    merged = merged_document(before.document, document)
    if store.is_open(work.session, row.id):
        merged = {**merged, **records.fixed(before.document)}
    own = _own(found.entry, one)
    if merged == before.document and own == replace(before.own, import_id=one.id):
        return "same"
    records.keep(work, row, before, merged, reason=one.name, own=own)
    return "changed"


def merged_document(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The newer document over the older one, section by section."""
    found: dict[str, Any] = {**before, **after}
    for key, value in before.items():
        if isinstance(value, dict):
            newer = after.get(key)
            found[key] = {**value, **(newer if isinstance(newer, dict) else {})}
    return found


def _own(entry: Entry, one: RegisterImport) -> Own:
    return Own(entry.display_until, entry.notice_on, " ".join(entry.remarks), one.id)


def glance_of_finding(finding: Finding, on: date) -> Glance:
    """What lists keep of a finding."""
    days = {"earliest_on": finding.earliest_on, "ends_on": finding.ends_on}
    shown = {name: day.isoformat() if day else None for name, day in days.items()}
    answer = {"outcome": finding.outcome, "class": finding.record_class, "regime": finding.regime, **shown}
    return glance_of(answer, on)


def _line(line: Mapping[str, Any]) -> tuple[object, ...]:
    day = {name: line[name].isoformat() if line[name] else "" for name in ("decided_on", "earliest_on", "ends_on")}
    words = [one for one in (remark_words(line["remarks"]), line["problem"] or "") if one]
    if line["outcome"] == NEEDS_HUMAN:
        words.append("结论取决于没有定论的规定，请人工判断")
    return (
        line["row"],
        line["number"] or "",
        line["party_name"] or "",
        day["decided_on"],
        OUTCOMES.get(line["outcome"] or "", ""),
        day["earliest_on"],
        day["ends_on"],
        "否" if line["problem"] else "是",
        "；".join(words),
    )


def _keep(work: Work, row: Any, one: RegisterImport) -> None:  # noqa: ANN401 - a row of imports
    for name, value in import_row(one).model_dump().items():
        setattr(row, name, value)
    work.session.add(row)
    work.session.flush()


def _subject(one: RegisterImport) -> dict[str, str]:
    return {"subject": one.id, "department": one.department, "region": one.region}
