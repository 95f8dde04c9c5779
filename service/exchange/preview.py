"""What an import would change, in words: added, changed (cell by cell), removed, kept, unchanged."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from service.exchange import examples, items, labels, sources, violations
from service.exchange.documents import equal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from service.exchange.columns import Column, Shown
    from service.exchange.context import Context, Doc
    from service.exchange.entries import Entry, Incoming

Outcome = Literal["added", "changed", "unchanged", "kept", "conflict"]
_KINDS: Final = {"list_item": "事项", "violation": "案由", "source": "清单文件"}
_LONG: Final = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that changes: what it shows now and what it will show."""

    header: str
    before: str
    after: str

    def sentence(self) -> str:
        """The change in words; of several lines only those that differ."""
        old, new = self.before.splitlines(), self.after.splitlines()
        if len(old) > 1 or len(new) > 1:
            return f"{self.header}：" + "；".join(_lines(old, new))
        if not self.before:
            return f"{self.header}：填写「{_short(self.after)}」"
        if not self.after:
            return f"{self.header}：去掉「{_short(self.before)}」"
        return f"{self.header}：「{_short(self.before)}」改为「{_short(self.after)}」"


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for line in difflib.ndiff(old, new):
        if line.startswith("- "):
            yield f"去掉「{_short(line[2:])}」"
        elif line.startswith("+ "):
            yield f"增加「{_short(line[2:])}」"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[:_LONG] + "…"


@dataclass(slots=True)
class Change:
    """One document that is added, changed or removed; ``file`` is empty until its place is found."""

    id: str
    kind: str
    title: str
    file: str
    draft: bool
    differences: tuple[Difference, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        fields = [{"field": one.header, "before": one.before, "after": one.after} for one in self.differences]
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "file": self.file,
            "draft": self.draft,
            "fields": fields,
        }


@dataclass(slots=True)
class Preview:
    """All that would happen; ``kept``: changed in the catalogue since the export, untouched in the workbook."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.removed)

    def lines(self) -> Iterator[str]:
        """The preview as it is shown."""
        counts = (len(self.added), len(self.changed), len(self.removed), self.unchanged)
        yield "预览：新增 {}　修改 {}　删去 {}　不变 {}".format(*counts)
        for change in self.added:
            yield f"＋ {change.id}　{change.title}　〔{_said(change)}〕"
        for change in self.changed:
            yield f"～ {change.id}　{change.title}　〔{_said(change)}〕"
            yield from (f"    {one.sentence()}" for one in change.differences)
        for change in self.removed:
            yield f"－ {change.id}　{change.title}　〔{_said(change)}〕"
        if self.kept:
            said = "导出以后目录里另有改动、表中没有动过的，保留目录现有内容"
            yield f"{said}（{len(self.kept)} 条）：{'、'.join(self.kept)}"

    def as_dict(self) -> dict[str, object]:
        """For programs."""
        return {
            "added": [one.as_dict() for one in self.added],
            "changed": [one.as_dict() for one in self.changed],
            "removed": [one.as_dict() for one in self.removed],
            "kept": self.kept,
            "unchanged": self.unchanged,
        }


def _said(change: Change) -> str:
    return _KINDS[change.kind] + ("，草稿" if change.draft else "")


def outcome_of(entry: Entry) -> Outcome:
    """What becomes of a document: by what it was when exported, what it is now, and what the rows give."""
    if entry.current is None:
        return "added"
    if equal(entry.document, entry.current):
        return "unchanged"
    if entry.base is None or equal(entry.base, entry.current):
        return "changed"
    return "kept" if equal(entry.document, entry.base) else "conflict"


def preview_of(incoming: Incoming, own: Path | None, *, remove: bool) -> Preview:
    """Compare; what stands outside the folder ``own`` cannot be changed, which is noted as a fault.

    ``own`` None: only looking, nothing is to be written. Without ``remove`` rows taken out stay.
    """
    preview = Preview()
    for entry in incoming.entries.values():
        outcome = outcome_of(entry)
        if outcome == "unchanged":
            preview.unchanged += 1
        elif outcome == "kept":
            preview.kept.append(entry.id)
        elif outcome == "conflict":
            _fault(incoming, entry, "exchange_conflict")
        elif outcome == "added":
            _added(entry, incoming, preview, own)
        else:
            _changed(entry, incoming, preview, own)
    for name in incoming.absent:
        _absent(name, incoming, preview, own, remove=remove)
    return preview


def _added(entry: Entry, incoming: Incoming, preview: Preview, own: Path | None) -> None:
    """A new document; an item under a list that is not the city's own is remarked."""
    preview.added.append(_change(entry.document, incoming.context))
    source = entry.document.get("source", "")
    if own is not None and source in incoming.current and not (own / incoming.context.files[source]).is_file():
        record, header = entry.records[0], entry.headers.get("source", "来源")
        shown = {"source": incoming.context.label(source)}
        incoming.context.faults.note(record.cell("source"), header, "exchange_foreign_source", shown)


def _changed(entry: Entry, incoming: Incoming, preview: Preview, own: Path | None) -> None:
    file = incoming.context.files.get(entry.id, "")
    if own is not None and not (own / file).is_file():
        _fault(incoming, entry, "exchange_delivered")
        return
    assert entry.current is not None  # noqa: S101  (else it would be added)
    differences = tuple(differences_of(entry.current, entry.document, incoming.context))
    preview.changed.append(_change(entry.document, incoming.context, differences))


def _absent(name: str, incoming: Incoming, preview: Preview, own: Path | None, *, remove: bool) -> None:
    current = incoming.current.get(name)
    file = incoming.context.files.get(name, "")
    if current is None:
        return
    if remove and own is not None and (own / file).is_file():
        preview.removed.append(_change(current, incoming.context))
    else:
        code = "exchange_stays" if own is None or (own / file).is_file() else "exchange_delivered_stays"
        incoming.context.faults.note_row("", 0, code, id=name, title=current["title"])


def _fault(incoming: Incoming, entry: Entry, code: str) -> None:
    record = entry.records[0]
    incoming.context.faults.add(record.cell("id"), entry.headers.get("id", "编号"), code, {"id": entry.id})


def _change(document: Doc, context: Context, differences: tuple[Difference, ...] = ()) -> Change:
    draft = document.get("status") == "draft"
    file = context.files.get(document["id"], "")
    return Change(document["id"], document["kind"], document["title"], file, draft, differences)


def differences_of(old: Doc, new: Doc, context: Context) -> Iterator[Difference]:
    """The columns in which two documents differ, as their cells show them."""
    if new["kind"] == "violation":
        yield from _of_violation(old, new, context)
        return
    columns: Sequence[Column] = items.COLUMNS if new["kind"] == "list_item" else sources.COLUMNS
    for column in columns:
        if column.read is not None:
            yield from _one(column.header, column.show(old, context), column.show(new, context))
    if old.get("tests") != new.get("tests"):
        yield from _one("示例", _cases(old, context), _cases(new, context))
    if old.get("list") != new.get("list"):
        yield Difference("清单", labels.LISTS[old["list"]], labels.LISTS[new["list"]])


def _of_violation(old: Doc, new: Doc, context: Context) -> Iterator[Difference]:
    headers = {one.key: one.header for one in violations.COLUMNS}
    before, after = (violations.rows_of(one, context) for one in (old, new))
    for number in range(max(len(before), len(after))):
        left = before[number] if number < len(before) else {}
        right = after[number] if number < len(after) else {}
        for key, header in headers.items():
            where = f"{header}（第{number + 1}行）" if number else header
            yield from _one(where, left.get(key), right.get(key))


def _cases(document: Doc, context: Context) -> Shown:
    rows = examples.rows_of(document, context)
    return "\n".join(f"{row['name']}（{row['expect']}）：{str(row['facts']).replace(chr(10), '；')}" for row in rows)


def _one(header: str, before: Shown, after: Shown) -> Iterator[Difference]:
    left, right = ("" if value is None else str(value) for value in (before, after))
    if left != right:
        yield Difference(header, left, right)
