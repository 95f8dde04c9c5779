"""The working table: one sheet a list, conditions and cases, violations, sources, facts, and a guide.

What a cell cannot show travels in a hidden sheet: every document as it was, so that whatever people
leave untouched comes back byte for byte.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.exchange import condition_rows, examples, items, labels, sources, violations
from service.exchange.context import Context, Doc, region_label
from service.exchange.guide import guide
from service.exchange.tables import ERRORS, LACKING
from service.exchange.xlsxparts import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.exchange.columns import Column, Shown
    from service.exchange.tables import Heading

GUIDE: Final = "填写说明"
CONDITIONS: Final = "条件"
EXAMPLES: Final = "示例"
VIOLATIONS: Final = "案由"
SOURCES: Final = "清单文件"
FACTS: Final = "事实词表"
CHOICES: Final = "选项"
ORIGINALS: Final = "原件（勿改）"
FORMAT: Final = "xinheng-lists/1"
PIECE: Final = 30_000
"""A cell of Excel holds 32,767 characters."""
_SPARE_ROWS: Final = 500
_NAMED: Final = "v_"
_HINT: Final = 255


@dataclass(slots=True)
class Wanted:
    """What goes into a workbook; ``proposals``: rows of 示例 for items without any; ``todo`` by id."""

    documents: Sequence[tuple[str, Doc]]
    digest: str
    proposals: Sequence[Mapping[str, Shown]] = ()
    todo: Mapping[str, str] = field(default_factory=dict)


def write_workbook(wanted: Wanted, context: Context) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same input gives the same bytes."""
    import xlsxwriter  # noqa: PLC0415  (start-up time of other commands)

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "四张清单", "created": datetime.combine(context.on, time(), UTC)})
    _Writer(book, wanted, context).write()
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes sheet after sheet; positions count from 0 here, as the library counts."""

    def __init__(self, book: Any, wanted: Wanted, context: Context) -> None:  # noqa: ANN401
        self._book = book
        self._wanted = wanted
        self._context = context
        self._by_kind = {
            kind: [one for _, one in wanted.documents if one["kind"] == kind]
            for kind in ("list_item", "violation", "source")
        }
        wrapped = {"text_wrap": True, "valign": "top"}
        self._head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, **wrapped})
        self._plain = book.add_format(wrapped)
        self._shown = book.add_format({"font_color": "#666666", "bg_color": "#F5F5F5", **wrapped})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **wrapped})
        self._lists: dict[str, str] = {}

    def write(self) -> None:
        """Write every sheet; the lists of choices come first, because the others refer to them."""
        names = [GUIDE, *labels.LISTS.values(), CONDITIONS, EXAMPLES, VIOLATIONS, SOURCES, FACTS, CHOICES, ORIGINALS]
        sheets = {name: self._book.add_worksheet(name) for name in names}
        self._choices(sheets[CHOICES])
        self._facts(sheets[FACTS])
        self._guide(sheets[GUIDE])
        for key, name in labels.LISTS.items():
            self._list(sheets[name], [one for one in self._by_kind["list_item"] if one["list"] == key])
        self._small(sheets[CONDITIONS], condition_rows, self._condition_rows())
        self._small(sheets[EXAMPLES], examples, self._example_rows())
        rows = [row for one in self._by_kind["violation"] for row in violations.rows_of(one, self._context)]
        self._table(sheets[VIOLATIONS], violations.COLUMNS, rows)
        shown = [_row(sources.COLUMNS, one, self._context) for one in self._by_kind["source"]]
        self._table(sheets[SOURCES], sources.COLUMNS, shown)
        self._originals(sheets[ORIGINALS])
        sheets[CHOICES].hide()
        sheets[ORIGINALS].very_hidden()
        sheets[next(iter(labels.LISTS.values()))].activate()

    def _list(self, sheet: Any, documents: Sequence[Doc]) -> None:  # noqa: ANN401
        rows = []
        for number, one in enumerate(documents, 1):
            rows.append(_row(items.COLUMNS, one, self._context) | {"no": number})
        self._table(sheet, items.COLUMNS, rows)
        if self._wanted.todo:
            column = len(items.COLUMNS)
            sheet.set_column(column, column, 40)
            sheet.write_string(0, column, LACKING, self._head)
            for number, one in enumerate(documents, 1):
                sheet.write_string(number, column, self._wanted.todo.get(one["id"], ""), self._shown)

    def _table(self, sheet: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, Shown]]) -> None:  # noqa: ANN401
        for at, column in enumerate(columns):
            options = {"level": 1, "hidden": True} if column.rare else {}
            cell_format = self._day if column.choices == "day" else self._plain
            sheet.set_column(at, at, column.width, cell_format, options)
            self._heading(sheet, at, column.heading, column.choices, len(rows))
            shown_only = column.read is None
            for number, row in enumerate(rows, 1):
                self._cell(sheet, number, at, row.get(column.key), self._shown if shown_only else cell_format)
        self._finish(sheet, len(columns), len(rows), frozen=5 if columns is items.COLUMNS else 3)

    def _small(self, sheet: Any, module: Any, rows: Sequence[Mapping[str, Shown]]) -> None:  # noqa: ANN401
        for at, heading in enumerate(module.HEADINGS):
            choice = module.CHOICES.get(heading.key, "")
            cell_format = self._day if choice == "day" else self._plain
            sheet.set_column(at, at, module.WIDTHS.get(heading.key, 12), cell_format)
            self._heading(sheet, at, heading, choice, len(rows))
            for number, row in enumerate(rows, 1):
                self._cell(sheet, number, at, row.get(heading.key), cell_format)
        self._finish(sheet, len(module.HEADINGS), len(rows), frozen=1)

    def _heading(self, sheet: Any, at: int, heading: Heading, choice: str, count: int) -> None:  # noqa: ANN401
        sheet.write_string(0, at, heading.header, self._head)
        hint = guide()["hints"].get(heading.key, "")
        options: dict[str, object] = {"validate": "any"}
        if choice in self._lists or choice == "value":
            options = {"validate": "list", "source": self._source(sheet, choice), "show_error": False}
        if hint:
            options |= {"input_title": heading.header, "input_message": hint[:_HINT]}
        if len(options) > 1:
            sheet.data_validation(1, at, count + _SPARE_ROWS, at, options)

    def _source(self, sheet: Any, choice: str) -> str:  # noqa: ANN401
        """Where the choices of a drop-down stand; those of 数值 follow the fact chosen beside it."""
        if choice != "value":
            return self._lists[choice]
        fact = f"${letters(1 + [one.key for one in condition_rows.HEADINGS].index('fact'))}2"
        assert sheet.get_name() == CONDITIONS  # noqa: S101  (the only sheet with such a column)
        return f'=INDIRECT("{_NAMED}"&SUBSTITUTE(MID({fact},FIND("（",{fact})+1,99),"）",""))'

    def _cell(self, sheet: Any, row: int, column: int, value: Shown, cell_format: Any) -> None:  # noqa: ANN401
        if value is None or value == "":
            return
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), self._day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, cell_format)
        else:
            sheet.write_string(row, column, value, cell_format)

    def _finish(self, sheet: Any, columns: int, rows: int, *, frozen: int) -> None:  # noqa: ANN401
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(rows, 1), columns - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _condition_rows(self) -> list[dict[str, Shown]]:
        return [row for one in self._by_kind["list_item"] for row in condition_rows.rows_of(one, self._context)]

    def _example_rows(self) -> list[Mapping[str, Shown]]:
        rows = [row for one in self._by_kind["list_item"] for row in examples.rows_of(one, self._context)]
        return [*rows, *self._wanted.proposals]

    def _choices(self, sheet: Any) -> None:  # noqa: ANN401
        lists: dict[str, Iterable[str]] = {
            "yes": ("是",),
            "status": labels.STATUSES.values(),
            "force": labels.FORCES.values(),
            "commitment": labels.COMMITMENTS.values(),
            "scope": labels.SCOPES.values(),
            "expect": labels.EXPECTED.values(),
            "trigger": labels.TRIGGERS.values(),
            "optional": labels.OPTIONAL.values(),
            "power": labels.POWERS.values(),
            "part": labels.PARTS.values(),
            "operator": labels.OPERATORS.values(),
            "unit": labels.UNITS.values(),
            "group": ("全部满足", "任一满足", "至少2项", "至少3项", "并非"),
            "field": self._context.fields(),
            "violation": [labels.NEW, *(self._context.label(one) for one in self._context.of_kind("violation"))],
            "source": [self._context.label(one) for one in self._context.of_kind("source")],
            "region": [region_label(code) for code in ("000000", "210000", "210200")],
        }
        for at, (key, values) in enumerate(lists.items()):
            written = list(values)
            sheet.write_column(0, at, written)
            column = letters(at + 1)
            self._lists[key] = f"='{CHOICES}'!${column}$1:${column}${max(len(written), 1)}"

    def _facts(self, sheet: Any) -> None:  # noqa: ANN401
        heads = ("事实", "类别", "类型", "单位", "可选值（成立／不成立的说法）", "问题", "一般从哪里查", "说明")
        for at, (head, width) in enumerate(zip(heads, (44, 14, 8, 8, 50, 50, 30, 50), strict=True)):
            sheet.set_column(at, at, width, self._plain)
            sheet.write_string(0, at, head, self._head)
        facts = list(self._context.release.vocabulary)
        groups = self._context.release.vocabulary.groups
        spare = len(heads) + 1  # the values of each fact, out of sight, for the drop-down of 数值
        for row, fact in enumerate(facts, 1):
            values = [one.label for one in fact.values] or (["是", "否"] if fact.type == "bool" else [])
            said = [fact.yes, fact.no] if fact.type == "bool" else values
            shown = (
                condition_rows.fact_label(fact), groups.get(fact.group, fact.group), _TYPES[fact.type], fact.unit,
                "、".join(said), fact.question, fact.usual_source, fact.help,
            )  # fmt: skip
            sheet.write_row(row, 0, shown)
            if values:
                sheet.write_row(row, spare, values)
                first, last = letters(spare + 1), letters(spare + len(values))
                self._book.define_name(_NAMED + fact.name, f"='{FACTS}'!${first}${row + 1}:${last}${row + 1}")
        sheet.set_column(spare, spare + 12, None, None, {"hidden": True})
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(facts), len(heads) - 1)
        self._lists["fact"] = f"='{FACTS}'!$A$2:$A${len(facts) + 1}"

    def _guide(self, sheet: Any) -> None:  # noqa: ANN401
        sheet.set_column(0, 0, 22, self._plain)
        sheet.set_column(1, 1, 110, self._plain)
        sheet.write_string(0, 0, "四张清单工作表", self._head)
        sheet.write_string(0, 1, f"导出日期：{self._context.on.isoformat()}　目录：{self._wanted.digest}", self._head)
        rows = [(one["head"], one["text"]) for one in guide()["about"]]
        rows += [("", ""), ("各栏怎么填", "")]
        headers = {one.key: one.header for module in _MODULES for one in module.HEADINGS}
        rows += [(headers[key], hint) for key, hint in guide()["hints"].items()]
        rows.append((ERRORS, "由系统写入，读入时不看。"))
        for number, (head, text) in enumerate(rows, 2):
            sheet.write_string(number, 0, head, self._plain)
            sheet.write_string(number, 1, text, self._plain)

    def _originals(self, sheet: Any) -> None:  # noqa: ANN401
        sheet.write_row(0, 0, (FORMAT, self._wanted.digest, self._context.on.isoformat()))
        for row, (file, document) in enumerate(self._wanted.documents, 1):
            text = orjson.dumps(document).decode("utf-8")  # keys as in the file, so that it can be written as it was
            parts = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
            for at, part in enumerate((file, *parts)):
                sheet.write_string(row, at, part)


_MODULES: Final = (items, condition_rows, examples, violations)
_TYPES: Final = {
    "bool": "是否", "integer": "整数", "number": "数", "money": "金额", "date": "日期", "enum": "选项", "text": "文字",
    "text_list": "文字表",
}  # fmt: skip


def _row(columns: Sequence[Column], document: Doc, context: Context) -> dict[str, Shown]:
    return {one.key: one.show(document, context) for one in columns}
