"""Rows of a list become items: ids, what other sheets add, what a table of an office leaves unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.table_cites import citations_text
from rules.table_fine import fine_text
from rules.table_penalty import read_penalty
from rules.table_values import TableError
from rules.table_words import squash
from service.exchange import condition_rows, examples, items, labels
from service.exchange.columns import FIRST_DAY, merge
from service.exchange.complete import NEEDED, check_complete
from service.exchange.documents import equal, new_item_id, new_source_id, new_violation_id
from service.exchange.entries import Entry
from service.exchange.faults import CellError
from service.exchange.violations import CONFIDENCE, law_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.exchange.context import Doc
    from service.exchange.entries import Incoming
    from service.exchange.options import Options
    from service.exchange.tables import Record, Table

_NEAREST: Final = 4
_LIST_TITLE: Final = ("清单", "目录", "一览表", "事项表")


class ItemReader:
    """Reads the tables of a workbook one after another; :meth:`finish` says which rows belonged to none."""

    def __init__(
        self,
        incoming: Incoming,
        options: Options,
        conditions: Mapping[str, list[Record]] | None,
        cases: Mapping[str, list[Record]] | None,
    ) -> None:
        """``conditions`` and ``cases``: rows of the sheets 条件 and 示例 by item; None without such a sheet."""
        self._incoming = incoming
        self._context = incoming.context
        self._faults = incoming.context.faults
        self._options = options
        self._conditions = conditions or {}
        self._cases = cases
        self._used: set[str] = set()
        self._sources: dict[str, str] = {}
        self._titles: dict[tuple[str, str, str], Record] = {}

    def read(self, table: Table, key: str | None) -> None:
        """Read the items of one table; ``key`` None: its list is not known, and that has been said."""
        if "title" not in table.columns and "violations" in table.columns:
            for record in table.records:  # a table that calls the act 案由
                record.cells["title"] = record.cells["violations"]
        for position, record in enumerate(table.records, 1):
            self._item(record, table, self._list_of(record, key), position)

    def _list_of(self, record: Record, key: str | None) -> str:
        """The list of a row: its own word for it, else that of the table."""
        text = record.text("list")
        found = labels.list_of(text) if text else key
        if found is None and "list" in record.cells:
            shown = {"header": items.LIST.header, "value": text, "allowed": "、".join(labels.LISTS.values())}
            self._faults.add(record.cell("list"), items.LIST.header, "exchange_choice", shown)
        return found or "no_penalty"

    def finish(self) -> None:
        """Note rows of 条件 and 示例 that name no item of the workbook."""
        for rows, heading in ((self._conditions, condition_rows), (self._cases or {}, examples)):
            for name, records in rows.items():
                if name not in self._used and name not in self._incoming.originals:  # its row was taken out
                    cell = records[0].cell("item")
                    self._faults.add(cell, heading.HEADERS["item"], "exchange_no_such_item", {"value": name})

    def _item(self, record: Record, table: Table, key: str, position: int) -> None:
        base = self._incoming.base_of(record.text("id")) or self._same_title(record, table, key)
        if base is None and not record.text("title"):
            self._faults.add(record.cell("title"), NEEDED["title"], "exchange_required", {"header": NEEDED["title"]})
            return
        if base is not None and self._options.as_published:
            self._faults.note_row(record.sheet, record.row, "exchange_known_item", id=base["id"])
            return
        known = base is not None and base["id"] in self._incoming.originals
        document = merge(items.COLUMNS, record, base or self._start(key), self._context, known=known)
        document["list"] = key
        if base is None:
            self._complete(document, record, table, position)
            self._compare_with_law(document, record)
        self._refuse_twice(document, record, table)
        cases = self._join(document, base, record)
        if base is None or not equal(base, document):
            check_complete(document, record, self._context)
        self._incoming.add(Entry(document, [record], table.headers, cases=cases))

    def _compare_with_law(self, document: Doc, record: Record) -> None:
        """Note where a list speaks of another article or another fine than the law of its violations."""
        about = [self._context.documents[name] for name in document.get("violations") or ()]
        laws = [version for one in about if one.get("status") != "draft" for version in one["versions"]]
        cited = [one for one in document.get("citations") or () if one["role"] == "penalty"]
        known = {(ref["instrument"], ref["article"]) for law in laws for ref in law.get("basis") or ()}
        others = [one for one in cited if (one["instrument"], one["article"]) not in known]
        if known and cited and len(others) == len(cited) and laws[-1].get("basis"):
            shown = {"written": citations_text(others), "law": citations_text(laws[-1].get("basis") or ())}
            self._faults.note(record.cell("penalty_basis"), "处罚依据", "exchange_other_basis", shown)
        fines = [one["fine"] for law in laws for one in _branches(law) if one.get("fine")]
        try:
            written = [one["fine"] for one in _branches({"penalty": self._penalty(record)}) if one.get("fine")]
        except TableError:
            return  # words that we cannot read are no ground for a remark
        strange = [one for one in written if one not in fines]
        if fines and strange:
            text = "、".join(fine_text(one, self._context.release.vocabulary) for one in strange)
            self._faults.note(record.cell("penalty"), "处罚种类幅度", "exchange_other_fine", {"written": text})

    def _penalty(self, record: Record) -> Doc:
        text = record.text("penalty")
        return read_penalty(text, self._context.reader) if text else {}

    def _refuse_twice(self, document: Doc, record: Record, table: Table) -> None:
        """One act twice in one list of one source is a slip (an id written by hand says it is meant)."""
        if record.text("id"):
            return
        first = self._titles.setdefault(
            (document["list"], document.get("source", ""), squash(document.get("title", ""))), record
        )
        if first is not record:
            shown = {"value": document["title"], "sheet": first.sheet, "row": first.row}
            tell = self._faults.note if document.get("status") == "draft" else self._faults.add
            tell(record.cell("title"), table.headers.get("title", ""), "exchange_repeated_title", shown)

    def _start(self, key: str) -> Doc:
        start: Doc = {"kind": "list_item", "list": key, "confidence": items.CONFIDENCE}
        start["checked_on"] = self._options.on.isoformat()
        if self._options.as_published:
            start["status"] = "draft"
        return start

    def _same_title(self, record: Record, table: Table, key: str) -> Doc | None:
        """An item of the same source, list and title: the row of a table imported before."""
        if record.text("id"):
            return None
        title = squash(record.text("title"))
        found = [
            one
            for one in self._incoming.current.values()
            if one["kind"] == "list_item" and one["list"] == key and squash(one["title"]) == title
        ]
        ours = [one for one in found if self._is_of_source(one, record, table)]
        numbered = [one for one in ours if one.get("source_item") == record.text("no")]
        return ours[0] if len(ours) == 1 else numbered[0] if len(numbered) == 1 else None

    def _is_of_source(self, document: Doc, record: Record, table: Table) -> bool:
        source = self._context.documents.get(document["source"], {})
        wanted = record.text("source") or self._title_of(table) or ""
        return bool(wanted) and (document["source"] in wanted or squash(source.get("title", "")) == squash(wanted))

    def _complete(self, document: Doc, record: Record, table: Table, position: int) -> None:
        """Fill what the row of a new item does not say itself."""
        if "source" not in document and not record.text("source"):
            self._default_source(document, record, table)
        source = self._context.documents.get(document.get("source", ""), {})
        if "jurisdiction" not in document and source:
            document["jurisdiction"] = source.get("jurisdiction", "000000")
        inside = document.get("in_force") or {}
        if "from" not in inside and source:
            document["in_force"] = {**source["in_force"], **inside}
        if "force" not in document and not record.text("force"):
            document["force"] = self._options.force or "may"
            if not self._options.force:
                self._faults.note(record.cell("force"), NEEDED["force"], "exchange_force")
        if record.text("no") and "source_item" not in table.columns:
            document["source_item"] = record.text("no")
        taken = {**self._context.documents, **self._incoming.entries}
        if not document.get("id"):
            name = document.get("source", "item")
            document["id"] = new_item_id(name, document["list"], record.text("no"), position, taken)
        self._keep_words(document, record)
        self._violations(document, record, table, position)
        self._field(document, record, table)

    def _field(self, document: Doc, record: Record, table: Table) -> None:
        """The field of a row that names none: by option, by section, by its violation, by the titles above."""
        if "field" in document or record.text("field"):
            return
        known = self._context.fields()
        about = [self._context.documents[one]["field"] for one in document.get("violations") or ()]
        titled = [one for one in known if any(one in title for title in table.titles)]
        section = [record.section] if record.section in known else []
        found = next((one for one in (self._options.field, *section, *about, *titled) if one), None)
        if found:
            document["field"] = found

    def _keep_words(self, document: Doc, record: Record) -> None:
        if document.get("status") != "draft":
            return
        words = {key: record.text(key) for key in ("conditions", "exclusions", "penalty") if record.text(key)}
        document["prose"] = {**words, **document.get("prose", {})}

    def _title_of(self, table: Table) -> str | None:
        """The name of the list that a table is: by option, or the title above it."""
        titles = (one for one in reversed(table.titles) if any(word in one for word in _LIST_TITLE))
        return self._options.source_title or next(titles, None)

    def _default_source(self, document: Doc, record: Record, table: Table) -> None:
        title = self._title_of(table)
        if title is None:
            self._faults.add(record.cell("source"), NEEDED["source"], "exchange_no_source")
        elif title in self._sources:
            document["source"] = self._sources[title]
        else:
            found = self._source(title, document, record)
            if found:
                self._sources[title] = document["source"] = found

    def _source(self, title: str, document: Doc, record: Record) -> str | None:
        """The published document of that title: a known one, or a new one."""
        try:
            return self._context.find("source", title)
        except CellError:
            code = self._options.jurisdiction or document.get("jurisdiction")
        if code is None:
            self._faults.add(record.cell("jurisdiction"), "适用地区", "exchange_no_place", {"title": title})
            return None
        source = self._new_source(title, code)
        self._incoming.add(Entry(source, [record], {}))
        return str(source["id"])

    def _new_source(self, title: str, code: str) -> Doc:
        start = self._options.start
        inside: Doc = {"from": start.isoformat() if start else FIRST_DAY, "until": None}
        if start is None:
            inside["day_known"] = False
        source: Doc = {
            "id": new_source_id(title, None, code, self._options.on, self._context.documents),
            "kind": "source",
            "title": title,
            "jurisdiction": code,
            "in_force": inside,
            "confidence": items.CONFIDENCE,
            "checked_on": self._options.on.isoformat(),
        }
        more = {"number": self._options.source_number, "issuer": self._options.issuer}
        return source | {key: value for key, value in more.items() if value}

    def _violations(self, document: Doc, record: Record, table: Table, position: int) -> None:
        if document.get("violations") or document.get("fields") or document.get("only_when_named"):
            return
        written = record.text("violations")
        draft = document.get("status") == "draft"
        if written.startswith(labels.NEW):
            self._new_violation(document, record, table, position)
            return
        try:
            document["violations"] = [self._context.find("violation", document["title"])]
        except CellError:
            if draft:
                self._new_violation(document, record, table, position)
            elif not written:
                near = self._near(document)
                self._faults.add(record.cell("violations"), "案由", "exchange_no_violation", {"nearest": near})

    def _near(self, document: Doc) -> list[str]:
        """Violations with the same penalty article first, then those with a name alike."""
        cited = {
            (one["instrument"], one["article"]) for one in document.get("citations") or () if one["role"] == "penalty"
        }
        same = []
        for name, one in self._context.of_kind("violation").items():
            basis = one["versions"][-1].get("basis") or () if one.get("versions") else ()
            if cited & {(ref["instrument"], ref["article"]) for ref in basis}:
                same.append(self._context.label(name))
        alike = self._context.nearest("violation", document["title"])
        return list(dict.fromkeys([*same[:3], *alike]))[:_NEAREST]

    def _new_violation(self, document: Doc, record: Record, table: Table, position: int) -> None:
        """The violation of the row's own basis and penalty; a draft where the item is one."""
        draft = document.get("status") == "draft"
        self._field(document, record, table)
        version: Doc = {"in_force": {"from": self._since(document), "until": None}}
        for role, key in (("prohibition", "prohibition"), ("penalty", "basis")):
            cited = [one for one in document.get("citations") or () if one["role"] == role]
            if cited:
                version[key] = cited
        try:
            version["penalty"] = read_penalty(record.text("penalty"), self._context.reader)
        except TableError as error:
            tell = self._faults.note if draft else self._faults.add
            tell(record.cell("penalty"), "处罚种类幅度", error.code, error.params)
        violation: Doc = {
            "id": new_violation_id(document.get("source", "item"), position, self._context.documents),
            "kind": "violation",
            "title": document["title"],
            "field": document.get("field", ""),
            "versions": [version],
            "confidence": CONFIDENCE,
            "checked_on": self._options.on.isoformat(),
        }
        if draft:
            violation |= {"status": "draft", "prose": {"penalty": record.text("penalty") or "（表中没有写）"}}
        if violation["field"]:
            self._incoming.add(Entry(violation, [record], {}))
            document["violations"] = [violation["id"]]

    def _since(self, document: Doc) -> str:
        from datetime import date  # noqa: PLC0415

        start = date.fromisoformat((document.get("in_force") or {}).get("from") or self._options.on.isoformat())
        cited = [one for one in document.get("citations") or () if one["role"] == "penalty"]
        return law_from(cited, start)

    def _join(self, document: Doc, base: Doc | None, record: Record) -> list[Record]:
        """Add what the sheets 条件 and 示例 say of the item; returns the rows of its cases."""
        names = {document["id"], record.text("id"), document.get("title", "")} - {""}
        for key, label in labels.PARTS.items():
            rows = [row for name in names for row in self._conditions.get(name, ()) if self._part(row) == label]
            self._used |= names & set(self._conditions)
            if rows:
                self._rows(document, base, key, rows)
        rows = [row for name in names for row in (self._cases or {}).get(name, ())]
        self._used |= names & set(self._cases or {})
        if not rows and (self._cases is None or document["id"] not in self._incoming.originals):
            return []  # a table of their own: what it does not mention stays
        found = examples.read_rows(rows, base, document, self._context)
        tests = [test for test, _ in found]
        if tests != list((base or {}).get("tests") or ()):
            document["tests"] = tests
        self._incoming.case_texts |= {(document["id"], squash(row.text("facts"))) for row in rows}
        return [row for _, row in found]

    @staticmethod
    def _part(row: Record) -> str:
        return row.text("part") or labels.PARTS["conditions"]

    def _rows(self, document: Doc, base: Doc | None, key: str, rows: list[Record]) -> None:
        found = condition_rows.read_rows(rows, self._context)
        if found is None:
            return
        parse = self._context.parser.parse_list
        before = parse((base or {}).get(key) or (), key)
        if parse(found, key) == before:
            return
        written = parse(document.get(key) or (), key)
        if written not in (before, parse(found, key)):
            cell = rows[0].cell("place")
            shown = {"part": labels.PARTS[key], "id": document["id"]}
            self._faults.add(cell, condition_rows.HEADERS["place"], "exchange_two_conditions", shown)
        elif written == before:
            items.take_conditions(document, key, found, self._context)


def _branches(law: Doc) -> list[Doc]:
    found: list[Doc] = (law.get("penalty") or {}).get("branches") or []
    return found
