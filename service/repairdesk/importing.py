"""Registers become records in four steps: read, check, look at it, apply. Nothing is a record before the last.

A register that was read keeps its file; applying reads it again, so that what is applied is what was looked at.
An entry is the same record as one already kept when kind, number, decision day and party are the same: what
only the desk knows of that record stays, what the register says anew takes the place of the old.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, replace
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
from service.db.tables.jobs import JobRow
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
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from polars import DataFrame

    from credit.register import Entry
    from credit.scan import Finding, Row
    from service.db.tables.repairs import RecordRow
    from service.work import Work

KINDS: Final = frozenset({".csv", ".parquet", ".ndjson", ".jsonl", *WORKBOOKS})
MOST_AT_ONCE: Final = 50_000
"""Rows that are read and applied while somebody waits; larger registers are read in the background."""
MOST_ROWS: Final = 1_000_000
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


@dataclass(frozen=True, slots=True)
class Source:
    """A register as it was sent: its name, its file in the store, the system it comes from."""

    name: str
    file: str
    channel: str | None

    @property
    def suffix(self) -> str:
        """By what the kind of file is told."""
        return Path(self.name).suffix.lower()


def source_of(one: RegisterImport) -> Source:
    """The register of an import."""
    return Source(one.name, one.file, one.channel)


def read(work: Work, name: str, data: bytes, channel: str | None = None) -> RegisterImport:
    """Read and check a register; InputError where it cannot be read at all. Nothing of it is a record yet."""
    source = Source(checked_name(work, name), work.files.put(data), channel)
    return kept(work, source, looked_at(work, rows_of(work, source)))


def checked_name(work: Work, name: str) -> str:
    """The name of a register that somebody may upload; InputError for a kind that cannot be read."""
    if Path(name).suffix.lower() not in KINDS:
        raise InputError.at("", "import_kind", allowed="、".join(sorted(KINDS)))
    scope.check(work.actor, work.actor.department, work.actor.region)
    return name


def kept(work: Work, source: Source, figures: Mapping[str, Any]) -> RegisterImport:
    """Keep what was found in a register; InputError where nothing was."""
    if not figures["rows"]:
        raise InputError.at("", "import_empty")
    actor = work.actor
    one = RegisterImport(
        id=new_id("import", work.now),
        department=actor.department,
        region=actor.region,
        status="read",
        name=source.name[:200],
        file=source.file,
        channel=source.channel,
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
    work.record(RegisterRead(**_subject(one), file=source.file, rows=figures["rows"], problems=figures["problems"]))
    return one


def apply(work: Work, import_id: str, seen: int) -> RegisterImport:
    """Make records of a register that was read: new ones are added, known ones changed, faulty rows stay out."""
    one = waiting(work, import_id, seen)
    work.actor.require(Permission.REPAIR_IMPORT, one.department, one.region)
    counts = Counter[str]()
    for block in blocks(rows_of(work, source_of(one)), BLOCK):
        counts.update(apply_block(work, block, one))
    return done(work, one, counts)


def waiting(work: Work, import_id: str, seen: int) -> RegisterImport:
    """An import that waits to be applied, locked; StateError where it does not, or is being applied already."""
    row = store.import_row_of(work.session, work.actor, import_id, lock=True)
    expect_number(row.version, seen)
    one = import_of(row)
    if one.status != "read":
        raise StateError("import_not_read", status=text(f"import_status_{one.status}"))
    job = running_job(work, one)
    if job is not None:
        raise StateError("import_running", id=job)
    return one


def running_job(work: Work, one: RegisterImport) -> str | None:
    """The job that applies the import now; None: there is none, or it has ended."""
    job = one.figures.get("job")
    row = work.session.get(JobRow, job) if job else None
    return row.id if row is not None and row.state in {"queued", "running"} else None


def done(work: Work, one: RegisterImport, counts: Mapping[str, int]) -> RegisterImport:
    """The import when every block of it was applied."""
    figures = {**one.figures, **{name: counts.get(name, 0) for name in ("added", "changed", "same")}}
    last = replace(
        one, status="applied", applied_at=work.now, applied_by=work.actor.name, figures=figures, version=one.version + 1
    )
    keep(work, last)
    work.record(RegisterApplied(**_subject(one), file=one.file, added=figures["added"], changed=figures["changed"]))
    return last


def drop(work: Work, import_id: str, seen: int) -> RegisterImport:
    """Give a register up that was read."""
    one = waiting(work, import_id, seen)
    last = replace(one, status="dropped", version=one.version + 1)
    keep(work, last)
    work.record(RegisterDropped(**_subject(one), file=one.file))
    return last


def workbook(work: Work, one: RegisterImport) -> bytes:
    """The register's rows with what was found in each, as a workbook to send back; a large one was made in advance."""
    made = one.figures.get("workbook")
    if made is not None:
        return work.files.path(made).read_bytes()
    return book_of(table(list(rows_of(work, source_of(one))), 1, one.checked_on))


def book_of(found: DataFrame) -> bytes:
    """A workbook of rows with what was found in each."""
    frame = with_duplicates(found)
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


def is_large(work: Work, source: Source) -> bool:
    """Whether a register holds more rows than anybody should wait for."""
    count = 0
    with open_register(work.files.path(source.file), source.suffix) as register:
        for raw in register.blocks(BLOCK, 0):
            count += len(raw.rows)
            if count > MOST_AT_ONCE:
                return True
    return False


def rows_of(work: Work, source: Source, first: int = 0) -> Iterator[Row]:
    """The rows of a register with what is found in each, from number ``first`` on."""
    scanner = Scanner(checker_of(work), work.today)
    path = work.files.path(source.file)
    for number, entry in enumerate(entries(work, path, source.suffix, source.channel)):
        if number >= MOST_ROWS:
            raise InputError.at("", "import_too_many", most=MOST_ROWS)
        if number >= first:
            yield from scanner.rows([entry])


def looked_at(work: Work, rows: Iterable[Row]) -> dict[str, Any]:
    """What a register holds: counts of outcomes and remarks, faulty rows, and how many are known already."""
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


def blocks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """The rows in blocks."""
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def apply_block(work: Work, block: list[Row], one: RegisterImport) -> Counter[str]:
    """Make records of rows; counts of those added, changed, and the same as before."""
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


def keep(work: Work, one: RegisterImport) -> None:
    """Write an import anew."""
    row = store.import_row_of(work.session, work.actor, one.id, lock=True)
    for name, value in import_row(one).model_dump().items():
        setattr(row, name, value)
    work.session.add(row)
    work.session.flush()


def _subject(one: RegisterImport) -> dict[str, str]:
    return {"subject": one.id, "department": one.department, "region": one.region}
